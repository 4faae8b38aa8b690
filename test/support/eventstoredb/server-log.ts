import type { MemoryEventStore } from '../../../src/event-store/memory.adapter.js';
import {
  APPEND_BYTES_MAX,
  type ExpectedRevision,
  type NewEvent,
  type StoredEvent,
} from '../../../src/event-store/event-store.js';
import { nameOf } from '../../../src/event-store/chain.js';
import type { Expected, Proposed, Recorded } from './wire.js';

/** What became of a write. `actual` is the stream's last revision, undefined when it has none. */
export type Verdict =
  | Readonly<{ type: 'Written'; revision: bigint; position: bigint }>
  | Readonly<{ type: 'WrongExpectedVersion'; actual: bigint | undefined }>
  | Readonly<{ type: 'StreamDeleted' }>;

/** A tombstone stands at the highest revision there is. */
const TOMBSTONE_REVISION = 2n ** 63n - 1n;
/** So many written events bring a system event into the log, as the server's own statistics do. */
const EVENTS_PER_STATS = 25;
const TICKS_PER_MS = 10_000n;

type Beside = Readonly<{ contentType: string; created: bigint; bytes?: Pick<Proposed, 'data' | 'metadata'> }>;

/**
 * The memory store with what a real server has around it: deleted streams, its own `$` events, and of each event the
 * exact bytes, content type and time. One write at a time, as the real server's single writer.
 */
export class ServerLog {
  private readonly beside = new Map<bigint, Beside>();
  private readonly softDeleted = new Set<string>();
  private readonly tombstoned = new Set<string>();
  private readonly firstVisible = new Map<string, bigint>();
  private writing: Promise<unknown> = Promise.resolve();
  private written = 0;
  private systemEvents = 0;

  private constructor(readonly store: MemoryEventStore) {}

  static async open(store: MemoryEventStore): Promise<ServerLog> {
    const log = new ServerLog(store);
    await log.writeSystemEvent('$$$settings', '$metadata', '{"$acl":{"$w":"$admins"}}');
    await log.writeStats();
    return log;
  }

  append(stream: string, expected: Expected, events: readonly Proposed[]): Promise<Verdict> {
    return this.alone(async () => {
      const verdict = await this.place(stream, expected, events);
      if (verdict.type === 'Written' && this.written >= EVENTS_PER_STATS) {
        this.written = 0;
        await this.writeStats();
      }
      return verdict;
    });
  }

  /** A soft deletion hides what is there; a hard one ends the stream for ever. */
  delete(stream: string, expected: Expected, hard: boolean): Promise<Verdict> {
    return this.alone(async () => {
      const fault = await this.findFault(stream, expected);
      if (fault) return fault;
      if (hard) {
        this.tombstoned.add(stream);
        this.softDeleted.delete(stream);
        return this.writeSystemEvent(stream, '$streamDeleted', '{}');
      }
      this.softDeleted.add(stream);
      return this.writeSystemEvent(`$$${stream}`, '$metadata', `{"$tb":${TOMBSTONE_REVISION}}`);
    });
  }

  isTombstoned(stream: string): boolean {
    return this.tombstoned.has(stream);
  }

  /** Whether a reader of the event's own stream still sees it; a reader of the whole log sees everything. */
  isVisible({ stream, revision }: StoredEvent): boolean {
    return !this.softDeleted.has(stream) && revision >= (this.firstVisible.get(stream) ?? 0n);
  }

  /** The visible events of a stream, in order. */
  async read(stream: string): Promise<readonly StoredEvent[]> {
    return (await this.store.read(stream)).filter((event) => this.isVisible(event));
  }

  toRecorded(event: StoredEvent): Recorded {
    const { contentType, created, bytes } = this.beside.get(event.position) ?? PUT_BY_A_TEST;
    const revision = event.type === '$streamDeleted' ? TOMBSTONE_REVISION : event.revision;
    const { data, metadata } = bytes ?? {
      data: Buffer.from(event.data, 'utf8'),
      metadata: Buffer.from(event.metadata, 'utf8'),
    };
    return { ...event, revision, contentType, created, data, metadata };
  }

  /** The memory store's verdict is the server's, but for streams that were deleted and for `stream_exists`. */
  private async place(stream: string, expected: Expected, events: readonly Proposed[]): Promise<Verdict> {
    if (this.tombstoned.has(stream)) return { type: 'StreamDeleted' };
    const isSoftDeleted = this.softDeleted.has(stream);
    if (expected === 'stream_exists' && isSoftDeleted) return { type: 'StreamDeleted' };
    if (expected === 'stream_exists' && !(await this.isThere(stream)))
      return { type: 'WrongExpectedVersion', actual: undefined };
    const isNewLife = expected === 'no_stream' && isSoftDeleted;
    const at = (isNewLife ? await this.findRestart(stream, events) : undefined) ?? toPort(expected);
    return this.write(stream, at, events);
  }

  private async write(
    stream: string,
    expected: ExpectedRevision,
    events: readonly Proposed[],
  ): Promise<Verdict> {
    const isText = fitsAsText(events);
    const result = await this.store.append(
      stream,
      expected,
      events.map((event) => toNewEvent(event, isText)),
    );
    if (!result.ok) {
      const { actual } = result.error;
      return { type: 'WrongExpectedVersion', actual: actual === 'no-stream' ? undefined : actual };
    }
    const { revision, position, stored } = result.value;
    if (stored) {
      const created = BigInt(Date.now()) * TICKS_PER_MS;
      const first = position - BigInt(events.length) + 1n;
      for (const [i, { contentType, data, metadata }] of events.entries())
        this.beside.set(first + BigInt(i), {
          contentType,
          created,
          ...(isText ? {} : { bytes: { data, metadata } }),
        });
      this.written += events.length;
      await this.wakeDeleted(stream, revision - BigInt(events.length) + 1n);
    }
    return { type: 'Written', revision, position };
  }

  /** A stream that was softly deleted lives again from here: what came before stays hidden. */
  private async wakeDeleted(stream: string, from: bigint): Promise<void> {
    if (!this.softDeleted.delete(stream)) return;
    this.firstVisible.set(stream, from);
    await this.writeSystemEvent(`$$${stream}`, '$metadata', `{"$tb":${from}}`);
  }

  /** As for an append with an id nobody knows. */
  private async findFault(stream: string, expected: Expected): Promise<Verdict | undefined> {
    if (this.tombstoned.has(stream)) return { type: 'StreamDeleted' };
    const actual = (await this.store.read(stream)).at(-1)?.revision;
    const wrong = { type: 'WrongExpectedVersion', actual } as const;
    switch (expected) {
      case 'any':
        return undefined;
      case 'stream_exists':
        if (this.softDeleted.has(stream)) return { type: 'StreamDeleted' };
        return actual === undefined ? wrong : undefined;
      case 'no_stream':
        return actual === undefined || this.softDeleted.has(stream) ? undefined : wrong;
      default:
        return expected === actual ? undefined : wrong;
    }
  }

  /** The revision a softly deleted stream goes on after, unless its old beginning is sent again. */
  private async findRestart(stream: string, events: readonly Proposed[]): Promise<bigint | undefined> {
    const stored = await this.store.read(stream);
    return stored[0]?.id === events[0]?.id ? undefined : stored.at(-1)?.revision;
  }

  /** A stream exists by its events or by its metadata alone. */
  private async isThere(stream: string): Promise<boolean> {
    const found = await this.store.readMany([stream, `$$${stream}`]);
    return [...found.values()].some((events) => events.length > 0);
  }

  private writeStats(): Promise<Verdict> {
    return this.writeSystemEvent('$stats-127.0.0.1', '$statsCollected', '{"proc-cpu":1}');
  }

  private writeSystemEvent(stream: string, type: string, text: string): Promise<Verdict> {
    const id = nameOf('system', String(this.systemEvents++));
    const [data, metadata] = [Buffer.from(text), Buffer.of()];
    return this.write(stream, 'any', [{ id, type, contentType: 'application/json', data, metadata }]);
  }

  private alone<T>(write: () => Promise<T>): Promise<T> {
    const turn = this.writing.then(write);
    this.writing = turn.catch(() => undefined); // the writer in turn hears of it
    return turn;
  }
}

/** Of an event that a test put straight into the memory store. */
const PUT_BY_A_TEST: Beside = { contentType: 'application/json', created: 0n };

const toPort = (expected: Expected): ExpectedRevision => {
  switch (expected) {
    case 'no_stream':
      return 'no-stream';
    case 'any':
    case 'stream_exists':
      return 'any';
    default:
      return expected;
  }
};

/** The memory store holds text up to the port's bound; other bytes are kept beside it and it holds empty text. */
const fitsAsText = (events: readonly Proposed[]): boolean => {
  const fields = events.flatMap(({ data, metadata }) => [Buffer.from(data), Buffer.from(metadata)]);
  const types = events.reduce((length, { type }) => length + type.length, 0);
  const bytes = fields.reduce((length, field) => length + field.length, types);
  return (
    bytes <= APPEND_BYTES_MAX && fields.every((field) => Buffer.from(field.toString('utf8')).equals(field))
  );
};
const toNewEvent = ({ id, type, data, metadata }: Proposed, isText: boolean): NewEvent => ({
  id,
  type,
  data: isText ? Buffer.from(data).toString('utf8') : '',
  metadata: isText ? Buffer.from(metadata).toString('utf8') : '',
});
