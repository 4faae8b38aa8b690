import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IndividualEvent } from '../../src/individual/events.js';
import {
  individual,
  reaches,
  type Individual,
  type IndividualCommand,
} from '../../src/individual/individual.js';
import type { CreditInterest } from '../../src/individual/interest.js';
import { toMonth, type Month } from '../../src/kernel/calendar.js';
import { fromYuan, ppm, sum, toYuan } from '../../src/kernel/money.js';
import { postingsOf } from '../../src/ledger/postings.js';
import { monthProductInterest } from '../../src/rules/interest.js';
import { command } from './individual.arbitraries.js';

const RUNS = { numRuns: 1_000 };

/** The months of the arbitraries, laid across the turn of a year. */
const MONTHS: Readonly<Record<string, Month>> = {
  '2025-06': toMonth('2024-11'),
  '2025-07': toMonth('2024-12'),
  '2025-08': toMonth('2025-01'),
};
const DAYS = ['2024-11-20', '2024-12-20', '2025-01-20', '2025-02-20'] as const;
const shifted = (given: IndividualCommand, day: string): IndividualCommand => {
  if (!('month' in given)) return given;
  const month = MONTHS[given.month] ?? toMonth(given.month);
  const [paid, valued] = [
    'paidOn' in given ? { paidOn: day } : {},
    'valueOn' in given ? { valueOn: day } : {},
  ];
  const before = 'lastWorkingMonth' in given ? { lastWorkingMonth: toMonth('2025-01') } : {};
  return { ...given, month, ...paid, ...valued, ...before };
};
const credit: fc.Arbitrary<CreditInterest> = fc.record({
  type: fc.constant('CreditInterest' as const),
  run: fc.constantFrom('r1', 'r2', 'r3'),
  year: fc.constantFrom(2024, 2024, 2025),
  rate: fc.constantFrom(ppm(26_200n), ppm(15_000n)),
  method: fc.constantFrom('month-product' as const, 'annual' as const),
  factor: fc.constant({ text: '1.083', numerator: 1083n, denominator: 1000n }),
  rounding: fc.constant('fen-half-up' as const),
  source: fc.constant('published'),
  provisional: fc.boolean(),
  earnsFrom: fc.constantFrom('paid' as const, 'owed' as const),
});
const everyday = fc.tuple(command, fc.constantFrom(...DAYS)).map(([given, day]) => shifted(given, day));
const register: IndividualCommand = {
  type: 'Register',
  identity: {
    sealed: 'k1.sealed',
    nameDigest: 'name-1',
    contentDigest: 'content-1',
    kind: 'citizen',
    region: 'shanghai',
  },
};
const acts = fc.array(everyday, { maxLength: 25 });
/** A registered person's life with at least one run in it. */
const lives = fc
  .tuple(acts, credit, acts, fc.option(credit), acts)
  .map(([first, run, second, another, last]): readonly IndividualCommand[] => [
    register,
    ...first,
    run,
    ...second,
    ...(another ? [another] : []),
    ...last,
  ]);

const live = (all: readonly IndividualCommand[]): readonly IndividualEvent[] => {
  const events: IndividualEvent[] = [];
  let state = individual.initial;
  for (const each of all) {
    const decision = individual.decide(each, state);
    if (!decision.ok) continue;
    events.push(...decision.value);
    state = individual.replay(decision.value, state);
  }
  return events;
};

/** A settlement of before the close is known by its route, and then the whole life is read. */
const isByRoute = (each: IndividualCommand, whole: Individual, partial: Individual): boolean =>
  each.type === 'Settle' &&
  whole.settlements.has(each.settlement) &&
  !partial.settlements.has(each.settlement);

describe('whenever the books of a person are closed', () => {
  it('every command that the close reaches is decided as on the whole life', () => {
    let compared = 0;
    fc.assert(
      fc.property(lives, fc.array(everyday), fc.array(credit), (all, more, credits) => {
        const events = live(all);
        const close = events.findLastIndex(({ type }) => type === 'YearClosed');
        if (close < 0) return;
        const [whole, partial] = [individual.replay(events), individual.replay(events.slice(close))];
        expect(partial.balances).toEqual(whole.balances);
        for (const each of [...all, ...more, ...credits]) {
          if (!reaches(partial, each) || isByRoute(each, whole, partial)) continue;
          compared += 1;
          expect(individual.decide(each, partial)).toEqual(individual.decide(each, whole));
        }
      }),
      RUNS,
    );
    expect(compared).toBeGreaterThan(2_000);
  });

  it('a fold from any close counts the months and the money of the whole life', () =>
    fc.assert(
      fc.property(lives, (all) => {
        const events = live(all);
        const whole = individual.replay(events);
        for (const [index, { type }] of events.entries()) {
          if (type !== 'YearClosed') continue;
          const partial = individual.replay(events.slice(index));
          expect(partial.balances).toEqual(whole.balances);
          const counts = ({ monthsPaid }: Individual): unknown =>
            [...monthsPaid].filter(([, n]) => n !== 0).sort();
          expect(counts(partial)).toEqual(counts(whole));
        }
      }),
      RUNS,
    ));

  it('interest moves money from the pool to the account, and the book sums to nought', () =>
    fc.assert(
      fc.property(lives, (all) => {
        const events = live(all);
        const postings = events.flatMap(postingsOf);
        expect(sum(postings.map(({ amount }) => amount))).toBe(0n);
        const account = postings.filter((posting) => posting.account === 'account:pension');
        expect(-sum(account.map(({ amount }) => amount))).toBe(individual.replay(events).balances.pension);
      }),
      RUNS,
    ));

  it('all interest of a year is what the calculator says of the credits of that year', () =>
    fc.assert(
      fc.property(acts, credit, credit, (given, first, second) => {
        const all = [register, ...given];
        const terms = { method: 'month-product', earnsFrom: 'paid', year: 2024 } as const;
        const runs = [
          { ...first, ...terms, run: 'r1' },
          { ...second, ...terms, run: 'r2' },
        ];
        const events = live([...all, ...runs]);
        const credits = new Map<number, ReturnType<typeof fromYuan>>();
        const payments = new Map<number, ReturnType<typeof fromYuan>>();
        for (const { account, amount, valueOn } of live(all).flatMap(postingsOf)) {
          if (account !== 'account:pension' || !valueOn.startsWith('2024')) continue;
          const month = Number(valueOn.slice(5, 7));
          const side = amount < 0n ? credits : payments;
          const size = (amount < 0n ? -amount : amount) as typeof amount;
          side.set(month, sum([side.get(month) ?? fromYuan('0'), size]));
        }
        // Rounded once on each side by the calculator: it is asked for the net of each month, as an account is kept.
        const net = [...new Set([...credits.keys(), ...payments.keys()])].map(
          (month) => [month, (credits.get(month) ?? 0n) - (payments.get(month) ?? 0n)] as const,
        );
        const { interest } = monthProductInterest({
          opening: fromYuan('0'),
          credits: new Map(net.flatMap(([m, n]) => (n > 0n ? [[m, n as never] as const] : []))),
          payments: new Map(net.flatMap(([m, n]) => (n < 0n ? [[m, -n as never] as const] : []))),
          rate: second.rate,
          rounding: 'fen-half-up',
        });
        const credited = events.flatMap((event) =>
          event.type === 'InterestCredited' ? [fromYuan(event.data.amount)] : [],
        );
        expect(toYuan(sum(credited))).toBe(toYuan(interest));
      }),
      RUNS,
    ));
});
