import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { EventStore, type Conflict, type StoredEvent } from '../event-store/event-store.js';
import { toDomain } from '../event-store/transact.js';
import type { Origin, Written } from '../individual/individual.messages.js';
import type { Day } from '../kernel/calendar.js';
import { fromYuan, subtract, sum, ZERO, type Fen } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { RuleBook } from '../rules/policy.js';
import {
  account,
  findPayment,
  stateOfBill,
  type AccountCommand,
  type AccountFailure,
  type KnownPayment,
} from './account.js';
import { EmployerAccounts, type AccountLog } from './account.log.js';
import { AccountProcess } from './account.process.js';
import { employerStreamOf } from './employer.js';
import type { PaymentDone, PaymentFailure } from './employer.messages.js';
import type { CreditUsed, EmployerEvent, MoneyReceived, PaymentTarget } from './events.js';

export type Incoming = Readonly<{
  /** Names it: the same name and content again is the same payment. */
  payment: string;
  amount: Fen;
  paidOn: Day;
  /** As the bank gives it. */
  reference: string;
  target: PaymentTarget;
}>;
type ReceiveMoney = Extract<AccountCommand, { type: 'ReceiveMoney' }>;

/** Payments of employers: recorded in the account, then credited to the persons, then told. */
@Injectable()
export class AccountPayments {
  constructor(
    private readonly store: EventStore,
    private readonly rules: RuleBook,
    private readonly accounts: EmployerAccounts,
    private readonly process: AccountProcess,
  ) {}

  /** Answered when every person it covers is credited. A line of the bank that came before gives its first answer. */
  async receive(
    uscc: string,
    incoming: Incoming,
    origin: Origin,
  ): Promise<Result<Written<PaymentDone>, PaymentFailure>> {
    const received = await this.accounts.use(uscc, (log) => this.record(log, uscc, incoming, origin));
    if (!received.ok) return received;
    const { payment, replayed } = received.value;
    return this.credited(uscc, payment.payment, replayed, incoming.target);
  }

  /** Records money on an account that is held, without crediting anybody yet. */
  async record(
    log: AccountLog,
    uscc: string,
    incoming: Incoming,
    origin: Origin,
  ): Promise<Result<Readonly<{ payment: KnownPayment; replayed: boolean }>, AccountFailure | Conflict>> {
    const { paidOn } = incoming;
    const command: ReceiveMoney = {
      type: 'ReceiveMoney',
      uscc,
      ...incoming,
      today: origin.bookedOn,
      order: this.rules.paymentOrder(paidOn),
      lateFeeDaily: this.rules.lateFeeDaily(paidOn),
    };
    const received = await log.execute(command, { ...origin, cause: causeOf(incoming) });
    if (!received.ok) return received;
    const { state, events } = received.value;
    const known = findPayment(state, incoming);
    if (!known) throw new Error('money that was decided on stands in the account');
    return ok({ payment: known, replayed: events.length === 0 });
  }

  /** Pays what is open from the employer's credit, oldest month first. */
  async useCredit(
    uscc: string,
    payment: string,
    origin: Origin,
  ): Promise<Result<Written<PaymentDone>, PaymentFailure>> {
    const today = origin.bookedOn;
    const terms = { order: this.rules.paymentOrder(today), lateFeeDaily: this.rules.lateFeeDaily(today) };
    const command = { type: 'UseCredit', uscc, payment, today, ...terms } as const;
    const used = await this.accounts.execute(uscc, command, `credit-use/${payment}`, origin);
    if (!used.ok) return used;
    const { state, events, position } = used.value;
    if (state.payments.has(payment))
      return this.credited(uscc, payment, events.length === 0, { kind: 'account' });
    const nothing = { allocated: ZERO, lateFee: ZERO, unapplied: ZERO, state: undefined, allocations: [] };
    return ok({ value: { payment, ...nothing }, position, replayed: false });
  }

  private async credited(
    uscc: string,
    payment: string,
    replayed: boolean,
    target: PaymentTarget,
  ): Promise<Result<Written<PaymentDone>, PaymentFailure>> {
    const first = await this.find(uscc, payment, target);
    if (!first.isPending) return ok({ value: first.done, position: first.position, replayed });
    await this.process.work(uscc);
    const { isPending, done, position } = await this.find(uscc, payment, target);
    return isPending ? err({ type: 'PaymentInProgress' }) : ok({ value: done, position, replayed });
  }

  private async find(uscc: string, payment: string, target: PaymentTarget): Promise<Found> {
    return findDone(await this.store.read(employerStreamOf(uscc)), payment, target);
  }
}

type Found = Readonly<{
  done: PaymentDone;
  /** Of the last event that belongs to the payment. */
  position: bigint | undefined;
  /** Not every person is credited yet. */
  isPending: boolean;
}>;
type Spent = MoneyReceived | CreditUsed;
const isSpent = (event: EmployerEvent): event is Spent =>
  event.type === 'MoneyReceived' || event.type === 'CreditUsed';

/** What a payment did, from the account's own events: the same each time it is asked for. */
const findDone = (stored: readonly StoredEvent[], payment: string, target: PaymentTarget): Found => {
  const events = stored.map(toDomain<EmployerEvent>);
  const at = events.findIndex((event) => isSpent(event) && event.data.payment === payment);
  const spent = events[at];
  if (!spent || !isSpent(spent)) throw new Error('a payment that is asked for stands in the account');
  const credited = events.findIndex(
    ({ type, data }) => type === 'PersonsCredited' && data.covering === payment,
  );
  const { allocations } = spent.data;
  const isPending = credited < 0 && allocations.some(({ covered }) => covered.length > 0);
  const unapplied = spent.type === 'MoneyReceived' ? fromYuan(spent.data.unapplied) : ZERO;
  const lateFee = sum(allocations.map((allocation) => fromYuan(allocation.lateFee)));
  const allocated = subtract(subtract(fromYuan(spent.data.amount), unapplied), lateFee);
  const state = target.kind === 'bill' ? stateAfter(events, at, target.bill) : undefined;
  const done = { payment, allocated, lateFee, unapplied, state, allocations };
  return { done, position: stored[Math.max(at, credited)]?.position, isPending };
};

/** How a bill stood right after a payment; as it stands now where it was not there then. */
const stateAfter = (
  events: readonly EmployerEvent[],
  at: number,
  name: string,
): PaymentDone['state'] | undefined => {
  const bill =
    account.replay(events.slice(0, at + 1)).bills.get(name) ?? account.replay(events).bills.get(name);
  return bill && stateOfBill(bill);
};

/** The content is named too, so that equal event ids are equal events. */
const causeOf = ({ payment, amount, paidOn, reference, target }: Incoming): string => {
  const content = JSON.stringify([amount.toString(), paidOn, reference, target]);
  return `payment/${payment}/${createHash('sha256').update(content).digest('hex')}`;
};
