import type { Text } from '../http/problem.js';
import { toDay, type Day } from '../kernel/calendar.js';
import { fen, subtract, toYuan, ZERO, type Ppm } from '../kernel/money.js';
import { lateFee } from '../rules/late-fee.js';
import type { Amounts, JudgedRow, RowProblem, Verdict } from './events.js';
import { textOf, textOfCode } from './row.texts.js';
import type { RowAnswer, RowCounts, SubmissionAnswer } from './submission.dto.js';
import type { SubmissionRecord, SubmissionRowRecord } from './submission.rows.js';

type Localize = (text: Text) => string;

/** `pending` is what is not judged yet, so that the sum always comes to `total`. */
export const toCounts = (
  total: number,
  { accepted, duplicate, rejected }: Readonly<Record<Verdict, number>>,
): RowCounts => ({
  total,
  accepted,
  duplicate,
  rejected,
  pending: total - accepted - duplicate - rejected,
});

export const countsOf = (record: SubmissionRecord): RowCounts =>
  toCounts(Number(record.rows_total), {
    accepted: Number(record.accepted),
    duplicate: Number(record.duplicate),
    rejected: Number(record.rejected),
  });

/** The late fee grows until the payment: what is owed today, or what was paid. */
const lateFeeOf = (record: SubmissionRecord, today: Day, daily: Ppm): string => {
  if (record.paid_on !== null) return toYuan(fen(record.late_fee_fen));
  if (record.state !== 'assessed') return toYuan(ZERO);
  return toYuan(lateFee(fen(record.total_fen), toDay(record.due_on), today, daily).fee);
};

export const toSubmission = (record: SubmissionRecord, today: Day, lateFeeDaily: Ppm): SubmissionAnswer => ({
  id: record.id,
  uscc: record.uscc,
  region: record.region,
  month: record.month,
  state: record.state,
  rows: countsOf(record),
  amounts: {
    employer: toYuan(fen(record.employer_fen)),
    employee: toYuan(fen(record.employee_fen)),
    total: toYuan(fen(record.total_fen)),
    byInsurance: JSON.parse(record.by_insurance) as Amounts['byInsurance'],
  },
  paid: toYuan(fen(record.paid_fen)),
  outstanding: toYuan(subtract(fen(record.total_fen), fen(record.paid_fen))),
  lateFee: lateFeeOf(record, today, lateFeeDaily),
  dueOn: record.due_on,
  paidOn: record.paid_on,
  fileSha256: record.file_sha256,
});

export const toRowAnswer = (row: JudgedRow, localize: Localize): RowAnswer => {
  const problems = row.problems.map((problem) => ({ ...problem, message: localize(textOf(problem)) }));
  const [main] = problems;
  const note = row.registered ? 'registered' : null;
  return {
    line: row.line,
    verdict: row.verdict,
    code: main?.code ?? note,
    field: main?.field ?? null,
    message: main?.message ?? (note && localize(textOfCode(note))),
    problems,
    id: row.individual ?? null,
    amounts: row.amounts ?? null,
  };
};

export const toJudgedRow = (record: SubmissionRowRecord): JudgedRow => ({
  line: Number(record.line),
  verdict: record.verdict as Verdict,
  problems: problemsOf(record),
  ...(record.registered === 1n && { registered: true }),
  ...(record.individual !== null && { individual: record.individual }),
  ...(record.total_fen !== null && {
    amounts: {
      employer: toYuan(fen(record.employer_fen ?? 0n)),
      employee: toYuan(fen(record.employee_fen ?? 0n)),
      total: toYuan(fen(record.total_fen)),
    },
  }),
});

export const problemsOf = (record: SubmissionRowRecord): readonly RowProblem[] =>
  JSON.parse(record.problems) as readonly RowProblem[];
