import { describe, expect, it } from '@jest/globals';
import { toDay, toMonth, type Day } from '../kernel/calendar.js';
import type { Sex } from '../kernel/ssn.js';
import { delayMonths, lastMonthOfWork, retirementMonth, type RetirementAge } from './retirement.js';
import { YamlRuleBook } from './rules.loader.js';

const men: RetirementAge = { oldAge: 60, firstBirth: toMonth('1965-01'), step: 4, cap: 36 };
const women50: RetirementAge = { oldAge: 50, firstBirth: toMonth('1975-01'), step: 2, cap: 60 };
const elastic = [{ from: toMonth('2025-01'), later: 36 }];
const book = YamlRuleBook.load();
const last = (birth: string, sex: Sex): string => book.lastWorkingMonth(toDay(birth) satisfies Day, sex);

describe('the statutory month, by the annex of the decision of 2024-09-13', () => {
  it.each([
    ['1964-12', 0, '2024-12'],
    ['1965-01', 1, '2025-02'],
    ['1965-04', 1, '2025-05'],
    ['1965-05', 2, '2025-07'],
    ['1976-08', 35, '2039-07'],
    ['1976-09', 36, '2039-09'],
    ['1980-01', 36, '2043-01'],
  ])('of a man born in %s is %s months later: %s', (birth, delay, month) => {
    expect(delayMonths(toMonth(birth), men)).toBe(delay);
    expect(retirementMonth(toMonth(birth), men)).toBe(month);
  });
  it.each([
    ['1974-12', 0, '2024-12'],
    ['1975-01', 1, '2025-02'],
    ['1975-02', 1, '2025-03'],
    ['1975-03', 2, '2025-05'],
    ['1984-11', 60, '2039-11'],
    ['1990-01', 60, '2045-01'],
  ])('of a woman of the 50 group born in %s is %s months later: %s', (birth, delay, month) => {
    expect(delayMonths(toMonth(birth), women50)).toBe(delay);
    expect(retirementMonth(toMonth(birth), women50)).toBe(month);
  });
});

describe('the last month of work', () => {
  it('has three years more by agreement for those who reach the age from 2025-01 on', () => {
    expect(lastMonthOfWork(toMonth('1964-12'), men, elastic)).toBe('2024-12');
    expect(lastMonthOfWork(toMonth('1965-01'), men, elastic)).toBe('2028-02');
  });
  it('has them on the very month from which they are law, and not before', () => {
    const from = (month: string) => [{ from: toMonth(month), later: 36 }];
    expect(lastMonthOfWork(toMonth('1965-01'), men, from('2025-02'))).toBe('2028-02');
    expect(lastMonthOfWork(toMonth('1965-01'), men, from('2025-03'))).toBe('2025-02');
  });
  it.each([
    ['1964-12-31', 'male', '2024-12'],
    ['1965-01-01', 'male', '2028-02'],
    ['1969-12-31', 'female', '2024-12'],
    ['1970-01-01', 'female', '2028-02'],
    ['1981-09-30', 'female', '2042-09'],
  ] as const)('of one born on %s, %s, is %s by the rules: a woman by her latest group', (birth, sex, month) =>
    expect(last(birth, sex)).toBe(month),
  );
});
