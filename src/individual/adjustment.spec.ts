import { describe, expect, it } from '@jest/globals';
import {
  adjust,
  adjustedIn,
  assessed,
  atFloor,
  july,
  live,
  lowered,
  paid,
  payOf,
  pension,
  raised,
  registered,
  reverse,
} from '../../test/support/late-table.js';
import { toYuan } from '../kernel/money.js';
import { ok } from '../kernel/result.js';
import { individual } from './individual.js';

describe('a table published late', () => {
  it('on an unpaid month changes what stands and is owed from the month itself', () => {
    const { made, state, book } = live([registered, assessed], adjust([raised]));
    expect(adjustedIn(made)).toEqual({
      adjustment: 'notice 8/2025-07',
      publication: 'notice 8',
      bill: 'bill of notice 8',
      submission: 's1',
      line: 2,
      employer: 'E1',
      region: 'shanghai',
      month: '2025-07',
      wageBefore: '3000.00',
      wage: '3000.00',
      tableBefore: 'shanghai/2024-07',
      table: 'shanghai/2025-07',
      lines: [
        {
          insurance: 'pension',
          baseBefore: '5000.00',
          baseAfter: '5500.00',
          employerPart: '80.00',
          employeePart: '40.00',
          toAccount: '40.00',
        },
      ],
      after: [raised],
      valueOn: '2025-07-01',
      paid: false,
      reason: 'published late',
      bills: [
        {
          bill: 'bill of notice 8',
          insurance: 'pension',
          employerPart: '80.00',
          employeePart: '40.00',
          toAccount: '40.00',
        },
      ],
    });
    expect(state.months.get(july)?.lines).toEqual([raised]);
    expect(book).toEqual({ 'receivable:pension': '1320.00', 'assessed:pension': '-1320.00' });
  });

  it('on a paid month is owed on its own: the account waits for the money', () => {
    const { state, book } = live([registered, assessed, paid], adjust([raised]));
    expect(toYuan(state.balances.pension)).toBe('400.00');
    expect(book).toMatchObject({ 'receivable:pension': '120.00', 'assessed:pension': '-120.00' });
  });

  it('gives back what was paid too much, from pool and account alike', () => {
    const { made, state, book } = live([registered, assessed, paid], adjust([lowered]));
    expect(adjustedIn(made).lines).toMatchObject([
      {
        employerPart: '-80.00',
        employeePart: '-40.00',
        returned: { employerPart: '80.00', employeePart: '40.00', toAccount: '40.00' },
      },
    ]);
    expect(adjustedIn(made).bills).toEqual([
      {
        bill: 's1',
        insurance: 'pension',
        employerPart: '-80.00',
        employeePart: '-40.00',
        toAccount: '-40.00',
        returned: { employerPart: '80.00', employeePart: '40.00', toAccount: '40.00' },
      },
    ]);
    expect(state.monthsPaid.get('pension')).toBe(1);
    expect(toYuan(state.balances.pension)).toBe('360.00');
    expect(book).toMatchObject({
      'payable:employers': '-120.00',
      'account:pension': '-360.00',
      'pool:pension': '-720.00',
    });
    expect(book).not.toHaveProperty('receivable:pension');
  });

  it('a second one first takes back what is owed still, and gives back only what was paid', () => {
    const between = pension('5200.00', '832.00', '416.00');
    const { made, book } = live(
      [registered, assessed, paid],
      adjust([raised]),
      adjust([between], 'notice 9'),
    );
    expect(adjustedIn(made.slice(1)).lines[0]).not.toHaveProperty('returned');
    expect(adjustedIn(made.slice(1)).bills).toMatchObject([
      { bill: 'bill of notice 8', employerPart: '-48.00', employeePart: '-24.00' },
    ]);
    expect(book).toMatchObject({ 'receivable:pension': '48.00', 'account:pension': '-400.00' });
    expect(book).not.toHaveProperty('payable:employers');
  });

  it('is posted once a publication, and nothing when nothing differs', () => {
    const { state } = live([registered, assessed], adjust([raised]));
    expect(individual.decide(adjust([raised]), state)).toEqual(ok([]));
    expect(individual.decide(adjust([lowered]), state)).toEqual(ok([]));
    expect(individual.decide(adjust([raised], 'notice 9'), state)).toEqual(ok([]));
    expect(individual.decide(adjust([atFloor]), individual.replay([registered, assessed]))).toEqual(ok([]));
  });

  it.each([{ submission: 's2' }, { line: 3 }, { wage: '3000.01' }, { month: '2025-08' }])(
    'leaves a month alone that is not the one reckoned: %j',
    (other) => {
      const { months, ...rest } = adjust([raised]);
      const command = { ...rest, months: months.map((month) => ({ ...month, ...other })) };
      expect(individual.decide(command, individual.replay([registered, assessed]))).toEqual(ok([]));
    },
  );

  it('leaves a month alone that was reversed in between', () => {
    const { made } = live([registered, assessed, paid], reverse, adjust([raised]));
    expect(made.map(({ type }) => type)).toEqual(['ContributionReversed']);
  });
});

describe('after a table published late', () => {
  const pay = payOf('s1');
  const payMore = payOf('bill of notice 8');

  it('the payment of the file credits what money came for; the difference stays owed', () => {
    const { made, state, book } = live([registered, assessed], adjust([raised]), pay);
    expect(made.at(-1)).toMatchObject({
      type: 'ContributionPaid',
      data: { lines: [{ ...atFloor, base: '5500.00' }] },
    });
    expect(toYuan(state.balances.pension)).toBe('400.00');
    expect(book).toMatchObject({ 'receivable:pension': '120.00', 'clearing:payments': '1200.00' });
  });

  it('the difference is paid by its own bill, and the month counts when both are paid, once', () => {
    const first = live([registered, assessed], adjust([raised]), pay);
    expect(first.state.monthsPaid.get('pension')).toBeUndefined();
    const { made, state, book } = live([registered, assessed], adjust([raised]), pay, payMore);
    expect(made.at(-1)).toMatchObject({
      data: {
        submission: 's1',
        bill: 'bill of notice 8',
        lines: [{ base: '5500.00', employerPart: '80.00', employeePart: '40.00', toAccount: '40.00' }],
        complete: ['pension'],
      },
    });
    expect(toYuan(state.balances.pension)).toBe('440.00');
    expect(state.monthsPaid.get('pension')).toBe(1);
    expect(book).not.toHaveProperty('receivable:pension');
    const later = live([registered, assessed, paid], adjust([raised]), payMore);
    expect(later.made.at(-1)).toMatchObject({ data: { complete: [] } });
    expect(later.state.monthsPaid.get('pension')).toBe(1);
  });

  it('a month of which only the difference is open counts when that is taken back', () => {
    const { made, state } = live(
      [registered, assessed],
      adjust([raised]),
      pay,
      adjust([atFloor], 'notice 9'),
    );
    expect(made.at(-1)).toMatchObject({ data: { complete: ['pension'], paidOn: '2025-11-10' } });
    expect(state.monthsPaid.get('pension')).toBe(1);
    const unpaid = live([registered, assessed], adjust([raised]), adjust([atFloor], 'notice 9'));
    expect(unpaid.made.at(-1)?.data).not.toHaveProperty('complete');
    const free = live([registered, assessed], adjust([pension('5000.00', '0.00', '0.00')]));
    expect(free.made.at(-1)?.data).not.toHaveProperty('complete');
  });

  it('what was paid of the difference goes back before what was paid of the file', () => {
    const between = pension('5200.00', '832.00', '416.00');
    const { made, state } = live(
      [registered, assessed, paid],
      adjust([raised]),
      payMore,
      adjust([between], 'notice 9'),
    );
    expect(adjustedIn(made.slice(2)).bills).toEqual([
      {
        bill: 'bill of notice 8',
        insurance: 'pension',
        employerPart: '-48.00',
        employeePart: '-24.00',
        toAccount: '-24.00',
        returned: { employerPart: '48.00', employeePart: '24.00', toAccount: '24.00' },
      },
    ]);
    expect(toYuan(state.balances.pension)).toBe('416.00');
  });

  it("an account's share that changes alone moves at once where the employee's part is paid", () => {
    const richer = { ...atFloor, toAccount: '390.00' };
    const { made, state } = live(
      [registered, assessed, paid],
      adjust([richer]),
      adjust([atFloor], 'notice 9'),
    );
    expect(adjustedIn(made).bills).toEqual([
      {
        bill: 's1',
        insurance: 'pension',
        employerPart: '0.00',
        employeePart: '0.00',
        toAccount: '-10.00',
        returned: { employerPart: '0.00', employeePart: '0.00', toAccount: '10.00' },
      },
    ]);
    expect(adjustedIn(made.slice(1)).lines).toMatchObject([{ returned: { toAccount: '-10.00' } }]);
    expect(toYuan(state.balances.pension)).toBe('400.00');
    const unpaid = live([registered, assessed], adjust([richer]), pay);
    expect(toYuan(unpaid.state.balances.pension)).toBe('390.00');
  });

  it('what one side costs more and the other less is told apart', () => {
    const shifted = pension('5000.00', '700.00', '450.00');
    const { made } = live([registered, assessed, paid], adjust([shifted]));
    expect(adjustedIn(made).bills).toMatchObject([
      { bill: 's1', employerPart: '-100.00', employeePart: '0.00', returned: { employerPart: '100.00' } },
      { bill: 'bill of notice 8', employerPart: '0.00', employeePart: '50.00', toAccount: '50.00' },
    ]);
  });

  it('the payment credits no more than stands', () => {
    const { state, book } = live([registered, assessed], adjust([lowered]), pay);
    expect(toYuan(state.balances.pension)).toBe('360.00');
    expect(book).toMatchObject({ 'clearing:payments': '1080.00' });
    expect(book).not.toHaveProperty('receivable:pension');
  });

  it.each([
    [[registered, assessed], raised],
    [[registered, assessed, paid], raised],
    [[registered, assessed, paid], lowered],
  ] as const)('a reversal gives back what stands then and leaves nothing open (%#)', (given, now) => {
    const { state, made, book } = live(given, adjust([now]), reverse);
    expect(made.at(-1)).toMatchObject({ type: 'ContributionReversed', data: { lines: [now] } });
    expect(toYuan(state.balances.pension)).toBe('0.00');
    for (const account of ['receivable:pension', 'assessed:pension', 'account:pension', 'pool:pension'])
      expect(book).not.toHaveProperty(account);
    const back =
      given.length === 3 ? { 'clearing:payments': '1200.00', 'payable:employers': '-1200.00' } : {};
    expect(book).toEqual(back);
  });
});
