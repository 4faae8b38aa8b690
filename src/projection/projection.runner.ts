import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { EventStore, StoredEvent, Subscription } from '../event-store/event-store.js';
import { inThisThread, type Applier, type HandOver, type Standing } from './applier.js';
import type { Checkpoint } from './checkpoint.queries.js';
import type { Generations } from './generations.js';
import { LiveReadModels } from './live-read-models.js';
import type { Projection } from './projection.js';
import { Projector, type Replay } from './projector.js';

/** Events a batch: one transaction of rows and checkpoint. */
export const BATCH_EVENTS_MAX = 1_000;
const RETRY_MS_FIRST = 100;
const RETRY_MS_MAX = 5_000;

/** The log is not the one that the read models were made from, or it ends before what they include. */
export class LogBehindReadModels extends Error {
  constructor() {
    super(
      'The read models include events that the log does not hold: it was restored to an earlier point or is another log. Run `shebao rebuild`.',
    );
  }
}

/**
 * Follows the log in order and has every batch projected, here or in a thread of its own (`Applier`). It alone has the
 * read models written; work that must not meet a batch halfway (a rebuild's switch, a replay of parked events) goes
 * through `exclusive`.
 */
export class ProjectionRunner
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly readModels: LiveReadModels;
  private readonly logger = new Logger(ProjectionRunner.name);
  private subscription: Subscription | undefined;
  private retry: NodeJS.Timeout | undefined;
  private retryMs = RETRY_MS_FIRST;
  private stopped = false;
  private outage: string | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly store: EventStore,
    private readonly generations: Generations,
    private readonly handOver: HandOver,
    private applier: Applier,
  ) {
    this.readModels = new LiveReadModels(store);
    this.use(applier);
  }

  /** Opens the live generation. Fails with LogBehindReadModels or ProjectionsDiffer when it must be made anew. */
  static async open(
    store: EventStore,
    generations: Generations,
    projections: readonly Projection[],
    handOver: HandOver = inThisThread,
  ): Promise<ProjectionRunner> {
    try {
      const projector = await Projector.open(await generations.live(), projections);
      const { checkpoint } = projector;
      if (checkpoint && !(await isMadeFrom(store, checkpoint))) throw new LogBehindReadModels();
      return new ProjectionRunner(store, generations, handOver, await handOver(projector));
    } catch (error) {
      await generations.close();
      throw error;
    }
  }

  onApplicationBootstrap(): void {
    this.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.applier.close();
    await this.generations.close();
  }

  start(): void {
    this.stopped = false;
    this.subscribe();
  }

  /** Ends the subscription; resolves when the batch in hand is committed. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    await this.subscription?.close();
    await this.turn;
    this.subscription = undefined;
  }

  /** Events that wait in `parked`: more than nought means that some person's rows stand still. */
  parkedCount(): number {
    return this.applier.parkedCount();
  }

  /** Why projecting stands still at the moment: a code; undefined when it runs. */
  fault(): string | undefined {
    return this.outage;
  }

  replayParked(): Promise<Replay> {
    return this.exclusive(async () => {
      const replay = await this.applier.replayParked(this.store);
      this.readModels.advanced();
      return replay;
    });
  }

  /** Runs work while no batch is being written. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** Where the live rows stand. */
  live(): Standing {
    return this.applier;
  }

  /** Goes on with another generation that stands at the same position; only inside `exclusive`. */
  async adopt(projector: Projector): Promise<void> {
    const before = this.applier;
    this.use(await this.handOver(projector));
    await before.close();
  }

  private use(applier: Applier): void {
    this.applier = applier;
    applier.onLost((error) => this.recover(error));
    this.readModels.serve(applier);
  }

  /** From the checkpoint on. To one who reads the log itself, one event tells as much as a page of them. */
  private subscribe(): void {
    if (this.stopped) return;
    void this.subscription?.close();
    const after = this.applier.checkpoint?.position;
    const batchMax = this.applier.readsLog ? 1 : BATCH_EVENTS_MAX;
    const options = { batchMax, ...(after === undefined ? {} : { after }) };
    const subscription = this.store.subscribe(options, async (events) => {
      await this.exclusive(() => this.take(events));
      if (subscription === this.subscription && this.isBeyond(events)) this.subscribe();
    });
    this.subscription = subscription;
    subscription.done.catch((error: unknown) => this.recover(error));
  }

  /** More was taken than was given. */
  private isBeyond(events: readonly StoredEvent[]): boolean {
    const { checkpoint } = this.applier;
    const last = events.at(-1);
    return checkpoint !== undefined && last !== undefined && checkpoint.position > last.position;
  }

  private async take(events: readonly StoredEvent[]): Promise<void> {
    const parkedBefore = this.applier.parkedCount();
    await this.applier.apply(events);
    this.outage = undefined;
    this.retryMs = RETRY_MS_FIRST;
    const parked = this.applier.parkedCount() - parkedBefore;
    if (parked > 0) this.logger.error(`${parked} events could not be projected and are parked`);
    this.readModels.advanced();
  }

  /** The database, the log or the thread did not answer: the same events are read again from the checkpoint. */
  private recover(error: unknown): void {
    this.outage = error instanceof Error ? error.name : 'unknown';
    if (this.stopped) return;
    this.logger.error(`projecting stands still (${this.outage}), next try in ${this.retryMs} ms`);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.tryAgain(), this.retryMs).unref();
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MS_MAX);
  }

  /** A thread that was lost is asked at once, whether or not there is something new: so its return is noticed. */
  private async tryAgain(): Promise<void> {
    try {
      if (this.applier.readsLog) await this.exclusive(() => this.take([]));
      this.subscribe();
    } catch (error) {
      this.recover(error);
    }
  }
}

/** Whether the event that a checkpoint names stands in the log at that position. */
export const isMadeFrom = async (store: EventStore, { position, eventId }: Checkpoint): Promise<boolean> => {
  const [event] = await store.readAll({ max: 1, ...(position > 0n ? { after: position - 1n } : {}) });
  return event?.position === position && event.id === eventId;
};
