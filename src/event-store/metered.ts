import {
  EventStore,
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

/** What there is to count about appends. */
export type AppendMeter = Readonly<{
  appended: (events: number) => void;
  conflicted: () => void;
  failed: () => void;
}>;

/** What there is to count about an engine on the far side of a network. */
export type StoreMeter = Readonly<{
  /** A call, or one append of a batch, was sent again. */
  retried: () => void;
  /** A subscription was cut off and begun again where it stood. */
  dropped: () => void;
}>;
export const UNMETERED: StoreMeter = { retried: () => undefined, dropped: () => undefined };

/** A store whose appends are counted; everything else passes through. */
export class MeteredEventStore extends EventStore {
  constructor(
    private readonly inner: EventStore,
    private readonly meter: AppendMeter,
  ) {
    super();
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    const result = await this.counted(this.inner.append(stream, expected, events));
    this.count(result, events.length);
    return result;
  }

  async appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    const results = await this.counted(this.inner.appendMany(appends));
    results.forEach((result, i) => {
      this.count(result, appends[i]?.events.length ?? 0);
    });
    return results;
  }

  read(stream: string, options?: ReadOptions | SinceLast): Promise<readonly StoredEvent[]> {
    return this.inner.read(stream, options);
  }
  readMany(
    streams: readonly string[],
    options?: SinceLast,
  ): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
    return this.inner.readMany(streams, options);
  }
  readAll(options: ReadAllOptions): Promise<readonly StoredEvent[]> {
    return this.inner.readAll(options);
  }
  subscribe(
    options: Readonly<{ after?: bigint; batchMax?: number }>,
    onBatch: (events: readonly StoredEvent[]) => Promise<void>,
  ): Subscription {
    return this.inner.subscribe(options, onBatch);
  }
  head(): Promise<bigint | undefined> {
    return this.inner.head();
  }
  countAfter(position: bigint | undefined, max?: number): Promise<number> {
    return this.inner.countAfter(position, max);
  }
  close(): Promise<void> {
    return this.inner.close();
  }

  private async counted<T>(appending: Promise<T>): Promise<T> {
    try {
      return await appending;
    } catch (error) {
      this.meter.failed();
      throw error;
    }
  }

  private count(result: AppendResult, events: number): void {
    if (!result.ok) this.meter.conflicted();
    else if (result.value.stored) this.meter.appended(events);
  }
}
