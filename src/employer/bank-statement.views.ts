import type { Text } from '../http/problem.js';
import { toYuan } from '../kernel/money.js';
import { toOwed, type Today } from './account.views.js';
import { readMoney, type BankProblem, type BankRow } from './bank-line.js';
import { BANK_TEXTS } from './bank-line.texts.js';
import type {
  BankLineAnswer,
  BankLineCounts,
  BankLineProblemAnswer,
  OpenBillAnswer,
} from './bank-statement.dto.js';
import { matchedCount, type BankLine, type BankStatementState } from './bank-statement.js';
import type { KnownBill } from './bill.rows.js';

export type Say = (text: Text) => string;

export const toLineCounts = (state: BankStatementState): BankLineCounts => {
  const total = state.received.linesTotal;
  return { total, ...state.counts, pending: total - matchedCount(state) };
};

const toProblem = (
  { code, field }: BankProblem | NonNullable<BankLine['note']>,
  say: Say,
): BankLineProblemAnswer => ({
  code,
  field,
  message: say(BANK_TEXTS[code]),
});

/** A line with its verdict. Of the cells only what is well formed is said again: never a name, an account or a remark. */
export const toLineAnswer = (line: BankLine, row: BankRow | undefined, say: Say): BankLineAnswer => {
  const said = row ? wellFormed(row) : NOTHING_SAID;
  const { problems = [], note } = line;
  const [main] = note ? [note, ...problems] : problems;
  const told = main && toProblem(main, say);
  return {
    line: line.line,
    verdict: line.verdict,
    code: told?.code ?? null,
    field: told?.field ?? null,
    message: told?.message ?? null,
    problems: problems.map((problem) => toProblem(problem, say)),
    ...said,
    uscc: line.uscc ?? null,
    payment: line.payment ?? null,
    allocations: (line.allocations ?? []).map(({ bill, month, principal, lateFee }) => ({
      submission: bill,
      month,
      allocated: principal,
      lateFee,
    })),
    unapplied: line.unapplied ?? null,
  };
};

type Said = Pick<BankLineAnswer, 'amount' | 'paidOn' | 'reference'>;
const NOTHING_SAID: Said = { amount: null, paidOn: null, reference: null };
const wellFormed = (row: BankRow): Said => {
  const { paidOn, amount, reference } = readMoney(row);
  return {
    amount: amount.ok ? toYuan(amount.value) : null,
    paidOn: paidOn.ok ? paidOn.value : null,
    reference: reference.ok ? reference.value : null,
  };
};

export const toOpenBill = (known: KnownBill, today: Today): OpenBillAnswer => ({
  submission: known.bill.bill,
  uscc: known.uscc,
  month: known.bill.month,
  ...toOwed(known, today),
});
