import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contextOf } from '../../test/support/log.js';
import type { Metadata } from '../event-store/metadata.js';
import { toDay } from '../kernel/calendar.js';
import { ppm } from '../kernel/money.js';
import type { ProjectedEvent, ReadDatabase, ReadTransaction } from '../projection/projection.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import { employerProjection } from './employer.projection.js';
import type { EmployerEvent, SubmissionEvent, SubmissionRowsJudged } from './events.js';
import { submissionProjection } from './submission.projection.js';
import {
  findEmployerRecord,
  findRejected,
  findRows,
  findSubmission,
  findUnfinished,
} from './submission.queries.js';
import { countsOf, toJudgedRow, toRowAnswer, toSubmission } from './submission.views.js';

let generations: MemoryGenerations;
let db: ReadDatabase;
beforeEach(async () => {
  generations = new MemoryGenerations();
  db = (await generations.live()).writer;
  await employerProjection.createTables(db);
  await submissionProjection.createTables(db);
});
afterEach(() => generations.close());

let position = 0n;
const at = (event: EmployerEvent | SubmissionEvent): ProjectedEvent => ({
  ...event,
  position: (position += 1n),
  stream: 'any',
  revision: 0n,
  id: position.toString(),
  metadata: contextOf() as unknown as Metadata,
});
const inTransaction = (act: (tx: ReadTransaction) => Promise<void>): Promise<void> =>
  db.transaction().execute(act);

const received: SubmissionEvent = {
  type: 'SubmissionReceived',
  data: {
    submission: 's',
    uscc: '91310000MA1FL0007C',
    region: 'shanghai',
    month: '2025-07',
    injuryRate: '0.26',
    fileSha256: 'aa',
    format: { kind: 'csv', encoding: 'utf-8', header: ['ssn', 'name', 'wage'] },
    rowsTotal: 4,
    chunks: 2,
    dueOn: '2025-08-15',
  },
};
const stored = (chunk: number): SubmissionEvent => ({
  type: 'SubmissionRowsStored',
  data: { submission: 's', chunk, rows: 2, sealed: 'x' },
});
const sums = (employer: string, employee: string, total: string, byInsurance: Record<string, string>) => ({
  employer,
  employee,
  total,
  byInsurance,
});
const first: SubmissionRowsJudged = {
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
const second: SubmissionRowsJudged = {
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
const assessed: SubmissionEvent = {
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
const payment: SubmissionEvent = {
  type: 'PaymentReceived',
  data: {
    submission: 's',
    payment: 'p',
    uscc: '91310000MA1FL0007C',
    month: '2025-07',
    amount: '111.15',
    principal: '110.05',
    lateFee: '1.10',
    paidOn: '2025-09-04',
    reference: 'bank-1',
  },
};
const paid: SubmissionEvent = {
  type: 'SubmissionPaid',
  data: { submission: 's', payment: 'p', paidOn: '2025-09-04', persons: 2 },
};
const life = [received, stored(0), stored(1), first, second, assessed, payment, paid];

/** Each event in a batch of its own, or all in one: it must come to the same. */
const give = async (events: readonly SubmissionEvent[], size = 1): Promise<void> => {
  for (let from = 0; from < events.length; from += size)
    await inTransaction((tx) => submissionProjection.project(events.slice(from, from + size).map(at), tx));
};
const view = async (today = '2025-08-20') => {
  const record = await findSubmission(db, 's');
  if (!record) throw new Error('it was given');
  return toSubmission(record, toDay(today), ppm(500n));
};

describe('a submission in the read model', () => {
  it.each([
    [1, 'received', 0, '0.00', '0.00', '0.00', '0.00'],
    [2, 'received', 0, '0.00', '0.00', '0.00', '0.00'],
    [3, 'posting', 0, '0.00', '0.00', '0.00', '0.00'],
    [4, 'posting', 2, '100.05', '0.00', '100.05', '0.00'],
    [5, 'posting', 4, '110.05', '0.00', '110.05', '0.00'],
    [6, 'assessed', 4, '110.05', '0.00', '110.05', '0.28'],
    [7, 'part-paid', 4, '110.05', '110.05', '0.00', '1.10'],
    [8, 'paid', 4, '110.05', '110.05', '0.00', '1.10'],
  ])('after %d events is %s', async (count, state, judged, total, paidIn, outstanding, lateFee) => {
    await give(life.slice(0, count));
    const now = await view();
    expect(now).toMatchObject({
      state,
      paid: paidIn,
      outstanding,
      lateFee,
      dueOn: '2025-08-15',
      fileSha256: 'aa',
    });
    expect(now.amounts.total).toBe(total);
    const { rows } = now;
    expect(rows.total).toBe(rows.accepted + rows.duplicate + rows.rejected + rows.pending);
    expect(rows.total - rows.pending).toBe(judged);
  });

  it('comes to the same in one batch', async () => {
    await give(life, life.length);
    expect(await view()).toMatchObject({
      state: 'paid',
      rows: { total: 4, accepted: 2, duplicate: 1, rejected: 1, pending: 0 },
      amounts: sums('77.00', '33.05', '110.05', { pension: '100.00', medical: '10.05' }),
      paidOn: '2025-09-04',
    });
  });

  it('owes no late fee until the due day has passed', async () => {
    await give(life.slice(0, 6));
    expect((await view('2025-08-15')).lateFee).toBe('0.00');
    expect((await view('2025-08-16')).lateFee).toBe('0.06');
  });

  it('is unfinished until it is assessed, and again while a payment is credited', async () => {
    const unfinished: boolean[] = [];
    for (const event of life) {
      await give([event]);
      unfinished.push((await findUnfinished(db)).includes('s'));
    }
    expect(unfinished).toEqual([true, true, true, true, true, false, true, false]);
  });

  it('refuses an event on a submission that was never received', async () => {
    await expect(give([assessed])).rejects.toThrow('begins by being received');
  });
});

describe('verdicts on rows', () => {
  const lines = async (...args: readonly [('accepted' | 'rejected')?, number?, number?]) => {
    const [verdict, afterLine = 0, limit = 10] = args;
    const found = await findRows(db, 's', { ...(verdict && { verdict }), afterLine, limit });
    return found.map(({ line }) => Number(line));
  };
  beforeEach(() => give(life));

  it('come in the order of the file, by verdict and after a line', async () => {
    expect(await lines()).toEqual([2, 3, 4, 5]);
    expect(await lines('accepted')).toEqual([2, 5]);
    expect(await lines(undefined, 2, 2)).toEqual([3, 4]);
    expect((await findRejected(db, 's', 2, 4)).map(({ line }) => line)).toEqual([3n]);
    expect(await findRejected(db, 's', 4, 9)).toEqual([]);
  });

  it('come back as they were given', async () => {
    const found = await findRows(db, 's', { afterLine: 0, limit: 10 });
    const given = [first, second].flatMap(({ data }) => data.rows);
    expect(found.map(toJudgedRow)).toEqual(given);
  });

  it('say in the language asked for what is wrong, and that a person was registered', async () => {
    const [registered, rejected] = (await findRows(db, 's', { afterLine: 0, limit: 2 })).map(toJudgedRow);
    if (!registered || !rejected) throw new Error('both were given');
    expect(toRowAnswer(rejected, ({ zh }) => zh)).toMatchObject({
      code: 'ssn-invalid',
      field: 'ssn',
      message: '社会保障号码无效：校验码不正确',
      problems: [{ reason: 'ssn-check-digit' }],
      id: null,
      amounts: null,
    });
    expect(toRowAnswer(registered, ({ en }) => en)).toMatchObject({
      code: 'registered',
      field: null,
      message: 'The person was registered by this row',
      problems: [],
      id: 'a',
    });
  });

  it('count as pending what is not judged', async () => {
    const record = await findSubmission(db, 's');
    expect(record && countsOf({ ...record, accepted: 0n })).toMatchObject({ total: 4, pending: 2 });
  });
});

describe('an employer in the read model', () => {
  it('is there once registered', async () => {
    const data = { uscc: '91310000MA1FL0007C', name: '试验一号厂', region: 'shanghai', injuryRate: '0.26' };
    await inTransaction((tx) => employerProjection.project([at({ type: 'EmployerRegistered', data })], tx));
    expect(await findEmployerRecord(db, data.uscc)).toEqual({
      uscc: data.uscc,
      name: data.name,
      region: data.region,
      injury_rate: data.injuryRate,
    });
    expect(await findEmployerRecord(db, 'other')).toBeUndefined();
  });
});
