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
} from '../event-store/event-store.js';
import type { Continuity } from './continuity.js';

/**
 * A store that takes nothing while the log is not the one that the read models were made from: a write then would part
 * two histories before anybody has looked, and could be lost when the right log is put back. Appends are refused with
 * ReadModelsStale. Reading goes on: the log is what it is. After the store did not answer, the next append looks first.
 */
export class GuardedEventStore extends EventStore {
  constructor(
    private readonly inner: EventStore,
    private readonly continuity: Continuity,
  ) {
    super();
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    await this.continuity.assertHolds();
    return this.watched(this.inner.append(stream, expected, events));
  }
  async appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    await this.continuity.assertHolds();
    return this.watched(this.inner.appendMany(appends));
  }
  read(stream: string, options?: ReadOptions | SinceLast): Promise<readonly StoredEvent[]> {
    return this.watched(this.inner.read(stream, options));
  }
  readMany(
    streams: readonly string[],
    options?: SinceLast,
  ): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
    return this.watched(this.inner.readMany(streams, options));
  }
  readAll(options: ReadAllOptions): Promise<readonly StoredEvent[]> {
    return this.watched(this.inner.readAll(options));
  }
  subscribe(
    options: Readonly<{ after?: bigint; batchMax?: number }>,
    onBatch: (events: readonly StoredEvent[]) => Promise<void>,
  ): Subscription {
    return this.inner.subscribe(options, onBatch);
  }
  head(): Promise<bigint | undefined> {
    return this.watched(this.inner.head());
  }
  countAfter(position: bigint | undefined, max?: number): Promise<number> {
    return this.watched(this.inner.countAfter(position, max));
  }
  close(): Promise<void> {
    return this.inner.close();
  }

  private async watched<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof StoreUnavailable) this.continuity.doubt();
      throw error;
    }
  }
}
