import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  AreBilled,
  ChangeEmployerBills,
  GetCredit,
  MoveRow,
  RefundCredit,
} from '../employer/employer.messages.js';
import type { BillEffect } from '../individual/events.js';
import {
  MoveContribution,
  ReverseContribution,
  WithdrawContributions,
  type Origin,
} from '../individual/individual.messages.js';
import { toDay, toMonth, type Month } from '../kernel/calendar.js';
import { fromYuan } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { Impossible } from './correction.messages.js';
import type { CorrectionPosted, CorrectionRequest, CorrectionRequested } from './events.js';

export type Posted = Omit<CorrectionPosted['data'], 'correction'>;
type Asked = Readonly<{ id: string; request: CorrectionRequest; reason: string; evidence: string }>;

/** A refusal that another attempt may not meet: the step is tried again. */
export class Unsettled extends Error {
  override readonly name = 'Unsettled';
}

/** What each kind of correction does: looked at without writing, on the person's stream, on the employer's account. */
@Injectable()
export class CorrectionActs {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Writes nothing. `names` tells apart what the same request would correct at another time. */
  async rehearse(asked: Asked, origin: Origin): Promise<Result<readonly string[], Impossible>> {
    const { request } = asked;
    if (request.kind === 'refund') {
      const credit = await this.queries.execute(new GetCredit(request.uscc));
      if (credit === undefined) return err({ type: 'EmployerNotFound' });
      return fromYuan(request.amount) > credit ? err({ type: 'CreditTooLow' }) : ok([]);
    }
    const posted = await this.ask(asked, request, origin, true);
    if (!posted.ok) return posted;
    const { employer, bills = [], moved } = posted.value;
    const names = [...new Set([...bills.map(({ bill }) => bill), ...(moved ? [moved.submission] : [])])];
    const billed = await this.queries.execute(new AreBilled(employer, names));
    return billed ? ok(names) : err({ type: 'SubmissionNotAssessed' });
  }

  /** The persons' half; nothing to do there for a refund. */
  async post(asked: Asked, origin: Origin): Promise<Result<Posted, Impossible>> {
    const { request } = asked;
    return request.kind === 'refund'
      ? ok({ employer: request.uscc })
      : this.ask(asked, request, origin, false);
  }

  /** The employer's half. */
  async settle(
    { correction: id, request }: CorrectionRequested['data'],
    { employer, bills = [], moved: row }: Posted,
    origin: Origin,
  ): Promise<Result<void, Impossible>> {
    switch (request.kind) {
      case 'reversal': {
        const month = toMonth(request.month);
        const change = new ChangeEmployerBills(employer, id, 'reversal', month, bills, origin);
        return done(await this.commands.execute(change));
      }
      case 'move': {
        if (!row) throw new Error('a move names its row');
        const { submission, line, credited } = row;
        const { from, to, month } = request;
        const amount = fromYuan(credited);
        const [owed, right] = [toMonth(month), [to]];
        const moving = new MoveRow(employer, id, submission, line, owed, from, to, amount, origin);
        const moved = await this.commands.execute(moving);
        if (moved.ok || moved.error.type !== 'SubmissionWithdrawn') return done(moved);
        // Its file was withdrawn meanwhile: who had taken the month over has nothing of it either.
        await this.commands.execute(
          new WithdrawContributions(submission, owed, right, 'the file was withdrawn', origin),
        );
        return ok(undefined);
      }
      case 'refund': {
        const { uscc, amount, reference } = request;
        const paidOn = toDay(origin.bookedOn);
        const refund = new RefundCredit(uscc, id, fromYuan(amount), paidOn, reference, origin);
        const refunded = await this.commands.execute(refund);
        if (!refunded.ok && refunded.error.type === 'CreditTooLow') return err({ type: 'CreditTooLow' });
        return done(refunded);
      }
    }
  }

  private async ask(
    { id, reason, evidence }: Asked,
    request: Exclude<CorrectionRequest, { kind: 'refund' }>,
    origin: Origin,
    dryRun: boolean,
  ): Promise<Result<Posted, Impossible>> {
    const month: Month = toMonth(request.month);
    switch (request.kind) {
      case 'reversal': {
        const { individual, insurance } = request;
        const outcome = await this.commands.execute(
          new ReverseContribution(individual, month, insurance, reason, evidence, id, origin, dryRun),
        );
        if (outcome.ok)
          return ok({ employer: outcome.value.value.employer, bills: outcome.value.value.bills });
        return err(toImpossible(outcome.error));
      }
      case 'move': {
        const { from, to } = request;
        const outcome = await this.commands.execute(
          new MoveContribution(id, from, to, month, reason, evidence, origin, dryRun),
        );
        if (!outcome.ok) {
          const { error } = outcome;
          if (error.type === 'MonthTaken' && error.takenBack)
            await this.giveBack(id, month, error.takenBack, origin);
          return err(toImpossible(error));
        }
        const { employer, submission, line, credited } = outcome.value.value;
        return ok({ employer, moved: { submission, line, credited } });
      }
    }
  }

  /** The month of the right person was taken after it was taken back from the wrong one: it stays taken back. */
  private async giveBack(
    id: string,
    month: Month,
    { employer, bills }: Readonly<{ employer: string; bills: readonly BillEffect[] }>,
    origin: Origin,
  ): Promise<void> {
    done(
      await this.commands.execute(new ChangeEmployerBills(employer, id, 'reversal', month, bills, origin)),
    );
  }
}

const done = (outcome: Result<unknown, Readonly<{ type: string }>>): Result<void, never> => {
  if (!outcome.ok) throw new Unsettled(outcome.error.type);
  return ok(undefined);
};

const IMPOSSIBLE = [
  'IndividualNotFound',
  'NothingToReverse',
  'InsuranceNotAssessed',
  'MonthTaken',
  'ReceiverNotFound',
] as const satisfies readonly Impossible['type'][];

const toImpossible = ({ type }: Readonly<{ type: string }>): Impossible => {
  const found = IMPOSSIBLE.find((each) => each === type);
  if (!found) throw new Unsettled(type);
  return { type: found };
};
