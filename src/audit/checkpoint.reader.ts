import { Injectable } from '@nestjs/common';
import { tipOf, type Tip } from '../event-store/chain.js';
import { EventStore, type StoredEvent } from '../event-store/event-store.js';
import { CHECKPOINT_STREAM, fromLeafLines, toSignedHead, type Leaf, type SignedHead } from './checkpoint.js';
import { isIntact } from './checkpointing.js';

/** A checkpoint as the log has it, without its leaves but the last; `tip` is where its stream stands after it. */
export type Checkpoint = Readonly<{ signed: SignedHead; last: Leaf; tip: Tip }>;

/** A checkpoint stands in the log that is none of ours any more: a byte of it was changed. */
export class CheckpointUnreadable extends Error {
  override readonly name = 'CheckpointUnreadable';

  constructor(readonly revision: bigint) {
    super(`the checkpoint at revision ${revision} cannot be read`);
  }
}

/** A checkpoint's event is large, so few are in memory at a time. */
const EVENTS_A_PAGE = 4;

/** The log's checkpoints, as they are recorded. Whoever reads one has still to ask whether its signature is genuine. */
@Injectable()
export class CheckpointReader {
  constructor(private readonly store: EventStore) {}

  async findNewest(): Promise<Checkpoint | undefined> {
    const [event] = await this.store.read(CHECKPOINT_STREAM, { direction: 'backwards', max: 1 });
    return event && toCheckpoint(event).checkpoint;
  }

  async find(number: number): Promise<Checkpoint | undefined> {
    return (await this.read(number))?.checkpoint;
  }

  /** A checkpoint with all leaves that it covers, in order. */
  async findWithLeaves(
    number: number,
  ): Promise<Readonly<{ checkpoint: Checkpoint; leaves: readonly Leaf[] }> | undefined> {
    const found = await this.read(number);
    return found && { ...found, leaves: fromLeafLines(found.leaves) ?? fail(BigInt(number)) };
  }

  /** Signed heads from a number on, at most so many. */
  async heads(from: number, max: number): Promise<readonly SignedHead[]> {
    const heads: SignedHead[] = [];
    while (heads.length < max) {
      const page = await this.store.read(CHECKPOINT_STREAM, {
        from: BigInt(from + heads.length),
        max: Math.min(EVENTS_A_PAGE, max - heads.length),
      });
      if (page.length === 0) break;
      heads.push(...page.map((event) => toCheckpoint(event).checkpoint.signed));
    }
    return heads;
  }

  private async read(number: number): Promise<Readable | undefined> {
    const [event] = await this.store.read(CHECKPOINT_STREAM, { from: BigInt(number), max: 1 });
    return event?.revision === BigInt(number) ? toCheckpoint(event) : undefined;
  }
}

type Readable = Readonly<{ checkpoint: Checkpoint; leaves: string }>;

const toCheckpoint = (event: StoredEvent): Readable => {
  if (!isIntact(event)) return fail(event.revision);
  const { leaves, ...content } = JSON.parse(event.data) as Record<string, unknown>;
  const signed = toSignedHead(content);
  if (!signed || typeof leaves !== 'string' || BigInt(signed.number) !== event.revision)
    return fail(event.revision);
  const [last] = fromLeafLines(leaves.slice(leaves.lastIndexOf('\n') + 1)) ?? [];
  return last ? { checkpoint: { signed, last, tip: tipOf([event]) }, leaves } : fail(event.revision);
};
const fail = (revision: bigint): never => {
  throw new CheckpointUnreadable(revision);
};
