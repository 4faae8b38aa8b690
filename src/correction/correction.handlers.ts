import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { nameOf } from '../event-store/chain.js';
import { EventStore } from '../event-store/event-store.js';
import { transact } from '../event-store/transact.js';
import type { Origin, Written } from '../individual/individual.messages.js';
import { err, ok, type Result } from '../kernel/result.js';
import { CorrectionActs } from './correction.acts.js';
import { correction, correctionStreamOf, type CorrectionCommand } from './correction.js';
import {
  ApproveCorrection,
  RejectCorrection,
  RequestCorrection,
  type Corrected,
  type CorrectionRefusal,
  type Impossible,
} from './correction.messages.js';
import { CorrectionProcess } from './correction.process.js';
import type { CorrectionRequest } from './events.js';

type Answer = Result<Written<Corrected>, CorrectionRefusal>;

const decide = async (
  store: EventStore,
  id: string,
  command: CorrectionCommand,
  origin: Origin,
): Promise<Answer> => {
  const context = { ...origin, cause: `${command.type}/${'by' in command ? command.by : ''}` };
  const outcome = await transact(store, correctionStreamOf(id), correction, command, context);
  if (!outcome.ok) return outcome;
  const { state, position, stored } = outcome.value;
  if (!state) return err({ type: 'CorrectionNotFound' });
  return ok({ value: { id, correction: state }, position, replayed: !stored });
};

/** What is asked for must be possible now; whether it still is, is seen when it is carried out. */
@CommandHandler(RequestCorrection)
export class RequestCorrectionHandler implements ICommandHandler<RequestCorrection> {
  constructor(
    private readonly store: EventStore,
    private readonly acts: CorrectionActs,
    private readonly process: CorrectionProcess,
  ) {}

  async execute({ request, reason, evidence, key, origin }: RequestCorrection): Promise<Answer> {
    const named = await this.nameOf(request, key, { reason, evidence }, origin);
    if (!named.ok) return named;
    const { id, isNew } = named.value;
    const by = origin.actor.id;
    if (isNew) {
      const possible = await this.acts.rehearse({ id, request, reason, evidence }, origin);
      if (!possible.ok) return possible;
    }
    const command = { type: 'Request', correction: id, request, reason, evidence, by } as const;
    return decide(this.store, id, command, origin);
  }

  /** By the sender's key; without one by what it corrects, which has to be looked at for it. */
  private async nameOf(
    request: CorrectionRequest,
    key: string | undefined,
    said: Readonly<{ reason: string; evidence: string }>,
    origin: Origin,
  ): Promise<Result<Readonly<{ id: string; isNew: boolean }>, Impossible>> {
    if (key !== undefined) {
      const id = nameOf('correction', request.kind, targetOf(request), 'key', key);
      return ok({ id, isNew: (await this.process.find(id)) === undefined });
    }
    const whole = toText(request);
    const seen = await this.acts.rehearse({ id: nameOf('rehearsal', ...whole), request, ...said }, origin);
    if (!seen.ok) return seen;
    return ok({ id: nameOf('correction', ...whole, ...seen.value), isNew: false });
  }
}

/** Whose record it is: the same key of another person or employer is another correction. */
const targetOf = (request: CorrectionRequest): string => {
  switch (request.kind) {
    case 'reversal':
      return request.individual;
    case 'move':
      return request.from;
    case 'refund':
      return request.uscc;
  }
};

const toText = (request: CorrectionRequest): readonly string[] => {
  switch (request.kind) {
    case 'reversal':
      return ['reversal', request.individual, request.month, request.insurance ?? '*'];
    case 'move':
      return ['move', request.from, request.to, request.month];
    case 'refund':
      return ['refund', request.uscc, request.amount, request.reference];
  }
};

@CommandHandler(ApproveCorrection)
export class ApproveCorrectionHandler implements ICommandHandler<ApproveCorrection> {
  constructor(
    private readonly store: EventStore,
    private readonly process: CorrectionProcess,
  ) {}

  async execute({ id, origin }: ApproveCorrection): Promise<Answer> {
    const approved = await decide(this.store, id, { type: 'Approve', by: origin.actor.id }, origin);
    if (!approved.ok) return approved;
    await this.process.work(id);
    const { replayed } = approved.value;
    const now = await this.process.find(id);
    if (!now) return err({ type: 'CorrectionNotFound' });
    const position = (await this.store.head()) ?? approved.value.position;
    return ok({ value: { id, correction: now }, position, replayed });
  }
}

@CommandHandler(RejectCorrection)
export class RejectCorrectionHandler implements ICommandHandler<RejectCorrection> {
  constructor(private readonly store: EventStore) {}

  execute({ id, reason, origin }: RejectCorrection): Promise<Answer> {
    return decide(this.store, id, { type: 'Reject', by: origin.actor.id, reason }, origin);
  }
}
