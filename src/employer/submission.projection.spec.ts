import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { billIssued } from '../../test/support/account-life.js';
import { contextOf } from '../../test/support/log.js';
import {
  assessed,
  closed,
  first,
  moved,
  received,
  second,
  stored,
  sums,
  withdrawn,
} from '../../test/support/submission-life.js';
import type { Metadata } from '../event-store/metadata.js';
import { toDay } from '../kernel/calendar.js';
import { fen, ppm } from '../kernel/money.js';
import type { ProjectedEvent, ReadDatabase, ReadTransaction } from '../projection/projection.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import { employerProjection } from './employer.projection.js';
import type { EmployerEvent, SubmissionEvent } from './events.js';
import { toBill } from './bill.js';
import type { KnownBill } from './bill.rows.js';
import { submissionProjection } from './submission.projection.js';
import {
  findEmployerRecord,
  findRejected,
  findRows,
  findSubmission,
  findUnfinished,
  listDeclared,
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

const life = [received, stored(0), stored(1), first, second, assessed, moved];
const bill: KnownBill = {
  uscc: '91310000MA1FL0007C',
  isWithdrawn: false,
  bill: toBill(
    billIssued({
      bill: 's',
      dueOn: '2025-08-15',
      lines: [{ insurance: 'pension', employer: '77.00', employee: '33.05' }],
    }).data,
  ),
};
const partPaid: KnownBill = {
  ...bill,
  bill: {
    ...bill.bill,
    cells: new Map(bill.bill.cells).set('pension/employee', { amount: fen(3305n), paid: fen(3305n) }),
    parts: [{ amount: fen(3305n), paidOn: toDay('2025-09-04'), daily: ppm(500n) }],
    lastPayment: { payment: 'p', paidOn: toDay('2025-09-04') },
  },
};

/** Each event in a batch of its own, or all in one: it must come to the same. */
const give = async (events: readonly SubmissionEvent[], size = 1): Promise<void> => {
  for (let from = 0; from < events.length; from += size)
    await inTransaction((tx) => submissionProjection.project(events.slice(from, from + size).map(at), tx));
};
const view = async (today = '2025-08-20', known?: KnownBill) => {
  const record = await findSubmission(db, 's');
  if (!record) throw new Error('it was given');
  return toSubmission(record, known, { today: toDay(today), lateFeeDaily: ppm(500n) });
};

describe('a submission in the read model', () => {
  it.each([
    [1, 'received', 0, '0.00'],
    [2, 'received', 0, '0.00'],
    [3, 'posting', 0, '0.00'],
    [4, 'posting', 2, '100.05'],
    [5, 'posting', 4, '110.05'],
    [6, 'assessed', 4, '110.05'],
    [7, 'assessed', 4, '110.05'],
  ])('after %d events is %s', async (count, state, judged, total) => {
    await give(life.slice(0, count));
    const now = await view();
    expect(now).toMatchObject({
      state,
      kind: 'normal',
      atomic: false,
      paid: '0.00',
      outstanding: total,
      lateFee: '0.00',
      bill: [],
      dueOn: '2025-08-15',
      paidOn: null,
      withdrawalReason: null,
      fileSha256: 'aa',
    });
    expect(now.amounts.total).toBe(total);
    const { rows } = now;
    expect(rows.total).toBe(rows.accepted + rows.duplicate + rows.rejected + rows.pending);
    expect(rows.total - rows.pending).toBe(judged);
  });

  it('is paid as far as its bill is, and owes what is left of it', async () => {
    await give(life);
    expect(await view('2025-08-20', bill)).toMatchObject({
      state: 'assessed',
      outstanding: '110.05',
      lateFee: '0.28',
      due: '110.33',
      bill: [
        { insurance: 'pension', side: 'employer', amount: '77.00', paid: '0.00' },
        { insurance: 'pension', side: 'employee', amount: '33.05', paid: '0.00' },
      ],
    });
    expect(await view('2025-09-14', partPaid)).toMatchObject({
      state: 'part-paid',
      paid: '33.05',
      outstanding: '77.00',
      // 33.05 for 20 days and 77.00 for 30, at 0.05 % a day, rounded once: 0.3305 + 1.1550
      lateFee: '1.49',
      lateFeePaid: '0.00',
      due: '78.49',
      paidOn: '2025-09-04',
    });
  });

  it('counts on while it is withdrawn, and owes nothing', async () => {
    await give([received, stored(0), stored(1), first, withdrawn, second]);
    const now = await view('2025-09-14', bill);
    expect(now).toMatchObject({
      state: 'withdrawn',
      withdrawalReason: 'wrong file',
      rows: { total: 4, accepted: 2, duplicate: 1, rejected: 1, pending: 0 },
      outstanding: '0.00',
      lateFee: '0.00',
      due: '0.00',
      bill: [],
    });
    await give([closed]);
    expect(await findUnfinished(db)).toEqual([]);
  });

  it('stays withdrawn when its last rows are stored', async () => {
    await give([received, withdrawn, stored(0), stored(1)]);
    expect(await view()).toMatchObject({ state: 'withdrawn', rows: { total: 4, pending: 4 } });
  });

  it('declares its month unless it is withdrawn or changes what was declared', async () => {
    const declared = () => listDeclared(db, '91310000MA1FL0007C', '2025-07');
    await give([received]);
    expect(await declared()).toEqual(['s']);
    const data = { ...received.data, submission: 'c', kind: 'base-change' } as typeof received.data;
    await give([{ type: 'SubmissionReceived', data }]);
    expect(await declared()).toEqual(['s']);
    await give([withdrawn]);
    expect(await declared()).toEqual([]);
  });

  it('comes to the same in one batch', async () => {
    await give(life, life.length);
    const { amounts, ...now } = await view();
    expect(now).toMatchObject({
      state: 'assessed',
      rows: { total: 4, accepted: 2, duplicate: 1, rejected: 1, pending: 0 },
    });
    const { lines: _, ...whole } = sums('77.00', '33.05', '110.05', { pension: '100.00', medical: '10.05' });
    expect(amounts).toEqual(whole);
    const [last] = await findRows(db, 's', { afterLine: 4, limit: 1 });
    expect(last?.individual).toBe('d');
  });

  it('is unfinished until it is assessed, and again until what was withdrawn is taken back', async () => {
    const unfinished: boolean[] = [];
    for (const event of [...life, withdrawn, closed]) {
      await give([event]);
      unfinished.push((await findUnfinished(db)).includes('s'));
    }
    expect(unfinished).toEqual([true, true, true, true, true, false, false, true, false]);
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
  beforeEach(() => give(life.slice(0, -1)));

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

  it('name the other person once a line went there, and only lines that were judged go', async () => {
    await give([moved]);
    const found = await findRows(db, 's', { afterLine: 0, limit: 10 });
    expect(found.map(({ individual }) => individual)).toEqual(['a', null, 'b', 'd']);
    const elsewhere = { ...moved, data: { ...moved.data, line: 9 } } as SubmissionEvent;
    await expect(give([elsewhere])).rejects.toThrow('a line that is moved was judged');
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
