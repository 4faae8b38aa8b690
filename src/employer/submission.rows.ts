import assert from 'node:assert';
import { add, fromYuan, toYuan } from '../kernel/money.js';
import type { Amounts, BillKind, JudgedRow, SubmissionEvent, SubmissionReceived } from './events.js';
import { countVerdicts } from './submission.js';

/** One submission as the read model keeps it. Amounts are fen; counts are whole numbers; `null` where not known yet. */
export type SubmissionRecord = Readonly<{
  id: string;
  uscc: string;
  region: string;
  month: string;
  kind: BillKind;
  /** 1: the file is withdrawn when a row of it is rejected. */
  atomic: bigint;
  file_sha256: string;
  due_on: string;
  /** What is paid of it stands in its bill (account.rows.ts). */
  state: 'received' | 'posting' | 'assessed' | 'withdrawn';
  /** 1 while the process has something left to do. */
  unfinished: bigint;
  withdrawal_reason: string | null;
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
}>;

export const SUBMISSION_COLUMNS = [
  'id',
  'uscc',
  'region',
  'month',
  'kind',
  'atomic',
  'file_sha256',
  'due_on',
  'state',
  'unfinished',
  'withdrawal_reason',
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
  kind: data.kind,
  atomic: data.atomic ? 1n : 0n,
  file_sha256: data.fileSha256,
  due_on: data.dueOn,
  state: 'received',
  unfinished: 1n,
  withdrawal_reason: null,
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
});

const addByInsurance = (before: string, more: Amounts['byInsurance']): string => {
  const sums = JSON.parse(before) as Record<string, string>;
  for (const [insurance, amount] of Object.entries(more))
    sums[insurance] = toYuan(add(fromYuan(sums[insurance] ?? '0.00'), fromYuan(amount)));
  return JSON.stringify(sums);
};

const withJudged = (
  before: SubmissionRecord,
  rows: readonly JudgedRow[],
  amounts: Amounts,
): SubmissionRecord => {
  const counts = countVerdicts(rows);
  return {
    ...before,
    accepted: before.accepted + BigInt(counts.accepted),
    duplicate: before.duplicate + BigInt(counts.duplicate),
    rejected: before.rejected + BigInt(counts.rejected),
    employer_fen: before.employer_fen + fromYuan(amounts.employer),
    employee_fen: before.employee_fen + fromYuan(amounts.employee),
    total_fen: before.total_fen + fromYuan(amounts.total),
    by_insurance: addByInsurance(before.by_insurance, amounts.byInsurance),
  };
};

const withStored = (before: SubmissionRecord): SubmissionRecord => {
  const chunks_stored = before.chunks_stored + 1n;
  const isWhole = before.state === 'received' && chunks_stored === before.chunks;
  return { ...before, chunks_stored, state: isWhole ? 'posting' : before.state };
};

/** The record after an event. A run that was under way when the file was withdrawn is still counted. */
export const applyToRecord = (
  before: SubmissionRecord | undefined,
  event: SubmissionEvent,
  position: bigint,
): SubmissionRecord => {
  if (event.type === 'SubmissionReceived') return begin(event.data, position);
  assert(before, 'a submission begins by being received');
  switch (event.type) {
    case 'SubmissionRowsStored':
      return withStored(before);
    case 'SubmissionRowsJudged':
      return withJudged(before, event.data.rows, event.data.amounts);
    case 'SubmissionAssessed':
      return { ...before, state: 'assessed', unfinished: 0n };
    case 'SubmissionWithdrawn':
      return { ...before, state: 'withdrawn', withdrawal_reason: event.data.reason, unfinished: 1n };
    case 'SubmissionClosed':
      return { ...before, unfinished: 0n };
    case 'RowMoved':
      return before;
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
