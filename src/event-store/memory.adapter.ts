import { setImmediate } from 'node:timers/promises';
import { err, ok } from '../kernel/result.js';
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
import { assertAppendable, IDS_LOOKED_BACK, judgeAppend, type StreamTail } from './positional.js';
import { Subscriptions } from './subscription.js';

/** The log in memory, for tests: it behaves as the durable stores do and forgets everything. */
export class MemoryEventStore extends EventStore {
  private readonly log: StoredEvent[] = [];
  private readonly streams = new Map<string, StoredEvent[]>();
  private readonly subscriptions = new Subscriptions((after, max) =>
    this.readAll(after === undefined ? { max } : { after, max }),
  );
  private closed = false;

  private constructor(private readonly firstPosition: bigint) {
    super();
  }

  static open({ firstPosition = 1n }: Readonly<{ firstPosition?: bigint }> = {}): MemoryEventStore {
    return new MemoryEventStore(firstPosition);
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    const append = { stream, expected, events };
    assertAppendable(append);
    await this.turn();
    const verdict = this.place(append);
    this.subscriptions.wake();
    return verdict;
  }

  async appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    appends.forEach(assertAppendable);
    await this.turn();
    const verdicts = appends.map((append) => this.place(append));
    this.subscriptions.wake();
    return verdicts;
  }

  async read(stream: string, options: ReadOptions | SinceLast = {}): Promise<readonly StoredEvent[]> {
    await this.turn();
    const events = this.streams.get(stream) ?? [];
    if ('sinceLast' in options) return endOf(events, options);
    const { from, to, direction = 'forwards', max = events.length } = options;
    const [low, high] = direction === 'forwards' ? [from, to] : [to, from];
    const wanted = events.filter(
      ({ revision }) => (low === undefined || revision >= low) && (high === undefined || revision <= high),
    );
    return (direction === 'forwards' ? wanted : wanted.reverse()).slice(0, max);
  }

  async readMany(
    streams: readonly string[],
    options?: SinceLast,
  ): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
    await this.turn();
    return new Map(streams.map((stream) => [stream, endOf(this.streams.get(stream) ?? [], options)]));
  }

  async readAll({ after, types, max }: ReadAllOptions): Promise<readonly StoredEvent[]> {
    await this.turn();
    const found: StoredEvent[] = [];
    const start =
      after === undefined || after < this.firstPosition ? 0 : Number(after - this.firstPosition) + 1;
    for (let i = start; i < this.log.length && found.length < max; i++) {
      const event = this.log[i];
      if (event && (!types || types.includes(event.type))) found.push(event);
    }
    return found;
  }

  subscribe(
    options: Readonly<{ after?: bigint; batchMax?: number }>,
    onBatch: (events: readonly StoredEvent[]) => Promise<void>,
  ): Subscription {
    return this.subscriptions.start(options, onBatch);
  }

  async head(): Promise<bigint | undefined> {
    await this.turn();
    return this.log.at(-1)?.position;
  }

  async countAfter(position: bigint | undefined, max = Infinity): Promise<number> {
    const head = await this.head();
    if (head === undefined) return 0;
    const before = position ?? this.firstPosition - 1n;
    return before >= head ? 0 : Math.min(Number(head - before), max);
  }

  async close(): Promise<void> {
    await this.subscriptions.close();
    this.closed = true;
  }

  /** As in a durable store no answer comes within the caller's own turn, so races are as real here. */
  private async turn(): Promise<void> {
    if (this.closed) throw new StoreUnavailable('the store is closed');
    await setImmediate();
  }

  private place({ stream, expected, events }: StreamAppend): AppendResult {
    const stored = this.streams.get(stream) ?? [];
    const tail = toTail(stored);
    const judgement = judgeAppend(expected, events, tail);
    switch (judgement.type) {
      case 'Conflict':
        return err({ type: 'Conflict', stream, actual: tail.actual });
      case 'Acknowledge': {
        const { revision, position } = judgement.last;
        return ok({ revision, position, stored: false });
      }
      case 'Append': {
        let { from: revision } = judgement;
        let position = this.firstPosition + BigInt(this.log.length);
        for (const { id, type, data, metadata } of events) {
          const event = { stream, revision: revision++, position: position++, id, type, data, metadata };
          stored.push(event);
          this.log.push(event);
        }
        this.streams.set(stream, stored);
        return ok({ revision: revision - 1n, position: position - 1n, stored: true });
      }
    }
  }
}

const toTail = (stored: readonly StoredEvent[]): StreamTail => ({
  actual: stored.at(-1)?.revision ?? 'no-stream',
  findAt: (revision) => stored[Number(revision)],
  recent: () => new Map(stored.slice(-IDS_LOOKED_BACK).map((event) => [event.id, event])),
});

const endOf = (events: readonly StoredEvent[], options: SinceLast | undefined): readonly StoredEvent[] =>
  events.slice(Math.max(0, options ? events.findLastIndex(({ type }) => type === options.sinceLast) : 0));
