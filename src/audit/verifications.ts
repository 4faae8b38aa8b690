import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { EventStore, type StoredEvent } from '../event-store/event-store.js';
import { verifyLog, type LogFault } from './verification.js';

const EVENTS_A_PAGE = 1_000;
/** The oldest is forgotten when one more is asked for. */
export const VERIFICATIONS_MAX = 50;

/** `whole` is false until the walk has ended without a fault. `failed`: the log could not be read to its end. */
export type VerificationRun = Readonly<{
  id: string;
  state: 'running' | 'done' | 'failed';
  events: number;
  streams: number;
  whole: boolean;
  fault?: LogFault;
}>;

/** Walks through the whole log, in the background. One at a time: whoever asks meanwhile gets the one under way. */
@Injectable()
export class Verifications implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Verifications.name);
  private readonly runs = new Map<string, VerificationRun>();
  private underWay: string | undefined;
  private stopped = false;

  constructor(private readonly store: EventStore) {}

  start(): string {
    if (this.underWay !== undefined) return this.underWay;
    const id = randomUUID();
    const [oldest] = this.runs.keys();
    if (this.runs.size >= VERIFICATIONS_MAX && oldest !== undefined) this.runs.delete(oldest);
    this.runs.set(id, { id, state: 'running', events: 0, streams: 0, whole: false });
    this.underWay = id;
    void this.walk(id);
    return id;
  }

  find(id: string): VerificationRun | undefined {
    return this.runs.get(id);
  }

  beforeApplicationShutdown(): void {
    this.stopped = true;
  }

  private async walk(id: string): Promise<void> {
    const begun: VerificationRun = { id, state: 'running', events: 0, streams: 0, whole: false };
    try {
      const verified = await verifyLog(this.pages(), (events) => this.runs.set(id, { ...begun, events }));
      const { stopped } = this;
      const whole = !stopped && verified.fault === undefined;
      this.runs.set(id, { id, state: stopped ? 'failed' : 'done', whole, ...verified });
      if (verified.fault) this.logger.error(`verification ${id} found that the log is not whole`);
    } catch (error) {
      const { events } = this.runs.get(id) ?? begun;
      this.runs.set(id, { ...begun, state: 'failed', events });
      this.logger.error(`verification ${id} ended early: ${error instanceof Error ? error.name : 'unknown'}`);
    } finally {
      this.underWay = undefined;
    }
  }

  /** The log as it stands when the walk comes to its end. */
  private async *pages(): AsyncGenerator<readonly StoredEvent[]> {
    for (let after: bigint | undefined; !this.stopped;) {
      const page = await this.store.readAll({
        max: EVENTS_A_PAGE,
        ...(after === undefined ? {} : { after }),
      });
      if (page.length === 0) return;
      yield page;
      after = page.at(-1)?.position;
    }
  }
}
