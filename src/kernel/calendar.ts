import assert from 'node:assert';
import type { Brand } from './brand.js';
import { err, ok, type Result } from './result.js';

/** A month owed (费款所属期), `YYYY-MM`. Text order is time order. */
export type Month = Brand<string, 'month'>;
/** A calendar day in Asia/Shanghai, `YYYY-MM-DD`. Text order is time order. */
export type Day = Brand<string, 'day'>;
/** An instant, RFC 3339 in UTC with milliseconds, `2026-11-24T06:56:20.000Z`. Text order is time order. */
export type Instant = Brand<string, 'instant'>;

const MONTH = /^(?:19|20)\d\d-(?:0[1-9]|1[0-2])$/;
const DAY = /^((?:19|20)\d\d)-(\d\d)-(\d\d)$/;

export const parseMonth = (text: string): Result<Month, 'month-malformed'> =>
  MONTH.test(text) ? ok(text as Month) : err('month-malformed');

export const parseDay = (text: string): Result<Day, 'day-malformed'> => {
  const [, year, month, day] = DAY.exec(text) ?? [];
  return year && isRealDay(Number(year), Number(month), Number(day)) ? ok(text as Day) : err('day-malformed');
};

export const toMonth = (text: string): Month => {
  const parsed = parseMonth(text);
  assert(parsed.ok, `not a month: ${text}`);
  return parsed.value;
};

export const toDay = (text: string): Day => {
  const parsed = parseDay(text);
  assert(parsed.ok, `not a day: ${text}`);
  return parsed.value;
};

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const daysIn = (year: number, month: number): number =>
  month === 2 && isLeapYear(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
export const isRealDay = (year: number, month: number, day: number): boolean =>
  day >= 1 && day <= daysIn(year, month);

const twoDigits = (n: number): string => n.toString().padStart(2, '0');
const split = (month: Month): [number, number] => [Number(month.slice(0, 4)), Number(month.slice(5, 7))];

export const monthOf = (day: Day): Month => day.slice(0, 7) as Month;
export const yearOf = (when: Month | Day): number => Number(when.slice(0, 4));

/** The month that is `count` months later, or earlier when negative. */
export const addMonths = (from: Month, count: number): Month => {
  const [year, month] = split(from);
  const index = year * 12 + (month - 1) + count;
  return toMonth(`${Math.floor(index / 12)}-${twoDigits((index % 12) + 1)}`);
};

/** Whole months from `from` to `to`; nought for the same month. */
export const monthsBetween = (from: Month, to: Month): number => {
  const [fromYear, fromMonth] = split(from);
  const [toYear, toMonthOfYear] = split(to);
  return (toYear - fromYear) * 12 + (toMonthOfYear - fromMonth);
};

export const lastDayOf = (month: Month): Day => {
  const [year, monthOfYear] = split(month);
  return toDay(`${month}-${daysIn(year, monthOfYear)}`);
};

/** The day of a month, held at the month's last: 31 of February is its 28th or 29th. */
export const dayIn = (month: Month, day: number): Day => {
  const [year, monthOfYear] = split(month);
  return toDay(`${month}-${twoDigits(Math.min(day, daysIn(year, monthOfYear)))}`);
};

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;
/** Days since 0000-03-01 or the like; only differences have a meaning. */
const dayNumber = (day: Day): number => {
  const [year, month, date] = [yearOf(day), Number(day.slice(5, 7)), Number(day.slice(8))];
  const leapDays = (y: number): number => Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  const thisYear = (DAYS_BEFORE_MONTH[month - 1] ?? 0) + (month > 2 && isLeapYear(year) ? 1 : 0);
  return (year - 1) * 365 + leapDays(year - 1) + thisYear + date;
};

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: Day, to: Day): number => dayNumber(to) - dayNumber(from);

/** The day after. */
export const nextDayOf = (day: Day): Day => {
  const month = monthOf(day);
  if (day < lastDayOf(month)) return dayIn(month, Number(day.slice(8)) + 1);
  return dayIn(addMonths(month, 1), 1);
};

const A_MONDAY = toDay('2024-01-01');
/** Saturday or Sunday. */
export const isWeekend = (day: Day): boolean => {
  const sinceMonday = ((daysBetween(A_MONDAY, day) % 7) + 7) % 7;
  return sinceMonday >= 5;
};

/** Asia/Shanghai is UTC+8 all the year; the daylight saving of 1986-1991 lies before this system. */
export const SHANGHAI_OFFSET_MS = 8 * 60 * 60 * 1000;
