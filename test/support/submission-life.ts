import type { SubmissionEvent, SubmissionReceived, SubmissionRowsJudged } from '../../src/employer/events.js';

/** A submission of four rows, event by event. */
export const received: SubmissionReceived = {
  type: 'SubmissionReceived',
  data: {
    submission: 's',
    uscc: '91310000MA1FL0007C',
    region: 'shanghai',
    month: '2025-07',
    kind: 'normal',
    injuryRate: '0.26',
    fileSha256: 'aa',
    format: { kind: 'csv', encoding: 'utf-8', header: ['ssn', 'name', 'wage'] },
    rowsTotal: 4,
    chunks: 2,
    dueOn: '2025-08-15',
  },
};
export const stored = (chunk: number): SubmissionEvent => ({
  type: 'SubmissionRowsStored',
  data: { submission: 's', chunk, rows: 2, sealed: 'x' },
});
export const sums = (
  employer: string,
  employee: string,
  total: string,
  byInsurance: Record<string, string>,
) => ({
  employer,
  employee,
  total,
  byInsurance,
  lines: [],
});
export const first: SubmissionRowsJudged = {
  type: 'SubmissionRowsJudged',
  data: {
    submission: 's',
    rows: [
      {
        line: 2,
        verdict: 'accepted',
        problems: [],
        registered: true,
        individual: 'a',
        amounts: { employer: '70.00', employee: '30.05', total: '100.05' },
      },
      {
        line: 3,
        verdict: 'rejected',
        problems: [{ code: 'ssn-invalid', field: 'ssn', reason: 'ssn-check-digit' }],
      },
    ],
    amounts: sums('70.00', '30.05', '100.05', { pension: '90.00', medical: '10.05' }),
  },
};
export const second: SubmissionRowsJudged = {
  type: 'SubmissionRowsJudged',
  data: {
    submission: 's',
    rows: [
      {
        line: 4,
        verdict: 'duplicate',
        problems: [],
        individual: 'b',
        amounts: { employer: '1.00', employee: '1.00', total: '2.00' },
      },
      {
        line: 5,
        verdict: 'accepted',
        problems: [],
        individual: 'c',
        amounts: { employer: '7.00', employee: '3.00', total: '10.00' },
      },
    ],
    amounts: sums('7.00', '3.00', '10.00', { pension: '10.00' }),
  },
};
export const assessed: SubmissionEvent = {
  type: 'SubmissionAssessed',
  data: {
    submission: 's',
    uscc: '91310000MA1FL0007C',
    month: '2025-07',
    accepted: 2,
    duplicate: 1,
    rejected: 1,
    amounts: sums('77.00', '33.05', '110.05', { pension: '100.00', medical: '10.05' }),
  },
};
export const withdrawn: SubmissionEvent = {
  type: 'SubmissionWithdrawn',
  data: { submission: 's', uscc: '91310000MA1FL0007C', month: '2025-07', reason: 'wrong file' },
};
export const closed: SubmissionEvent = { type: 'SubmissionClosed', data: { submission: 's', persons: 2 } };
export const moved: SubmissionEvent = {
  type: 'RowMoved',
  data: { submission: 's', line: 5, correction: 'm', from: 'c', to: 'd' },
};
