import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailable } from '../event-store/event-store.js';
import { ReadModelsStale, type ReadModels } from './read-models.js';

const ATTEMPTS_MAX = 5;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;

type AtOnce = Readonly<{ run: (act: () => Promise<void>, name: string) => Promise<void> }>;

/**
 * Work on things by name, one act at a time for each name: again after an error, a bounded number of times, then parked
 * with the reason. The act reads from the log alone where it stands, so that it may be stopped and begun again anywhere.
 */
export class ResumableWork {
  private readonly logger: Logger;
  private readonly working = new Map<string, Promise<void>>();
  private readonly parkedReasons = new Map<string, string>();
  private readonly stopping = new AbortController();

  constructor(
    /** What is worked on, for the logs. */
    private readonly what: string,
    /** Who is at work and who waits (gate.ts). It must not fail by itself. */
    private readonly atOnce: AtOnce,
    private readonly act: (name: string) => Promise<void>,
  ) {
    this.logger = new Logger(what);
  }

  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Names that failed again and again, with the code of the last error. Asked for again, or after a restart, they go on. */
  parked(): ReadonlyMap<string, string> {
    return this.parkedReasons;
  }

  /** Stops after what is in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.working.values());
  }

  /**
   * Resolves when nothing is left to do for a name now, or it is parked, or the work stops; also when the log is away:
   * then it goes on by itself as soon as the log is back, and nobody should wait for that.
   */
  work(name: string): Promise<void> {
    return new Promise((resolve) => {
      void this.track(name, () => this.atOnce.run(() => this.carryOn(name, resolve), name)).finally(resolve);
    });
  }

  /** Works on everything that a read model names as unfinished, once it holds all that was recorded before. */
  resume(readModels: ReadModels, find: () => Promise<readonly string[]>): void {
    void this.track('', () => this.resumeAll(readModels, find));
  }

  private track(name: string, act: () => Promise<void>): Promise<void> {
    const before = this.working.get(name) ?? Promise.resolve();
    const after = before.then(act).finally(() => {
      if (this.working.get(name) === after) this.working.delete(name);
    });
    this.working.set(name, after);
    return after;
  }

  private async resumeAll(readModels: ReadModels, find: () => Promise<readonly string[]>): Promise<void> {
    for (let away = 0; !this.isStopping;) {
      try {
        const { ok: visible } = await readModels.waitForHead();
        if (visible) {
          for (const name of await find()) void this.work(name);
          return;
        }
        away = 0;
      } catch (error) {
        this.logger.error(`unfinished: not resumed yet: ${codeOf(error)}`);
        if (!isAway(error)) return;
        away += 1;
      }
      await this.pause(waitMs(away));
    }
  }

  /** An error of its own counts, and too many park it. A log that is away only takes time. */
  private async carryOn(name: string, onAway: () => void): Promise<void> {
    for (let [failed, away] = [0, 0]; !this.isStopping;) {
      try {
        await this.act(name);
        this.parkedReasons.delete(name);
        return;
      } catch (error) {
        if (isAway(error)) {
          away += 1;
          onAway();
        } else {
          failed += 1;
          away = 0;
        }
        this.logger.warn(`${this.what} ${name}, attempt ${failed + away}: ${codeOf(error)}`);
        if (failed === ATTEMPTS_MAX) return this.park(name, codeOf(error));
        await this.pause(waitMs(Math.max(failed, away)));
      }
    }
  }

  private park(name: string, reason: string): void {
    this.parkedReasons.set(name, reason);
    this.logger.error(`${this.what} ${name} is parked: ${reason}`);
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

/** Longer from attempt to attempt, up to a bound. */
export const waitMs = (attempt: number): number =>
  Math.min(RETRY_FIRST_MS * 2 ** Math.max(attempt - 1, 0), RETRY_MAX_MS);

/** The log cannot be used now, through no fault of the work. */
export const isAway = (error: unknown): boolean =>
  error instanceof StoreUnavailable || error instanceof ReadModelsStale;

/** What may stand in a log: the kind of an error, never its text, which could quote a row. */
export const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};
