import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { nameOf } from '../event-store/chain.js';
import { EventStore, type Conflict } from '../event-store/event-store.js';
import { toDomain } from '../event-store/transact.js';
import type { BillEffect } from '../individual/events.js';
import type { Written } from '../individual/individual.messages.js';
import type { Month } from '../kernel/calendar.js';
import { add, fromYuan, negate, toYuan, ZERO, type Fen } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { cellKey, type AccountCommand, type AccountFailure } from './account.js';
import { EmployerAccounts } from './account.log.js';
import { AccountPayments } from './account.payments.js';
import { AccountProcess } from './account.process.js';
import { findEmployerOf } from './bill.persons.js';
import { employerStreamOf } from './employer.js';
import {
  ChangeEmployerBills,
  MoveRow,
  PayEmployer,
  PaySubmission,
  RefundCredit,
  UseCredit,
  type PaymentDone,
  type PaymentFailure,
} from './employer.messages.js';
import type { BillChanged, EmployerEvent } from './events.js';
import type { SubmissionFailure } from './submission.js';
import { SubmissionLog } from './submission.log.js';

type PaymentAnswer = Result<Written<PaymentDone>, PaymentFailure>;

@CommandHandler(PaySubmission)
export class PaySubmissionHandler implements ICommandHandler<PaySubmission> {
  constructor(
    private readonly store: EventStore,
    private readonly payments: AccountPayments,
  ) {}

  async execute({ id, amount, paidOn, reference, key, origin }: PaySubmission): Promise<PaymentAnswer> {
    const uscc = await findEmployerOf(this.store, id);
    if (uscc === undefined) return err({ type: 'SubmissionNotFound' });
    const payment = nameOf('payment', id, key);
    const target = { kind: 'bill', bill: id } as const;
    return this.payments.receive(uscc, { payment, amount, paidOn, reference, target }, origin);
  }
}

@CommandHandler(PayEmployer)
export class PayEmployerHandler implements ICommandHandler<PayEmployer> {
  constructor(private readonly payments: AccountPayments) {}

  execute({ uscc, month, amount, paidOn, reference, key, origin }: PayEmployer): Promise<PaymentAnswer> {
    const payment = nameOf('payment', uscc, key);
    const target = month === undefined ? ({ kind: 'account' } as const) : ({ kind: 'month', month } as const);
    return this.payments.receive(uscc, { payment, amount, paidOn, reference, target }, origin);
  }
}

@CommandHandler(UseCredit)
export class UseCreditHandler implements ICommandHandler<UseCredit> {
  constructor(private readonly payments: AccountPayments) {}

  execute({ uscc, key, origin }: UseCredit): Promise<PaymentAnswer> {
    return this.payments.useCredit(uscc, nameOf('credit-use', uscc, key), origin);
  }
}

type ChangeBills = Extract<AccountCommand, { type: 'ChangeBills' }>;

@CommandHandler(ChangeEmployerBills)
export class ChangeEmployerBillsHandler implements ICommandHandler<ChangeEmployerBills> {
  constructor(
    private readonly store: EventStore,
    private readonly accounts: EmployerAccounts,
    private readonly process: AccountProcess,
  ) {}

  async execute({
    uscc,
    change,
    cause,
    month,
    effects,
    origin,
  }: ChangeEmployerBills): Promise<Result<Written<Readonly<{ credit: Fen }>>, AccountFailure | Conflict>> {
    const bills = toChanges(effects, month);
    const command = { type: 'ChangeBills', uscc, change, cause, today: origin.bookedOn, bills } as const;
    const changed = await this.accounts.execute(uscc, command, `change/${change}`, origin);
    if (!changed.ok) return changed;
    const { events, state, position } = changed.value;
    if (state.coverings.some(({ covering }) => covering === change)) await this.process.work(uscc);
    const credit = await this.creditOf(uscc, change);
    return ok({ value: { credit }, position, replayed: events.length === 0 && state.changes.has(change) });
  }

  private async creditOf(uscc: string, change: string): Promise<Fen> {
    const stored = await this.store.read(employerStreamOf(uscc));
    const known = stored
      .map(toDomain<EmployerEvent>)
      .find((event): event is BillChanged => event.type === 'BillChanged' && event.data.change === change);
    return known ? fromYuan(known.data.credit) : ZERO;
  }
}

type Given = Readonly<{ less: Fen; given: Fen }>;

/** What effects take back, by bill and cell. What they claim more stands in a bill of its own and is not said here. */
export const toChanges = (effects: readonly BillEffect[], month: Month): ChangeBills['bills'] => {
  const bills = new Map<string, Map<string, ChangeBills['bills'][number]['cells'][number]>>();
  for (const { bill, insurance, employerPart, employeePart, returned } of effects)
    for (const [side, part, back] of [
      ['employer', employerPart, returned?.employerPart] as const,
      ['employee', employeePart, returned?.employeePart] as const,
    ]) {
      const asked = takenBack(part, back);
      if (asked.less === ZERO && asked.given === ZERO) continue;
      const cells = bills.get(bill) ?? new Map<string, ChangeBills['bills'][number]['cells'][number]>();
      const key = cellKey({ insurance, side });
      const before = cells.get(key);
      const less = toYuan(add(asked.less, fromYuan(before?.less ?? '0.00')));
      const given = toYuan(add(asked.given, fromYuan(before?.given ?? '0.00')));
      bills.set(bill, cells.set(key, { insurance, side, less, given }));
    }
  return [...bills].map(([bill, cells]) => ({ bill, month, cells: [...cells.values()] }));
};

const takenBack = (part: string, returned: string | undefined): Given => {
  const amount = fromYuan(part);
  const given = fromYuan(returned ?? '0.00');
  return { less: amount < ZERO ? negate(amount) : ZERO, given };
};

@CommandHandler(RefundCredit)
export class RefundCreditHandler implements ICommandHandler<RefundCredit> {
  constructor(private readonly accounts: EmployerAccounts) {}

  async execute({
    uscc,
    refund,
    amount,
    paidOn,
    reference,
    origin,
  }: RefundCredit): Promise<
    Result<Written<Readonly<{ amount: Fen; credit: Fen }>>, AccountFailure | Conflict>
  > {
    const terms = { uscc, refund, amount, paidOn, reference, today: origin.bookedOn };
    const refunded = await this.accounts.execute(
      uscc,
      { type: 'RefundCredit', ...terms },
      `refund/${refund}/${amount}`,
      origin,
    );
    if (!refunded.ok) return refunded;
    const { events, state, position } = refunded.value;
    return ok({ value: { amount, credit: state.credit }, position, replayed: events.length === 0 });
  }
}

/**
 * First the row goes over, so that what is paid from here on reaches the right person; then what was covered before is made
 * up for, in every bill of the month, since all that is claimed of it went over; then the account is told. Stopped anywhere
 * in between, it is done again from the start and nothing is done twice.
 */
@CommandHandler(MoveRow)
export class MoveRowHandler implements ICommandHandler<MoveRow> {
  constructor(
    private readonly store: EventStore,
    private readonly accounts: EmployerAccounts,
    private readonly process: AccountProcess,
  ) {}

  async execute({
    uscc,
    correction,
    submission,
    line,
    month,
    from,
    to,
    amount,
    origin,
  }: MoveRow): Promise<Result<Written<void>, AccountFailure | SubmissionFailure | Conflict>> {
    const log = await SubmissionLog.open(this.store, submission);
    const row = { type: 'MoveRow', line, correction, from, to } as const;
    const moved = await log.execute(row, `moved/${correction}`, origin);
    if (!moved.ok) return moved;
    const { state } = await this.accounts.read(uscc);
    for (const { bill, month: ofBill } of state.bills.values())
      if (ofBill === month) await this.process.creditMoved(uscc, bill, to);
    const credit = { type: 'MoveCredit', uscc, correction, month, amount, today: origin.bookedOn } as const;
    const told = await this.accounts.execute(uscc, credit, `move/${correction}`, origin);
    if (!told.ok) return told;
    const [replayed, position] = [moved.value.length === 0, told.value.position];
    return ok({ value: undefined, position, replayed });
  }
}
