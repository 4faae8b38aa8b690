import { createHash } from 'node:crypto';
import { toCanonical } from '../event-store/canonical.js';
import { NO_HASH } from '../event-store/chain.js';
import type { Instant } from '../kernel/calendar.js';
import { headOf, leafHashOf } from './merkle.js';

/** The stream of signed heads. Only checkpoints stand in it: the n-th has revision n. */
export const CHECKPOINT_STREAM = 'checkpoint';
export const CHECKPOINT_FORMAT = 'shebao-ledger/checkpoint/1';
/** Events that one checkpoint covers at most: with its leaves it stays under the size of an append. */
export const LEAVES_MAX = 8_192;

/** One event as a checkpoint remembers it. `hash` is the event's own hash, 64 lower-case hex digits. */
export type Leaf = Readonly<{ stream: string; revision: bigint; hash: string }>;

/**
 * What is signed. Nothing in it depends on the engine: `first` is how many events stood in the log before the first one
 * covered, counted from nought. `previous` is the `head` of the checkpoint before, NO_HASH for the first.
 */
export type Statement = Readonly<{
  format: typeof CHECKPOINT_FORMAT;
  number: number;
  at: Instant;
  first: string;
  count: number;
  /** RFC 6962 head over the covered events in the order of the log, 64 hex digits. */
  root: string;
  previous: string;
  keyId: string;
}>;
/** `head`: SHA-256 of the statement in canonical form, hex. `signature`: Ed25519 over those same bytes, base64url. */
export type SignedHead = Statement & Readonly<{ head: string; signature: string }>;

/** `leaves`: a line an event, `stream revision hash`, the hash in base64url (43 characters). */
export type LogCheckpointed = Readonly<{
  type: 'LogCheckpointed';
  data: SignedHead & Readonly<{ leaves: string }>;
}>;

export const NO_CHECKPOINT: Readonly<{ next: number; first: bigint; head: string }> = {
  next: 0,
  first: 0n,
  head: NO_HASH,
};

/** The bytes that are signed. */
export const statementBytesOf = (signed: Statement): Buffer => {
  const { format, number, at, first, count, root, previous, keyId } = signed;
  return Buffer.from(toCanonical({ format, number, at, first, count, root, previous, keyId }));
};
export const headHashOf = (statement: Statement): string =>
  createHash('sha256').update(statementBytesOf(statement)).digest('hex');

/** The leaf of the tree that stands for an event: its hash, which covers its stream, revision, type, data and metadata. */
export const merkleLeafOf = ({ hash }: Pick<Leaf, 'hash'>): Buffer => leafHashOf(Buffer.from(hash, 'hex'));
export const rootOf = (leaves: readonly Leaf[]): string => headOf(leaves.map(merkleLeafOf)).toString('hex');

export const toLeafLines = (leaves: readonly Leaf[]): string =>
  leaves
    .map(
      ({ stream, revision, hash }) =>
        `${stream} ${revision} ${Buffer.from(hash, 'hex').toString('base64url')}`,
    )
    .join('\n');

const LINE = /^(\S+) (0|[1-9]\d*) ([\w-]{43})$/;
/** Undefined when a line is none of ours. */
export const fromLeafLines = (text: string): readonly Leaf[] | undefined => {
  const leaves: Leaf[] = [];
  for (const line of text.split('\n')) {
    const [, stream, revision, hash] = LINE.exec(line) ?? [];
    if (stream === undefined || revision === undefined || hash === undefined) return undefined;
    leaves.push({ stream, revision: BigInt(revision), hash: Buffer.from(hash, 'base64url').toString('hex') });
  }
  return leaves;
};
