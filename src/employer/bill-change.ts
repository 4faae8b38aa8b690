import type { Month } from '../kernel/calendar.js';
import { add, fromYuan, toYuan } from '../kernel/money.js';
import { cellKey, isWhole, lessened, NOUGHT, type Bill } from './bill.js';
import type { BillChanged, ChangedCell } from './events.js';

/** What is taken back of a bill: by cell what is claimed `less`, and what of it the persons' streams gave back. Pure. */
export type BillChange = Readonly<{
  bill: string;
  month: Month;
  cells: readonly Omit<ChangedCell, 'released'>[];
}>;

/** What of the money goes back, and which cells are paid whole now that less is asked. */
export const changeOf = (bill: Bill, asked: BillChange['cells']): BillChanged['data']['bills'][number] => {
  const covered: ChangedCell[] = [];
  const cells = asked.map(({ insurance, side, less, given }): ChangedCell => {
    const before = bill.cells.get(cellKey({ insurance, side })) ?? NOUGHT;
    const back = lessened(before, { less: fromYuan(less), given: fromYuan(given) });
    const [taken, released] = [toYuan(back.less), toYuan(back.released)];
    const cell = { insurance, side, less: taken, given, released };
    if (isWhole(back.cell) && !isWhole(before)) covered.push(cell);
    return cell;
  });
  return {
    bill: bill.bill,
    month: bill.month,
    cells,
    covered: covered.map(({ insurance, side }) => ({ insurance, side })),
    ...(bill.lastPayment && { payment: bill.lastPayment }),
  };
};

/** Each bill once, and each cell of it once. */
export const merged = (bills: readonly BillChange[]): readonly BillChange[] => {
  const byBill = new Map<string, BillChange>();
  for (const { bill, month, cells } of bills) {
    const known = new Map((byBill.get(bill)?.cells ?? []).map((cell) => [cellKey(cell), cell]));
    for (const cell of cells) {
      const before = known.get(cellKey(cell));
      known.set(cellKey(cell), before ? together(before, cell) : cell);
    }
    byBill.set(bill, { bill, month, cells: [...known.values()] });
  }
  return [...byBill.values()];
};
const together = <C extends Readonly<{ less: string; given: string }>>(a: C, b: C): C => ({
  ...a,
  less: toYuan(add(fromYuan(a.less), fromYuan(b.less))),
  given: toYuan(add(fromYuan(a.given), fromYuan(b.given))),
});
