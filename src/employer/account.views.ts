import type { Day } from '../kernel/calendar.js';
import { add, fen, fromYuan, subtract, sum, toYuan, ZERO, type Fen, type Ppm } from '../kernel/money.js';
import type {
  EmployerAccountAnswer,
  AccountEntryAnswer,
  ArrearsMonthAnswer,
  BillAnswer,
  BillCellAnswer,
  EmployerPaymentAnswer,
  OwedAnswer,
  PaymentTargetAnswer,
  UnsettledEstimateAnswer,
} from './account.dto.js';
import type { FoundEntry, FoundPayment } from './account.queries.js';
import type { EmployerAccountRecord } from './account.rows.js';
import { lateFeeOn, outstandingOf, principalOf, toCell, type Bill } from './bill.js';
import { stateOf, type KnownBill } from './bill.rows.js';
import type { EstimateRecord } from './estimate.projection.js';
import type { Allocation } from './events.js';

/** The day on which late fees are reckoned, and the rate in force on it. */
export type Today = Readonly<{ today: Day; lateFeeDaily: Ppm }>;

const amountOf = ({ cells }: Bill): Fen => sum([...cells.values()].map(({ amount }) => amount));
const paidOf = ({ cells }: Bill): Fen => sum([...cells.values()].map(({ paid }) => paid));

/** What is left to pay of a bill today; of one that was withdrawn nothing is. */
export const owedOf = (
  { bill, isWithdrawn }: KnownBill,
  { today, lateFeeDaily }: Today,
): Readonly<{ principal: Fen; lateFee: Fen }> =>
  isWithdrawn
    ? { principal: ZERO, lateFee: ZERO }
    : { principal: outstandingOf(bill).total, lateFee: lateFeeOn(bill, today, lateFeeDaily) };

export const toOwed = (known: KnownBill, today: Today): OwedAnswer => {
  const { bill } = known;
  const { principal, lateFee } = owedOf(known, today);
  return {
    paid: toYuan(paidOf(bill)),
    outstanding: toYuan(principal),
    lateFee: toYuan(add(bill.lateFeePaid, lateFee)),
    lateFeePaid: toYuan(bill.lateFeePaid),
    due: toYuan(add(principal, lateFee)),
    dueOn: bill.dueOn,
    paidOn: bill.lastPayment?.paidOn ?? null,
  };
};

export const toCells = ({ cells }: Bill): readonly BillCellAnswer[] =>
  [...cells].map(([key, { amount, paid }]) => ({
    ...toCell(key),
    amount: toYuan(amount),
    paid: toYuan(paid),
  }));

export const toBillAnswer = (known: KnownBill, today: Today): BillAnswer => {
  const { bill } = known;
  return {
    bill: bill.bill,
    kind: bill.kind,
    region: bill.region,
    month: bill.month,
    state: stateOf(known),
    issuedOn: bill.issuedOn,
    amount: toYuan(amountOf(bill)),
    ...toOwed(known, today),
    cells: toCells(bill),
  };
};

type Owed = Readonly<{ bill: Bill; principal: Fen; lateFee: Fen }>;
/** Bills whose due day has passed and of which something is left to pay, by month, oldest first. */
export const toArrears = (
  open: readonly KnownBill[],
  { today, lateFeeDaily }: Today,
): readonly ArrearsMonthAnswer[] => {
  const months = new Map<string, Owed[]>();
  for (const known of open) {
    const owed = { bill: known.bill, ...owedOf(known, { today, lateFeeDaily }) };
    const isOwed = owed.principal > ZERO || owed.lateFee > ZERO;
    if (!isOwed || known.bill.dueOn >= today) continue;
    months.set(known.bill.month, [...(months.get(known.bill.month) ?? []), owed]);
  }
  return [...months].map(([month, owed]) => {
    const principal = sum(owed.map((each) => each.principal));
    const lateFee = sum(owed.map((each) => each.lateFee));
    return {
      month,
      principal: toYuan(principal),
      lateFee: toYuan(lateFee),
      total: toYuan(add(principal, lateFee)),
      bills: owed.map(({ bill }) => bill.bill),
    };
  });
};

/** `account` is not there before anything happened in it. */
export const toAccount = (
  uscc: string,
  account: EmployerAccountRecord | undefined,
  open: readonly KnownBill[],
  today: Today,
): Omit<EmployerAccountAnswer, 'freshness'> => {
  const owed = open.map((known) => owedOf(known, today));
  const yuan = (column: Exclude<keyof EmployerAccountRecord, 'uscc'>): string =>
    toYuan(fen(account?.[column] ?? 0n));
  return {
    uscc,
    credit: yuan('credit_fen'),
    outstanding: toYuan(sum(owed.map(({ principal }) => principal))),
    lateFee: toYuan(sum(owed.map(({ lateFee }) => lateFee))),
    billed: yuan('billed_fen'),
    paid: yuan('received_fen'),
    lateFeePaid: yuan('late_fee_fen'),
    refunded: yuan('refunded_fen'),
    arrears: toArrears(open, today),
  };
};

export const toEstimate = (record: EstimateRecord): UnsettledEstimateAnswer => ({
  month: record.month,
  factor: record.factor,
  persons: Number(record.persons),
  employer: toYuan(fen(record.employer_fen)),
  employee: toYuan(fen(record.employee_fen)),
  total: toYuan(fen(record.employer_fen + record.employee_fen)),
});

const toAllocation = (allocation: Allocation): EmployerPaymentAnswer['allocations'][number] => ({
  bill: allocation.bill,
  month: allocation.month,
  principal: toYuan(principalOf(allocation)),
  lateFee: allocation.lateFee,
  cells: allocation.cells.map(({ insurance, side, amount }) => ({ insurance, side, amount })),
});

export const toPaymentAnswer = (record: FoundPayment): EmployerPaymentAnswer => ({
  payment: record.payment,
  kind: record.kind,
  amount: toYuan(fen(record.amount_fen)),
  paidOn: record.paid_on,
  bookedOn: record.booked_on,
  reference: record.reference,
  target: record.target === null ? null : (JSON.parse(record.target) as PaymentTargetAnswer),
  principal: toYuan(fen(record.principal_fen)),
  lateFee: toYuan(fen(record.late_fee_fen)),
  unapplied: toYuan(fen(record.unapplied_fen)),
  credited: record.pending !== 1n,
  allocations: (JSON.parse(record.allocations) as readonly Allocation[]).map(toAllocation),
});

export const toEntryAnswer = (entry: FoundEntry): AccountEntryAnswer => ({
  type: entry.type,
  valueDate: entry.value_on,
  bookedOn: entry.booked_on,
  recordedAt: entry.recorded_at,
  bill: entry.bill,
  month: entry.month,
  reference: entry.reference,
  claimed: toYuan(fen(entry.claimed_fen)),
  principal: toYuan(fen(entry.principal_fen)),
  lateFee: toYuan(fen(entry.late_fee_fen)),
  credit: toYuan(fen(entry.credit_fen)),
  received: toYuan(fen(entry.received_fen)),
  balance: toYuan(entry.balance),
  creditAfter: toYuan(entry.credit_after),
  position: entry.position.toString(),
});

/** Of one side of one insurance, over all bills of a month. */
export const sideOf = (
  cells: readonly BillCellAnswer[],
): Readonly<{ amount: string; paid: string; outstanding: string }> => {
  const amount = sum(cells.map((cell) => fromYuan(cell.amount)));
  const paid = sum(cells.map((cell) => fromYuan(cell.paid)));
  return { amount: toYuan(amount), paid: toYuan(paid), outstanding: toYuan(subtract(amount, paid)) };
};
