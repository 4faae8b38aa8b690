import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { EventStore, StoredEvent, Subscription } from '../event-store/event-store.js';
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
 * Reads the log in order and feeds every projection. It is the only writer of the read models; work that must not meet
 * a batch halfway (a rebuild's switch, a replay of parked events) goes through `exclusive`.
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
    private projector: Projector,
  ) {
    this.readModels = new LiveReadModels(store);
    this.readModels.serve(projector);
  }

  /** Opens the live generation. Fails with LogBehindReadModels or ProjectionsDiffer when it must be made anew. */
  static async open(
    store: EventStore,
    generations: Generations,
    projections: readonly Projection[],
  ): Promise<ProjectionRunner> {
    try {
      const projector = await Projector.open(await generations.live(), projections);
      const { checkpoint } = projector;
      if (checkpoint && !(await isMadeFrom(store, checkpoint))) throw new LogBehindReadModels();
      return new ProjectionRunner(store, generations, projector);
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
    this.subscription = undefined;
  }

  /** Events that wait in `parked`: more than nought means that some person's rows stand still. */
  parkedCount(): number {
    return this.projector.parkedCount();
  }

  /** Why projecting stands still at the moment: a code; undefined when it runs. */
  fault(): string | undefined {
    return this.outage;
  }

  replayParked(): Promise<Replay> {
    return this.exclusive(async () => {
      const replay = await this.projector.replayParked(this.store);
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
  live(): Projector {
    return this.projector;
  }

  /** Goes on with another generation that stands at the same position; only inside `exclusive`. */
  adopt(projector: Projector): void {
    this.projector = projector;
    this.readModels.serve(projector);
  }

  private subscribe(): void {
    const after = this.projector.checkpoint?.position;
    const options = { batchMax: BATCH_EVENTS_MAX, ...(after === undefined ? {} : { after }) };
    const subscription = this.store.subscribe(options, (events) => this.exclusive(() => this.take(events)));
    this.subscription = subscription;
    subscription.done.catch((error: unknown) => this.recover(error));
  }

  private async take(events: readonly StoredEvent[]): Promise<void> {
    const parkedBefore = this.projector.parkedCount();
    await this.projector.apply(events);
    this.outage = undefined;
    this.retryMs = RETRY_MS_FIRST;
    const parked = this.projector.parkedCount() - parkedBefore;
    if (parked > 0) this.logger.error(`${parked} events could not be projected and are parked`);
    this.readModels.advanced();
  }

  /** The database or the log did not answer: the same events are read again from the checkpoint. */
  private recover(error: unknown): void {
    this.outage = error instanceof Error ? error.name : 'unknown';
    if (this.stopped) return;
    this.logger.error(`projecting stands still (${this.outage}), next try in ${this.retryMs} ms`);
    this.retry = setTimeout(() => this.subscribe(), this.retryMs).unref();
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MS_MAX);
  }
}

/** Whether the event that a checkpoint names stands in the log at that position. */
export const isMadeFrom = async (store: EventStore, { position, eventId }: Checkpoint): Promise<boolean> => {
  const [event] = await store.readAll({ max: 1, ...(position > 0n ? { after: position - 1n } : {}) });
  return event?.position === position && event.id === eventId;
};
