import type Database from 'better-sqlite3';
import { setImmediate } from 'node:timers/promises';
import { err, ok } from '../kernel/result.js';
import { CommitQueue } from './commit-queue.js';
import {
  EventStore,
  StoreUnavailable,
  type AppendResult,
  type ExpectedRevision,
  type NewEvent,
  type ReadAllOptions,
  type ReadOptions,
  type SinceLast,
  type StoredEvent,
  type StreamAppend,
  type Subscription,
} from './event-store.js';
import { assertAppendable, judgeAppend } from './positional.js';
import {
  openEventFile,
  readRange,
  sqliteCodeOf,
  toStatements,
  type Statements,
} from './sqlite-statements.adapter.js';
import { Subscriptions } from './subscription.js';

type Options = Readonly<{
  /** Position of the first event of an empty log. */
  firstPosition?: bigint;
  /** The file grows no larger than this many pages of 4 KiB; beyond it the disk counts as full. */
  pagesMax?: number;
}>;

/** Whole streams are read up to this many events before others have a turn. */
const READ_EVENTS_MAX = 5_000;
const DEFAULT_FIRST_POSITION = 1n;

/**
 * The log in one SQLite file (WAL, synchronous FULL), with one writing process; see the ADR on the event store.
 * Positions are dense and in order of commit.
 */
export class SqliteEventStore extends EventStore {
  private readonly statements: Statements;
  private readonly queue: CommitQueue;
  private readonly subscriptions: Subscriptions;
  private closing: Promise<void> | undefined;
  private closed = false;
  private first: bigint;
  private next: bigint;
  /** A group failed, so where the log ends is asked of the file again. */
  private inDoubt = false;

  private constructor(
    private readonly db: Database.Database,
    firstPosition: bigint,
  ) {
    super();
    this.statements = toStatements(db);
    this.first = this.statements.first.get() ?? firstPosition;
    this.next = this.findNext();
    this.subscriptions = new Subscriptions((after, max) =>
      this.readAll(after === undefined ? { max } : { after, max }),
    );
    this.queue = new CommitQueue((group) => this.commit(group), this.subscriptions.wake);
  }

  /** Opens the file or makes it. A file of an unknown schema version, or not of this store, is refused. */
  static open(
    path: string,
    { firstPosition = DEFAULT_FIRST_POSITION, pagesMax }: Options = {},
  ): SqliteEventStore {
    const db = openEventFile(path);
    if (pagesMax !== undefined) db.pragma(`max_page_count = ${pagesMax}`);
    return new SqliteEventStore(db, firstPosition);
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    const [verdict] = await this.appendMany([{ stream, expected, events }]);
    if (!verdict) throw new StoreUnavailable('the append was not answered');
    return verdict;
  }

  async appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    appends.forEach(assertAppendable);
    if (this.closing) throw new StoreUnavailable('the store is closed');
    return this.queue.add(appends);
  }

  async read(stream: string, options: ReadOptions | SinceLast = {}): Promise<readonly StoredEvent[]> {
    await this.turn();
    return readRange(this.statements, stream, options);
  }

  async readMany(
    streams: readonly string[],
    options: ReadOptions | SinceLast = {},
  ): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
    const found = new Map<string, readonly StoredEvent[]>();
    for (let next = 0; next < streams.length;) {
      await this.turn();
      next = this.readFrom(streams, next, options, found);
    }
    return found;
  }

  async readAll({ after, types, max }: ReadAllOptions): Promise<readonly StoredEvent[]> {
    await this.turn();
    const start = after ?? this.first - 1n;
    if (types) return this.statements.allOfTypes.all(start, JSON.stringify(types), max);
    return this.statements.all.all(start, max);
  }

  subscribe(
    options: Readonly<{ after?: bigint; batchMax?: number }>,
    onBatch: (events: readonly StoredEvent[]) => Promise<void>,
  ): Subscription {
    if (this.closing) throw new StoreUnavailable('the store is closed');
    return this.subscriptions.start(options, onBatch);
  }

  async head(): Promise<bigint | undefined> {
    await this.turn();
    return this.statements.head.get();
  }

  async countAfter(position: bigint | undefined, max = Infinity): Promise<number> {
    const head = await this.head();
    if (head === undefined) return 0;
    const before = position ?? this.first - 1n;
    return before >= head ? 0 : Math.min(Number(head - before), max);
  }

  /** What waits is still stored and answered; new calls are turned away. */
  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private async finish(): Promise<void> {
    await this.queue.drain();
    await this.subscriptions.close();
    this.closed = true;
    this.db.close();
  }

  /** A reader that asks again and again lets the event loop go round in between, or nobody else would have a turn. */
  private async turn(): Promise<void> {
    await setImmediate();
    if (this.closed) throw new StoreUnavailable('the store is closed');
  }

  /** Reads streams for one turn of the event loop, in one transaction: half the cost of one for each. */
  private readFrom(
    streams: readonly string[],
    from: number,
    options: ReadOptions | SinceLast,
    found: Map<string, readonly StoredEvent[]>,
  ): number {
    const { beginRead, commit } = this.statements;
    let next = from;
    beginRead.run();
    try {
      for (let events = 0; next < streams.length && events < READ_EVENTS_MAX; next++) {
        const stream = streams[next] ?? '';
        const stored = readRange(this.statements, stream, options);
        found.set(stream, stored);
        events += stored.length + 1;
      }
    } finally {
      commit.run();
    }
    return next;
  }

  private findNext(): bigint {
    const head = this.statements.head.get();
    return head === undefined ? this.first : head + 1n;
  }

  private commit(group: readonly StreamAppend[]): readonly AppendResult[] {
    const { begin, commit } = this.statements;
    try {
      if (this.inDoubt) this.next = this.findNext();
      this.inDoubt = false;
      const [only] = group;
      // One event needs no transaction of its own: its insert is one.
      if (only && group.length === 1 && only.events.length === 1) {
        const verdict = this.insertAtOnce(only);
        if (verdict) return [verdict];
      }
      begin.run();
      const verdicts = group.map((append) => this.insertAtOnce(append) ?? this.judge(append));
      commit.run();
      return verdicts;
    } catch (cause) {
      this.inDoubt = true;
      if (this.db.inTransaction) this.statements.rollback.run();
      if (sqliteCodeOf(cause) !== undefined)
        throw new StoreUnavailable('the event store could not write', { cause });
      throw cause;
    }
  }

  /** The usual case, in which a unique index alone decides. `undefined`: nothing was written, look closer. */
  private insertAtOnce({ stream, expected, events }: StreamAppend): AppendResult | undefined {
    if (expected === 'any') return undefined;
    const [first] = events;
    if (!first) return undefined;
    const { id, type, data, metadata } = first;
    const { insertFirst, insertAfter } = this.statements;
    const { changes } =
      expected === 'no-stream'
        ? insertFirst.run(this.next, stream, 0n, id, type, data, metadata)
        : insertAfter.run(this.next, stream, expected + 1n, id, type, data, metadata, stream, expected);
    if (changes === 0) return undefined;
    const from = expected === 'no-stream' ? 0n : expected + 1n;
    this.next++;
    return this.insert(stream, from + 1n, events, 1);
  }

  private judge({ stream, expected, events }: StreamAppend): AppendResult {
    const { tip, at, recent } = this.statements;
    const actual = tip.get(stream) ?? 'no-stream';
    const judgement = judgeAppend(expected, events, {
      actual,
      findAt: (revision) => at.get(stream, revision),
      recent: () => new Map(recent.all(stream).map((place) => [place.id, place])),
    });
    switch (judgement.type) {
      case 'Conflict':
        return err({ type: 'Conflict', stream, actual });
      case 'Acknowledge': {
        const { revision, position } = judgement.last;
        return ok({ revision, position, stored: false });
      }
      case 'Append':
        return this.insert(stream, judgement.from, events, 0);
    }
  }

  private insert(stream: string, from: bigint, events: readonly NewEvent[], skip: number): AppendResult {
    let revision = from;
    for (let i = skip; i < events.length; i++) {
      const event = events[i];
      if (!event) break;
      this.statements.insert.run(
        this.next++,
        stream,
        revision++,
        event.id,
        event.type,
        event.data,
        event.metadata,
      );
    }
    return ok({ revision: revision - 1n, position: this.next - 1n, stored: true });
  }
}
