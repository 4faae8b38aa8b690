import { describe, expect, it } from '@jest/globals';
import {
  assessed,
  covered,
  declared,
  line,
  medical,
  paid,
  partPaid,
  registered,
  reversed,
  USCC,
} from '../../test/support/life.js';
import { toMonth } from '../kernel/calendar.js';
import { toYuan } from '../kernel/money.js';
import { err, ok } from '../kernel/result.js';
import type { Rebase } from './base-change.js';
import type { ContributionLine, IndividualEvent } from './events.js';
import { individual, rebasing } from './individual.js';
import { declaredBy, reckon } from './reckoning.js';

const pension = (base: string, employerPart: string, employeePart: string): ContributionLine =>
  line({ base, employerPart, employeePart, toAccount: employeePart });
const raised = pension('12000.00', '1920.00', '960.00');
const lowered = pension('9000.00', '1440.00', '720.00');
const rebase = (other: Partial<Rebase> = {}): Rebase => ({
  type: 'Rebase',
  submission: 'b1',
  line: 3,
  employer: USCC,
  month: '2025-07',
  wage: '12000.00',
  table: 'shanghai/2025-07',
  lines: [raised, medical()],
  nameDigest: 'name',
  adjustment: 'b1/3',
  reason: 'base of the new year',
  ...other,
});
const given = (...events: readonly IndividualEvent[]) => {
  const state = individual.replay(events);
  return { rebase: (other: Partial<Rebase> = {}) => rebasing.decide(rebase(other), state), state };
};
const billsOf = (events: readonly IndividualEvent[], other: Partial<Rebase>): unknown => {
  const decision = given(...events).rebase(other);
  const [event] = decision.ok ? decision.value : [];
  return event?.type === 'ContributionAdjusted' ? event.data.bills : decision;
};
const after = (events: readonly IndividualEvent[], other: Partial<Rebase> = {}) => {
  const decision = given(...events).rebase(other);
  const { state } = given(...events, ...(decision.ok ? decision.value : []));
  return [toYuan(state.balances.pension), state.monthsPaid.get('pension') ?? 0];
};
const standing = [registered(), covered(), assessed()];
const lower = { wage: '9000.00', lines: [lowered, medical()] };
const less = { insurance: 'pension', employerPart: '-160.00', employeePart: '-80.00', toAccount: '-80.00' };
const returned = { employerPart: '160.00', employeePart: '80.00', toAccount: '80.00' };
const employeeReturned = { ...returned, employerPart: '0.00' };

describe('a wage declared anew', () => {
  it('that is higher is claimed by its own bill, unpaid or paid', () => {
    expect(given(...standing).rebase()).toEqual(ok([declared({ paid: false })]));
    expect(given(...standing, paid()).rebase()).toEqual(ok([declared()]));
    expect(after([...standing, paid()])).toEqual(['800.00', 1]);
  });
  it.each([
    ['unpaid', standing, [{ bill: 's1', ...less }], ['0.00', 0]],
    [
      'paid in part',
      [...standing, partPaid()],
      [{ bill: 's1', ...less, returned: employeeReturned }],
      ['720.00', 0],
    ],
    ['paid', [...standing, paid()], [{ bill: 's1', ...less, returned }], ['720.00', 1]],
  ] as const)('that is lower goes to the bill that claimed it: %s', (_, events, bills, result) => {
    expect(billsOf(events, lower)).toEqual(bills);
    expect(after(events, lower)).toEqual(result);
  });
  it('twice: what is lower is taken from the newest claim that is not paid, then from the paid one', () => {
    const twice = { submission: 'b2', adjustment: 'b2/3', ...lower };
    const own = { bill: 'b1', insurance: 'pension', employerPart: '-320.00', employeePart: '-160.00' };
    expect(billsOf([...standing, paid(), declared()], twice)).toMatchObject([
      { bill: 's1', ...less, returned },
      own,
    ]);
    expect(
      billsOf([...standing, declared(), paid({ bill: 'b1', lines: [raisedBy], complete: [] })], twice),
    ).toEqual([
      // 480.00 and 240.00 less: all of it from the file, which was not paid, before what was paid of the base change.
      {
        bill: 's1',
        insurance: 'pension',
        employerPart: '-480.00',
        employeePart: '-240.00',
        toAccount: '-240.00',
      },
    ]);
  });
  it('back to what it was leaves nothing owed, and the month counts if it is paid', () => {
    const back = { submission: 'b2', adjustment: 'b2/3', wage: '10000.00', lines: [line(), medical()] };
    const first = paid({ lines: [line({ base: '12000.00' }), medical()], complete: ['medical'] });
    expect(after([...standing, declared(), first])).toEqual(['800.00', 0]);
    expect(after([...standing, declared(), first], back)).toEqual(['800.00', 1]);
    expect(billsOf([...standing, declared()], back)).toMatchObject([{ bill: 'b1', employeePart: '-160.00' }]);
  });
  it('within the same limits changes the wage alone', () => {
    const decision = given(...standing).rebase({ lines: [line(), medical()] });
    expect(decision).toMatchObject({
      ok: true,
      value: [{ data: { wageBefore: '10000.00', wage: '12000.00', lines: [], after: [], bills: [] } }],
    });
    const { state } = given(...standing, ...(decision.ok ? decision.value : []));
    expect(state.months.get('2025-07')?.wage).toBe('12000.00');
  });
  it('is what a late notice is reckoned from, at the rate of the file that declared it', () => {
    const slipOf = (...more: readonly IndividualEvent[]) =>
      given(...standing, ...more).state.months.get('2025-07');
    expect(declaredBy(slipOf()!)).toBe('s1');
    expect(declaredBy(slipOf(declared(), noticed)!)).toBe('b1');
    expect(slipOf(declared(), noticed)?.wage).toBe('12000.00');
    const asked: string[] = [];
    reckon([{ month: toMonth('2025-07'), slip: slipOf(declared())! }], {
      inForce: (month, employment) =>
        ok({ region: 'shanghai', month, table: 'shanghai/late', employment, insurances: [] }),
      injuryRateOf: (submission) => {
        asked.push(submission);
        return undefined;
      },
      nameOf: () => 'n',
      billOf: () => 'd1',
    });
    expect(asked).toEqual(['b1']);
  });
});
const raisedBy = pension('12000.00', '320.00', '160.00');
const { declared: _, ...told } = declared().data;
const noticed: IndividualEvent = {
  type: 'ContributionAdjusted',
  data: {
    ...told,
    adjustment: 'n',
    publication: 'notice 8',
    bill: 'd1',
    wageBefore: '12000.00',
    bills: [],
    lines: [],
  },
};

describe('a base change that changes nothing', () => {
  it('comes once, whatever the rules say then, and also after the month was taken back', () => {
    expect(given(...standing, declared()).rebase()).toEqual(ok([]));
    expect(given(...standing, declared()).rebase({ lines: [lowered] })).toEqual(ok([]));
    const back = [...standing, declared(), reversed({ paid: false, lines: [raised, medical()] })];
    expect(given(...back).rebase()).toEqual(ok([]));
    expect(given(...back, assessed({ submission: 's2' })).rebase()).toEqual(ok([]));
  });
  it('of another file that says the same is no change', () =>
    expect(given(...standing, declared()).rebase({ submission: 'b2', adjustment: 'b2/3' })).toEqual(
      err({ type: 'Unchanged', lines: [raised, medical()] }),
    ));
  it('needs a month that stands', () => {
    const unassessed = err({ type: 'NotAssessed' });
    expect(given(registered()).rebase()).toEqual(unassessed);
    expect(given(...standing).rebase({ month: '2025-08' })).toEqual(unassessed);
    expect(given(...standing, reversed({ paid: false })).rebase()).toEqual(unassessed);
  });
  it.each([
    [{ employer: 'E2' }, 'OtherEmployer'],
    [{ nameDigest: 'other' }, 'NameMismatch'],
  ])('with %p is refused: %s', (other, type) =>
    expect(given(...standing).rebase(other)).toEqual(err({ type })),
  );
  it('of who is not known is refused', () =>
    expect(given().rebase()).toEqual(err({ type: 'IndividualNotFound' })));
  it('leaves an insurance alone that was taken back', () => {
    const one = [...standing, reversed({ paid: false, lines: [medical()], insurance: 'medical' })];
    const both = { lines: [raised, medical({ employerPart: '1080.00' })] };
    expect(billsOf(one, both)).toMatchObject([{ bill: 'b1', insurance: 'pension' }]);
  });
});
