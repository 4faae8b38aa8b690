import { hashOf, metadataOf } from '../event-store/chain.js';
import type { LogReader, StoredEvent } from '../event-store/event-store.js';
import { CHECKPOINT_STREAM, type Leaf } from './checkpoint.js';
import type { Covering } from './covering.js';
import type { Check, FaultKind, LogFault, WalkCheck } from './faults.js';

/** The first event that does not fit, as the walk met it. */
export type Misfit = Readonly<{
  check: WalkCheck;
  event: StoredEvent;
  /** How many events fitted before it. */
  ordinal: number;
  /** What a checkpoint remembers of this place. */
  leaf: Leaf | undefined;
  /** The revision that was next in its stream, and the hash of the one before. */
  next: bigint;
  prev: string;
  /** The position up to which checkpoints bore every event out. */
  provenThrough: bigint | undefined;
}>;
type Log = Pick<LogReader, 'read' | 'readAll'>;
type Place = Readonly<{ stream: string; revision: bigint }>;

/** Content that fits its hash elsewhere is looked for among this many revisions of its stream. */
const REVISIONS_TRIED_MAX = 10_000n;
/** Few, since a checkpoint may be large. */
const PAGE_EVENTS = 100;

/** Looks around in the log, once, to tell from the first event that does not fit what was done. */
export const inquire = async (log: Log, misfit: Misfit, covering: Covering): Promise<LogFault> => {
  const { check, event, leaf } = misfit;
  if (check === 'unreadable') return toFault('changed', check, event);
  if (check === 'hash-differs') return whyHash(log, misfit, covering);
  if (check === 'position-order') return toFault('reordered', check, event);
  if (leaf && !isAt(leaf, event)) return whyAnother(log, misfit, leaf, covering);
  switch (check) {
    case 'revision-gap':
      return whyGap(log, misfit);
    case 'prev-differs':
      return toFault('changed', check, await forgedOf(log, misfit));
    case 'revision-again':
    case 'leaf-differs':
      return toFault('changed', check, event);
  }
};

const toFault = (
  kind: FaultKind,
  check: Check,
  { stream, revision, position }: Place & Readonly<{ position: bigint }>,
): LogFault => ({ kind, check, stream, revision, position });
const isAt = (place: Place, { stream, revision }: Place): boolean =>
  place.revision === revision && place.stream === stream;

/** What stands where an event should: itself, another one, or nothing, and then why not. */
export type Fate = 'stands' | 'changed' | 'missing' | 'truncated' | 'stream-removed';
export const fateOf = async (
  log: Pick<LogReader, 'read'>,
  { stream, revision }: Place,
  isIt: (event: StoredEvent) => boolean,
): Promise<Fate> => {
  const [found] = await log.read(stream, { from: revision, max: 1 });
  if (found?.revision === revision) return isIt(found) ? 'stands' : 'changed';
  if (found) return 'missing';
  const [last] = await log.read(stream, { direction: 'backwards', max: 1 });
  return last ? 'truncated' : 'stream-removed';
};

/** A checkpoint remembers another event than the one that was met: gone, or moved, or this one was put in. */
const whyAnother = async (log: Log, misfit: Misfit, leaf: Leaf, covering: Covering): Promise<LogFault> => {
  const { check, event, ordinal } = misfit;
  const expected = { ...leaf, position: event.position };
  const fate = await fateOf(log, leaf, (found) => hashIn(found) === leaf.hash);
  if (fate === 'changed') return whyOccupied(log, misfit, leaf, covering);
  if (fate !== 'stands') return toFault(fate, check === 'leaf-differs' ? 'leaf-absent' : check, expected);
  const following = covering.leafAt(ordinal + 1);
  if (following && isAt(following, event)) return toFault('reordered', 'leaf-elsewhere', expected);
  return (await isPutIn(log, misfit, leaf, covering))
    ? toFault('changed', 'leaf-extra', event)
    : toFault('reordered', 'leaf-elsewhere', event);
};

/**
 * Other bytes stand at the place of the event that should come. When they are those of a later event, that one moved up,
 * and what stood here is elsewhere or gone; otherwise this very event was changed.
 */
const whyOccupied = async (
  log: Log,
  { event: { position }, ordinal }: Misfit,
  leaf: Leaf,
  covering: Covering,
): Promise<LogFault> => {
  const [occupant] = await log.read(leaf.stream, { from: leaf.revision, max: 1 });
  const hash = occupant && hashIn(occupant);
  const isLater = (await covering.findLater(ordinal, (later) => later.hash === hash)) !== undefined;
  if (!isLater) return toFault('changed', 'leaf-differs', { ...leaf, position });
  const isKept = await hasIn(log, leaf.stream, `"hash":"${leaf.hash}"`);
  return toFault(isKept ? 'reordered' : 'missing', 'place-differs', { ...leaf, position });
};

/** The log has come to its end, and a checkpoint remembers one more event. */
export const whyUnmet = async (log: Log, leaf: Leaf, position: bigint): Promise<LogFault> => {
  const fate = await fateOf(log, leaf, (found) => hashIn(found) === leaf.hash);
  return fate === 'stands'
    ? toFault('reordered', 'leaf-elsewhere', { ...leaf, position })
    : toFault(fate, fate === 'changed' ? 'leaf-differs' : 'leaf-absent', { ...leaf, position });
};

/** No checkpoint names the event, and behind it, and others like it, the signed order goes on as if they were not there. */
const isPutIn = async (
  log: Log,
  { event, ordinal }: Misfit,
  leaf: Leaf,
  covering: Covering,
): Promise<boolean> => {
  if (event.stream === CHECKPOINT_STREAM) return false;
  if (await covering.findLater(ordinal, (later) => isAt(later, event))) return false;
  for (const follower of await log.readAll({ after: event.position, max: PAGE_EVENTS })) {
    if (isAt(leaf, follower)) return true;
    // What a checkpoint covers stands before it: then the event that should have come was moved behind.
    if (follower.stream === CHECKPOINT_STREAM) return false;
    if (await covering.findLater(ordinal, (later) => isAt(later, follower))) return false;
  }
  return false;
};

/** A revision was left out, and no checkpoint remembers this place. */
const whyGap = async (log: Log, { check, event, next }: Misfit): Promise<LogFault> => {
  const fate = await fateOf(log, { stream: event.stream, revision: next }, () => true);
  return fate === 'stands'
    ? toFault('reordered', check, event)
    : toFault('missing', check, { ...event, revision: next });
};

/** The bytes do not fit the hash: changed, unless they fit it at another place, where they must have stood. */
const whyHash = async (log: Log, misfit: Misfit, covering: Covering): Promise<LogFault> => {
  const { event, next, prev } = misfit;
  const origin = await findOrigin(log, misfit, covering);
  if (!origin) return toFault('changed', 'hash-differs', event);
  const isNext = event.revision === next;
  const isReplaced = isNext && !(await hasFollower(log, prev, [event.stream, origin.stream]));
  return toFault(isReplaced ? 'missing' : 'reordered', 'place-differs', event);
};

/** Where the content of an event fits the hash that it has. */
const findOrigin = async (
  log: Log,
  { event, ordinal, leaf }: Misfit,
  covering: Covering,
): Promise<Place | undefined> => {
  const hash = hashIn(event);
  const open = event.metadata.replace(`"hash":"${hash}",`, '');
  const fits = ({ stream, revision }: Place): boolean => hashOf(stream, revision, event, open) === hash;
  // It stands where it stood in the order of the log: only its stream was given another name.
  if (leaf && fits(leaf) && leaf.stream !== event.stream) return undefined;
  const later = await covering.findLater(ordinal, (each) => each.hash === hash);
  if (later && fits(later)) return later;
  const [last] = await log.read(event.stream, { direction: 'backwards', max: 1 });
  const end = (last?.revision ?? 0n) + 1n;
  for (let revision = 0n; revision <= end && revision < REVISIONS_TRIED_MAX; revision++)
    if (fits({ stream: event.stream, revision })) return { stream: event.stream, revision };
  return undefined;
};

/** Whether an event that follows a hash is anywhere in one of these streams. */
const hasFollower = async (log: Log, prev: string, streams: readonly string[]): Promise<boolean> => {
  for (const stream of new Set(streams)) if (await hasIn(log, stream, `"prev":"${prev}"`)) return true;
  return false;
};

/** Whether a member stands in the metadata of any event of a stream. */
const hasIn = async (log: Log, stream: string, member: string): Promise<boolean> => {
  for (let from = 0n; ;) {
    const page = await log.read(stream, { from, max: PAGE_EVENTS });
    if (page.some(({ metadata }) => metadata.includes(member))) return true;
    const last = page.at(-1);
    if (!last || page.length < PAGE_EVENTS) return false;
    from = last.revision + 1n;
  }
};

/**
 * Two neighbours of a stream do not fit together, and each fits its own hash. The earlier one was forged, since whoever
 * forges an event must leave the next as it is or forge it too; unless a checkpoint bears the earlier one out.
 */
const forgedOf = async (log: Log, { event, provenThrough }: Misfit): Promise<StoredEvent> => {
  if (event.revision === 0n) return event;
  const [before] = await log.read(event.stream, { from: event.revision - 1n, max: 1 });
  const isProven = before && provenThrough !== undefined && before.position <= provenThrough;
  return before && !isProven ? before : event;
};

/** The hash that an event says it has. */
const hashIn = (event: StoredEvent): string | undefined => {
  try {
    return metadataOf(event).hash;
  } catch {
    return undefined;
  }
};
