import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { metadataOf } from '../event-store/chain.js';
import { EventStore } from '../event-store/event-store.js';
import type { Instant } from '../kernel/calendar.js';
import { Clock, msBetween } from '../kernel/clock.js';
import { CheckpointReader } from './checkpoint.reader.js';
import { Checkpointer } from './checkpointer.js';

const HOUR_MS = 60 * 60 * 1_000;
const SOON_MS = 10_000;
const RETRY_MS = 10 * 60 * 1_000;

/** How often the log is signed. `hours`: the interval, 0 for never; the others say when to look first, and after a failure. */
export class CheckpointSettings {
  constructor(
    readonly hours: number,
    readonly soonMs = SOON_MS,
    readonly retryMs = RETRY_MS,
  ) {}
}

/** Has a checkpoint made when the newest is older than the interval. It looks at least once an hour, by the clock. */
@Injectable()
export class CheckpointSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly settings: CheckpointSettings,
    private readonly store: EventStore,
    private readonly reader: CheckpointReader,
    private readonly checkpointer: Checkpointer,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.hours > 0) this.lookIn(this.settings.soonMs);
  }

  /** A checkpoint in progress is waited for by the checkpointer. */
  beforeApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private lookIn(waitMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.look(), Math.min(waitMs, HOUR_MS)).unref();
  }

  private async look(): Promise<void> {
    try {
      const dueMs = await this.dueInMs();
      if (dueMs > 0) return this.lookIn(dueMs);
      const { refusal } = await this.checkpointer.make();
      this.lookIn(refusal ? this.settings.retryMs : HOUR_MS);
    } catch {
      // The checkpointer has logged and counted it; a log that cannot be read shows in health and is asked again.
      this.lookIn(this.settings.retryMs);
    }
  }

  private async dueInMs(): Promise<number> {
    const since = await this.findSince();
    if (since === undefined) return HOUR_MS;
    return this.settings.hours * HOUR_MS - msBetween(since, this.clock.now());
  }

  /** The newest checkpoint, or where the log begins when it has none. */
  private async findSince(): Promise<Instant | undefined> {
    const newest = await this.reader.findNewest();
    if (newest) return newest.signed.at;
    const [first] = await this.store.readAll({ max: 1 });
    return first && metadataOf(first).recordedAt;
  }
}
