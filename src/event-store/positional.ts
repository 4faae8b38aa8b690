import assert from 'node:assert';
import { APPEND_BYTES_MAX, type ExpectedRevision, type NewEvent, type StreamAppend } from './event-store.js';

/** Under `any` an event id counts as known when it is among this many last events of the stream. */
export const IDS_LOOKED_BACK = 1_000;

export type Place = Readonly<{ id: string; revision: bigint; position: bigint }>;
/** What a verdict needs to know of a stream. */
export type StreamTail = Readonly<{
  actual: bigint | 'no-stream';
  findAt: (revision: bigint) => Place | undefined;
  /** The last IDS_LOOKED_BACK events by id; of an id that was stored twice, the later place. */
  recent: () => ReadonlyMap<string, Place>;
}>;

/** `Append`: store from this revision on. `Acknowledge`: they stand already, the last one here. */
export type Judgement =
  | Readonly<{ type: 'Append'; from: bigint }>
  | Readonly<{ type: 'Acknowledge'; last: Place }>
  | Readonly<{ type: 'Conflict' }>;

const CONFLICT = { type: 'Conflict' } as const;

/** The one verdict on an append, the same for every adapter and the same as EventStoreDB's. */
export const judgeAppend = (
  expected: ExpectedRevision,
  events: readonly Pick<NewEvent, 'id'>[],
  tail: StreamTail,
): Judgement => {
  const next = tail.actual === 'no-stream' ? 0n : tail.actual + 1n;
  if (expected === 'any') return judgeByIds(events, tail.recent(), next);
  const from = expected === 'no-stream' ? 0n : expected + 1n;
  if (from === next) return { type: 'Append', from };
  return from < next ? judgeByPlaces(events, tail, from) : CONFLICT;
};

/** The stream went on meanwhile: acknowledged when these very ids stand at these very places. */
const judgeByPlaces = (
  events: readonly Pick<NewEvent, 'id'>[],
  tail: StreamTail,
  from: bigint,
): Judgement => {
  let last: Place | undefined;
  for (const [index, { id }] of events.entries()) {
    last = tail.findAt(from + BigInt(index));
    if (last?.id !== id) return CONFLICT;
  }
  return last ? { type: 'Acknowledge', last } : CONFLICT;
};

/** A first id that is new makes a new append; after a known first one, every other must be known as well. */
const judgeByIds = (
  events: readonly Pick<NewEvent, 'id'>[],
  recent: ReadonlyMap<string, Place>,
  next: bigint,
): Judgement => {
  const places = events.map(({ id }) => recent.get(id));
  if (places[0] === undefined) return { type: 'Append', from: next };
  const last = places.at(-1);
  return last && !places.includes(undefined) ? { type: 'Acknowledge', last } : CONFLICT;
};

/** UTF-8 bytes of an append: types, data and metadata. */
export const bytesOf = (events: readonly NewEvent[]): number => {
  let bytes = 0;
  for (const { type, data, metadata } of events)
    bytes += type.length + Buffer.byteLength(data) + Buffer.byteLength(metadata);
  return bytes;
};

/** An empty or oversized append is a bug of the caller. */
export const assertAppendable = ({ events }: Pick<StreamAppend, 'events'>): void => {
  assert(events.length > 0, 'an append holds at least one event');
  assert(bytesOf(events) <= APPEND_BYTES_MAX, `an append holds at most ${APPEND_BYTES_MAX} bytes`);
};
