import type { Day } from '../kernel/calendar.js';
import { add, least, subtract, toPercent, toYuan, ZERO, type Fen, type Ppm } from '../kernel/money.js';
import type { BillCell } from '../individual/events.js';
import type { PaymentOrder } from '../rules/payment.js';
import { cellKey, isOpen, isWhole, lateFeeOn, NOUGHT, outstandingOf, paid, type Bill } from './bill.js';
import type { Allocation, PaymentTarget } from './events.js';

/** How an amount is spread (分配) over bills and their cells. Pure; which order it is stands in rules/national/payment.yaml. */
export type Money = Readonly<{
  payment: string;
  paidOn: Day;
  order: PaymentOrder;
  /** The daily rate of the late fee on the day of payment. */
  lateFeeDaily: Ppm;
}>;
export type Spread = Readonly<{ allocations: readonly Allocation[]; unapplied: Fen }>;

/** The bills that have something left to pay, as money reaches them: oldest month first, then as they were issued. */
export const openBills = (
  { bills }: Readonly<{ bills: ReadonlyMap<string, Bill> }>,
  target: PaymentTarget,
): readonly Bill[] =>
  [...bills.values()]
    .filter((bill) => isMeant(bill, target) && isOpen(bill))
    .sort((a, b) => (a.month < b.month ? -1 : a.month > b.month ? 1 : 0));

const isMeant = ({ bill, month }: Bill, target: PaymentTarget): boolean => {
  switch (target.kind) {
    case 'bill':
      return target.bill === bill;
    case 'month':
      return target.month === month;
    case 'account':
      return true;
  }
};

/** Pays bills one after the other; what is left over is not applied. */
export const spread = (amount: Fen, bills: readonly Bill[], money: Money): Spread => {
  let left = amount;
  const allocations: Allocation[] = [];
  for (const bill of bills) {
    const allocation = toBillOf(bill, left, money);
    if (allocation.amount <= ZERO) continue;
    allocations.push(allocation.to);
    left = subtract(left, allocation.amount);
  }
  return { allocations, unapplied: left };
};

/** Principal first, cell by cell; the late fee of the bill last, once all of its principal is paid. */
const toBillOf = (bill: Bill, amount: Fen, money: Money): Readonly<{ to: Allocation; amount: Fen }> => {
  let left = amount;
  const cells: Allocation['cells'][number][] = [];
  for (const { amount: open, ...cell } of inOrder(outstandingOf(bill).cells, money.order)) {
    const part = least(open, left);
    if (part <= ZERO) break;
    cells.push({ ...cell, amount: toYuan(part) });
    left = subtract(left, part);
  }
  const daily = toPercent(money.lateFeeDaily);
  const { bill: name, month } = bill;
  const principal: Allocation = {
    bill: name,
    month,
    cells,
    covered: [],
    lateFee: '0.00',
    lateFeeDaily: daily,
  };
  const after = paid(bill, { payment: money.payment, paidOn: money.paidOn, allocation: principal });
  const covered = cells
    .map(({ insurance, side }): BillCell => ({ insurance, side }))
    .filter((cell) => isWhole(after.cells.get(cellKey(cell)) ?? NOUGHT));
  // Whatever is left found no principal any more.
  const fee = least(left, lateFeeOn(after, money.paidOn, money.lateFeeDaily));
  return { to: { ...principal, covered, lateFee: toYuan(fee) }, amount: subtract(add(amount, fee), left) };
};

/** Cells as money reaches them: by side, then by insurance; those that the order does not name come after, by the alphabet. */
const inOrder = <C extends BillCell>(cells: readonly C[], order: PaymentOrder): readonly C[] => {
  const rank = (named: readonly string[], name: string): number => {
    const at = named.indexOf(name);
    return at < 0 ? named.length : at;
  };
  return [...cells].sort(
    (a, b) =>
      rank(order.sides, a.side) - rank(order.sides, b.side) ||
      rank(order.insurances, a.insurance) - rank(order.insurances, b.insurance) ||
      (a.insurance < b.insurance ? -1 : a.insurance > b.insurance ? 1 : 0),
  );
};
