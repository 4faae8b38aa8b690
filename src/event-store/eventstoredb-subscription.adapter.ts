import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientReadableStream } from '@grpc/grpc-js';
import type { StoredEvent, Subscription } from './event-store.js';
import { type Connection } from './eventstoredb-calls.adapter.js';
import { findRecorded, isOurs, toLogRead, type Names } from './eventstoredb-messages.adapter.js';
import type { Seen } from './eventstoredb-seen.adapter.js';
import { BATCH_MAX } from './subscription.js';

/** Waits before a subscription that was cut off begins again, in ms; the last one is repeated for as long as it takes. */
const RESUME_WAITS_MS: readonly number[] = [100, 200, 500, 1_000, 2_000, 5_000];

type OnBatch = (events: readonly StoredEvent[]) => Promise<void>;
/** What an answer holds: an event, or the place up to which the server found none of ours. */
type Arrived = Readonly<{ position: bigint; event: StoredEvent | undefined }>;

/** One call: what arrives is held until it is asked for, and no more than a batch is. */
class Arrivals {
  private held: ReadResp[] = [];
  private over = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly call: ClientReadableStream<ReadResp>,
    private readonly heldMax: number,
  ) {
    call
      .on('data', (answer: ReadResp) => this.take(answer))
      .on('error', () => this.end())
      .on('end', () => this.end());
  }

  /** What has arrived, at most a batch, once there is something; nothing when the call is over. */
  async next(): Promise<readonly ReadResp[]> {
    if (this.held.length === 0 && !this.over) await new Promise<void>((resolve) => (this.wake = resolve));
    const batch = this.held;
    this.held = [];
    if (!this.over) this.call.resume();
    return batch;
  }

  /** Ends the call; what waits for more is told that there is none. */
  cancel(): void {
    this.held = [];
    this.end();
    this.call.cancel();
  }

  private take(answer: ReadResp): void {
    if (this.over) return;
    this.held.push(answer);
    if (this.held.length >= this.heldMax) this.call.pause();
    // What comes in the same turn goes into the same batch.
    if (this.held.length === 1) setImmediate(() => this.wake());
  }

  private end(): void {
    this.over = true;
    this.wake();
  }
}

/**
 * A catch-up subscription that begins again by itself after what was last handled. That the server is gone without a
 * word is noticed by the keep-alive of the connection (10 s, and 10 s more, unless the connection string says otherwise).
 */
export class LogSubscription implements Subscription {
  readonly done: Promise<void>;
  private closing = false;
  private arrivals: Arrivals | undefined;
  private readonly batchMax: number;
  /** Everything up to here was handled, or is not ours. */
  private position: bigint | undefined;
  private readonly ending = new AbortController();

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    private readonly seen: Seen,
    { after, batchMax = BATCH_MAX }: Readonly<{ after?: bigint; batchMax?: number }>,
    private readonly onBatch: OnBatch,
  ) {
    this.position = after;
    this.batchMax = batchMax;
    this.done = this.run();
  }

  async close(): Promise<void> {
    this.closing = true;
    this.ending.abort();
    this.arrivals?.cancel();
    await this.done.catch(() => undefined); // whoever holds `done` hears of it
  }

  private async run(): Promise<void> {
    for (let drops = 0; !this.closing; drops++) {
      const before = this.position;
      if (await this.connect()) await this.follow();
      if (this.closing) return;
      if (this.position !== before) drops = 0;
      this.connection.meter.dropped();
      const wait = RESUME_WAITS_MS[Math.min(drops, RESUME_WAITS_MS.length - 1)] ?? 0;
      await this.connection.pause(wait, this.ending.signal);
    }
  }

  /** Whether the call could be begun. */
  private async connect(): Promise<boolean> {
    try {
      const request = toLogRead(this.names, this.position, 'forwards', 'subscription');
      const { call } = await this.connection.openRead(request);
      this.arrivals = new Arrivals(call, this.batchMax);
      if (this.closing) this.arrivals.cancel();
      return true;
    } catch {
      return false; // counted as a drop, and tried again for as long as nobody closes
    }
  }

  private async follow(): Promise<void> {
    const { arrivals } = this;
    if (!arrivals) return;
    try {
      for (;;) {
        const batch = await arrivals.next();
        if (this.closing || batch.length === 0) return;
        await this.handle(batch);
      }
    } finally {
      arrivals.cancel();
    }
  }

  private async handle(answers: readonly ReadResp[]): Promise<void> {
    const { position } = this;
    const arrived = answers
      .map((answer) => toArrived(this.names, answer))
      .filter((one) => one !== undefined)
      .filter((one) => position === undefined || one.position > position);
    const events = arrived.map(({ event }) => event).filter((event) => event !== undefined);
    this.seen.note(events.at(-1)?.position);
    if (events.length > 0) await this.onBatch(events);
    this.position = arrived.at(-1)?.position ?? position;
  }
}

const toArrived = (names: Names, answer: ReadResp): Arrived | undefined => {
  const event = findRecorded(names, answer);
  if (event) return { position: event.position, event: isOurs(event) ? event : undefined };
  const checkpoint = answer.getCheckpoint();
  return checkpoint && { position: BigInt(checkpoint.getCommitPosition()), event: undefined };
};
