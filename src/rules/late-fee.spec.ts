import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addMonths, dayIn, toDay, toMonth } from '../kernel/calendar.js';
import { fen, fromYuan, ppm, sum, toPercent, toYuan } from '../kernel/money.js';
import { lateFee, lateFeeOfParts, toParts } from './late-fee.js';
import { YamlRuleBook } from './rules.loader.js';

const book = YamlRuleBook.load();
const fee = (principal: string, dueOn: string, paidOn: string) => {
  const late = lateFee(fromYuan(principal), toDay(dueOn), toDay(paidOn), book.lateFeeDaily(toDay(paidOn)));
  return [late.days, toYuan(late.fee)];
};

describe('a late fee', () => {
  it.each([
    ['10000.00', '2025-07-31', '2025-07-01', 0, '0.00', 'paid before it is due'],
    ['10000.00', '2025-07-31', '2025-07-31', 0, '0.00', 'paid on the day'],
    ['10000.00', '2025-07-31', '2025-08-01', 1, '5.00', 'a day late'],
    ['10000.00', '2025-07-31', '2025-08-31', 31, '155.00', 'a month late'],
    ['10000.00', '2024-02-28', '2024-03-01', 2, '10.00', 'over a leap day'],
    ['10.00', '2025-07-31', '2025-08-01', 1, '0.01', 'half a fen goes up'],
    ['9.99', '2025-07-31', '2025-08-01', 1, '0.00', 'less than half a fen goes down'],
    ['10.00', '2025-07-31', '2025-08-03', 3, '0.02', 'rounded once, not each day'],
    ['10000.00', '2019-01-01', '2026-01-01', 2557, '12785.00', 'not capped at the principal'],
  ])('on %s due %s paid %s: %s days, %s: %s', (principal, dueOn, paidOn, days, amount) =>
    expect(fee(principal, dueOn, paidOn)).toEqual([days, amount]),
  );
  it.each([
    ['1999-01-21', '0'],
    ['1999-01-22', '0.2'],
    ['2011-06-30', '0.2'],
    ['2011-07-01', '0.05'],
    ['2026-11-24', '0.05'],
  ])('on %s costs %s %% a day', (on, percent) =>
    expect(toPercent(book.lateFeeDaily(toDay(on)))).toBe(percent),
  );
});

describe('a late fee on what was paid in parts', () => {
  const dueOn = toDay('2020-01-15');
  const day = fc
    .tuple(fc.integer({ min: -6, max: 60 }), fc.integer({ min: 1, max: 31 }))
    .map(([months, date]) => dayIn(addMonths(toMonth('2020-01'), months), date));
  const part = fc.record({ amount: fc.bigInt({ min: 1n, max: 10_000_000n }).map(fen), paidOn: day });
  const asked = fc.record({
    payments: fc.array(part, { maxLength: 6 }),
    rest: fc.bigInt({ min: 0n, max: 10_000_000n }),
    daily: fc.bigInt({ min: 0n, max: 5_000n }).map(ppm),
  });
  const lastOf = (days: readonly string[]) => toDay(days.toSorted().at(-1) ?? '2024-12-31');

  it('is never more than without the parts, and leaves no fen of the principal out', () =>
    fc.assert(
      fc.property(asked, ({ payments, rest, daily }) => {
        const principal = fen(sum(payments.map(({ amount }) => amount)) + rest);
        const paidOn = lastOf(payments.map((each) => each.paidOn));
        const parts = toParts(principal, payments, paidOn);
        expect(sum(parts.map(({ amount }) => amount))).toBe(principal);
        const inParts = lateFeeOfParts(
          dueOn,
          parts.map((each) => ({ ...each, daily })),
        );
        expect(inParts).toBeLessThanOrEqual(lateFee(principal, dueOn, paidOn, daily).fee);
        expect(inParts).toBeGreaterThanOrEqual(0n);
      }),
      { numRuns: 2_000 },
    ));

  it('is the fee of the whole when the parts are all paid on the last day', () =>
    fc.assert(
      fc.property(asked, day, ({ payments, rest, daily }, paidOn) => {
        const principal = fen(sum(payments.map(({ amount }) => amount)) + rest);
        const parts = toParts(
          principal,
          payments.map(({ amount }) => ({ amount, paidOn })),
          paidOn,
        );
        const fee = lateFeeOfParts(
          dueOn,
          parts.map((each) => ({ ...each, daily })),
        );
        expect(fee).toBe(lateFee(principal, dueOn, paidOn, daily).fee);
      }),
      { numRuns: 1_000 },
    ));
});
