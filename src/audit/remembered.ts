import type { LogReader } from '../event-store/event-store.js';
import { CHECKPOINT_STREAM, type SignedHead } from './checkpoint.js';
import type { LogFault } from './faults.js';
import { fateOf } from './inquiry.js';
import { findHeadFault } from './judgement.js';
import type { TrustedKeys } from './trusted-keys.js';

/** The event that read models end with: where it stood in its stream and in the log when they took it. */
export type BuiltOn = Readonly<{ stream: string; revision: bigint; position: bigint; eventId: string }>;

/** What somebody remembers of the log outside of it. All of it must be taken before the walk begins, since the log grows. */
export type Remembered = Readonly<{ heads?: readonly SignedHead[]; builtOn?: BuiltOn }>;

/** Where the walk came to its end. */
export type WalkEnd = Readonly<{
  events: number;
  position: bigint;
  lastCheckpoint: bigint | undefined;
}>;

/** What is remembered and is not in the log; asked for when every event that stands fits. */
export const findForgotten = async (
  log: Pick<LogReader, 'read'>,
  { heads = [], builtOn }: Remembered,
  keys: TrustedKeys,
  end: WalkEnd,
): Promise<LogFault | undefined> => {
  for (const head of heads) {
    const fault = faultOfHead(head, keys, end);
    if (fault) return fault;
  }
  return builtOn && faultOfBuiltOn(log, builtOn, end);
};

const faultOfHead = (
  head: SignedHead,
  keys: TrustedKeys,
  { events, position, lastCheckpoint }: WalkEnd,
): LogFault | undefined => {
  const revision = BigInt(head.number);
  const at = { stream: CHECKPOINT_STREAM, revision, position };
  if (findHeadFault(head, keys)) return { kind: 'checkpoint-forged', check: 'anchor-forged', ...at };
  if (lastCheckpoint !== undefined && lastCheckpoint >= revision) return undefined;
  const isCutShort =
    lastCheckpoint !== undefined || BigInt(events) <= BigInt(head.first) + BigInt(head.count);
  return { kind: isCutShort ? 'truncated' : 'stream-removed', check: 'anchor-absent', ...at };
};

const faultOfBuiltOn = async (
  log: Pick<LogReader, 'read'>,
  { stream, revision, position, eventId }: BuiltOn,
  end: WalkEnd,
): Promise<LogFault | undefined> => {
  const [found] = await log.read(stream, { from: revision, max: 1 });
  const isThere = found?.revision === revision && found.id === eventId;
  if (isThere && found.position === position) return undefined;
  const at = { stream, revision, position: position < end.position ? position : end.position };
  if (isThere) return { kind: 'reordered', check: 'anchor-differs', ...at };
  if (end.position < position) return { kind: 'truncated', check: 'anchor-absent', ...at };
  const fate = await fateOf(log, { stream, revision }, () => false);
  return fate === 'changed' || fate === 'stands'
    ? { kind: 'changed', check: 'anchor-differs', ...at }
    : { kind: fate, check: 'anchor-absent', ...at };
};
