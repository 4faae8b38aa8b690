import { verify } from 'node:crypto';
import { linkOf } from '../event-store/chain.js';
import type { StoredEvent } from '../event-store/event-store.js';
import {
  fromLeafLines,
  headHashOf,
  merkleLeafOf,
  statementBytesOf,
  toSignedHead,
  type Leaf,
  type LogCheckpointed,
  type NO_CHECKPOINT,
  type SignedHead,
} from './checkpoint.js';
import type { HeadCheck } from './faults.js';
import { headOf } from './merkle.js';
import type { TrustedKeys } from './trusted-keys.js';

/** Where the checkpoints before lead to: the number, first event and previous head of the next one. */
export type Continuation = typeof NO_CHECKPOINT;
/** `Damaged`: the event itself is not what was stored, which the walk finds when it comes there. */
export type Judgement =
  | Readonly<{ type: 'Fits'; head: SignedHead; leaves: readonly Leaf[]; leafHashes: readonly Buffer[] }>
  | Readonly<{ type: 'Forged'; check: HeadCheck }>
  | Readonly<{ type: 'Damaged' }>;

/** Judges a checkpoint before anything that it remembers is believed. Without keys every check but the signature's is made. */
export const judgeCheckpoint = (event: StoredEvent, before: Continuation, keys: TrustedKeys): Judgement => {
  if (!isIntact(event)) return { type: 'Damaged' };
  const data = toCheckpoint(event);
  if (!data) return { type: 'Forged', check: 'statement-unreadable' };
  const leaves = fromLeafLines(data.leaves);
  if (!leaves) return { type: 'Forged', check: 'leaves-unreadable' };
  const leafHashes = leaves.map(merkleLeafOf);
  const check = unfit(data, leafHashes, before, event.revision) ?? findHeadFault(data, keys);
  return check ? { type: 'Forged', check } : { type: 'Fits', head: data, leaves, leafHashes };
};

const isIntact = (event: StoredEvent): boolean => {
  try {
    return linkOf(event).fits;
  } catch {
    return false;
  }
};

const unfit = (
  { number, first, count, previous, root }: SignedHead,
  leafHashes: readonly Buffer[],
  before: Continuation,
  revision: bigint,
): HeadCheck | undefined => {
  if (BigInt(number) !== revision || number !== before.next) return 'number-differs';
  if (first !== before.first.toString()) return 'first-differs';
  if (previous !== before.head) return 'link-differs';
  if (count !== leafHashes.length) return 'count-differs';
  return root === headOf(leafHashes).toString('hex') ? undefined : 'root-differs';
};

/** What is wrong with a signed head by itself; undefined when its hash is right and a trusted key signed it. */
export const findHeadFault = (head: SignedHead, keys: TrustedKeys): HeadCheck | undefined => {
  if (headHashOf(head) !== head.head) return 'head-differs';
  if (keys.size === 0) return undefined;
  const key = keys.get(head.keyId);
  if (!key) return 'key-unknown';
  const signature = Buffer.from(head.signature, 'base64url');
  return verify(null, statementBytesOf(head), key, signature) ? undefined : 'signature-invalid';
};

const toCheckpoint = ({ type, data }: StoredEvent): LogCheckpointed['data'] | undefined => {
  const content = type === 'LogCheckpointed' ? parse(data) : undefined;
  const signed = toSignedHead(content);
  if (!signed) return undefined;
  const { leaves } = content as Readonly<Record<string, unknown>>;
  return typeof leaves === 'string' ? { ...signed, leaves } : undefined;
};
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
