import { describe, expect, it } from '@jest/globals';
import * as account from '../../test/support/account-life.js';
import * as life from '../../test/support/life.js';
import { INDIVIDUAL_EVENT_TYPES, type IndividualEvent } from '../individual/events.js';
import { add, sum, toYuan, ZERO, type Fen } from '../kernel/money.js';
import { EMPLOYER_MONEY_EVENT_TYPES, postingsOf, type EmployerMoneyEvent } from './postings.js';

const line = life.line();
const dearer = { insurance: 'pension', baseBefore: '10000.00', baseAfter: '10100.00' };
const cases: readonly (readonly [
  IndividualEvent | EmployerMoneyEvent,
  Readonly<Record<string, string>>,
  string,
  of?: string,
])[] = [
  [
    life.assessed({ lines: [line] }),
    { 'receivable:pension': '2400.00', 'assessed:pension': '-2400.00' },
    '2025-07-01',
  ],
  [
    life.paid({ lines: [line] }),
    {
      'clearing:payments': '2400.00',
      'receivable:pension': '-2400.00',
      'assessed:pension': '2400.00',
      'pool:pension': '-1600.00',
      'account:pension': '-800.00',
    },
    '2025-07-15',
  ],
  [
    life.partPaid({ lines: [life.employeeSide(line)] }),
    {
      'clearing:payments': '800.00',
      'receivable:pension': '-800.00',
      'assessed:pension': '800.00',
      'account:pension': '-800.00',
    },
    '2025-07-15',
    'the employee side: the account has all its share',
  ],
  [
    life.paid({ lines: [life.employerSide(line)] }),
    {
      'clearing:payments': '1600.00',
      'receivable:pension': '-1600.00',
      'assessed:pension': '1600.00',
      'pool:pension': '-1600.00',
    },
    '2025-07-15',
    'the employer side: the pool alone',
  ],
  [
    life.reversed({ paid: false, lines: [line] }),
    { 'receivable:pension': '-2400.00', 'assessed:pension': '2400.00' },
    '2025-08-01',
  ],
  [
    life.reversed({ lines: [line] }),
    { 'pool:pension': '1600.00', 'account:pension': '800.00', 'payable:employers': '-2400.00' },
    '2025-08-01',
  ],
  [
    life.reversed({ lines: [line], owed: [life.employerSide(line)] }),
    {
      'receivable:pension': '-1600.00',
      'assessed:pension': '1600.00',
      'account:pension': '800.00',
      'payable:employers': '-800.00',
    },
    '2025-08-01',
    'paid on the employee side alone: that goes back, the rest is owed no more',
  ],
  [
    life.reversed({
      lines: [line],
      owed: [life.line({ employerPart: '20.00', employeePart: '10.00', toAccount: '10.00' })],
    }),
    {
      'receivable:pension': '-30.00',
      'assessed:pension': '30.00',
      'pool:pension': '1580.00',
      'account:pension': '790.00',
      'payable:employers': '-2370.00',
    },
    '2025-08-01',
    'paid but for a later difference',
  ],
  [
    life.declared(),
    { 'receivable:pension': '480.00', 'assessed:pension': '-480.00' },
    '2025-07-01',
    'a higher wage declared: owed, like what is assessed',
  ],
  [
    life.adjusted(),
    { 'pool:pension': '160.00', 'account:pension': '80.00', 'payable:employers': '-240.00' },
    '2025-07-01',
    'less, all of it paid',
  ],
  [
    life.adjusted({
      lines: [
        {
          ...dearer,
          employerPart: '-160.00',
          employeePart: '-80.00',
          toAccount: '-80.00',
          returned: { employerPart: '0.00', employeePart: '80.00', toAccount: '80.00' },
        },
      ],
    }),
    {
      'receivable:pension': '-160.00',
      'assessed:pension': '160.00',
      'account:pension': '80.00',
      'payable:employers': '-80.00',
    },
    '2025-07-01',
    'less, paid on the employee side alone',
  ],
  [
    life.adjusted({
      lines: [
        {
          ...dearer,
          employerPart: '20.00',
          employeePart: '-10.00',
          toAccount: '-10.00',
          returned: { employerPart: '0.00', employeePart: '10.00', toAccount: '10.00' },
        },
      ],
    }),
    {
      'receivable:pension': '20.00',
      'assessed:pension': '-20.00',
      'account:pension': '10.00',
      'payable:employers': '-10.00',
    },
    '2025-07-01',
    'one side more, the other less',
  ],
  [
    life.adjusted({
      lines: [
        {
          ...dearer,
          employerPart: '0.00',
          employeePart: '0.00',
          toAccount: '5.00',
          returned: { employerPart: '0.00', employeePart: '0.00', toAccount: '-5.00' },
        },
      ],
    }),
    { 'pool:pension': '5.00', 'account:pension': '-5.00' },
    '2025-07-01',
    'another share of the account',
  ],
  [
    life.settled(),
    { 'account:medical': '50.00', 'pool:medical': '30.00', 'payable:institutions': '-80.00' },
    '2025-07-20',
  ],
  [
    life.settlementReversed(),
    { 'account:medical': '-50.00', 'pool:medical': '-30.00', 'payable:institutions': '80.00' },
    '2025-07-21',
  ],
  [life.interestCredited(), { 'pool:pension': '20.00', 'account:pension': '-20.00' }, '2025-12-31'],
  [
    account.moneyReceived(),
    {
      'cash:treasury': '2500.00',
      'clearing:payments': '-2400.00',
      'income:late-fee': '-5.00',
      'payable:employers': '-95.00',
    },
    '2025-07-15',
  ],
  [
    account.moneyReceived({ amount: '95.00', allocations: [] }),
    { 'cash:treasury': '95.00', 'payable:employers': '-95.00' },
    '2025-07-15',
    'before any bill',
  ],
  [
    account.moneyReceived({
      amount: '4805.00',
      allocations: [
        account.allocation({ month: '2025-06', lateFee: '0.00' }),
        account.allocation({ lateFee: '5.00' }),
      ],
      unapplied: '0.00',
    }),
    { 'cash:treasury': '4805.00', 'clearing:payments': '-4800.00', 'income:late-fee': '-5.00' },
    '2025-07-15',
    'for two months',
  ],
  [account.creditUsed(), { 'payable:employers': '95.00', 'clearing:payments': '-95.00' }, '2025-08-10'],
  [
    account.billChanged(),
    { 'clearing:payments': '30.00', 'payable:employers': '-30.00' },
    '2025-08-01',
    'what waited; what persons gave back is in their own entry',
  ],
  [account.creditRefunded(), { 'payable:employers': '830.00', 'cash:treasury': '-830.00' }, '2025-08-20'],
  [account.creditMoved(), { 'payable:employers': '2400.00', 'clearing:payments': '-2400.00' }, '2025-08-02'],
  [
    account.monthEstimated(),
    { 'receivable:pension': '2640.00', 'assessed:pension': '-2640.00' },
    '2025-08-01',
  ],
  [
    account.estimateSettled(),
    { 'receivable:pension': '-2640.00', 'assessed:pension': '2640.00' },
    '2025-08-01',
  ],
  [life.registered(), {}, ''],
  [life.covered(), {}, ''],
  [life.stopped(), {}, ''],
  [life.yearClosed(), {}, ''],
];

const entryOf = (event: IndividualEvent | EmployerMoneyEvent): Readonly<Record<string, string>> => {
  const sums = new Map<string, Fen>();
  for (const { account: name, amount } of postingsOf(event))
    sums.set(name, add(sums.get(name) ?? ZERO, amount));
  return Object.fromEntries([...sums].map(([name, amount]) => [name, toYuan(amount)]));
};

describe('entries of the book', () => {
  it.each(
    cases.map(([event, entry, valueOn, told = '']) => [event.type, told, event, entry, valueOn] as const),
  )('of %s %s', (_, __, event, entry, valueOn) => {
    const postings = postingsOf(event);
    expect(entryOf(event)).toEqual(entry);
    expect(sum(postings.map(({ amount }) => amount))).toBe(0n);
    for (const posting of postings) expect(posting.valueOn).toBe(valueOn);
  });
  it('are shown here for every type there is', () =>
    expect([...new Set(cases.map(([{ type }]) => type))].sort()).toEqual(
      [...INDIVIDUAL_EVENT_TYPES, ...EMPLOYER_MONEY_EVENT_TYPES].sort(),
    ));
  it('name the month owed of each allocation', () => {
    const allocations = ['2025-06', '2025-07'].map((month) => account.allocation({ month }));
    const event = account.moneyReceived({ amount: '4905.00', allocations });
    const months = postingsOf(event).map(({ account: name, month }) => [name, month]);
    expect(months).toContainEqual(['clearing:payments', '2025-06']);
    expect(months).toContainEqual(['clearing:payments', '2025-07']);
    expect(months).toContainEqual(['cash:treasury', undefined]);
  });
  it('leave out postings of nought', () => {
    const free = { ...line, insurance: 'injury', employeePart: '0.00', toAccount: '0.00' };
    const accounts = postingsOf(life.paid({ lines: [free] })).map(({ account: name }) => name);
    expect(accounts).not.toContain('account:injury');
  });
  it.each([
    ['money that is not all allocated', account.moneyReceived({ unapplied: '94.99' })],
    ['credit that is not all used', account.creditUsed({ amount: '95.01' })],
  ])('are refused when they do not sum to nought: %s', (_, event) =>
    expect(() => postingsOf(event)).toThrow('sums to nought'),
  );
});
