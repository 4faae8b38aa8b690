import { describe, expect, it } from '@jest/globals';
import {
  assessed,
  covered,
  declared,
  employeeSide,
  employerSide,
  line,
  medical,
  paid,
  partPaid,
  registered,
  reversed,
} from '../../test/support/life.js';
import { toYuan } from '../kernel/money.js';
import { err, ok } from '../kernel/result.js';
import type { BillCell, IndividualEvent } from './events.js';
import { individual, paying } from './individual.js';
import type { Pay } from './payment.js';

const both = [line(), medical()];
const side = (...sides: readonly BillCell['side'][]): readonly BillCell[] =>
  sides.flatMap((each) => ['pension', 'medical'].map((insurance) => ({ insurance, side: each })));
const all = side('employee', 'employer');
const pay = (other: Partial<Pay> = {}): Pay => ({
  type: 'Pay',
  bill: 's1',
  month: '2025-07',
  payment: 'p1',
  paidOn: '2025-07-15',
  cover: all,
  ...other,
});
const given = (...events: readonly IndividualEvent[]) => {
  const state = individual.replay(events);
  const { pension, medical: ofMedical } = state.balances;
  return {
    pay: (other: Partial<Pay> = {}) => paying.decide(pay(other), state),
    balances: [pension, ofMedical].map(toYuan),
    months: Object.fromEntries(state.monthsPaid),
  };
};
const standing = [registered(), covered(), assessed()];
const second = { payment: 'p2', paidOn: '2025-07-31' };
const rest = paid({ ...second, lines: both.map(employerSide) });

describe('paying a month', () => {
  it('credits what was assessed, and the month counts', () => {
    expect(given(...standing).pay()).toEqual(ok([paid()]));
    expect(given(...standing, paid())).toMatchObject({
      balances: ['800.00', '200.00'],
      months: { pension: 1, medical: 1 },
    });
  });
  it('credits nothing on assessment alone', () =>
    expect(given(...standing)).toMatchObject({ balances: ['0.00', '0.00'], months: {} }));
  it('of the employee sides alone credits the accounts, and no month counts', () => {
    expect(given(...standing).pay({ cover: side('employee') })).toEqual(ok([partPaid()]));
    expect(given(...standing, partPaid())).toMatchObject({ balances: ['800.00', '200.00'], months: {} });
  });
  it('of the employer sides alone leaves the accounts waiting', () => {
    const event = paid({ lines: both.map(employerSide), complete: [] });
    expect(given(...standing).pay({ cover: side('employer') })).toEqual(ok([event]));
    expect(given(...standing, event)).toMatchObject({ balances: ['0.00', '0.00'], months: {} });
  });
  it('of the rest completes the month, with what was paid named or without', () => {
    expect(given(...standing, partPaid()).pay({ ...second, cover: side('employer') })).toEqual(ok([rest]));
    expect(given(...standing, partPaid()).pay({ ...second, cover: all })).toEqual(ok([rest]));
    expect(given(...standing, partPaid(), rest)).toMatchObject({
      balances: ['800.00', '200.00'],
      months: { pension: 1, medical: 1 },
    });
  });
  it('of one insurance whole counts for it alone', () => {
    const cover = all.filter(({ insurance }) => insurance === 'pension');
    expect(given(...standing).pay({ cover })).toEqual(ok([paid({ lines: [line()] })]));
    expect(given(...standing, paid({ lines: [line()] })).months).toEqual({ pension: 1 });
  });
  it('also of a side that costs nothing needs only the other', () => {
    const injury = line({ insurance: 'injury', employeePart: '0.00', toAccount: '0.00' });
    const cover = [{ insurance: 'injury', side: 'employer' }] as const;
    const slip = assessed({ lines: [injury] });
    expect(given(registered(), slip).pay({ cover })).toEqual(ok([paid({ lines: [injury] })]));
  });
  it('counts for an insurance that costs nothing with the first money', () => {
    const nothing = { employerPart: '0.00', employeePart: '0.00', toAccount: '0.00' };
    const free = line({ insurance: 'unemployment', ...nothing });
    const slip = assessed({ lines: [line(), free] });
    const event = paid({ lines: [employeeSide(line()), free], complete: ['unemployment'] });
    expect(given(registered(), slip).pay({ cover: side('employee') })).toEqual(ok([event]));
    expect(given(registered(), slip, event).pay({ cover: side('employee') })).toEqual(ok([]));
  });
});

describe('paying what is paid', () => {
  it.each([{}, second, { cover: side('employee') }])('credits nothing twice: %p', (other) =>
    expect(given(...standing, paid()).pay(other)).toEqual(ok([])),
  );
  it('by the same payment credits what is covered since: a smaller bill may be paid whole by it', () => {
    const event = paid({ lines: both.map(employerSide) });
    expect(given(...standing, partPaid()).pay()).toEqual(ok([event]));
  });
  it('credits nothing where nothing is covered', () =>
    expect(given(...standing).pay({ cover: [] })).toEqual(ok([])));
});

describe('paying one of two bills', () => {
  const raised = [...standing, declared()];
  const more = line({
    base: '12000.00',
    employerPart: '320.00',
    employeePart: '160.00',
    toAccount: '160.00',
  });
  const former = { ...line(), base: '12000.00' };

  it('credits what that bill claims, and the month counts when both are paid', () => {
    const first = paid({ lines: [former, medical()], complete: ['medical'] });
    expect(given(...raised).pay()).toEqual(ok([first]));
    const last = paid({ bill: 'b1', ...second, lines: [more] });
    expect(given(...raised, first).pay({ bill: 'b1', ...second })).toEqual(ok([last]));
    expect(given(...raised, first, last)).toMatchObject({
      balances: ['960.00', '200.00'],
      months: { pension: 1, medical: 1 },
    });
  });
  it('in the other order comes to the same', () => {
    const last = paid({ bill: 'b1', ...second, lines: [more], complete: [] });
    expect(given(...raised).pay({ bill: 'b1', ...second })).toEqual(ok([last]));
    expect(given(...raised, last).pay()).toEqual(ok([paid({ lines: [former, medical()] })]));
  });
  it('of a month that counts counts no second time', () => {
    const later = [...standing, paid(), declared()];
    expect(given(...later)).toMatchObject({
      balances: ['800.00', '200.00'],
      months: { pension: 1, medical: 1 },
    });
    const last = paid({ bill: 'b1', ...second, lines: [more], complete: [] });
    expect(given(...later).pay({ bill: 'b1', ...second })).toEqual(ok([last]));
  });
  it('knows nothing of a bill that claims nothing of the month', () => {
    expect(given(...standing).pay({ bill: 'b1' })).toEqual(err({ type: 'NotAssessed' }));
    expect(given(...standing).pay({ month: '2025-08' })).toEqual(err({ type: 'NotAssessed' }));
  });
});

describe('paying what was taken back', () => {
  const unpaid = { paid: false } as const;
  it('credits what still stands', () =>
    expect(
      given(...standing, reversed({ ...unpaid, lines: [medical()], insurance: 'medical' })).pay(),
    ).toEqual(ok([paid({ lines: [line()] })])));
  it('credits nothing of a month that was wholly reversed, nor when another file has it since', () => {
    expect(given(...standing, reversed(unpaid)).pay()).toEqual(ok([]));
    expect(given(...standing, reversed(unpaid), assessed({ submission: 's2' })).pay()).toEqual(ok([]));
  });
  it('pays the file that took the month', () =>
    expect(given(...standing, reversed(unpaid), assessed({ submission: 's2' })).pay({ bill: 's2' })).toEqual(
      ok([paid({ submission: 's2', bill: 's2' })]),
    ));
});
