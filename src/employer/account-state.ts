import { toDay, toMonth, type Day, type Month } from '../kernel/calendar.js';
import { add, fromYuan, subtract, sum, ZERO, type Fen } from '../kernel/money.js';
import type { BillCell } from '../individual/events.js';
import { changed, extended, paid, principalOf, toBill, type Bill } from './bill.js';
import type {
  Allocation,
  BillChanged,
  CreditUsed,
  EmployerEvent,
  MoneyReceived,
  PaymentTarget,
} from './events.js';

/** What persons are still to be credited with: named by the payment, the use of credit, or the change that covered cells. */
export type Covering = Readonly<{
  /** Several bills that one payment or change covers have coverings of one name, which are finished together. */
  covering: string;
  bill: string;
  month: Month;
  payment: string;
  paidOn: Day;
  cells: readonly BillCell[];
}>;
export type KnownPayment = Readonly<{
  payment: string;
  amount: Fen;
  paidOn: Day;
  /** Neither reference nor target: a use of credit. */
  reference: string | undefined;
  target: PaymentTarget | undefined;
  principal: Fen;
  lateFee: Fen;
  unapplied: Fen;
  allocations: readonly Allocation[];
}>;
export type AccountState = Readonly<{
  /** `undefined`: the employer is not registered. */
  uscc: string | undefined;
  /** In the order in which they were issued; a bill that was withdrawn is not among them. */
  bills: ReadonlyMap<string, Bill>;
  /** Withdrawn submissions, with or without a bill. */
  withdrawn: ReadonlySet<string>;
  /** By the name of the payment or of the use of credit. */
  payments: ReadonlyMap<string, KnownPayment>;
  changes: ReadonlySet<string>;
  refunds: ReadonlyMap<string, Readonly<{ amount: Fen; paidOn: string; reference: string }>>;
  moves: ReadonlySet<string>;
  credit: Fen;
  /** In the order in which they came. */
  coverings: readonly Covering[];
}>;

type Draft = Omit<AccountState, 'bills' | 'withdrawn' | 'payments' | 'changes' | 'refunds' | 'moves'> & {
  uscc: string | undefined;
  readonly bills: Map<string, Bill>;
  readonly withdrawn: Set<string>;
  readonly payments: Map<string, KnownPayment>;
  readonly changes: Set<string>;
  readonly refunds: Map<string, Readonly<{ amount: Fen; paidOn: string; reference: string }>>;
  readonly moves: Set<string>;
  credit: Fen;
  coverings: readonly Covering[];
};

export const NO_ACCOUNT: AccountState = {
  uscc: undefined,
  bills: new Map(),
  withdrawn: new Set(),
  payments: new Map(),
  changes: new Set(),
  refunds: new Map(),
  moves: new Set(),
  credit: ZERO,
  coverings: [],
};

export const replayAccount = (
  events: Iterable<EmployerEvent>,
  from: AccountState = NO_ACCOUNT,
): AccountState => {
  const draft: Draft = {
    ...from,
    bills: new Map(from.bills),
    withdrawn: new Set(from.withdrawn),
    payments: new Map(from.payments),
    changes: new Set(from.changes),
    refunds: new Map(from.refunds),
    moves: new Set(from.moves),
  };
  for (const event of events) apply(draft, event);
  return draft;
};

const apply = (draft: Draft, event: EmployerEvent): void => {
  switch (event.type) {
    case 'EmployerRegistered':
      draft.uscc = event.data.uscc;
      return;
    case 'BillIssued':
      draft.bills.set(event.data.bill, toBill(event.data));
      return;
    case 'BillExtended':
      return change(draft, event.data.bill, (bill) => extended(bill, event.data.extension, event.data.lines));
    case 'BillWithdrawn':
      draft.bills.delete(event.data.bill);
      draft.withdrawn.add(event.data.bill);
      return;
    case 'MoneyReceived':
      return receive(draft, event.data);
    case 'CreditUsed':
      return spend(draft, event.data);
    case 'BillChanged':
      return applyChange(draft, event.data);
    case 'CreditRefunded': {
      const { refund, paidOn, reference } = event.data;
      const amount = fromYuan(event.data.amount);
      draft.refunds.set(refund, { amount, paidOn, reference });
      draft.credit = subtract(draft.credit, amount);
      return;
    }
    case 'CreditMoved':
      // No bill changed, so this was never credit of the account: the credit stays as it is.
      draft.moves.add(event.data.correction);
      return;
    case 'PersonsCredited':
      draft.coverings = draft.coverings.filter(({ covering }) => covering !== event.data.covering);
      return;
    case 'MonthEstimated':
    case 'EstimateSettled':
      return;
  }
};

const change = (draft: Draft, name: string, to: (bill: Bill) => Bill): void => {
  const bill = draft.bills.get(name);
  if (bill) draft.bills.set(name, to(bill));
};

const receive = (draft: Draft, data: MoneyReceived['data']): void => {
  const { reference, target } = data;
  const unapplied = fromYuan(data.unapplied);
  note(draft, { ...data, reference, target, unapplied });
  draft.credit = add(draft.credit, unapplied);
};
const spend = (draft: Draft, data: CreditUsed['data']): void => {
  note(draft, { ...data, reference: undefined, target: undefined, unapplied: ZERO });
  draft.credit = subtract(draft.credit, fromYuan(data.amount));
};

type Noted = CreditUsed['data'] & Pick<KnownPayment, 'reference' | 'target' | 'unapplied'>;
const note = (
  draft: Draft,
  { payment, amount, allocations, reference, target, unapplied, ...data }: Noted,
): void => {
  const paidOn = toDay(data.paidOn);
  draft.payments.set(payment, {
    payment,
    amount: fromYuan(amount),
    paidOn,
    reference,
    target,
    principal: sum(allocations.map(principalOf)),
    lateFee: sum(allocations.map(({ lateFee }) => fromYuan(lateFee))),
    unapplied,
    allocations,
  });
  for (const allocation of allocations) {
    change(draft, allocation.bill, (bill) => paid(bill, { payment, paidOn, allocation }));
    cover(draft, allocation, { covering: payment, payment, paidOn });
  }
};

const applyChange = (draft: Draft, data: BillChanged['data']): void => {
  draft.changes.add(data.change);
  draft.credit = add(draft.credit, fromYuan(data.credit));
  for (const each of data.bills) {
    change(draft, each.bill, (bill) => changed(bill, each.cells));
    if (!each.payment) continue;
    const { payment, paidOn } = each.payment;
    cover(draft, each, { covering: data.change, payment, paidOn: toDay(paidOn) });
  }
};

const cover = (
  draft: Draft,
  { bill, month, covered }: Pick<Allocation, 'bill' | 'month' | 'covered'>,
  by: Pick<Covering, 'covering' | 'payment' | 'paidOn'>,
): void => {
  if (covered.length === 0) return;
  draft.coverings = [...draft.coverings, { ...by, bill, month: toMonth(month), cells: covered }];
};

/** What names a payment: its own name, and the line of the bank. */
export type PaymentNamed = Readonly<{ payment: string; reference: string; amount: Fen; paidOn: Day }>;
/** The payment that was recorded by this name, else the one of the same line of the bank: reference, amount and day. */
export const findPayment = (
  { payments }: Pick<AccountState, 'payments'>,
  { payment, reference, amount, paidOn }: PaymentNamed,
): KnownPayment | undefined =>
  payments.get(payment) ??
  [...payments.values()].find(
    (known) => known.reference === reference && known.amount === amount && known.paidOn === paidOn,
  );
