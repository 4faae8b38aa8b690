import assert from 'node:assert';
import { linkOf, metadataOf } from '../event-store/chain.js';
import { toCanonical, type Json } from '../event-store/canonical.js';
import type { NewEvent, StoredEvent } from '../event-store/event-store.js';
import type { Instant } from '../kernel/calendar.js';
import {
  CHECKPOINT_FORMAT,
  CHECKPOINT_STREAM,
  headHashOf,
  LEAVES_MAX,
  NO_CHECKPOINT,
  rootOf,
  statementBytesOf,
  toLeafLines,
  type Leaf,
  type LogCheckpointed,
  type SignedHead,
  type Statement,
} from './checkpoint.js';
import type { Signer } from './signer.js';

/** A checkpoint's event stays below this, with room for its metadata under the size of an append. */
export const CHECKPOINT_BYTES_MAX = 900_000;
/** The members of a signed head and the names of all members. */
const HEAD_BYTES = 1_000;

/** The leaves of one checkpoint to be, in the order of the log. */
export class Interval {
  private readonly covered: Leaf[] = [];
  private bytes = HEAD_BYTES;

  get leaves(): readonly Leaf[] {
    return this.covered;
  }

  /** False when the leaf does not fit any more: it belongs to the next checkpoint. */
  take(leaf: Leaf): boolean {
    // In the event's data the line end is two characters.
    const bytes = Buffer.byteLength(JSON.stringify(toLeafLines([leaf])));
    if (this.covered.length === LEAVES_MAX || this.bytes + bytes > CHECKPOINT_BYTES_MAX) return false;
    this.bytes += bytes;
    this.covered.push(leaf);
    return true;
  }

  /** Nothing new happened when only checkpoints stand in it: they would beget one another for ever. */
  hasNews(): boolean {
    return this.covered.some(({ stream }) => stream !== CHECKPOINT_STREAM);
  }
}

/** What follows on a checkpoint: the number of the next, how many events stand before it, and the head to name. */
export const after = (previous: SignedHead | undefined): typeof NO_CHECKPOINT =>
  previous
    ? {
        next: previous.number + 1,
        first: BigInt(previous.first) + BigInt(previous.count),
        head: previous.head,
      }
    : NO_CHECKPOINT;

/** The checkpoint over an interval that follows on the one before. */
export const toCheckpoint = (
  previous: SignedHead | undefined,
  { leaves }: Pick<Interval, 'leaves'>,
  at: Instant,
  signer: Pick<Signer, 'keyId' | 'sign'>,
): LogCheckpointed => {
  assert(leaves.length > 0 && leaves.length <= LEAVES_MAX, 'a checkpoint covers 1 to LEAVES_MAX events');
  const { next, first, head } = after(previous);
  const statement: Statement = {
    format: CHECKPOINT_FORMAT,
    number: next,
    at,
    first: first.toString(),
    count: leaves.length,
    root: rootOf(leaves),
    previous: head,
    keyId: signer.keyId(),
  };
  const signature = signer.sign(statementBytesOf(statement));
  const data = { ...statement, head: headHashOf(statement), signature, leaves: toLeafLines(leaves) };
  return { type: 'LogCheckpointed', data };
};

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const TYPE = /^[A-Za-z]+$/;
const HASH = /^[0-9a-f]{64}$/;

/** Whether text is one JSON object in the one form that events have. */
const isCanonicalObject = (text: string): boolean => {
  if (!text.startsWith('{')) return false;
  try {
    return toCanonical(JSON.parse(text) as Json) === text;
  } catch {
    return false;
  }
};

/**
 * Whether an event's bytes are those that its own hash covers. Each part must have its form, since the hash is over the
 * parts put together: otherwise a byte could go over from one part to the next unseen.
 */
export const isIntact = (event: Omit<StoredEvent, 'position'>): boolean => {
  if (!UUID.test(event.id) || !TYPE.test(event.type) || /\s/.test(event.stream)) return false;
  if (!isCanonicalObject(event.data) || !isCanonicalObject(event.metadata)) return false;
  const { hash, prev, fits } = linkOf(event);
  return fits && HASH.test(hash) && HASH.test(prev);
};

export const leafOf = ({
  stream,
  revision,
  metadata,
}: Pick<StoredEvent, 'stream' | 'revision'> & Pick<NewEvent, 'metadata'>): Leaf => ({
  stream,
  revision,
  hash: metadataOf({ metadata }).hash,
});
