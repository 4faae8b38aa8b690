import { describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '../event-store/chain.js';
import { toDay, type Instant } from '../kernel/calendar.js';
import * as account from '../../test/support/account-life.js';
import * as life from '../../test/support/life.js';
import { logOf } from '../../test/support/log.js';
import { project } from '../../test/support/projecting.js';
import { postingsProjection } from './postings.projection.js';

const booked = { recordedAt: '2025-07-15T02:00:00.000Z' as Instant, bookedOn: toDay('2025-07-16') };
const rowsAfter = async (events: readonly DomainEvent[], stream = 'individual-a', batchMax?: number) => {
  const { posting, account_balance, book } = await project(
    await logOf([stream, events, booked]),
    [postingsProjection],
    batchMax,
  );
  return {
    posting,
    balances: account_balance?.map(({ account, balance_fen }) => [account, balance_fen]),
    book: book?.map(({ account, value_on, booked_on, debit_fen, credit_fen }) => {
      expect(booked_on).toBe('2025-07-16');
      return `${account} ${value_on} ${debit_fen} ${credit_fen}`;
    }),
  };
};

const pensionLine = {
  id: 'a',
  account: 'pension',
  value_on: '2025-07-15',
  position: 1n,
  seq: 0n,
  revision: 0n,
  booked_on: '2025-07-16',
  recorded_at: '2025-07-15T02:00:00.000Z',
  delta_fen: 80_000n,
  type: 'ContributionPaid',
  reference: 'p1',
  month: '2025-07',
};
const medicalLine = { ...pensionLine, account: 'medical', seq: 1n, delta_fen: 20_000n };

describe('account lines, balances and the book', () => {
  it.each([
    ['IndividualRegistered', life.registered()],
    ['CoverageStarted', life.covered()],
    ['CoverageStopped', life.stopped()],
    ['YearClosed', life.yearClosed()],
    ['BillIssued', account.billIssued()],
    ['BillExtended', account.billExtended()],
    ['BillWithdrawn', account.billWithdrawn()],
    ['PersonsCredited', account.personsCredited()],
  ])('stay empty under %s', async (_, event) =>
    expect(await rowsAfter([event])).toEqual({ posting: [], balances: [], book: [] }),
  );

  it('of what is assessed: only the book, from the first day of the month owed', async () => {
    expect(await rowsAfter([life.assessed()])).toEqual({
      posting: [],
      balances: [],
      book: [
        'assessed:medical 2025-07-01 0 110000',
        'assessed:pension 2025-07-01 0 240000',
        'receivable:medical 2025-07-01 110000 0',
        'receivable:pension 2025-07-01 240000 0',
      ],
    });
  });

  it('of a difference that goes back: from pool and account, valued in the month owed', async () => {
    expect(await rowsAfter([life.adjusted()])).toEqual({
      posting: [
        {
          ...pensionLine,
          value_on: '2025-07-01',
          delta_fen: -8_000n,
          type: 'ContributionAdjusted',
          reference: 'a1',
        },
      ],
      balances: [['pension', -8_000n]],
      book: [
        'account:pension 2025-07-01 8000 0',
        'payable:employers 2025-07-01 0 24000',
        'pool:pension 2025-07-01 16000 0',
      ],
    });
  });

  it('of what is paid: the accounts are credited, which a person sees as money in', async () => {
    expect(await rowsAfter([life.paid()])).toEqual({
      posting: [medicalLine, pensionLine],
      balances: [
        ['medical', 20_000n],
        ['pension', 80_000n],
      ],
      book: [
        'account:medical 2025-07-15 0 20000',
        'account:pension 2025-07-15 0 80000',
        'assessed:medical 2025-07-15 110000 0',
        'assessed:pension 2025-07-15 240000 0',
        'clearing:payments 2025-07-15 350000 0',
        'pool:medical 2025-07-15 0 90000',
        'pool:pension 2025-07-15 0 160000',
        'receivable:medical 2025-07-15 0 110000',
        'receivable:pension 2025-07-15 0 240000',
      ],
    });
  });

  it.each([1, 1_000])(
    'of what was paid and is reversed: back to nought, in batches of %s',
    async (batchMax) => {
      const { posting, balances } = await rowsAfter([life.paid(), life.reversed()], 'individual-a', batchMax);
      const back = {
        position: 2n,
        revision: 1n,
        value_on: '2025-08-01',
        type: 'ContributionReversed',
        reference: 'r1',
      };
      expect(posting).toEqual([
        medicalLine,
        { ...medicalLine, ...back, delta_fen: -20_000n },
        pensionLine,
        { ...pensionLine, ...back, delta_fen: -80_000n },
      ]);
      expect(balances).toEqual([
        ['medical', 0n],
        ['pension', 0n],
      ]);
    },
  );

  it('of an unpaid reversal: only the book, mirrored', async () => {
    const { posting, book } = await rowsAfter([life.reversed({ paid: false, lines: [life.line()] })]);
    expect(posting).toEqual([]);
    expect(book).toEqual(['assessed:pension 2025-08-01 240000 0', 'receivable:pension 2025-08-01 0 240000']);
  });

  it('of a settlement and its reversal: the medical account pays and gets back', async () => {
    const { posting, balances, book } = await rowsAfter([life.settled(), life.settlementReversed()]);
    const spent = { ...medicalLine, seq: 0n, month: null, reference: 'c1' };
    expect(posting).toEqual([
      { ...spent, value_on: '2025-07-20', delta_fen: -5_000n, type: 'CardSettled' },
      {
        ...spent,
        value_on: '2025-07-21',
        position: 2n,
        revision: 1n,
        delta_fen: 5_000n,
        type: 'CardSettlementReversed',
      },
    ]);
    expect(balances).toEqual([['medical', 0n]]);
    expect(book).toEqual([
      'account:medical 2025-07-20 5000 0',
      'account:medical 2025-07-21 0 5000',
      'payable:institutions 2025-07-20 0 8000',
      'payable:institutions 2025-07-21 8000 0',
      'pool:medical 2025-07-20 3000 0',
      'pool:medical 2025-07-21 0 3000',
    ]);
  });

  it('of one side that is paid: what it covers, and the account with the employee', async () => {
    const lines = [life.line()];
    const sides = [
      life.partPaid({ lines: lines.map(life.employerSide) }),
      life.paid({ lines: lines.map(life.employeeSide), payment: 'p2', paidOn: '2025-07-31' }),
    ];
    const { posting, book } = await rowsAfter(sides);
    expect(posting).toEqual([
      { ...pensionLine, value_on: '2025-07-31', position: 2n, revision: 1n, reference: 'p2' },
    ]);
    expect(book).toEqual([
      'account:pension 2025-07-31 0 80000',
      'assessed:pension 2025-07-15 160000 0',
      'assessed:pension 2025-07-31 80000 0',
      'clearing:payments 2025-07-15 160000 0',
      'clearing:payments 2025-07-31 80000 0',
      'pool:pension 2025-07-15 0 160000',
      'receivable:pension 2025-07-15 0 160000',
      'receivable:pension 2025-07-31 0 80000',
    ]);
  });

  it('of a reversal of what was paid on one side: that goes back, the rest is no longer owed', async () => {
    const owed = [life.employerSide(life.line())];
    const { balances, book } = await rowsAfter([life.reversed({ lines: [life.line()], owed })]);
    expect(balances).toEqual([['pension', -80_000n]]);
    expect(book).toEqual([
      'account:pension 2025-08-01 80000 0',
      'assessed:pension 2025-08-01 160000 0',
      'payable:employers 2025-08-01 0 80000',
      'receivable:pension 2025-08-01 0 160000',
    ]);
  });

  it.each([
    [
      'money that came: the treasury, what waits, and the employer’s credit',
      account.moneyReceived(),
      [
        'cash:treasury 2025-07-15 250000 0',
        'clearing:payments 2025-07-15 0 240000',
        'income:late-fee 2025-07-15 0 500',
        'payable:employers 2025-07-15 0 9500',
      ],
    ],
    [
      'credit that pays',
      account.creditUsed(),
      ['clearing:payments 2025-08-10 0 9500', 'payable:employers 2025-08-10 9500 0'],
    ],
    [
      'a bill that asks less: what waited for it',
      account.billChanged(),
      ['clearing:payments 2025-08-01 3000 0', 'payable:employers 2025-08-01 0 3000'],
    ],
    [
      'credit paid out',
      account.creditRefunded(),
      ['cash:treasury 2025-08-20 0 83000', 'payable:employers 2025-08-20 83000 0'],
    ],
    [
      'a month that goes to the right person',
      account.creditMoved(),
      ['clearing:payments 2025-08-02 0 240000', 'payable:employers 2025-08-02 240000 0'],
    ],
    [
      'a month that was not declared',
      account.monthEstimated(),
      ['assessed:pension 2025-08-01 0 264000', 'receivable:pension 2025-08-01 264000 0'],
    ],
    [
      'its declaration',
      account.estimateSettled(),
      ['assessed:pension 2025-08-01 264000 0', 'receivable:pension 2025-08-01 0 264000'],
    ],
  ])('of %s, and no person', async (_, event, book) => {
    expect(await rowsAfter([event], `employer-${life.USCC}`)).toEqual({ posting: [], balances: [], book });
  });

  it('are the same however the log is cut, and the book is nought', async () => {
    const log = await logOf(
      ['individual-a', life.ofEachType()],
      [`employer-${life.USCC}`, account.ofEachType()],
    );
    const rows = await project(log, [postingsProjection], 1);
    for (const size of [2, 3, 5, 1_000]) expect(await project(log, [postingsProjection], size)).toEqual(rows);
    const total = (rows['book'] ?? []).reduce(
      (sum, row) => sum + (row['debit_fen'] as bigint) - (row['credit_fen'] as bigint),
      0n,
    );
    expect(total).toBe(0n);
  });
});
