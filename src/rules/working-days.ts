import { isWeekend, nextDayOf, type Day } from '../kernel/calendar.js';

/** Public holidays (法定节假日) as published year by year: days off, and weekend days that are worked for them (调休). */
export type Holidays = Readonly<{ closed: ReadonlySet<Day>; worked: ReadonlySet<Day> }>;

/** Of a year that is not published yet only the weekends are off. */
const isWorkingDay = (day: Day, { closed, worked }: Holidays): boolean =>
  worked.has(day) || (!closed.has(day) && !isWeekend(day));

/** The day itself when it is worked, else the next one that is (顺延). */
export const nextWorkingDay = (day: Day, holidays: Holidays): Day => {
  let at = day;
  while (!isWorkingDay(at, holidays)) at = nextDayOf(at);
  return at;
};
