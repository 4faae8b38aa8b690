import assert from 'node:assert';
import { toDay, toMonth, type Day, type Month } from '../kernel/calendar.js';
import {
  add,
  fen,
  fromYuan,
  least,
  parsePercent,
  ppm,
  subtract,
  sum,
  ZERO,
  type Fen,
  type Ppm,
} from '../kernel/money.js';
import type { BillCell } from '../individual/events.js';
import { lateFeeOfParts, type PaidPart } from '../rules/late-fee.js';
import type { Allocation, BillIssued, BillKind, BillLine, ChangedCell } from './events.js';

/**
 * A bill (应缴单): what an employer owes for a month by one submission, by insurance and side, and what came for it. Pure.
 */
export type Cell = Readonly<{ amount: Fen; paid: Fen }>;
export type Bill = Readonly<{
  bill: string;
  kind: BillKind;
  region: string;
  month: Month;
  dueOn: Day;
  issuedOn: Day;
  /** By `insurance/side`. */
  cells: ReadonlyMap<string, Cell>;
  extensions: readonly string[];
  /** Principal as it was paid, in the order in which it was recorded: what the late fee is reckoned on. */
  parts: readonly PaidPart[];
  lateFeePaid: Fen;
  lastPayment: Readonly<{ payment: string; paidOn: Day }> | undefined;
}>;

export const cellKey = ({ insurance, side }: BillCell): string => `${insurance}/${side}`;
export const toCell = (key: string): BillCell => {
  const at = key.lastIndexOf('/');
  return { insurance: key.slice(0, at), side: key.slice(at + 1) as BillCell['side'] };
};

export type Outstanding = Readonly<{
  total: Fen;
  /** Cells of which something is not paid, in the order in which they came to the bill. */
  cells: readonly (BillCell & Readonly<{ amount: Fen }>)[];
}>;
/** The principal that is not paid yet, by cell and in sum. */
export const outstandingOf = ({ cells }: Pick<Bill, 'cells'>): Outstanding => {
  const open = [...cells]
    .map(([key, { amount, paid }]) => ({ ...toCell(key), amount: subtract(amount, paid) }))
    .filter(({ amount }) => amount > ZERO);
  return { total: sum(open.map(({ amount }) => amount)), cells: open };
};

/**
 * The late fee that is left to pay if all that is outstanding were paid on this day: of the parts already paid each to its own
 * day, of the rest to this day, rounded once over all, less what of it was paid. Once the principal is paid the day and the
 * rate make no difference. A fee that was paid is kept when the bill becomes less later: then nought is left, never less.
 */
export const lateFeeOn = (bill: Bill, day: Day, daily: Ppm): Fen => {
  const { total } = outstandingOf(bill);
  const rest: readonly PaidPart[] = total > ZERO ? [{ amount: total, paidOn: day, daily }] : [];
  const left = subtract(lateFeeOfParts(bill.dueOn, [...bill.parts, ...rest]), bill.lateFeePaid);
  return left > ZERO ? left : ZERO;
};
/** The late fee of a bill whose principal is paid: it is final then, and no day or rate enters into it. */
const finalFee = (bill: Bill): Fen => lateFeeOn(bill, bill.dueOn, ppm(0n));

/** Whether anything is left to pay: principal, or the late fee once the principal is paid. */
export const isOpen = (bill: Bill): boolean => outstandingOf(bill).total > ZERO || finalFee(bill) > ZERO;

export type BillState = 'assessed' | 'part-paid' | 'paid';
/**
 * `paid`: money came, and neither principal nor late fee is left; a late fee of nought needs no payment. `part-paid`: money
 * came and something is left. `assessed`: no money ever came. A bill that asks for nothing, from the start or since it was taken
 * back whole, is `paid` when money had come for it and stays `assessed` when none had: nobody has paid it.
 */
export const stateOfBill = (bill: Bill): BillState => {
  if (!bill.lastPayment) return 'assessed';
  return isOpen(bill) ? 'part-paid' : 'paid';
};

export const toBill = (data: BillIssued['data']): Bill => ({
  bill: data.bill,
  kind: data.kind,
  region: data.region,
  month: toMonth(data.month),
  dueOn: toDay(data.dueOn),
  issuedOn: toDay(data.issuedOn),
  cells: withLines(new Map(), data.lines),
  extensions: [],
  parts: [],
  lateFeePaid: ZERO,
  lastPayment: undefined,
});

export const extended = (bill: Bill, extension: string, lines: readonly BillLine[]): Bill => ({
  ...bill,
  cells: withLines(bill.cells, lines),
  extensions: [...bill.extensions, extension],
});

const withLines = (cells: Bill['cells'], lines: readonly BillLine[]): Bill['cells'] => {
  const grown = new Map(cells);
  for (const { insurance, employer, employee } of lines)
    for (const [side, text] of [['employer', employer] as const, ['employee', employee] as const]) {
      const key = cellKey({ insurance, side });
      const { amount, paid } = grown.get(key) ?? NOUGHT;
      grown.set(key, { amount: add(amount, fromYuan(text)), paid });
    }
  return grown;
};
export const NOUGHT: Cell = { amount: ZERO, paid: ZERO };

export const isWhole = ({ amount, paid }: Cell): boolean => amount > ZERO && paid >= amount;

/** The bill after an allocation of a payment. */
export const paid = (
  bill: Bill,
  { payment, paidOn, allocation }: Readonly<{ payment: string; paidOn: Day; allocation: Allocation }>,
): Bill => {
  const cells = new Map(bill.cells);
  for (const { amount, ...cell } of allocation.cells) {
    const before = cells.get(cellKey(cell)) ?? NOUGHT;
    cells.set(cellKey(cell), { ...before, paid: add(before.paid, fromYuan(amount)) });
  }
  const principal = principalOf(allocation);
  const part = { amount: principal, paidOn, daily: toDaily(allocation.lateFeeDaily) };
  return {
    ...bill,
    cells,
    parts: principal > ZERO ? [...bill.parts, part] : bill.parts,
    lateFeePaid: add(bill.lateFeePaid, fromYuan(allocation.lateFee)),
    lastPayment: { payment, paidOn },
  };
};

export const principalOf = ({ cells }: Pick<Allocation, 'cells'>): Fen =>
  sum(cells.map(({ amount }) => fromYuan(amount)));

const toDaily = (percent: string): Ppm => {
  const rate = parsePercent(percent);
  assert(rate.ok, 'percent text from our own record is well formed');
  return rate.value;
};

/** What becomes of a cell that is claimed less: of what had come for it and is no longer needed, what goes back. */
export const lessened = (
  { amount, paid: before }: Cell,
  { less, given }: Readonly<{ less: Fen; given: Fen }>,
): Readonly<{ cell: Cell; less: Fen; released: Fen }> => {
  const taken = least(less, amount);
  const left = subtract(amount, taken);
  const kept = before > given ? subtract(before, given) : ZERO;
  const after = least(kept, left);
  return { cell: { amount: left, paid: after }, less: taken, released: subtract(kept, after) };
};

/**
 * The bill after claims were taken back. The parts that the late fee is reckoned on lose what goes back, the one recorded last
 * first: no fee is owed on what was not owed. A fee that was paid stays paid.
 */
export const changed = (bill: Bill, changes: readonly ChangedCell[]): Bill => {
  const cells = new Map(bill.cells);
  let back = ZERO;
  for (const change of changes) {
    const before = cells.get(cellKey(change));
    if (!before) continue;
    const { cell } = lessened(before, { less: fromYuan(change.less), given: fromYuan(change.given) });
    back = fen(back + before.paid - cell.paid);
    cells.set(cellKey(change), cell);
  }
  return { ...bill, cells, parts: withoutLast(bill.parts, back) };
};

const withoutLast = (parts: readonly PaidPart[], amount: Fen): readonly PaidPart[] => {
  const last = parts.at(-1);
  if (!last || amount <= ZERO) return parts;
  if (last.amount <= amount) return withoutLast(parts.slice(0, -1), subtract(amount, last.amount));
  return [...parts.slice(0, -1), { ...last, amount: subtract(last.amount, amount) }];
};
