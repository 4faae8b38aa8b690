import assert from 'node:assert';
import { fromYuan, toYuan, fen } from '../kernel/money.js';
import { addAmounts } from './amounts.js';
import type { Amounts, JudgedRow, SubmissionEvent, SubmissionReceived } from './events.js';
import { countVerdicts } from './submission.js';

/** One submission as the read model keeps it. Amounts are fen; counts are whole numbers; `null` where not known yet. */
export type SubmissionRecord = Readonly<{
  id: string;
  uscc: string;
  region: string;
  month: string;
  file_sha256: string;
  due_on: string;
  state: 'received' | 'posting' | 'assessed' | 'part-paid' | 'paid';
  /** 1 while the process has something left to do. */
  unfinished: bigint;
  received_position: bigint;
  rows_total: bigint;
  chunks: bigint;
  chunks_stored: bigint;
  accepted: bigint;
  duplicate: bigint;
  rejected: bigint;
  employer_fen: bigint;
  employee_fen: bigint;
  total_fen: bigint;
  /** JSON: yuan text by insurance. */
  by_insurance: string;
  paid_fen: bigint;
  late_fee_fen: bigint;
  paid_on: string | null;
}>;

export const SUBMISSION_COLUMNS = [
  'id',
  'uscc',
  'region',
  'month',
  'file_sha256',
  'due_on',
  'state',
  'unfinished',
  'received_position',
  'rows_total',
  'chunks',
  'chunks_stored',
  'accepted',
  'duplicate',
  'rejected',
  'employer_fen',
  'employee_fen',
  'total_fen',
  'by_insurance',
  'paid_fen',
  'late_fee_fen',
  'paid_on',
] as const satisfies readonly (keyof SubmissionRecord)[];

export type SubmissionRowRecord = Readonly<{
  submission: string;
  line: bigint;
  verdict: string;
  /** JSON: RowProblem[], the main one first. */
  problems: string;
  registered: bigint;
  individual: string | null;
  employer_fen: bigint | null;
  employee_fen: bigint | null;
  total_fen: bigint | null;
}>;

export const ROW_COLUMNS = [
  'submission',
  'line',
  'verdict',
  'problems',
  'registered',
  'individual',
  'employer_fen',
  'employee_fen',
  'total_fen',
] as const satisfies readonly (keyof SubmissionRowRecord)[];

const begin = (data: SubmissionReceived['data'], position: bigint): SubmissionRecord => ({
  id: data.submission,
  uscc: data.uscc,
  region: data.region,
  month: data.month,
  file_sha256: data.fileSha256,
  due_on: data.dueOn,
  state: 'received',
  unfinished: 1n,
  received_position: position,
  rows_total: BigInt(data.rowsTotal),
  chunks: BigInt(data.chunks),
  chunks_stored: 0n,
  accepted: 0n,
  duplicate: 0n,
  rejected: 0n,
  employer_fen: 0n,
  employee_fen: 0n,
  total_fen: 0n,
  by_insurance: '{}',
  paid_fen: 0n,
  late_fee_fen: 0n,
  paid_on: null,
});

const amountsOfRecord = (record: SubmissionRecord): Amounts => ({
  employer: toYuan(fen(record.employer_fen)),
  employee: toYuan(fen(record.employee_fen)),
  total: toYuan(fen(record.total_fen)),
  byInsurance: JSON.parse(record.by_insurance) as Amounts['byInsurance'],
});

const withJudged = (
  before: SubmissionRecord,
  rows: readonly JudgedRow[],
  amounts: Amounts,
): SubmissionRecord => {
  const counts = countVerdicts(rows);
  const sums = addAmounts(amountsOfRecord(before), amounts);
  return {
    ...before,
    accepted: before.accepted + BigInt(counts.accepted),
    duplicate: before.duplicate + BigInt(counts.duplicate),
    rejected: before.rejected + BigInt(counts.rejected),
    employer_fen: fromYuan(sums.employer),
    employee_fen: fromYuan(sums.employee),
    total_fen: fromYuan(sums.total),
    by_insurance: JSON.stringify(sums.byInsurance),
  };
};

/** The record after an event. `part-paid` stands while a payment is in and not yet credited to every person. */
export const applyToRecord = (
  before: SubmissionRecord | undefined,
  event: SubmissionEvent,
  position: bigint,
): SubmissionRecord => {
  if (event.type === 'SubmissionReceived') return begin(event.data, position);
  assert(before, 'a submission begins by being received');
  switch (event.type) {
    case 'SubmissionRowsStored': {
      const chunks_stored = before.chunks_stored + 1n;
      return { ...before, chunks_stored, state: chunks_stored === before.chunks ? 'posting' : 'received' };
    }
    case 'SubmissionRowsJudged':
      return withJudged(before, event.data.rows, event.data.amounts);
    case 'SubmissionAssessed':
      return { ...before, state: 'assessed', unfinished: 0n };
    case 'PaymentReceived': {
      const { principal, lateFee, paidOn } = event.data;
      const paid = { paid_fen: fromYuan(principal), late_fee_fen: fromYuan(lateFee), paid_on: paidOn };
      return { ...before, ...paid, state: 'part-paid', unfinished: 1n };
    }
    case 'SubmissionPaid':
      return { ...before, state: 'paid', unfinished: 0n };
  }
};

export const toRowRecord = (submission: string, row: JudgedRow): SubmissionRowRecord => ({
  submission,
  line: BigInt(row.line),
  verdict: row.verdict,
  problems: JSON.stringify(row.problems),
  registered: row.registered ? 1n : 0n,
  individual: row.individual ?? null,
  employer_fen: row.amounts ? fromYuan(row.amounts.employer) : null,
  employee_fen: row.amounts ? fromYuan(row.amounts.employee) : null,
  total_fen: row.amounts ? fromYuan(row.amounts.total) : null,
});
