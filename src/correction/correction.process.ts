import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { EventStore } from '../event-store/event-store.js';
import { toDomain, transact } from '../event-store/transact.js';
import type { Origin } from '../individual/individual.messages.js';
import { Clock } from '../kernel/clock.js';
import { ReadModels } from '../projection/read-models.js';
import { ResumableWork } from '../projection/resumable.process.js';
import { CorrectionActs } from './correction.acts.js';
import {
  correction,
  correctionStreamOf,
  type CorrectionCommand,
  type CorrectionState,
} from './correction.js';
import { findUnfinished } from './correction.queries.js';
import type { CorrectionEvent } from './events.js';

/**
 * Carries out what was approved: the person's stream first, then the employer's account. Each step is named by the
 * correction, so it may be stopped between any two writes and begun again.
 */
@Injectable()
export class CorrectionProcess implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Nobody waits for another: corrections are few and short. */
  private readonly carrying = new ResumableWork('correction', { run: (act) => act() }, (id) =>
    this.advance(id),
  );

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly readModels: ReadModels,
    private readonly acts: CorrectionActs,
  ) {}

  onApplicationBootstrap(): void {
    this.carrying.resume(this.readModels, () => findUnfinished(this.readModels.db()));
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.carrying.stop();
  }

  /** Resolves when it is carried out, has failed, is parked, or the process stops; also when the log is away. */
  work(id: string): Promise<void> {
    return this.carrying.work(id);
  }

  async find(id: string): Promise<CorrectionState | undefined> {
    const stored = await this.store.read(correctionStreamOf(id));
    return correction.replay(stored.map(toDomain<CorrectionEvent>));
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
}
