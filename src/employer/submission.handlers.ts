import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EventStore, type Conflict } from '../event-store/event-store.js';
import type { Written } from '../individual/individual.messages.js';
import { ok, type Result } from '../kernel/result.js';
import type { AccountFailure } from './account.js';
import { WithdrawSubmission } from './employer.messages.js';
import type { SubmissionFailure } from './submission.js';
import { SubmissionLog } from './submission.log.js';
import { SubmissionProcess } from './submission.process.js';
import { Withdrawals } from './withdrawal.process.js';

type WithdrawAnswer = Result<
  Written<Readonly<{ id: string; state: 'withdrawn' }>>,
  SubmissionFailure | AccountFailure | Conflict
>;

/** Answered when it is withdrawn for good; its persons' months go back meanwhile (withdrawal.process.ts). */
@CommandHandler(WithdrawSubmission)
export class WithdrawSubmissionHandler implements ICommandHandler<WithdrawSubmission> {
  constructor(
    private readonly store: EventStore,
    private readonly withdrawals: Withdrawals,
    private readonly process: SubmissionProcess,
  ) {}

  async execute({ id, reason, origin }: WithdrawSubmission): Promise<WithdrawAnswer> {
    const log = await SubmissionLog.open(this.store, id);
    const withdrawn = await this.withdrawals.withdraw(log, reason, origin);
    if (!withdrawn.ok) return withdrawn;
    void this.process.work(id);
    return ok({ value: { id, state: 'withdrawn' }, position: log.position, replayed: !withdrawn.value });
  }
}
