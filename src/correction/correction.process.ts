import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStore, StoreUnavailable } from '../event-store/event-store.js';
import { toDomain, transact } from '../event-store/transact.js';
import type { Origin } from '../individual/individual.messages.js';
import { Clock } from '../kernel/clock.js';
import { ReadModels, ReadModelsStale } from '../projection/read-models.js';
import { CorrectionActs } from './correction.acts.js';
import {
  correction,
  correctionStreamOf,
  type CorrectionCommand,
  type CorrectionState,
} from './correction.js';
import { findUnfinished } from './correction.queries.js';
import type { CorrectionEvent } from './events.js';

const ATTEMPTS_MAX = 5;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;

/**
 * Carries out what was approved: the person's stream first, then the employer's account. Each step is named by the
 * correction, so it may be stopped between any two writes and begun again.
 */
@Injectable()
export class CorrectionProcess implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(CorrectionProcess.name);
  private readonly working = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly readModels: ReadModels,
    private readonly acts: CorrectionActs,
  ) {}

  onApplicationBootstrap(): void {
    void this.track('resume', () => this.resumeAll());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.working.values());
  }

  /** Resolves when it is carried out, has failed, was tried too often, or the process stops. */
  work(id: string): Promise<void> {
    return this.track(id, () => this.carryOn(id));
  }

  async find(id: string): Promise<CorrectionState | undefined> {
    const stored = await this.store.read(correctionStreamOf(id));
    return correction.replay(stored.map(toDomain<CorrectionEvent>));
  }

  private track(name: string, act: () => Promise<void>): Promise<void> {
    const before = this.working.get(name) ?? Promise.resolve();
    const after = before.then(act).finally(() => {
      if (this.working.get(name) === after) this.working.delete(name);
    });
    this.working.set(name, after);
    return after;
  }

  /** The read model names what was approved, once it holds everything that was recorded before the start. */
  private async resumeAll(): Promise<void> {
    for (let attempt = 1; !this.stopping.signal.aborted; attempt++) {
      try {
        const { ok: visible } = await this.readModels.waitForHead();
        if (visible) {
          for (const id of await findUnfinished(this.readModels.db())) void this.work(id);
          return;
        }
      } catch (error) {
        this.logger.warn(`approved corrections are not resumed yet: ${codeOf(error)}`);
        if (!isAway(error)) return;
      }
      await this.pause(attempt);
    }
  }

  /** A log that is away only takes time; an error of its own, again and again, leaves it for the next start or approval. */
  private async carryOn(id: string): Promise<void> {
    for (let failed = 0, attempt = 1; failed < ATTEMPTS_MAX && !this.stopping.signal.aborted; attempt++) {
      try {
        return await this.advance(id);
      } catch (error) {
        if (!isAway(error)) failed += 1;
        this.logger.warn(`correction ${id}, attempt ${attempt}: ${codeOf(error)}`);
        await this.pause(attempt);
      }
    }
  }

  private async advance(id: string): Promise<void> {
    const state = await this.find(id);
    if (state?.state !== 'approved') return;
    const origin = this.originOf(id, state);
    const { request, reason, evidence } = state.requested;
    const posted = state.posted ?? (await this.post(id, { request, reason, evidence }, origin));
    if (!posted) return;
    const settled = await this.acts.settle(state.requested, posted, origin);
    await (settled.ok
      ? this.execute(id, { type: 'Finish' }, origin)
      : this.execute(id, { type: 'Fail', code: settled.error.type }, origin));
  }

  private async post(
    id: string,
    asked: Pick<CorrectionState['requested'], 'request' | 'reason' | 'evidence'>,
    origin: Origin,
  ): Promise<CorrectionState['posted'] | undefined> {
    const posted = await this.acts.post({ id, ...asked }, origin);
    if (!posted.ok) {
      await this.execute(id, { type: 'Fail', code: posted.error.type }, origin);
      return undefined;
    }
    await this.execute(id, { type: 'Post', posted: posted.value }, origin);
    return { correction: id, ...posted.value };
  }

  private async execute(id: string, command: CorrectionCommand, origin: Origin): Promise<void> {
    const context = { ...origin, cause: command.type };
    const outcome = await transact(this.store, correctionStreamOf(id), correction, command, context);
    if (!outcome.ok) throw new Error(outcome.error.type);
  }

  /** Whoever approved stands behind what follows. */
  private originOf(id: string, { decidedBy = '' }: CorrectionState): Origin {
    return {
      recordedAt: this.clock.now(),
      bookedOn: this.clock.today(),
      actor: { role: 'approver', id: decidedBy },
      channel: 'process',
      correlationId: id,
      causationId: id,
    };
  }

  private async pause(attempt: number): Promise<void> {
    const ms = Math.min(RETRY_FIRST_MS * 2 ** (attempt - 1), RETRY_MAX_MS);
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

const isAway = (error: unknown): boolean =>
  error instanceof StoreUnavailable || error instanceof ReadModelsStale;
const codeOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
