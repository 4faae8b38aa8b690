import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { standingLines, type Slip } from '../../src/individual/contribution.js';
import type { BillEffect, IndividualEvent } from '../../src/individual/events.js';
import { individual, type Individual, type IndividualCommand } from '../../src/individual/individual.js';
import {
  claimsOf,
  creditedIn,
  NO_PARTS,
  openOf,
  partsOf,
  plus,
  type Parts,
} from '../../src/individual/slip-amounts.js';
import { toMonth } from '../../src/kernel/calendar.js';
import { fromYuan, sum } from '../../src/kernel/money.js';
import { assess, contribution } from './individual.arbitraries.js';

const RUNS = { numRuns: 1_000 };
const registered: IndividualCommand = {
  type: 'Register',
  identity: {
    sealed: 'k1.sealed',
    nameDigest: 'name-1',
    contentDigest: 'content-1',
    kind: 'citizen',
    region: 'shanghai',
  },
};
const july = toMonth('2025-07');
const name = { nameDigest: 'name-1' };
/** Everything falls on one month of one person, so that it meets. */
const onOne = (given: IndividualCommand): IndividualCommand => {
  if (!('month' in given)) return given;
  if (given.type !== 'Assess') return { ...given, month: july, ...('nameDigest' in given && name) };
  const { lastWorkingMonth: _, ...row } = given;
  return { ...row, month: july, ...name };
};
const lives = fc
  .tuple(assess, fc.array(contribution, { maxLength: 30 }))
  .map(([first, all]) => [registered, ...[first, ...all].map(onOne)]);

type Step = Readonly<{ before: Individual; after: Individual; event: IndividualEvent }>;
const live = (all: readonly IndividualCommand[]): readonly Step[] => {
  let state = individual.initial;
  return all.flatMap((command) => {
    const decision = individual.decide(command, state);
    return (decision.ok ? decision.value : []).map((event) => {
      const before = state;
      state = individual.replay([event], before);
      return { before, after: state, event };
    });
  });
};
const last = (steps: readonly Step[]): Individual => steps.at(-1)?.after ?? individual.initial;

const slipsOf = ({ months }: Individual): readonly Slip[] => {
  const earlier = (slip: Slip | undefined): readonly Slip[] => (slip ? [slip, ...earlier(slip.earlier)] : []);
  return [...months.values()].flatMap(earlier);
};
const insurancesOf = ({ charges }: Slip): readonly string[] => [
  ...new Set(charges.flatMap(({ lines }) => lines.map(({ insurance }) => insurance))),
];
const total = (all: readonly Parts[]): Parts => all.reduce(plus, NO_PARTS);
const effectsOn = (bills: readonly BillEffect[], insurance: string): readonly BillEffect[] =>
  bills.filter((effect) => effect.insurance === insurance);
const returnedIn = (bills: readonly BillEffect[]): Parts =>
  total(bills.map(({ returned }) => (returned ? partsOf(returned) : NO_PARTS)));
const SIDES = ['employerPart', 'employeePart'] as const;

describe('whatever is asked of a month', () => {
  it('no more is credited of a claim than it claims, and the account has its share with the employee', () =>
    fc.assert(
      fc.property(lives, (all) => {
        for (const slip of slipsOf(last(live(all))))
          for (const { claimed, credited } of insurancesOf(slip).flatMap((each) =>
            claimsOf(slip.charges, each),
          )) {
            for (const part of ['employerPart', 'employeePart', 'toAccount'] as const) {
              expect(credited[part]).toBeGreaterThanOrEqual(0n);
              expect(credited[part]).toBeLessThanOrEqual(claimed[part]);
            }
            expect(claimed.toAccount).toBeLessThanOrEqual(claimed.employeePart);
            if (credited.employeePart === claimed.employeePart)
              expect(credited.toAccount).toBe(claimed.toAccount);
            if (credited.employeePart === 0n && claimed.employeePart > 0n)
              expect(credited.toAccount).toBe(0n);
          }
      }),
      RUNS,
    ));

  it('what the bills claim is what stands', () =>
    fc.assert(
      fc.property(lives, (all) => {
        for (const slip of slipsOf(last(live(all)))) {
          const standing = standingLines(slip);
          for (const insurance of insurancesOf(slip)) {
            const line = standing.find((each) => each.insurance === insurance);
            const claimed = total(claimsOf(slip.charges, insurance).map((claim) => claim.claimed));
            expect(claimed).toEqual(line ? partsOf(line) : NO_PARTS);
          }
        }
      }),
      RUNS,
    ));

  it('balances are what was credited less what was returned, and months count where slips say so', () =>
    fc.assert(
      fc.property(lives, (all) => {
        const state = last(live(all));
        const slips = slipsOf(state);
        for (const account of ['pension', 'medical'] as const)
          expect(sum(slips.map(({ charges }) => creditedIn(charges, account).toAccount))).toBe(
            state.balances[account],
          );
        for (const [insurance, count] of state.monthsPaid)
          expect(slips.filter(({ counted }) => counted.includes(insurance))).toHaveLength(count);
      }),
      RUNS,
    ));

  it('an event tells the bills what its lines say, and takes what is credited last', () => {
    let [told, returning] = [0, 0];
    fc.assert(
      fc.property(lives, (all) => {
        for (const { before, after, event } of live(all)) {
          if (event.type !== 'ContributionAdjusted' && event.type !== 'ContributionReversed') continue;
          told += 1;
          const slip = after.months.get(july)!;
          const known = before.months.get(july)!;
          for (const { insurance, ...line } of event.data.lines) {
            const effects = effectsOn(event.data.bills, insurance);
            const sign = event.type === 'ContributionReversed' ? -1n : 1n;
            const claimed = total(effects.map(partsOf));
            for (const side of SIDES) expect(claimed[side]).toBe(sign * fromYuan(line[side]));
            const returned = returnedIn(effects);
            expect(plus(creditedIn(slip.charges, insurance), returned)).toEqual(
              creditedIn(known.charges, insurance),
            );
            if ('returned' in line && line.returned) expect(partsOf(line.returned)).toEqual(returned);
            for (const side of SIDES) {
              const more = effects.filter((effect) => fromYuan(effect[side]) > 0n);
              if (event.type === 'ContributionAdjusted')
                for (const { bill } of more) expect(bill).toBe(event.data.bill);
              if (returned[side] <= 0n) continue;
              returning += 1;
              for (const claim of claimsOf(slip.charges, insurance)) expect(openOf(claim)[side]).toBe(0n);
            }
          }
        }
      }),
      RUNS,
    );
    expect(told).toBeGreaterThan(500);
    expect(returning).toBeGreaterThan(100);
  });

  it('a month that comes to another person is what it was', () => {
    let moved = 0;
    fc.assert(
      fc.property(lives, (all) => {
        const slip = last(live(all)).months.get(july);
        if (!slip || standingLines(slip).length === 0) return;
        moved += 1;
        const move = { type: 'MoveIn', correction: 'm', month: july, slip } as const;
        const other = last(live([registered, move]));
        const came = other.months.get(july)!;
        for (const insurance of standingLines(slip).map((line) => line.insurance)) {
          const [claims, were] = [came, slip].map(({ charges }) => claimsOf(charges, insurance));
          expect(claims).toEqual(were);
        }
        expect([came.lines, came.wage]).toEqual([standingLines(slip), slip.wage]);
        if (came.payments.length > 0) expect([...came.counted].sort()).toEqual([...slip.counted].sort());
      }),
      RUNS,
    );
    expect(moved).toBeGreaterThan(300);
  });
});

const isPay = ({ type }: IndividualCommand): boolean => type === 'Pay';
const payAll = (bill: string): readonly IndividualCommand[] =>
  (['employee', 'employer'] as const).map((side) => ({
    type: 'Pay',
    bill,
    month: july,
    payment: `${bill}/${side}`,
    paidOn: '2025-09-01',
    cover: ['pension', 'medical', 'unemployment', 'injury'].map((insurance) => ({ insurance, side })),
  }));
/** The same changes in the same order, and payments of all their bills wherever they fall; senders send again. */
const interleaved = lives.chain((all) => {
  const changes = all.filter((each) => !isPay(each) && each.type !== 'Reverse' && each.type !== 'TakeBack');
  const payments = ['s1', 's2', 'b1', 'b2', 'd1', 'd2'].flatMap(payAll);
  const places = fc.array(fc.integer({ min: 0, max: changes.length }), {
    minLength: payments.length,
    maxLength: payments.length,
  });
  return places.map((at) => ({
    late: [...changes, ...payments],
    early: [
      ...changes.flatMap((change, index) => [...payments.filter((_, i) => at[i] === index), change]),
      ...payments,
    ],
  }));
});

describe('payments of every bill, wherever they fall among the changes of a month', () => {
  it('credit the same in the end', () =>
    fc.assert(
      fc.property(interleaved, ({ late, early }) => {
        const [one, other] = [last(live(late)), last(live(early))];
        expect(other.balances).toEqual(one.balances);
        const counts = ({ monthsPaid }: Individual): unknown => [...monthsPaid].sort();
        expect(counts(other)).toEqual(counts(one));
        const [slip, same] = [one.months.get(july), other.months.get(july)];
        for (const { insurance } of slip?.lines ?? [])
          expect(creditedIn(same?.charges ?? [], insurance)).toEqual(
            creditedIn(slip?.charges ?? [], insurance),
          );
      }),
      RUNS,
    ));
});
