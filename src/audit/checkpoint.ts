import { createHash } from 'node:crypto';
import { toCanonical } from '../event-store/canonical.js';
import { NO_HASH } from '../event-store/chain.js';
import type { Instant } from '../kernel/calendar.js';
import { headOf, leafHashOf } from './merkle.js';

/** The stream of signed heads. Only checkpoints stand in it: the n-th has revision n. */
export const CHECKPOINT_STREAM = 'checkpoint';
export const CHECKPOINT_FORMAT = 'shebao-ledger/checkpoint/1';
/**
 * Events that one checkpoint covers at most. With its leaves such an event is some 90 kB, so that who reads a thousand
 * events at a time can hold a thousand checkpoints in a row, and a proof reads little beside what it proves.
 */
export const LEAVES_MAX = 1_024;

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

const HEX_32_BYTES = /^[0-9a-f]{64}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.]\d{3}Z$/;
const COUNT = /^(?:0|[1-9]\d*)$/;
const KEY_ID = /^[\w-]{43}$/;
const SIGNATURE = /^[\w-]{86}$/;
/** Base64url has several spellings of one value; only the one that is printed counts. */
const isExact = (base64url: string): boolean =>
  Buffer.from(base64url, 'base64url').toString('base64url') === base64url;

const isText = (value: unknown, format: RegExp): value is string =>
  typeof value === 'string' && format.test(value);
const isWhole = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;

/** Reads a signed head; undefined when a member is missing or malformed. Whether it is genuine is another question. */
export const toSignedHead = (value: unknown): SignedHead | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { format, number, at, first, count, root, previous, keyId, head, signature } = value as Record<
    string,
    unknown
  >;
  if (format !== CHECKPOINT_FORMAT) return undefined;
  if (!isWhole(number, 0, Number.MAX_SAFE_INTEGER) || !isWhole(count, 1, LEAVES_MAX)) return undefined;
  if (!isText(at, INSTANT) || !isText(first, COUNT)) return undefined;
  if (!isText(root, HEX_32_BYTES) || !isText(previous, HEX_32_BYTES) || !isText(head, HEX_32_BYTES))
    return undefined;
  if (!isText(keyId, KEY_ID) || !isText(signature, SIGNATURE) || !isExact(signature)) return undefined;
  return { format, number, at: at as Instant, first, count, root, previous, keyId, head, signature };
};
