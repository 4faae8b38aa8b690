import { describe, expect, it } from '@jest/globals';
import {
  TODAY,
  issue,
  pay,
  withdraw,
  after,
  eventsOf,
  billOf,
  allocationsOf,
  yuan,
} from '../../test/support/account-commands.js';
import { toDay, toMonth } from '../kernel/calendar.js';
import { fromYuan, ZERO, type Fen } from '../kernel/money.js';
import { err } from '../kernel/result.js';
import { account, creditNameOf, openBills, outstandingOf, stateOfBill } from './account.js';
import type { BillLine, PaymentTarget } from './events.js';

describe('money for a bill', () => {
  const lines: readonly BillLine[] = [
    { insurance: 'supplement', employer: '7.00', employee: '8.00' },
    { insurance: 'injury', employer: '6.00', employee: '0.00' },
    { insurance: 'aid', employer: '0.00', employee: '3.00' },
    { insurance: 'unemployment', employer: '5.00', employee: '5.00' },
    { insurance: 'medical', employer: '90.00', employee: '20.00' },
    { insurance: 'pension', employer: '160.00', employee: '80.00' },
  ];
  it('pays employees first, then in the order of the rule, then local insurances by the alphabet', () => {
    const [allocation] = allocationsOf(eventsOf(pay('384.00'), after(issue({ lines }))));
    expect(allocation?.cells.map(({ insurance, side, amount }) => `${side} ${insurance} ${amount}`)).toEqual([
      'employee pension 80.00',
      'employee medical 20.00',
      'employee unemployment 5.00',
      'employee aid 3.00',
      'employee supplement 8.00',
      'employer pension 160.00',
      'employer medical 90.00',
      'employer unemployment 5.00',
      'employer injury 6.00',
      'employer supplement 7.00',
    ]);
    expect(allocation?.covered).toHaveLength(10);
  });
  it('goes the other way round where the rule says so', () => {
    const other = { sides: ['employer', 'employee'], insurances: ['injury'] } as const;
    const [allocation] = allocationsOf(eventsOf(pay('14.00', { order: other }), after(issue({ lines }))));
    expect(allocation?.cells.map(({ insurance, side, amount }) => `${side} ${insurance} ${amount}`)).toEqual([
      'employer injury 6.00',
      'employer medical 8.00',
    ]);
    expect(allocation?.covered).toEqual([{ insurance: 'injury', side: 'employer' }]);
  });
  it.each([
    ['0.01', 'part-paid', 0, '299.99', '0.00'],
    ['99.99', 'part-paid', 0, '200.01', '0.00'], // the first cell a fen short
    ['100.00', 'part-paid', 1, '200.00', '0.00'],
    ['100.01', 'part-paid', 1, '199.99', '0.00'],
    ['299.99', 'part-paid', 1, '0.01', '0.00'], // the last cell a fen short
    ['300.00', 'paid', 2, '0.00', '0.00'],
    ['300.01', 'paid', 2, '0.00', '0.01'],
  ])('of %s leaves it %s: %s cells covered, %s open, %s credit', (amount, state, covered, open, credit) => {
    const events = eventsOf(pay(amount), after(issue()));
    const bill = billOf(after(issue(), pay(amount)));
    expect(stateOfBill(bill)).toBe(state);
    expect(allocationsOf(events).flatMap((each) => each.covered)).toHaveLength(covered);
    expect(yuan(outstandingOf(bill).total)).toBe(open);
    expect(events[0]).toMatchObject({ data: { amount, unapplied: credit } });
    expect(yuan(after(issue(), pay(amount)).credit)).toBe(credit);
  });
  it('covers a cell when the last part of it comes', () => {
    const [allocation] = allocationsOf(eventsOf(pay('0.01'), after(issue(), pay('99.99'))));
    expect(allocation).toMatchObject({
      cells: [{ insurance: 'pension', side: 'employee', amount: '0.01' }],
      covered: [{ insurance: 'pension', side: 'employee' }],
    });
  });
  it('that is not there, was withdrawn or is paid is refused', () => {
    expect(account.decide(pay('1'), after())).toEqual(err({ type: 'SubmissionNotAssessed' }));
    expect(account.decide(pay('1'), after(issue(), withdraw()))).toEqual(
      err({ type: 'SubmissionWithdrawn' }),
    );
    expect(account.decide(pay('1'), after(issue(), pay('300')))).toEqual(
      err({ type: 'SubmissionAlreadyPaid' }),
    );
  });
  it('may come today, not tomorrow', () => {
    expect(account.decide(pay('1', { paidOn: TODAY }), after(issue())).ok).toBe(true);
    const tomorrow = { paidOn: toDay('2025-10-01') };
    expect(account.decide(pay('1', tomorrow), after(issue()))).toEqual(err({ type: 'PaidOnInFuture' }));
  });
});

describe('money for a month or for whatever is open', () => {
  const two = [
    issue({ bill: 'b2', month: toMonth('2025-08'), dueOn: toDay('2025-09-01') }),
    issue(),
    issue({
      bill: 'b3',
      kind: 'back',
      lines: [{ insurance: 'medical', employer: '9.00', employee: '1.00' }],
    }),
  ];
  const paid = (amount: string, target: PaymentTarget): readonly string[] =>
    allocationsOf(eventsOf(pay(amount, { target }), after(...two))).map(
      ({ bill, cells }) =>
        `${bill} ${yuan(cells.reduce((all, c) => (all + fromYuan(c.amount)) as Fen, ZERO))}`,
    );
  it.each([
    ['310.00', ['b1 300.00', 'b3 10.00']],
    ['310.01', ['b1 300.00', 'b3 10.00', 'b2 0.01']],
    ['300.00', ['b1 300.00']],
    ['300.01', ['b1 300.00', 'b3 0.01']],
  ])('of %s pays the oldest month first, and in it what was issued first: %j', (amount, bills) =>
    expect(paid(amount, { kind: 'account' })).toEqual(bills),
  );
  it('named by its month stays in it', () => {
    expect(paid('999.00', { kind: 'month', month: '2025-07' })).toEqual(['b1 300.00', 'b3 10.00']);
    expect(paid('999.00', { kind: 'month', month: '2025-08' })).toEqual(['b2 300.00']);
  });
  it('before there is a bill is credit, which the next bill takes at once', () => {
    const state = after(pay('320.00', { target: { kind: 'month', month: '2025-07' } }));
    expect(yuan(state.credit)).toBe('320.00');
    const [issued, used, ...others] = eventsOf(issue({ dueOn: TODAY }), state);
    expect(issued?.type).toBe('BillIssued');
    expect(used).toMatchObject({
      type: 'CreditUsed',
      data: { payment: creditNameOf('b1'), amount: '300.00', paidOn: TODAY },
    });
    expect(others).toEqual([]);
    const then = after(pay('320.00', { target: { kind: 'account' } }), issue({ dueOn: TODAY }));
    expect([stateOfBill(billOf(then)), yuan(then.credit)]).toEqual(['paid', '20.00']);
  });
  it('is credit when all is paid, never refused', () =>
    expect(yuan(after(issue(), pay('300'), pay('5', { target: { kind: 'account' } })).credit)).toBe('5.00'));
  it('reaches bills that are open, in that order', () => {
    const state = after(...two, pay('300.00'));
    expect(openBills(state, { kind: 'account' }).map(({ bill }) => bill)).toEqual(['b3', 'b2']);
  });
});
