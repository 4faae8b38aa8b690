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
} from '../../src/event-store/event-store.js';

type OnBatch = (events: readonly StoredEvent[]) => Promise<void>;
type Open = { inner: Subscription; drop: (error: Error) => void; resume: () => Subscription };

/** A store that can go away, and come back with another log: what a server does that is restored from a backup. */
export class SwappedStore extends EventStore {
  private isAway = false;
  private readonly open = new Set<Open>();

  constructor(private inner: EventStore) {
    super();
  }

  /** Nothing answers, and subscriptions end with an error. */
  goAway(): void {
    this.isAway = true;
    for (const each of this.open) each.drop(new StoreUnavailable('away'));
  }
  /** Back, with this log. */
  comeBack(inner: EventStore = this.inner): void {
    this.inner = inner;
    this.isAway = false;
  }
  /** Another log from one call to the next; subscriptions go on after their last event, as if nothing had been. */
  async swapUnseen(inner: EventStore): Promise<void> {
    this.inner = inner;
    for (const each of this.open) {
      await each.inner.close();
      each.inner = each.resume();
    }
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return this.answer(() => this.inner.append(stream, expected, events));
  }
  appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    return this.answer(() => this.inner.appendMany(appends));
  }
  read(stream: string, options?: ReadOptions | SinceLast): Promise<readonly StoredEvent[]> {
    return this.answer(() => this.inner.read(stream, options));
  }
  readMany(
    streams: readonly string[],
    options?: SinceLast,
  ): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
    return this.answer(() => this.inner.readMany(streams, options));
  }
  readAll(options: ReadAllOptions): Promise<readonly StoredEvent[]> {
    return this.answer(() => this.inner.readAll(options));
  }
  head(): Promise<bigint | undefined> {
    return this.answer(() => this.inner.head());
  }
  countAfter(position: bigint | undefined, max?: number): Promise<number> {
    return this.answer(() => this.inner.countAfter(position, max));
  }
  close(): Promise<void> {
    return this.inner.close();
  }

  subscribe(options: Readonly<{ after?: bigint; batchMax?: number }>, onBatch: OnBatch): Subscription {
    let { after } = options;
    const onEvents: OnBatch = async (events) => {
      await onBatch(events);
      after = events.at(-1)?.position;
    };
    const resume = (): Subscription => {
      const from = { ...options, ...(after !== undefined && { after }) };
      const inner = this.inner.subscribe(from, onEvents);
      inner.done.catch(drop);
      return inner;
    };
    let drop: (error: Error) => void = () => undefined;
    let end: () => void = () => undefined;
    const done = new Promise<void>((resolve, reject) => {
      [end, drop] = [resolve, reject];
    });
    const each: Open = { inner: resume(), drop, resume };
    this.open.add(each);
    if (this.isAway) drop(new StoreUnavailable('away'));
    const close = async (): Promise<void> => {
      this.open.delete(each);
      await each.inner.close();
      end();
    };
    return { close, done };
  }

  private async answer<T>(ask: () => Promise<T>): Promise<T> {
    if (this.isAway) throw new StoreUnavailable('away');
    return ask();
  }
}
