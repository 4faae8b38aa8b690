import type { Fen } from '../kernel/money.js';
import { add, fromYuan, sum, toYuan } from '../kernel/money.js';
import type { BillCellAnswer } from './account.dto.js';
import type { FoundPayment } from './account.queries.js';
import { sideOf, toBillAnswer, toPaymentAnswer, type Today } from './account.views.js';
import type { KnownBill } from './bill.rows.js';
import type { EmployerStatementAnswer, StatementLineAnswer } from './statement.dto.js';

/** What is known of an employer's month besides its bills. */
export type StatementFacts = Readonly<{
  uscc: string;
  month: string;
  bills: readonly KnownBill[];
  insured: Readonly<{
    persons: number;
    insurances: readonly Readonly<{ insurance: string; persons: number; base: Fen }>[];
  }>;
  movements: Readonly<{ joined: number; left: number }>;
  carriedIn: Fen;
  payments: readonly FoundPayment[];
  credit: Fen;
}>;

/** One insurance: who is insured, and what the bills of the month ask of each side. */
const toLine = (
  insurance: string,
  { insurances }: StatementFacts['insured'],
  cells: readonly BillCellAnswer[],
): StatementLineAnswer => {
  const counted = insurances.find((each) => each.insurance === insurance);
  const own = cells.filter((cell) => cell.insurance === insurance);
  return {
    insurance,
    persons: counted?.persons ?? 0,
    base: toYuan(counted?.base ?? sum([])),
    employer: sideOf(own.filter(({ side }) => side === 'employer')),
    employee: sideOf(own.filter(({ side }) => side === 'employee')),
  };
};

/** The statement of an employer's month (单位缴费明细): who, on which bases, what each side owes and what came for it. */
export const toStatement = (
  facts: StatementFacts,
  today: Today,
): Omit<EmployerStatementAnswer, 'freshness'> => {
  const { uscc, month, insured, movements } = facts;
  const bills = facts.bills
    .filter(({ isWithdrawn }) => !isWithdrawn)
    .map((known) => toBillAnswer(known, today));
  const cells = bills.flatMap((bill) => bill.cells);
  const names = [...cells, ...insured.insurances].map(({ insurance }) => insurance);
  const whole = sideOf(cells);
  const sumOf = (part: 'lateFee' | 'lateFeePaid'): string =>
    toYuan(bills.reduce((total, bill) => add(total, fromYuan(bill[part])), sum([])));
  return {
    uscc,
    month,
    heads: insured.persons,
    joined: movements.joined,
    left: movements.left,
    lines: [...new Set(names)].sort().map((insurance) => toLine(insurance, insured, cells)),
    ...whole,
    lateFee: sumOf('lateFee'),
    lateFeePaid: sumOf('lateFeePaid'),
    bills: bills.map(({ bill }) => bill),
    carriedIn: toYuan(facts.carriedIn),
    payments: facts.payments.map(toPaymentAnswer),
    credit: toYuan(facts.credit),
  };
};
