import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fen, ppm, type Fen } from '../kernel/money.js';
import {
  annualInterest,
  monthProductInterest,
  monthsCounted,
  overdrawnMonths,
  type Fraction,
  type MonthAmounts,
} from './interest.js';

const rounding = 'fen-half-up';
const THIRTEEN_TWELFTHS: Fraction = { text: '13/12', numerator: 13n, denominator: 12n };
const LAW: Fraction = { text: '1.083', numerator: 1083n, denominator: 1000n };
const amounts = (by: Readonly<Record<number, bigint>>): MonthAmounts =>
  new Map(Object.entries(by).map(([month, amount]) => [Number(month), fen(amount)]));
const everyMonth = (amount: Fen): MonthAmounts =>
  new Map(Array.from({ length: 12 }, (_, i) => [i + 1, amount]));

const money = fc.bigInt({ min: 0n, max: 1_000_000_000n }).map(fen);
const rate = fc.bigInt({ min: 0n, max: 120_000n }).map(ppm);
const RUNS = { numRuns: 2_000 };
const apart = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);

describe('a year of interest', () => {
  it('counts January twelve times and December once', () =>
    expect([1, 2, 11, 12].map(monthsCounted)).toEqual([12, 11, 2, 1]));

  it('comes to the same by both methods for equal months when the factor is 13/12', () =>
    fc.assert(
      fc.property(money, money, rate, (opening, monthly, each) => {
        const account = { opening, credits: everyMonth(monthly), rate: each, rounding } as const;
        expect(annualInterest({ ...account, factor: THIRTEEN_TWELFTHS })).toEqual(
          monthProductInterest(account),
        );
      }),
      RUNS,
    ));

  it("comes within a fen a month for equal months with the law's 1.083, as far as 13/12 - 1.083 lets it", () =>
    fc.assert(
      fc.property(money, money, rate, (opening, monthly, each) => {
        const account = { opening, credits: everyMonth(monthly), rate: each, rounding } as const;
        const [annual, product] = [
          annualInterest({ ...account, factor: LAW }),
          monthProductInterest(account),
        ];
        // 12 × monthly × rate × (13/12 - 1.083) / 2 = monthly × rate / 500
        const byFactor = (monthly * each) / 500_000_000n;
        expect(apart(annual.closing, product.closing)).toBeLessThanOrEqual(12n + byFactor);
        expect(annual.closing).toBeLessThanOrEqual(product.closing);
        if (monthly * each <= 12n * 500_000_000n)
          expect(apart(annual.closing, product.closing)).toBeLessThanOrEqual(12n);
      }),
      RUNS,
    ));

  it('closes with what it opened with, what was moved, and the interest; never less for a later payment', () =>
    fc.assert(
      fc.property(money, rate, fc.integer({ min: 1, max: 11 }), (opening, each, month) => {
        const pay = (when: number) =>
          monthProductInterest({
            opening,
            credits: new Map(),
            payments: amounts({ [when]: opening }),
            rate: each,
            rounding,
          });
        expect(pay(month).closing).toBe(pay(month).interest);
        expect(pay(month).interest).toBeLessThanOrEqual(pay(month + 1).interest);
        expect(pay(1).interest).toBe(0n);
      }),
      RUNS,
    ));

  it('is nought when each credit is paid out in its own month, ties and all', () =>
    fc.assert(
      fc.property(money, rate, fc.integer({ min: 1, max: 12 }), (amount, each, month) => {
        const moved = amounts({ [month]: amount });
        const { interest, closing } = monthProductInterest({
          opening: fen(0n),
          credits: moved,
          payments: moved,
          rate: each,
          rounding,
        });
        expect([interest, closing]).toEqual([0n, 0n]);
      }),
      RUNS,
    ));
});

describe('an account', () => {
  it.each([
    [100n, {}, { 1: 100n }, []],
    [100n, {}, { 1: 101n }, [1]],
    [0n, { 2: 5n }, { 2: 5n }, []],
    [0n, { 3: 5n }, { 2: 5n }, [2]],
    [100n, {}, { 1: 100n, 5: 1n, 6: 1n }, [5, 6]],
    [100n, { 6: 1n }, { 1: 100n, 5: 1n, 7: 0n }, [5]],
  ])('of %s with credits %o and payments %o is overdrawn in %j', (opening, credits, payments, months) =>
    expect(overdrawnMonths(fen(opening), amounts(credits), amounts(payments))).toEqual(months),
  );
});
