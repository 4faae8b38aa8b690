import { describe, expect, it } from '@jest/globals';
import { toDay } from '../kernel/calendar.js';
import { fromYuan, toPercent, toYuan } from '../kernel/money.js';
import { lateFee } from './late-fee.js';
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
