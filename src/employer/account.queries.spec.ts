import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT_HISTORY } from '../../test/support/account-history.js';
import { allocation, billIssued, moneyReceived, personsCredited } from '../../test/support/account-life.js';
import { USCC } from '../../test/support/life.js';
import { logOf } from '../../test/support/log.js';
import { toDay, toMonth } from '../kernel/calendar.js';
import { fen, ppm, toYuan } from '../kernel/money.js';
import type { ReadDatabase } from '../projection/projection.js';
import { ProjectionRunner } from '../projection/projection.runner.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import { accountProjection } from './account.projection.js';
import {
  findAccount,
  findBill,
  findUncredited,
  listBills,
  listEntries,
  listMonthBills,
  listOpenBills,
  listPayments,
  listPaymentsOn,
  listUnsettled,
  readArrearsBefore,
  readCreditOn,
} from './account.queries.js';
import { toAccount, toBillAnswer, toEntryAnswer, toEstimate, toPaymentAnswer } from './account.views.js';
import { estimateProjection } from './estimate.projection.js';
import type { EmployerEvent } from './events.js';

const PROJECTIONS = [accountProjection, estimateProjection];
const today = { today: toDay('2025-09-14'), lateFeeDaily: ppm(500n) };
let generations: MemoryGenerations;
let runner: ProjectionRunner | undefined;
beforeEach(() => {
  generations = new MemoryGenerations();
});
afterEach(async () => {
  await runner?.stop();
  runner = undefined;
  await generations.close();
});
const read = async (events?: readonly EmployerEvent[]): Promise<ReadDatabase> => {
  runner = await ProjectionRunner.open(
    await logOf([`employer-${USCC}`, events ?? ACCOUNT_HISTORY]),
    generations,
    PROJECTIONS,
  );
  runner.start();
  await runner.readModels.waitForHead();
  return runner.readModels.db();
};
/** Other read models, beside those of a test. */
const readAnew = async (events: readonly EmployerEvent[]): Promise<ReadDatabase> => {
  await runner?.stop();
  await generations.close();
  generations = new MemoryGenerations();
  return read(events);
};
describe('persons to be credited', () => {
  it.each<readonly [string, readonly EmployerEvent[], readonly string[]]>([
    ['with a payment that covers', [billIssued(), moneyReceived()], [USCC]],
    [
      'not with one that covers nothing',
      [billIssued(), moneyReceived({ allocations: [allocation({ covered: [] })] })],
      [],
    ],
    ['not twice', [billIssued(), moneyReceived(), personsCredited()], []],
    ['with a change that covers', ACCOUNT_HISTORY.slice(0, 11), [USCC]],
  ])('are found %s', async (_, events, uncredited) =>
    expect(await findUncredited(await read(events))).toEqual(uncredited),
  );
});

describe('questions about an account', () => {
  it('say what is owed and what is there', async () => {
    const db = await read();
    const open = await listOpenBills(db, USCC);
    expect(open.map(({ bill }) => bill.bill)).toEqual(['d1', 's3']);
    expect(toAccount(USCC, await findAccount(db, USCC), open, today)).toEqual({
      uscc: USCC,
      credit: '200.00',
      outstanding: '2335.00',
      // 2305.00 for 30 days at 0.05 %; the 95.00 were in time, and the differences are not due yet
      lateFee: '34.58',
      billed: '4590.00',
      paid: '2507.00',
      lateFeePaid: '12.00',
      refunded: '40.00',
      arrears: [
        { month: '2025-08', principal: '2305.00', lateFee: '34.58', total: '2339.58', bills: ['s3'] },
      ],
    });
    expect(toAccount('nobody', await findAccount(db, 'nobody'), [], today)).toMatchObject({
      credit: '0.00',
      arrears: [],
    });
  });

  it('find a bill, bills by state and by month, page by page', async () => {
    const db = await read();
    const bill = await findBill(db, 's3');
    expect(bill && toBillAnswer(bill, today)).toEqual({
      bill: 's3',
      kind: 'normal',
      region: 'shanghai',
      month: '2025-08',
      state: 'part-paid',
      issuedOn: '2025-08-09',
      amount: '2400.00',
      paid: '95.00',
      outstanding: '2305.00',
      lateFee: '34.58',
      lateFeePaid: '0.00',
      due: '2339.58',
      dueOn: '2025-08-15',
      paidOn: '2025-08-10',
      cells: [
        { insurance: 'pension', side: 'employee', amount: '800.00', paid: '95.00' },
        { insurance: 'pension', side: 'employer', amount: '1600.00', paid: '0.00' },
      ],
    });
    expect(await findBill(db, 'before-its-bill')).toBeUndefined();
    const gone = await findBill(db, 's2');
    expect(gone && toBillAnswer(gone, today)).toMatchObject({
      state: 'withdrawn',
      outstanding: '0.00',
      lateFee: '0.00',
    });
    const names = async (wanted: Parameters<typeof listBills>[2]) =>
      (await listBills(db, USCC, wanted)).map((known) => known.bill.bill);
    expect(await names({ limit: 9 })).toEqual(['d1', 's1', 's2', 's3']);
    expect(await names({ limit: 2, after: ['2025-07', 's1'] })).toEqual(['s2', 's3']);
    expect(await names({ limit: 9, state: 'paid' })).toEqual(['s1']);
    expect(await names({ limit: 9, month: '2025-08' })).toEqual(['s3']);
    expect((await listMonthBills(db, USCC, toMonth('2025-07'))).map((known) => known.bill.bill)).toEqual([
      'd1',
      's1',
    ]);
  });

  it('tell of each payment what it paid, and whether the persons have it', async () => {
    const db = await read(ACCOUNT_HISTORY.slice(0, 10));
    const found = await listPayments(db, USCC, { limit: 9 });
    expect(found.map(toPaymentAnswer)).toMatchObject([
      {
        payment: 'p1',
        kind: 'money',
        amount: '2507.00',
        paidOn: '2025-07-25',
        reference: 'bank-1',
        target: { kind: 'bill', bill: 's1' },
        principal: '2400.00',
        lateFee: '12.00',
        unapplied: '95.00',
        credited: true,
        allocations: [{ bill: 's1', month: '2025-07', principal: '2400.00', lateFee: '12.00' }],
      },
      { payment: 'u1', kind: 'credit', amount: '95.00', reference: null, target: null, unapplied: '0.00' },
    ]);
    const [first] = found;
    const after = [first?.paid_on ?? '', first?.position ?? 0n] as const;
    expect((await listPayments(db, USCC, { after, limit: 9 })).map(({ payment }) => payment)).toEqual(['u1']);
    const on = await listPaymentsOn(db, USCC, toDay('2025-07-25'), toDay('2025-08-09'));
    expect(on.map(({ payment }) => payment)).toEqual(['p1']);
    const [pending] = await listPayments(await readAnew([billIssued(), moneyReceived()]), USCC, { limit: 1 });
    expect(pending && toPaymentAnswer(pending).credited).toBe(false);
  });

  it('give the lines in order of value with what is left after each', async () => {
    const db = await read();
    const lines = (await listEntries(db, USCC, { limit: 99 })).map(toEntryAnswer);
    expect(
      lines.map(({ type, valueDate, balance, creditAfter }) => [type, valueDate, balance, creditAfter]),
    ).toEqual([
      ['BillIssued', '2025-07-10', '-2400.00', '0.00'],
      ['BillIssued', '2025-07-11', '-2400.00', '0.00'],
      ['BillIssued', '2025-07-11', '-4800.00', '0.00'],
      ['BillWithdrawn', '2025-07-12', '-2400.00', '0.00'],
      ['BillExtended', '2025-07-15', '-2430.00', '0.00'],
      ['MoneyReceived', '2025-07-25', '-30.00', '0.00'],
      ['MoneyReceived', '2025-07-25', '65.00', '95.00'],
      ['BillChanged', '2025-08-01', '305.00', '335.00'],
      ['BillIssued', '2025-08-09', '-2095.00', '335.00'],
      ['CreditUsed', '2025-08-10', '-2095.00', '240.00'],
      ['CreditRefunded', '2025-08-20', '-2135.00', '200.00'],
    ]);
    // What is left at the end is the credit less what is outstanding.
    expect(lines.at(-1)?.balance).toBe(toYuan(fen(20_000n - 233_500n)));
    const some = await listEntries(db, USCC, {
      from: toDay('2025-07-12'),
      to: toDay('2025-07-25'),
      limit: 3,
    });
    expect(some.map(({ type, balance }) => [type, balance])).toEqual([
      ['BillWithdrawn', -240_000n],
      ['BillExtended', -243_000n],
      ['MoneyReceived', -3_000n],
    ]);
    const last = some.at(-1);
    const after = [last?.value_on ?? '', last?.position ?? 0n, last?.seq ?? 0n] as const;
    expect((await listEntries(db, USCC, { after, limit: 1 })).map(({ balance }) => balance)).toEqual([
      6_500n,
    ]);
  });

  it('know the credit and the arrears of a day gone by', async () => {
    const db = await read();
    const credit = async (day: string) => toYuan(await readCreditOn(db, USCC, toDay(day)));
    expect([await credit('2025-07-24'), await credit('2025-07-31'), await credit('2025-08-31')]).toEqual([
      '0.00',
      '95.00',
      '200.00',
    ]);
    const arrears = async (day: string) => toYuan(await readArrearsBefore(db, USCC, toDay(day)));
    // Due and not paid on the day before; paid later; the next bill not due; then part of it is not paid.
    expect([
      await arrears('2025-07-15'),
      await arrears('2025-07-20'),
      await arrears('2025-08-01'),
      await arrears('2025-09-01'),
    ]).toEqual(['0.00', '2400.00', '0.00', '2305.00']);
  });

  it('list the estimates that no declaration has settled', async () => {
    const unsettled = await listUnsettled(await read(), USCC);
    expect(unsettled.map(toEstimate)).toEqual([
      {
        month: '2025-06',
        factor: '110',
        persons: 1,
        employer: '1760.00',
        employee: '880.00',
        total: '2640.00',
      },
    ]);
  });
});
