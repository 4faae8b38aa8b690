import { describe, expect, it } from '@jest/globals';
import {
  daily,
  issue,
  pay,
  withdraw,
  change,
  after,
  eventsOf,
  billOf,
  allocationsOf,
  yuan,
} from '../../test/support/account-commands.js';
import { toDay } from '../kernel/calendar.js';
import { fromYuan, type Fen } from '../kernel/money.js';
import { err, ok } from '../kernel/result.js';
import {
  account,
  lateFeeOn,
  outstandingOf,
  stateOfBill,
  type AccountCommand,
  type AccountState,
} from './account.js';
import type { AccountEvent, BillLine } from './events.js';

describe('a late fee', () => {
  const late = (amount: string, day: string, payment = `late ${amount}`): AccountCommand =>
    pay(amount, { payment, reference: payment, paidOn: toDay(day) });
  const feeOn = (state: AccountState, day: string): string =>
    yuan(lateFeeOn(billOf(state), toDay(day), daily));
  it.each([
    ['2025-07-30', '0.00'],
    ['2025-07-31', '0.00'],
    ['2025-08-01', '0.15'],
    ['2025-08-31', '4.65'],
  ])('on 300.00 due 2025-07-31 is on %s %s', (day, fee) => expect(feeOn(after(issue()), day)).toBe(fee));
  it.each([
    ['8.00', '0.00'], // 0.004
    ['9.99', '0.00'], // 0.004995
    ['10.00', '0.01'], // 0.005, a tie
    ['29.99', '0.01'], // 0.014995
    ['30.00', '0.02'], // 0.015, a tie
  ])('on %s for a day is %s: half a fen up', (amount, fee) => {
    const lines = [{ insurance: 'pension', employer: '0.00', employee: amount }];
    const state = after(issue({ lines }));
    expect(feeOn(state, '2025-08-01')).toBe(fee);
    // A fee of nought needs no payment.
    const then = after(issue({ lines }), late(amount, '2025-08-01'));
    expect(stateOfBill(billOf(then))).toBe(fee === '0.00' ? 'paid' : 'part-paid');
  });
  it.each([
    ['299.99', 'part-paid', '0.00', '0.00'],
    ['300.00', 'part-paid', '0.00', '0.00'],
    ['300.14', 'part-paid', '0.14', '0.00'],
    ['300.15', 'paid', '0.15', '0.00'],
    ['300.16', 'paid', '0.15', '0.01'],
  ])(
    'comes last: %s a day late leaves it %s with a fee of %s and credit of %s',
    (amount, state, fee, credit) => {
      const [event] = eventsOf(late(amount, '2025-08-01'), after(issue()));
      expect(event).toMatchObject({
        data: { allocations: [{ lateFee: fee, lateFeeDaily: '0.05' }], unapplied: credit },
      });
      expect(stateOfBill(billOf(after(issue(), late(amount, '2025-08-01'))))).toBe(state);
    },
  );
  it('is final once the principal is paid', () => {
    const state = after(issue(), late('300.00', '2025-08-31'));
    expect([feeOn(state, '2025-08-31'), feeOn(state, '2025-12-31')]).toEqual(['4.65', '4.65']);
    const [allocation] = allocationsOf(eventsOf(late('4.65', '2025-09-30'), state));
    expect(allocation).toMatchObject({ cells: [], covered: [], lateFee: '4.65' });
    expect(
      stateOfBill(billOf(after(issue(), late('300.00', '2025-08-31'), late('4.65', '2025-09-30')))),
    ).toBe('paid');
  });
  it('is reckoned on each part to its own day and rounded once', () => {
    // 100.00 x 10 days + 200.00 x 31 days, at 0.05 % a day: 0.50 + 3.10
    const state = after(issue(), late('100.00', '2025-08-10'));
    expect(feeOn(state, '2025-08-31')).toBe('3.60');
    expect(feeOn(after(issue(), pay('100.00')), '2025-08-31')).toBe('3.10');
  });
  it('is the same whatever was recorded first', () => {
    const early = late('100.00', '2025-08-10');
    const later = late('200.00', '2025-08-31');
    expect(feeOn(after(issue(), early, later), '2025-09-30')).toBe('3.60');
    expect(feeOn(after(issue(), later, early), '2025-09-30')).toBe('3.60');
  });
  it('of a bill that became less is on what was owed; what was paid of it stays paid', () => {
    const whole = [issue(), late('300.00', '2025-08-10')];
    expect(feeOn(after(...whole), '2025-09-30')).toBe('1.50');
    const less = change('c1', [['pension', 'employer', '100.00', '100.00']]);
    expect(feeOn(after(...whole, less), '2025-09-30')).toBe('1.00');
    const paidBefore = after(...whole, late('1.50', '2025-08-10'), less);
    expect([feeOn(paidBefore, '2025-09-30'), yuan(billOf(paidBefore).lateFeePaid)]).toEqual(['0.00', '1.50']);
    expect([stateOfBill(billOf(paidBefore)), yuan(paidBefore.credit)]).toEqual(['paid', '100.00']);
  });
  it('loses what goes back from what was recorded last', () => {
    const less = change('c1', [['pension', 'employer', '150.00', '150.00']]);
    const state = after(issue(), late('200.00', '2025-08-10'), late('100.00', '2025-08-31'), less);
    // Of 200.00 to the tenth 150.00 are left, of 100.00 to the end nothing: 150.00 x 10 days
    expect(feeOn(state, '2025-09-30')).toBe('0.75');
  });
});

describe('a bill that becomes less', () => {
  const cellsOf = (commands: readonly AccountCommand[], asked: AccountCommand) => {
    const [event] = eventsOf(asked, after(...commands)) as readonly AccountEvent[];
    if (event?.type !== 'BillChanged') throw new Error('not changed');
    const [bill] = event.data.bills;
    return {
      credit: event.data.credit,
      covered: bill?.covered.map(({ side }) => side),
      cells: bill?.cells.map(({ less, given, released }) => [less, given, released]),
    };
  };
  it.each([
    // Of 100.00 the employee's cell: paid, less, given, then released, covered, open
    ['0.00', '40.00', '0.00', '0.00', [], '60.00'],
    ['60.00', '39.99', '0.00', '0.00', [], '0.01'],
    ['60.00', '40.00', '0.00', '0.00', ['employee'], '0.00'],
    ['60.00', '40.01', '0.00', '0.01', ['employee'], '0.00'],
    ['60.00', '100.00', '0.00', '60.00', [], '0.00'],
    ['100.00', '40.00', '40.00', '0.00', [], '0.00'],
    ['100.00', '40.00', '0.00', '40.00', [], '0.00'],
    ['100.00', '40.00', '10.00', '30.00', [], '0.00'],
    ['100.00', '100.00', '100.00', '0.00', [], '0.00'],
  ])(
    'paid %s, less %s, given back %s: released %s, covered %j, open %s',
    (paid, less, given, released, covered, open) => {
      const only: readonly BillLine[] = [{ insurance: 'pension', employer: '0.00', employee: '100.00' }];
      const before = [issue({ lines: only }), ...(paid === '0.00' ? [] : [pay(paid)])];
      const asked = change('c1', [['pension', 'employee', less, given]]);
      const credit = yuan((fromYuan(given) + fromYuan(released)) as Fen);
      expect(cellsOf(before, asked)).toEqual({ credit, covered, cells: [[less, given, released]] });
      const state = after(...before, asked);
      expect(yuan(outstandingOf(billOf(state)).total)).toBe(open);
      expect(yuan(state.credit)).toBe(credit);
    },
  );
  it('is changed once by its name', () => {
    const asked = change('c1', [['pension', 'employee', '1.00', '0.00']]);
    expect(account.decide(asked, after(issue(), asked))).toEqual(ok([]));
  });
  it('adds up what names one cell twice', () => {
    const asked = change('c1', [
      ['pension', 'employee', '1.00', '0.00'],
      ['pension', 'employee', '2.00', '0.00'],
    ]);
    expect(cellsOf([issue()], asked).cells).toEqual([['3.00', '0.00', '0.00']]);
  });
  it('never asks for less than nothing', () => {
    const asked = change('c1', [['pension', 'employee', '100.01', '0.00']]);
    expect(cellsOf([issue()], asked).cells).toEqual([['100.00', '0.00', '0.00']]);
  });
  it('must be there; withdrawn, nothing of it is left', () => {
    const asked = change('c1', [['pension', 'employee', '1.00', '0.00']]);
    expect(account.decide(asked, after())).toEqual(err({ type: 'SubmissionNotAssessed' }));
    expect(account.decide(asked, after(issue(), withdraw()))).toEqual(ok([]));
  });
  it.each([
    ['0.00', 'assessed'],
    ['60.00', 'paid'],
  ])('to nothing, after %s came, is %s', (came, expected) => {
    const state = after(
      issue(),
      ...(came === '0.00' ? [] : [pay(came)]),
      change('c1', [
        ['pension', 'employee', '100.00', '0.00'],
        ['pension', 'employer', '200.00', '0.00'],
      ]),
    );
    expect(stateOfBill(billOf(state))).toBe(expected);
    expect(yuan(state.credit)).toBe(came);
  });
});
