import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toDay } from '../kernel/calendar.js';
import { fen, ppm, type Fen } from '../kernel/money.js';
import {
  findDivisor,
  pension,
  toDivisorText,
  yearsInHundredths,
  type AgeDivisor,
  type PensionFacts,
} from './pension.js';
import { ANNUITY_DIVISORS } from './pension.topics.loader.js';
import { YamlRuleBook } from './rules.loader.js';
import { NATIONAL } from './table.js';

const found = YamlRuleBook.load().find(ANNUITY_DIVISORS, NATIONAL, toDay('2026-11-24'));
if (!found.ok) throw new Error('no divisors');
const { divisors } = found.value.values;
const at = (years: number, months: number, table: readonly AgeDivisor[] = divisors) =>
  findDivisor(table, { years, months }, 1);
/** Every age in months that the table has, 40 years to 70. */
const ages = Array.from({ length: 30 * 12 + 1 }, (_, i) => [40 + Math.floor(i / 12), i % 12] as const);

describe('the divisor of an age', () => {
  it('is never larger for a higher age, month by month', () => {
    const units = ages.map(([years, months]) => at(years, months)?.units ?? -1n);
    expect(units.every((each, i) => each > 0n && (i === 0 || each <= (units[i - 1] ?? 0n)))).toBe(true);
  });
  it('is never larger for a higher age in any table that falls', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 40 }), (values) => {
        const table = values
          .toSorted((a, b) => b - a)
          .map((months, i): AgeDivisor => ({ age: 40 + i, months }));
        const all = Array.from({ length: (table.length - 1) * 12 }, (_, i) =>
          at(40 + Math.floor(i / 12), i % 12, table),
        );
        const units = all.map((each) => each?.units ?? -1n);
        expect(units.every((each, i) => each > 0n && (i === 0 || each <= (units[i - 1] ?? 0n)))).toBe(true);
      }),
      { numRuns: 300 },
    ));
  it.each([
    [39, 11, undefined],
    [40, 0, '233'],
    [60, 1, '138.4'],
    [50, 1, '194.6'],
    [43, 3, '222.3'],
    [69, 11, '56.8'],
    [70, 0, '56'],
    [70, 1, undefined],
  ])('of %s years and %s months is %s', (years, months, text) => {
    const divisor = at(years, months);
    expect(divisor && toDivisorText(divisor)).toBe(text);
  });
});

describe('years in hundredths', () => {
  it.each([
    [0, 0n],
    [1, 8n],
    [3, 25n],
    [184, 1533n],
    [185, 1542n],
    [360, 3000n],
  ])('of %s months are %s', (months, hundredths) => expect(yearsInHundredths(months)).toBe(hundredths));
});

describe('a pension', () => {
  const money = (max: bigint) => fc.bigInt({ min: 0n, max }).map(fen);
  const facts: fc.Arbitrary<PensionFacts> = fc.record({
    referenceWage: money(3_000_000n),
    index: fc.bigInt({ min: 0n, max: 30_000n }),
    months: fc.integer({ min: 0, max: 600 }),
    account: money(100_000_000n),
    divisor: fc.constantFrom(...ages.flatMap(([years, months]) => at(years, months) ?? [])),
    perYear: fc.constant(ppm(10_000n)),
    transitional: fc.record({
      months: fc.integer({ min: 0, max: 300 }),
      rate: fc.bigInt({ min: 10_000n, max: 14_000n }).map(ppm),
    }),
    rounding: fc.constantFrom('exact' as const, 'two-decimals' as const),
  });
  const RUNS = { numRuns: 2_000 };

  it('is the sum of its parts', () =>
    fc.assert(
      fc.property(facts, (each) => {
        const { basic, accountPart, transitional, total } = pension(each);
        expect(total).toBe(basic + accountPart + transitional);
      }),
      RUNS,
    ));
  it('is never lower for a higher wage, index, account, or a month more', () =>
    fc.assert(
      fc.property(facts, fc.bigInt({ min: 0n, max: 100_000n }), (each, more) => {
        const { total } = pension(each);
        const raised = (amount: Fen): Fen => fen(amount + more);
        for (const better of [
          { referenceWage: raised(each.referenceWage) },
          { index: each.index + more },
          { account: raised(each.account) },
          { months: each.months + 1 },
        ])
          expect(pension({ ...each, ...better }).total).toBeGreaterThanOrEqual(total);
      }),
      RUNS,
    ));
  it('is the same by both practices when years and indexed wage need no rounding', () =>
    fc.assert(
      fc.property(facts, fc.integer({ min: 0, max: 200 }), (each, quarters) => {
        const whole = {
          ...each,
          referenceWage: fen(each.referenceWage * 10_000n),
          months: quarters * 3,
          transitional: { months: 12, rate: ppm(13_000n) },
        };
        expect(pension({ ...whole, rounding: 'exact' })).toEqual(
          pension({ ...whole, rounding: 'two-decimals' }),
        );
      }),
      RUNS,
    ));
});
