import { describe, expect, it } from '@jest/globals';
import {
  USCC,
  TODAY,
  registered,
  issue,
  extend,
  onBill,
  pay,
  useCredit,
  withdraw,
  change,
  refund,
  finish,
  after,
  eventsOf,
  billOf,
  allocationsOf,
  yuan,
} from '../../test/support/account-commands.js';
import { toDay, toMonth } from '../kernel/calendar.js';
import { fromYuan, ZERO } from '../kernel/money.js';
import { err, ok } from '../kernel/result.js';
import {
  account,
  creditNameOf,
  findPayment,
  outstandingOf,
  stateOfBill,
  type AccountCommand,
} from './account.js';
import type { EmployerEvent } from './events.js';

describe('an account', () => {
  it('is of a registered employer', () => {
    for (const command of [issue(), extend(), pay('1'), useCredit(), withdraw(), refund('1'), finish('x')])
      expect(account.decide(command, account.initial)).toEqual(err({ type: 'EmployerNotFound' }));
  });
  it('leaves alone what stands in the stream for others', () => {
    const estimated: EmployerEvent = {
      type: 'EstimateSettled',
      data: {
        uscc: USCC,
        month: '2025-07',
        submission: 'b1',
        lines: [],
        declared: { employer: '0.00', employee: '0.00', total: '0.00', byInsurance: {}, lines: [] },
        difference: { employer: '0.00', employee: '0.00', total: '0.00', byInsurance: {}, lines: [] },
        valueOn: '2025-07-01',
      },
    };
    expect(account.replay([registered, estimated])).toEqual(account.replay([registered]));
  });
});

describe('a bill', () => {
  it('is issued once', () => {
    const [issued, ...others] = eventsOf(issue(), after());
    expect(issued).toMatchObject({
      type: 'BillIssued',
      data: { bill: 'b1', dueOn: '2025-07-31', issuedOn: TODAY },
    });
    expect(others).toEqual([]);
    expect(account.decide(issue(), after(issue()))).toEqual(ok([]));
  });
  it('of a withdrawn submission is not issued, nor extended', () => {
    expect(account.decide(issue(), after(withdraw()))).toEqual(ok([]));
    expect(account.decide(extend(), after(withdraw()))).toEqual(ok([]));
  });
  it('that asks for nothing is assessed, and takes no money', () => {
    const state = after(issue({ lines: [] }));
    expect(stateOfBill(billOf(state))).toBe('assessed');
    expect(account.decide(pay('1'), state)).toEqual(err({ type: 'SubmissionAlreadyPaid' }));
    expect(eventsOf(withdraw(), state)).toHaveLength(1);
  });
  it('is issued by its first extension, and grows with each, once', () => {
    const [issued, extended] = eventsOf(extend(), after());
    expect([issued, extended]).toMatchObject([
      { type: 'BillIssued', data: { lines: [] } },
      { type: 'BillExtended', data: { extension: 'x1' } },
    ]);
    const state = after(extend(), extend({ extension: 'x2' }));
    expect(yuan(outstandingOf(billOf(state)).total)).toBe('600.00');
    expect(account.decide(extend(), state)).toEqual(ok([]));
  });
  it('of which a cell was whole is covered again when what came to it is paid', () => {
    const state = after(extend(), pay('300.00'), extend({ extension: 'x2' }));
    expect(stateOfBill(billOf(state))).toBe('part-paid');
    const [allocation] = allocationsOf(eventsOf(pay('299.99'), state));
    expect(allocation).toMatchObject({ covered: [{ insurance: 'pension', side: 'employee' }] });
  });
});

describe('withdrawing', () => {
  it('takes a bill away that is not paid, once', () => {
    const state = after(issue(), withdraw());
    expect(state.bills.size).toBe(0);
    expect(account.decide(withdraw(), state)).toEqual(ok([]));
  });
  it('before there is a bill leaves a mark', () =>
    expect(after(withdraw()).withdrawn).toEqual(new Set(['b1'])));
  it.each([['0.01'], ['300.00']])('is refused once %s came', (amount) =>
    expect(account.decide(withdraw(), after(issue(), pay(amount)))).toEqual(
      err({ type: 'SubmissionPartPaid' }),
    ),
  );
  it('is refused when money came, though all of it went back', () => {
    const state = after(issue(), pay('100.00'), change('c1', [['pension', 'employee', '100.00', '100.00']]));
    expect(account.decide(withdraw(), state)).toEqual(err({ type: 'SubmissionPartPaid' }));
  });
  it.each(['base-change', 'difference'] as const)('is not for a bill of a %s', (kind) =>
    expect(account.decide(withdraw(), after(issue({ kind })))).toEqual(err({ type: 'NotWithdrawable' })),
  );
});

describe('the same payment again', () => {
  const state = after(issue(), pay('100.00'));
  it('gives nothing', () => expect(account.decide(pay('100.00'), state)).toEqual(ok([])));
  it('gives nothing once the bill is paid, withdrawn from or changed', () =>
    expect(account.decide(pay('100.00'), after(issue(), pay('100.00'), pay('200.00')))).toEqual(ok([])));
  it.each([
    ['amount', { amount: fromYuan('100.01') }],
    ['paidOn', { paidOn: toDay('2025-07-30') }],
    ['reference', { reference: 'another' }],
    ['target', { target: { kind: 'account' } as const }],
    ['target', { target: onBill('b2') }],
  ])('with another %s is refused', (field, over) =>
    expect(account.decide(pay('100.00', over), state)).toEqual(
      err({ type: 'IdempotencyKeyReused', differs: [field] }),
    ),
  );
  it('names everything that differs', () =>
    expect(
      account.decide(pay('100.00', { amount: fromYuan('1'), target: { kind: 'account' } }), state),
    ).toEqual(err({ type: 'IdempotencyKeyReused', differs: ['amount', 'target'] })));
  it('named like a use of credit is refused, and the other way round', () => {
    const used = after(pay('100.00', { target: { kind: 'account' } }), issue());
    expect(account.decide(pay('100.00', { payment: creditNameOf('b1') }), used)).toEqual(
      err({ type: 'IdempotencyKeyReused', differs: ['paidOn', 'reference', 'target'] }),
    );
    expect(account.decide(useCredit('p-100.00'), used)).toEqual(
      err({ type: 'IdempotencyKeyReused', differs: ['target'] }),
    );
  });
  it('as the same line of the bank under another name is once, whatever it is said to be for', () => {
    const again = { payment: 'other', target: { kind: 'account' } as const };
    expect(account.decide(pay('100.00', again), state)).toEqual(ok([]));
    const line = { payment: 'other', reference: 'bank 100.00', amount: fromYuan('100.00') };
    expect(findPayment(state, { ...line, paidOn: toDay('2025-07-31') })?.payment).toBe('p-100.00');
    expect(findPayment(state, { ...line, paidOn: toDay('2025-07-30') })).toBeUndefined();
  });
  it.each([
    [{ payment: 'other', reference: 'another' }],
    [{ payment: 'other', amount: fromYuan('100.01') }],
    [{ payment: 'other', paidOn: toDay('2025-07-30') }],
  ])('is another line of the bank with %j', (over) =>
    expect(eventsOf(pay('100.00', over), state)).toHaveLength(1),
  );
});

describe('credit', () => {
  const target = { kind: 'account' } as const;
  const rich = after(issue(), pay('350.00'));
  it('pays what is open, oldest month first, on the day it is used', () => {
    const august = issue({ bill: 'b2', month: toMonth('2025-08'), dueOn: toDay('2025-09-01') });
    const both = after(issue(), august, pay('320.00', { target: onBill('b2') }));
    const [used] = eventsOf(useCredit('u1', toDay('2025-09-01')), both);
    expect(used).toMatchObject({
      type: 'CreditUsed',
      data: { payment: 'u1', amount: '20.00', paidOn: '2025-09-01', allocations: [{ bill: 'b1' }] },
    });
    expect(account.decide(useCredit('u1'), after(issue(), pay('350.00')))).toEqual(ok([]));
    expect(account.decide(useCredit(), after(issue()))).toEqual(err({ type: 'NoCredit' }));
  });
  it('is used once by its name', () => {
    const state = after(
      pay('10.00', { target }),
      issue(),
      pay('5.00', { target: { kind: 'month', month: '2025-01' } }),
    );
    const used = account.replay(eventsOf(useCredit('u1'), state), state);
    expect(yuan(used.credit)).toBe('0.00');
    expect(account.decide(useCredit('u1'), used)).toEqual(ok([]));
    expect(account.decide(useCredit('u2'), used)).toEqual(err({ type: 'NoCredit' }));
  });
  it.each([
    ['50.01', false],
    ['50.00', true],
    ['49.99', true],
  ])('of 50.00 may be refunded to the amount of %s: %s', (amount, taken) => {
    const decision = account.decide(refund(amount), rich);
    if (taken) expect(decision).toMatchObject({ ok: true, value: [{ type: 'CreditRefunded' }] });
    else expect(decision).toEqual(err({ type: 'CreditTooLow', credit: '50.00' }));
  });
  it('is refunded once by its name', () => {
    const state = after(issue(), pay('350.00'), refund('20.00'));
    expect(yuan(state.credit)).toBe('30.00');
    expect(account.decide(refund('20.00'), state)).toEqual(ok([]));
    expect(account.decide(refund('20.01', { reference: 'out 2' }), state)).toEqual(
      err({ type: 'IdempotencyKeyReused', differs: ['amount', 'reference'] }),
    );
  });
  it('is not refunded tomorrow', () =>
    expect(account.decide(refund('1', { paidOn: toDay('2025-10-01') }), rich)).toEqual(
      err({ type: 'PaidOnInFuture' }),
    ));
  it('is what it was when a month goes to another person, once', () => {
    const move: AccountCommand = {
      type: 'MoveCredit',
      correction: 'm1',
      month: toMonth('2025-07'),
      amount: fromYuan('300.00'),
      uscc: USCC,
      today: TODAY,
    };
    const state = after(issue(), pay('300.00'), move);
    expect(yuan(state.credit)).toBe('0.00');
    expect(account.decide(move, state)).toEqual(ok([]));
    expect(account.decide({ ...move, correction: 'm2', amount: ZERO }, state)).toEqual(ok([]));
  });
});

describe('crediting persons', () => {
  it('is to be done for what a payment covers, until it is done', () => {
    const august = issue({ bill: 'b2', month: toMonth('2025-08'), dueOn: toDay('2025-09-01') });
    const both = [issue(), august, pay('400.00', { payment: 'p1', target: { kind: 'account' } })];
    expect(after(...both).coverings).toEqual([
      {
        covering: 'p1',
        bill: 'b1',
        month: '2025-07',
        payment: 'p1',
        paidOn: '2025-07-31',
        cells: [
          { insurance: 'pension', side: 'employee' },
          { insurance: 'pension', side: 'employer' },
        ],
      },
      expect.objectContaining({ bill: 'b2', cells: [{ insurance: 'pension', side: 'employee' }] }),
    ]);
    const done = after(...both, finish('p1'));
    expect(done.coverings).toEqual([]);
    expect(account.decide(finish('p1'), done)).toEqual(ok([]));
  });
  it('is nothing to do for a part of a cell', () =>
    expect(after(issue(), pay('99.99')).coverings).toEqual([]));
  it('of a cell that a change made whole goes by the payment that came last', () => {
    const state = after(issue(), pay('90.00'), change('c1', [['pension', 'employee', '10.00', '0.00']]));
    expect(state.coverings).toMatchObject([
      { covering: 'c1', bill: 'b1', payment: 'p-90.00', paidOn: '2025-07-31' },
    ]);
  });
});
