import { toCheckpoint } from '../../src/audit/checkpointing.js';
import {
  CHECKPOINT_STREAM,
  type Leaf,
  type LogCheckpointed,
  type SignedHead,
} from '../../src/audit/checkpoint.js';
import type { Signer } from '../../src/audit/signer.js';
import { metadataOf, NO_STREAM, seal, tipOf, type DomainEvent } from '../../src/event-store/chain.js';
import type { LogReader, StoredEvent } from '../../src/event-store/event-store.js';
import type { Instant } from '../../src/kernel/calendar.js';
import { contextOf } from './log.js';

/** A log that holds these events in this order, whatever their positions say; `size` bounds a page. */
export const logOver = (
  events: readonly StoredEvent[],
  size = Infinity,
): Pick<LogReader, 'read' | 'readAll'> => ({
  read: async (stream, options = {}) => {
    const { from = 0n, direction = 'forwards', max = Infinity } = 'sinceLast' in options ? {} : options;
    const own = events.filter((event) => event.stream === stream);
    const sorted = own.sort((a, b) => Number(a.revision - b.revision));
    if (direction === 'backwards') return sorted.reverse().slice(0, max);
    return sorted.filter(({ revision }) => revision >= from).slice(0, max);
  },
  readAll: async ({ after, max }) => {
    const start = events.findLastIndex(({ position }) => position === after) + 1;
    return events.slice(start, start + Math.min(max, size));
  },
});

export const leafOf = (event: StoredEvent): Leaf => ({
  stream: event.stream,
  revision: event.revision,
  hash: metadataOf(event).hash,
});

/** A log in the making, in memory: what is added stands at the next place, and `sign` covers what no checkpoint does. */
export class LogInTheMaking {
  readonly events: StoredEvent[] = [];
  readonly heads: SignedHead[] = [];
  private covered = 0;

  constructor(private readonly signer: Pick<Signer, 'keyId' | 'sign'>) {}

  add(stream: string, ...facts: readonly DomainEvent[]): this {
    const own = this.events.filter((event) => event.stream === stream);
    const tip = own.length === 0 ? NO_STREAM : tipOf(own);
    for (const event of seal(stream, tip, facts, contextOf())) {
      const revision = BigInt(this.events.filter((each) => each.stream === stream).length);
      this.events.push({ ...event, stream, revision, position: BigInt(this.events.length + 1) });
    }
    return this;
  }

  sign(at = '2025-07-16T02:00:00.000Z' as Instant): this {
    const leaves = this.events.slice(this.covered).map(leafOf);
    return this.addCheckpoint(toCheckpoint(this.heads.at(-1), { leaves }, at, this.signer));
  }

  addCheckpoint(checkpoint: LogCheckpointed): this {
    const { leaves: _, ...head } = checkpoint.data;
    this.covered = Number(head.first) + head.count;
    this.heads.push(head);
    return this.add(CHECKPOINT_STREAM, checkpoint);
  }
}
