import { describe, expect, it } from '@jest/globals';
import type { PaymentReceived } from '../employer/events.js';
import type { ContributionLine, IndividualEvent } from '../individual/events.js';
import { sum, toYuan } from '../kernel/money.js';
import { postingsOf } from './postings.js';

const line: ContributionLine = {
  insurance: 'pension',
  base: '10000.00',
  employerPart: '1600.00',
  employeePart: '800.00',
  toAccount: '800.00',
};
const of = { submission: 's1', employer: 'E1', month: '2025-07', lines: [line] };
const reversal = { ...of, reversal: 'r', reason: 'x', evidence: 'y', valueOn: '2025-09-01' };
const card = {
  settlement: 'c1',
  institution: 'I1',
  institutionSerial: '1',
  valueOn: '2025-08-01',
  fundPaid: '30.00',
  accountPaid: '70.00',
};
const cases: readonly (readonly [
  IndividualEvent | PaymentReceived,
  Readonly<Record<string, string>>,
  string,
])[] = [
  [
    {
      type: 'ContributionAssessed',
      data: { ...of, line: 2, region: 'shanghai', wage: '1.00', employment: 'employee', table: 't' },
    },
    { 'receivable:pension': '2400.00', 'assessed:pension': '-2400.00' },
    '2025-07-01',
  ],
  [
    { type: 'ContributionPaid', data: { ...of, paidOn: '2025-07-20', payment: 'p1' } },
    {
      'clearing:payments': '2400.00',
      'receivable:pension': '-2400.00',
      'assessed:pension': '2400.00',
      'pool:pension': '-1600.00',
      'account:pension': '-800.00',
    },
    '2025-07-20',
  ],
  [
    { type: 'ContributionReversed', data: { ...reversal, paid: false } },
    { 'receivable:pension': '-2400.00', 'assessed:pension': '2400.00' },
    '2025-09-01',
  ],
  [
    { type: 'ContributionReversed', data: { ...reversal, paid: true } },
    { 'pool:pension': '1600.00', 'account:pension': '800.00', 'payable:employers': '-2400.00' },
    '2025-09-01',
  ],
  [
    {
      type: 'CardSettled',
      data: {
        ...card,
        kind: 'pharmacy',
        occurredAt: '2025-08-01T01:00:00.000Z',
        total: '100.00',
        ownExpense: '0.00',
        inScope: '100.00',
        cashPaid: '0.00',
      },
    },
    { 'account:medical': '70.00', 'pool:medical': '30.00', 'payable:institutions': '-100.00' },
    '2025-08-01',
  ],
  [
    { type: 'CardSettlementReversed', data: { ...card, reason: 'x' } },
    { 'account:medical': '-70.00', 'pool:medical': '-30.00', 'payable:institutions': '100.00' },
    '2025-08-01',
  ],
  [
    {
      type: 'PaymentReceived',
      data: {
        submission: 's1',
        payment: 'p1',
        uscc: 'E1',
        month: '2025-07',
        amount: '2412.00',
        principal: '2400.00',
        lateFee: '12.00',
        paidOn: '2025-08-25',
        reference: 'b1',
      },
    },
    { 'cash:treasury': '2412.00', 'clearing:payments': '-2400.00', 'income:late-fee': '-12.00' },
    '2025-08-25',
  ],
  [
    {
      type: 'IndividualRegistered',
      data: { sealed: 'x', nameDigest: 'n', contentDigest: 'c', kind: 'citizen', region: 'shanghai' },
    },
    {},
    '',
  ],
  [
    { type: 'CoverageStarted', data: { employer: 'E1', insurances: ['pension'], from: '2025-07-01' } },
    {},
    '',
  ],
];

describe('entries of the book', () => {
  it.each(cases.map(([event, entry, valueOn]) => [event.type, event, entry, valueOn] as const))(
    'of %s',
    (_, event, entry, valueOn) => {
      const postings = postingsOf(event);
      expect(Object.fromEntries(postings.map(({ account, amount }) => [account, toYuan(amount)]))).toEqual(
        entry,
      );
      expect(sum(postings.map(({ amount }) => amount))).toBe(0n);
      for (const posting of postings) expect(posting.valueOn).toBe(valueOn);
    },
  );
  it('leaves out postings of nought', () => {
    const free = { ...line, insurance: 'injury', employeePart: '0.00', toAccount: '0.00' };
    const accounts = postingsOf({
      type: 'ContributionPaid',
      data: { ...of, lines: [free], paidOn: '2025-07-20', payment: 'p1' },
    }).map(({ account }) => account);
    expect(accounts).not.toContain('account:injury');
  });
  it('refuses an entry that does not sum to nought', () => {
    const payment = cases.find(([event]) => event.type === 'PaymentReceived')?.[0] as PaymentReceived;
    const data = { ...payment.data, lateFee: '11.99' };
    expect(() => postingsOf({ ...payment, data })).toThrow('sums to nought');
  });
});
