import { toDay, toMonth } from '../kernel/calendar.js';
import { fen, ppm, sum } from '../kernel/money.js';
import { cellKey, stateOfBill, toCell, type Bill } from './bill.js';
import type { BillCellRecord, BillRecord, BillState } from './account.rows.js';

/** A bill of an employer, as the read model knows it; a withdrawn one stays to be looked up. */
export type KnownBill = Readonly<{ uscc: string; isWithdrawn: boolean; bill: Bill }>;

export const stateOf = ({ bill, isWithdrawn }: KnownBill): BillState =>
  isWithdrawn ? 'withdrawn' : stateOfBill(bill);

type StoredPart = readonly [amount: string, paidOn: string, daily: string];

export const toBillRecord = (known: KnownBill): BillRecord => {
  const { uscc, bill } = known;
  const cells = [...bill.cells.values()];
  const parts = bill.parts.map(({ amount, paidOn, daily }): StoredPart => [`${amount}`, paidOn, `${daily}`]);
  return {
    bill: bill.bill,
    uscc,
    kind: bill.kind,
    region: bill.region,
    month: bill.month,
    due_on: bill.dueOn,
    issued_on: bill.issuedOn,
    state: stateOf(known),
    amount_fen: sum(cells.map(({ amount }) => amount)),
    paid_fen: sum(cells.map(({ paid }) => paid)),
    late_fee_paid_fen: bill.lateFeePaid,
    parts: JSON.stringify(parts),
    last_payment: bill.lastPayment?.payment ?? null,
    last_paid_on: bill.lastPayment?.paidOn ?? null,
  };
};

export const toCellRecords = ({ bill }: KnownBill): readonly BillCellRecord[] =>
  [...bill.cells].map(([key, { amount, paid }]) => {
    const { insurance, side } = toCell(key);
    return { bill: bill.bill, insurance, side, amount_fen: amount, paid_fen: paid };
  });

/** A bill from its rows. Which extensions made it is not kept here: only the decider asks that. */
export const fromRecord = (record: BillRecord, cells: readonly BillCellRecord[]): KnownBill => {
  const { last_payment: payment, last_paid_on: paidOn } = record;
  return {
    uscc: record.uscc,
    isWithdrawn: record.state === 'withdrawn',
    bill: {
      bill: record.bill,
      kind: record.kind,
      region: record.region,
      month: toMonth(record.month),
      dueOn: toDay(record.due_on),
      issuedOn: toDay(record.issued_on),
      cells: new Map(
        cells.map((cell) => [cellKey(cell), { amount: fen(cell.amount_fen), paid: fen(cell.paid_fen) }]),
      ),
      extensions: [],
      parts: (JSON.parse(record.parts) as readonly StoredPart[]).map(([amount, on, daily]) => ({
        amount: fen(BigInt(amount)),
        paidOn: toDay(on),
        daily: ppm(BigInt(daily)),
      })),
      lateFeePaid: fen(record.late_fee_paid_fen),
      lastPayment: payment === null || paidOn === null ? undefined : { payment, paidOn: toDay(paidOn) },
    },
  };
};
