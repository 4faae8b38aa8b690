import type { Text } from '../http/problem.js';
import { fen, toYuan, ZERO } from '../kernel/money.js';
import type { OwedAnswer } from './account.dto.js';
import { toCells, toOwed, type Today } from './account.views.js';
import { stateOf, type KnownBill } from './bill.rows.js';
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

/** Where a submission stands: what is paid of it is known by its bill, once it has one. */
export const stateOfSubmission = (
  record: SubmissionRecord,
  bill: KnownBill | undefined,
): SubmissionAnswer['state'] => (record.state === 'assessed' && bill ? stateOf(bill) : record.state);

/** Until there is a bill, what is assessed so far is owed and nothing is paid; of a withdrawn file nothing is owed. */
const toOwedBefore = (record: SubmissionRecord): OwedAnswer => {
  const owed = record.state === 'withdrawn' ? NOTHING : toYuan(fen(record.total_fen));
  return {
    paid: NOTHING,
    outstanding: owed,
    lateFee: NOTHING,
    lateFeePaid: NOTHING,
    due: owed,
    dueOn: record.due_on,
    paidOn: null,
  };
};
const NOTHING = toYuan(ZERO);

export const toSubmission = (
  record: SubmissionRecord,
  bill: KnownBill | undefined,
  today: Today,
): SubmissionAnswer => ({
  id: record.id,
  uscc: record.uscc,
  region: record.region,
  month: record.month,
  kind: record.kind,
  atomic: record.atomic === 1n,
  state: stateOfSubmission(record, bill),
  withdrawalReason: record.withdrawal_reason,
  rows: countsOf(record),
  amounts: {
    employer: toYuan(fen(record.employer_fen)),
    employee: toYuan(fen(record.employee_fen)),
    total: toYuan(fen(record.total_fen)),
    byInsurance: JSON.parse(record.by_insurance) as Amounts['byInsurance'],
  },
  bill: bill && record.state !== 'withdrawn' ? toCells(bill.bill) : [],
  ...(bill && record.state !== 'withdrawn' ? toOwed(bill, today) : toOwedBefore(record)),
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
