import type { Result } from '../kernel/result.js';

/** The revision a writer read last. `no-stream`: none is there yet. `any`: the writer does not care. */
export type ExpectedRevision = bigint | 'no-stream' | 'any';

/**
 * An event ready to be stored. `data` and `metadata` are canonical JSON text (RFC 8785): the hash covers these very
 * bytes, so no adapter may parse and print them again. `id` is a UUID in lower case.
 */
export type NewEvent = Readonly<{ id: string; type: string; data: string; metadata: string }>;

/** `revision` counts from 0 within its stream, `position` is the place in the whole log. Both may pass 2^53. */
export type StoredEvent = NewEvent & Readonly<{ stream: string; revision: bigint; position: bigint }>;

/** `stored` is false when the very same events stood there already, so that nothing was stored again. */
export type Appended = Readonly<{ revision: bigint; position: bigint; stored: boolean }>;
/** Another writer was there first. `actual` is the stream's last revision, or `no-stream`. */
export type Conflict = Readonly<{ type: 'Conflict'; stream: string; actual: bigint | 'no-stream' }>;
export type AppendResult = Result<Appended, Conflict>;

export type StreamAppend = Readonly<{
  stream: string;
  expected: ExpectedRevision;
  events: readonly NewEvent[];
}>;

export type ReadOptions = Readonly<{
  /** First revision wanted, inclusive. Default: the first forwards, the last backwards. */
  from?: bigint;
  /** Last revision wanted, inclusive, in the direction of reading. */
  to?: bigint;
  direction?: 'forwards' | 'backwards';
  /** At most this many events; without it the whole stream. */
  max?: number;
}>;

/** Only the end of a stream: from the last event of this type on, that one included; whole when it holds none. */
export type SinceLast = Readonly<{ sinceLast: string }>;

export type ReadAllOptions = Readonly<{
  /** Position of the last event already seen; events follow strictly after it. `undefined`: from the start. */
  after?: bigint;
  types?: readonly string[];
  max: number;
}>;

export type Subscription = Readonly<{
  /** Ends the subscription; resolves when the batch in hand is done. */
  close: () => Promise<void>;
  /** Settles when the subscription ends: resolves after `close`, rejects when `onBatch` threw. */
  done: Promise<void>;
}>;

/**
 * The port to the log. An adapter passes `test/contract/event-store.contract.ts` without skips.
 *
 * - A write is answered only when it is durable.
 * - Duplicates are removed by position only: the same ids at the same expected revision are acknowledged and not
 *   stored again; the same id at the next correct revision is stored; some ids known and some new is a conflict.
 * - An empty list of events or an append over APPEND_BYTES_MAX is a bug of the caller
 *   and throws.
 * - A store that cannot answer (disk full, lost connection) rejects the promise with StoreUnavailable; nothing of that
 *   call is stored, or the outcome is unknown and the same call may be sent again.
 */
export abstract class EventStore {
  abstract append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult>;
  /**
   * A batch over many streams. Each append has its own verdict, in the order given, and what is stored stands in the log
   * in that order too. A store that fails halfway rejects; the earlier part may be stored, and is acknowledged when the
   * batch is sent again.
   */
  abstract appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]>;
  /** The events of a stream in order; an unknown stream has none. */
  abstract read(stream: string, options?: ReadOptions | SinceLast): Promise<readonly StoredEvent[]>;
  /** Many streams at once, whole or each from its last event of a type; a stream that is not there has an empty list. */
  abstract readMany(
    streams: readonly string[],
    options?: SinceLast,
  ): Promise<ReadonlyMap<string, readonly StoredEvent[]>>;
  /** A page of the whole log in strict order of position, without gaps. */
  abstract readAll(options: ReadAllOptions): Promise<readonly StoredEvent[]>;
  /**
   * Every event after a position, then each new one as it comes, in batches. The next batch is read only when
   * `onBatch` has resolved: a slow reader slows its own subscription and nothing else.
   */
  abstract subscribe(
    options: Readonly<{ after?: bigint; batchMax?: number }>,
    onBatch: (events: readonly StoredEvent[]) => Promise<void>,
  ): Subscription;
  /** The position of the last event in the log; `undefined` when it is empty. */
  abstract head(): Promise<bigint | undefined>;
  /** How many events follow a position; with `max` it stops there, since a store may have to read what it counts. */
  abstract countAfter(position: bigint | undefined, max?: number): Promise<number>;
  abstract close(): Promise<void>;
}

/** A log that is only read: by a walk through it, or beside the process that writes it. */
export type LogReader = Pick<EventStore, 'read' | 'readAll' | 'head' | 'countAfter' | 'close'>;

/** The store could not answer: disk full or failing, connection lost, overloaded, closed. The call may be sent again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** EventStoreDB refuses an append over 1 MiB; the port holds every engine to the same bound, with room for framing. */
export const APPEND_BYTES_MAX = 1_000_000;
