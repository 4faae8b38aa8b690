import { describe, expect, it } from '@jest/globals';
import {
  addMonths,
  dayIn,
  daysBetween,
  isWeekend,
  lastDayOf,
  monthOf,
  monthsBetween,
  nextDayOf,
  parseDay,
  parseMonth,
  toDay,
  toMonth,
  yearOf,
  type Instant,
} from './calendar.js';
import { toBusinessDay } from './clock.js';

describe('a month', () => {
  it.each(['1900-01', '2025-07', '2099-12'])('%s is read', (text) => expect(parseMonth(text).ok).toBe(true));
  it.each(['2025-13', '2025-00', '2025-7', '202507', '2025-07-01', '1899-12', '2100-01', '', ' 2025-07'])(
    '%j is refused',
    (text) => expect(parseMonth(text)).toEqual({ ok: false, error: 'month-malformed' }),
  );
  it.each([
    ['2025-12', 1, '2026-01'],
    ['2025-01', -1, '2024-12'],
    ['2025-07', 0, '2025-07'],
    ['2025-07', 18, '2027-01'],
    ['2025-07', -19, '2023-12'],
  ])('%s and %s months is %s', (from, count, to) => {
    expect(addMonths(toMonth(from), count)).toBe(to);
    expect(monthsBetween(toMonth(from), toMonth(to))).toBe(count);
  });
  it.each([
    ['2024-02', '2024-02-29'],
    ['2025-02', '2025-02-28'],
    ['2000-02', '2000-02-29'],
    ['1900-02', '1900-02-28'],
    ['2025-04', '2025-04-30'],
    ['2025-12', '2025-12-31'],
  ])('%s ends on %s', (month, day) => expect(lastDayOf(toMonth(month))).toBe(day));
  it('holds a day at its last', () => {
    expect(dayIn(toMonth('2025-02'), 31)).toBe('2025-02-28');
    expect(dayIn(toMonth('2025-07'), 15)).toBe('2025-07-15');
  });
});

describe('a day', () => {
  it.each(['2024-02-29', '2000-02-29', '2025-12-31'])('%s is read', (text) =>
    expect(parseDay(text).ok).toBe(true),
  );
  it.each([
    '2025-02-29',
    '2025-02-30',
    '1900-02-29',
    '2025-04-31',
    '2025-00-10',
    '2025-13-01',
    '2025-01-00',
    '2025-1-1',
  ])('%s is refused', (text) => expect(parseDay(text)).toEqual({ ok: false, error: 'day-malformed' }));
  it('knows its month and year', () => {
    expect(monthOf(toDay('2025-07-31'))).toBe('2025-07');
    expect(yearOf(toDay('2025-07-31'))).toBe(2025);
  });
  it.each([
    ['2025-07-31', '2025-07-31', 0],
    ['2025-07-31', '2025-08-01', 1],
    ['2025-08-01', '2025-07-31', -1],
    ['2024-02-28', '2024-03-01', 2],
    ['2025-02-28', '2025-03-01', 1],
    ['2024-01-01', '2025-01-01', 366],
    ['1999-12-31', '2000-03-01', 61],
  ])('from %s to %s are %s days', (from, to, days) => expect(daysBetween(toDay(from), toDay(to))).toBe(days));
  it('is one after the day before, for two hundred years', () => {
    let [before, days] = [toDay('1900-01-01'), 0];
    for (let month = toMonth('1900-01'); month < toMonth('2099-12'); month = addMonths(month, 1))
      for (let date = 1; date <= Number(lastDayOf(month).slice(8)); date++) {
        const today = dayIn(month, date);
        if (daysBetween(before, today) !== (days === 0 ? 0 : 1)) throw new Error(`${before} to ${today}`);
        [before, days] = [today, days + 1];
      }
    expect(days).toBe(200 * 365 + 49 - 31);
  });
  it.each([
    ['2025-07-31T15:59:59.999Z', '2025-07-31'],
    ['2025-07-31T16:00:00.000Z', '2025-08-01'],
    ['2024-12-31T16:00:00.000Z', '2025-01-01'],
  ])('the instant %s falls on %s in Shanghai', (instant, day) =>
    expect(toBusinessDay(instant as Instant)).toBe(day),
  );
});

describe('the day after', () => {
  it.each([
    ['2025-07-01', '2025-07-02'],
    ['2025-07-31', '2025-08-01'],
    ['2025-12-31', '2026-01-01'],
    ['2024-02-28', '2024-02-29'],
    ['2025-02-28', '2025-03-01'],
  ])('%s is %s', (day, next) => expect(nextDayOf(toDay(day))).toBe(next));
});

describe('a weekend', () => {
  it.each([
    ['2026-11-20', false],
    ['2026-11-21', true],
    ['2026-11-22', true],
    ['2026-11-23', false],
    ['2023-12-29', false],
    ['2023-12-30', true],
    ['2023-12-31', true],
    ['2024-01-01', false],
    ['2000-02-26', true],
    ['2000-02-28', false],
  ])('%s: %s', (day, weekend) => expect(isWeekend(toDay(day))).toBe(weekend));
});
