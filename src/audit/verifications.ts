import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { EventStore, type LogReader } from '../event-store/event-store.js';
import { CheckpointAnchor } from './anchor.js';
import { Signer } from './signer.js';
import { toTrustedKeys } from './trusted-keys.js';
import { verifyLog, type Verification } from './verification.js';

/** The oldest is forgotten when one more is asked for. */
export const VERIFICATIONS_MAX = 50;

/** `whole` is false until the walk has ended without a fault. `failed`: the log could not be read to its end. */
export type VerificationRun = Omit<Verification, 'head'> &
  Readonly<{
    id: string;
    state: 'running' | 'done' | 'failed';
    whole: boolean;
    head?: Verification['head'];
  }>;
const NOTHING_YET = { events: 0, streams: 0, checkpoints: 0, covered: 0, unverified: 0 };

/** Walks through the whole log, in the background. One at a time: whoever asks meanwhile gets the one under way. */
@Injectable()
export class Verifications implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Verifications.name);
  private readonly runs = new Map<string, VerificationRun>();
  private underWay: string | undefined;
  private stopped = false;

  constructor(
    private readonly store: EventStore,
    private readonly signer: Signer,
    private readonly anchor: CheckpointAnchor,
  ) {}

  start(): string {
    if (this.underWay !== undefined) return this.underWay;
    const id = randomUUID();
    const [oldest] = this.runs.keys();
    if (this.runs.size >= VERIFICATIONS_MAX && oldest !== undefined) this.runs.delete(oldest);
    this.runs.set(id, { id, state: 'running', whole: false, ...NOTHING_YET });
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
    const begun = { id, state: 'running', whole: false, ...NOTHING_YET } as const;
    try {
      const anchor = await this.anchor.find();
      const verified = await verifyLog(this.log(), {
        keys: toTrustedKeys(this.signer.verificationKeys()),
        remembered: { heads: anchor ? [anchor] : [] },
        onProgress: (events) => this.runs.set(id, { ...begun, events }),
      });
      this.runs.set(id, { id, state: 'done', whole: verified.fault === undefined, ...verified });
      if (verified.fault) this.logger.error(`verification ${id} found that the log is not whole`);
    } catch (error) {
      const { events } = this.runs.get(id) ?? begun;
      this.runs.set(id, { ...begun, state: 'failed', events });
      this.logger.error(`verification ${id} ended early: ${error instanceof Error ? error.name : 'unknown'}`);
    } finally {
      this.underWay = undefined;
    }
  }

  /** A walk that is cut short fails: an end that came too early would look like a log that was cut off. */
  private log(): Pick<LogReader, 'read' | 'readAll'> {
    const { store } = this;
    return {
      read: (stream, options) => store.read(stream, options),
      readAll: async (options) => {
        if (this.stopped) throw new Stopped('the server closes');
        return store.readAll(options);
      },
    };
  }
}

class Stopped extends Error {
  override readonly name = 'Stopped';
}
