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
import type { Slip } from './contribution.js';
import type { BillClaim, IndividualEvent } from './events.js';
import { individual, movingIn } from './individual.js';
import type { MoveIn } from './moving.js';

const both = [line(), medical()];
/** What stood for the wrong person. */
const slipOf = (...more: readonly IndividualEvent[]): Slip => {
  const slip = individual.replay([registered(), covered(), assessed(), ...more]).months.get('2025-07');
  if (!slip) throw new Error('nothing was assessed');
  return slip;
};
const moveIn = (other: Partial<MoveIn> = {}): MoveIn => ({
  type: 'MoveIn',
  correction: 'm1',
  month: '2025-07',
  slip: slipOf(),
  ...other,
});
const given = (...events: readonly IndividualEvent[]) => {
  const state = individual.replay(events);
  return {
    move: (other: Partial<MoveIn> = {}) => movingIn.decide(moveIn(other), state),
    balances: [state.balances.pension, state.balances.medical].map(toYuan),
    months: Object.fromEntries(state.monthsPaid),
    slip: state.months.get('2025-07'),
  };
};
const claimed = (lines: typeof both): BillClaim['lines'] => lines.map(({ base: _, ...claim }) => claim);
const came = (charges: readonly BillClaim[], lines = both): IndividualEvent =>
  assessed({ lines, moved: { correction: 'm1', charges } });
const whole = came([{ bill: 's1', lines: claimed(both) }]);

describe('a month that comes from another person', () => {
  it('unpaid is assessed and covered as it was', () =>
    expect(given(registered()).move()).toEqual(ok([covered(), whole])));
  it('paid is credited of the same day', () => {
    expect(given(registered(), covered()).move({ slip: slipOf(paid()) })).toEqual(ok([whole, paid()]));
    expect(given(registered(), whole, paid())).toMatchObject({
      balances: ['800.00', '200.00'],
      months: { pension: 1, medical: 1 },
    });
  });
  it('paid in part is credited with that part, and the rest when it comes', () => {
    expect(given(registered(), covered()).move({ slip: slipOf(partPaid()) })).toEqual(
      ok([whole, partPaid()]),
    );
    expect(given(registered(), whole, partPaid())).toMatchObject({
      balances: ['800.00', '200.00'],
      months: {},
    });
  });
  it('paid twice is credited twice, each with what it covered', () => {
    const rest = paid({ payment: 'p2', paidOn: '2025-07-31', lines: both.map(employerSide) });
    expect(given(registered(), covered()).move({ slip: slipOf(partPaid(), rest) })).toEqual(
      ok([whole, partPaid(), rest]),
    );
  });
  it('claimed by two bills stays claimed by both', () => {
    const more = line({
      base: '12000.00',
      employerPart: '320.00',
      employeePart: '160.00',
      toAccount: '160.00',
    });
    const raised = line({
      base: '12000.00',
      employerPart: '1920.00',
      employeePart: '960.00',
      toAccount: '960.00',
    });
    const charges = [
      { bill: 's1', lines: claimed(both) },
      { bill: 'b1', lines: claimed([more]) },
    ];
    const moved = came(charges, [raised, medical()]);
    const first = paid({ lines: [line({ base: '12000.00' }), medical()] });
    const { data } = moved as ReturnType<typeof assessed>;
    expect(given(registered(), covered()).move({ slip: slipOf(paid(), declared()) })).toEqual(
      ok([{ type: 'ContributionAssessed', data: { ...data, wage: '12000.00' } }, first]),
    );
    const part = paid({ bill: 'b1', payment: 'p2', lines: [employeeSide(more)], complete: [] });
    expect(given(registered(), covered()).move({ slip: slipOf(paid(), declared(), part) })).toMatchObject({
      ok: true,
      value: [
        {},
        { data: { bill: 's1', complete: ['medical'] } },
        { data: { ...part.data, complete: ['pension'] } },
      ],
    });
  });
  it('leaves behind what was taken back of it', () => {
    const slip = slipOf(paid(), reversed({ lines: [medical()], insurance: 'medical' }));
    expect(given(registered(), covered()).move({ slip })).toEqual(
      ok([came([{ bill: 's1', lines: claimed([line()]) }], [line()]), paid({ lines: [line()] })]),
    );
  });
});

describe('a month that cannot come', () => {
  it('comes once, also when it was taken back since', () => {
    expect(given(registered(), covered(), whole).move()).toEqual(ok([]));
    expect(given(registered(), covered(), whole, reversed({ paid: false })).move()).toEqual(ok([]));
  });
  it('comes again by another correction, when it went away in between', () => {
    const gone = [registered(), covered(), assessed(), reversed({ paid: false })];
    expect(given(...gone).move()).toEqual(ok([whole]));
  });
  it('is refused where the month stands, and where nobody is known', () => {
    const taken = [registered(), covered(), assessed({ submission: 's2' })];
    expect(given(...taken).move()).toEqual(err({ type: 'MonthTaken' }));
    const partly = reversed({ paid: false, lines: [medical()], insurance: 'medical', submission: 's2' });
    expect(given(...taken, partly).move()).toEqual(err({ type: 'MonthTaken' }));
    expect(given().move()).toEqual(err({ type: 'IndividualNotFound' }));
  });
});
