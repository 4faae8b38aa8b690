import { CATEGORIES } from './categories.js';
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
import { Appends } from './eventstoredb-appends.adapter.js';
import { Connection } from './eventstoredb-calls.adapter.js';
import { Confirmation } from './eventstoredb-confirmation.adapter.js';
import { Names } from './eventstoredb-messages.adapter.js';
import { Reads } from './eventstoredb-reads.adapter.js';
import { Seen } from './eventstoredb-seen.adapter.js';
import { LogSubscription } from './eventstoredb-subscription.adapter.js';
import { Tail } from './eventstoredb-tail.adapter.js';
import { UNMETERED, type StoreMeter } from './metered.js';
import { assertAppendable } from './positional.js';

type Options = Readonly<{
  /** Stands before each stream's name in the server: tests on a shared server use one, this system has none. */
  namespace?: string;
  /** By these openings our streams are told from those of other programs on the same server. */
  categories?: readonly string[];
  meter?: StoreMeter;
  /** An append, or a read between two answers, that waits longer is tried again. */
  answerMsMax?: number;
}>;

const ANSWER_MS_MAX = 10_000;

/**
 * The log in EventStoreDB (KurrentDB), with any number of writing processes; see the ADR on EventStoreDB. Positions are
 * the server's commit positions: in order, with gaps.
 */
export class EventStoreDbStore extends EventStore {
  private readonly subscriptions = new Set<LogSubscription>();
  private readonly seen = new Seen();
  private readonly reads: Reads;
  private readonly appends: Appends;
  private readonly tail: Tail;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    answerMsMax: number,
  ) {
    super();
    this.reads = new Reads(connection, names, this.seen);
    this.tail = new Tail((after, max) => this.reads.positions(after, max));
    this.appends = new Appends({
      connection,
      names,
      seen: this.seen,
      confirmation: new Confirmation(connection, names),
      answerMsMax,
      findHead: () => this.reads.head(),
    });
  }

  /** `url` is a connection string (`esdb://…`). The server is asked for with the first call, not here. */
  static open(
    url: string,
    { namespace = '', categories = CATEGORIES, meter = UNMETERED, answerMsMax = ANSWER_MS_MAX }: Options = {},
  ): EventStoreDbStore {
    const names = new Names(namespace, categories);
    return new EventStoreDbStore(Connection.open(url, answerMsMax, meter), names, answerMsMax);
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
    for (const { stream } of appends) this.names.assertOurs(stream);
    this.assertOpen();
    return this.appends.add(appends);
  }

  async read(stream: string, options?: ReadOptions | SinceLast): Promise<readonly StoredEvent[]> {
    this.assertOpen();
    return this.reads.stream(stream, options);
  }

  async readMany(
    streams: readonly string[],
    options?: SinceLast,
  ): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
    this.assertOpen();
    return this.reads.streams(streams, options);
  }

  async readAll(options: ReadAllOptions): Promise<readonly StoredEvent[]> {
    this.assertOpen();
    return this.reads.log(options);
  }

  subscribe(
    options: Readonly<{ after?: bigint; batchMax?: number }>,
    onBatch: (events: readonly StoredEvent[]) => Promise<void>,
  ): Subscription {
    this.assertOpen();
    const subscription = new LogSubscription(this.connection, this.names, this.seen, options, onBatch);
    this.subscriptions.add(subscription);
    const forget = (): void => void this.subscriptions.delete(subscription);
    subscription.done.then(forget, forget);
    return subscription;
  }

  async head(): Promise<bigint | undefined> {
    this.assertOpen();
    return this.connection.retrying(() => this.reads.head());
  }

  async countAfter(position: bigint | undefined, max = Infinity): Promise<number> {
    this.assertOpen();
    return this.tail.count(position, max);
  }

  /** What was sent is still answered or given up within its limit; new calls are turned away. */
  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private async finish(): Promise<void> {
    await Promise.all([this.appends.drain(), ...[...this.subscriptions].map((each) => each.close())]);
    await this.connection.close();
  }

  private assertOpen(): void {
    if (this.closing) throw new StoreUnavailable('the store is closed');
  }
}
