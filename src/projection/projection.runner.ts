import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { EventStore, StoredEvent, Subscription } from '../event-store/event-store.js';
import { inThisThread, type Applier, type HandOver, type Standing } from './applier.js';
import { Continuity } from './continuity.js';
import type { Generations } from './generations.js';
import { LiveReadModels } from './live-read-models.js';
import type { Projection } from './projection.js';
import { Projector, type Replay } from './projector.js';
import { ReadModelsStale } from './read-models.js';

/** Events a batch: one transaction of rows and checkpoint. */
export const BATCH_EVENTS_MAX = 1_000;
const RETRY_MS_FIRST = 100;
const RETRY_MS_MAX = 5_000;
/** What the operator is told; the problem page `read-models-stale` says it to clients. */
const STALE =
  'the log does not hold the event that the read models end with: it was restored to an earlier point or is another log. ' +
  'Nothing is served or written until the right log is back, or until you stop the server and run shebao rebuild';

/**
 * How often the log is asked whether it is still the same: an engine that mends its connection by itself does not tell
 * that a server came back with an older log.
 */
const LOOK_MS = 2_000;

/**
 * Follows the log in order and has every batch projected, here or in a thread of its own (`Applier`). It alone has the
 * read models written; work that must not meet a batch halfway (a rebuild's switch, a replay of parked events) goes
 * through `exclusive`. At the start, before every batch and now and then it looks whether the log is still the one that
 * the rows were made from (`Continuity`); while it is not, projecting stands still and nothing is served.
 */
export class ProjectionRunner
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly readModels: LiveReadModels;
  private readonly logger = new Logger(ProjectionRunner.name);
  private subscription: Subscription | undefined;
  private retry: NodeJS.Timeout | undefined;
  private watch: NodeJS.Timeout | undefined;
  private retryMs = RETRY_MS_FIRST;
  private stopped = false;
  private outage: string | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly store: EventStore,
    private readonly generations: Generations,
    private readonly handOver: HandOver,
    private readonly continuity: Continuity,
    private applier: Applier,
  ) {
    this.readModels = new LiveReadModels(store, continuity);
    continuity.follow(() => this.applier.checkpoint);
    this.use(applier);
  }

  /**
   * Opens the live generation. Fails with ProjectionsDiffer when another version made it. A log that it was not made
   * from, or that cannot be read now, stops nothing here: the server lives, is not ready, and says why.
   */
  static async open(
    store: EventStore,
    generations: Generations,
    projections: readonly Projection[],
    handOver: HandOver = inThisThread,
    continuity = new Continuity(store),
  ): Promise<ProjectionRunner> {
    try {
      const projector = await Projector.open(await generations.live(), projections);
      const applier = await handOver(projector);
      const runner = new ProjectionRunner(store, generations, handOver, continuity, applier);
      await continuity.look().catch((error: unknown) => runner.stand(error));
      return runner;
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
    this.watch = setInterval(() => void this.lookAgain(), LOOK_MS).unref();
    void this.tryAgain();
  }

  /** Ends the subscription; resolves when the batch in hand is committed. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    clearInterval(this.watch);
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
    await this.continuity.look();
    const parkedBefore = this.applier.parkedCount();
    await this.applier.apply(events);
    this.outage = undefined;
    this.retryMs = RETRY_MS_FIRST;
    const parked = this.applier.parkedCount() - parkedBefore;
    if (parked > 0) this.logger.error(`${parked} events could not be projected and are parked`);
    this.readModels.advanced();
  }

  /** Projecting stands still for this reason. That the log is another one is said once, in full. */
  private stand(error: unknown): void {
    const before = this.outage;
    this.outage = error instanceof Error ? error.name : 'unknown';
    if (!(error instanceof ReadModelsStale))
      this.logger.error(`projecting stands still (${this.outage}), next try in ${this.retryMs} ms`);
    else if (before !== this.outage) this.logger.error(STALE);
  }

  /** The database, the log or the thread did not answer: the same events are read again from the checkpoint. */
  private recover(error: unknown): void {
    this.stand(error);
    if (this.stopped) return;
    void this.subscription?.close();
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.tryAgain(), this.retryMs).unref();
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MS_MAX);
  }

  /** A thread is asked at once, whether or not there is something new: so the return of a lost one is noticed. */
  private async tryAgain(): Promise<void> {
    try {
      await this.exclusive(() => this.continuity.look());
      if (this.outage !== undefined && (this.applier.readsLog || (await this.isAtHead())))
        await this.exclusive(() => this.take([]));
      this.subscribe();
    } catch (error) {
      this.recover(error);
    }
  }

  private async isAtHead(): Promise<boolean> {
    return (await this.store.countAfter(this.applier.checkpoint?.position, 1)) === 0;
  }

  /** Nothing to see while it stands still: the next try looks anyway. */
  private async lookAgain(): Promise<void> {
    if (this.outage !== undefined) return;
    try {
      await this.continuity.look();
    } catch (error) {
      this.recover(error);
    }
  }
}
