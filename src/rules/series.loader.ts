import {
  addMonths,
  daysBetween,
  monthsBetween,
  parseDay,
  parseMonth,
  type Day,
  type Month,
} from '../kernel/calendar.js';
import type { Source } from './policy.js';
import { oneOf, parsed, type Fields, type Place, type Read, type Reader } from './place.loader.js';

/** A value with the time it is in force. `to` is filled in from the next entry; absent: in force without an end. */
export type Entry<When extends Month | Day, V> = Readonly<{
  from: When;
  to?: When | undefined;
  values: V;
  source: Source;
  /** When it was made known, where that was after it came into force. */
  published?: Day;
  place: Place;
}>;

export const month: Reader<Month> = parsed(parseMonth, 'a month YYYY-MM');
export const day: Reader<Day> = parsed(parseDay, 'a day YYYY-MM-DD');
const text: Reader<string> = (place) => place.text();
const mark = oneOf(['sure', 'second-hand'], 'mark');

/** What stands in for a faulty entry, so that its months do not seem to be a gap; the rules are refused anyway. */
const UNREADABLE: Source = { text: '', mark: 'second-hand' };

/** The entries of a table. A faulty one is noted. Where there are several forms of entry, `fieldsOf` tells which it is. */
export const readEntries = <When extends Month | Day, F extends Fields>(
  place: Place,
  when: Reader<When>,
  fieldsOf: F | ((item: Place) => F),
): readonly Entry<When, Read<F>>[] =>
  (place.list() ?? []).flatMap((item): Entry<When, Read<F>>[] => {
    const common = { from: when, source: text, mark };
    const fields = typeof fieldsOf === 'function' ? fieldsOf(item) : fieldsOf;
    const entry = item.record({ ...common, ...fields }, { to: when, note: text, published: day }) as
      (Read<F> & Read<typeof common> & { to?: When; published?: Day }) | undefined;
    const from = item.find('from')?.quietly(when);
    const to = item.find('to')?.quietly(when);
    if (to !== undefined && from !== undefined && to < from) item.find('from')?.fault('from is after to');
    if (from === undefined || (to === undefined ? item.find('to') : to < from)) {
      item.lose();
      return [];
    }
    const source = entry ? { text: entry.source, mark: entry.mark } : UNREADABLE;
    const { published } = entry ?? {};
    return [
      {
        from,
        ...(to !== undefined && { to }),
        values: entry ?? ({} as Read<F>),
        source,
        ...(published !== undefined && { published }),
        place: item,
      },
    ];
  });

/** How time is counted in a series. */
type Steps<When> = Readonly<{ between: (from: When, to: When) => number; before?: (when: When) => When }>;
export const MONTHS: Steps<Month> = { between: monthsBetween, before: (at) => addMonths(at, -1) };
export const DAYS: Steps<Day> = { between: daysBetween };

/** One value over time: in order, with no gap and no overlap. `open`: the last entry may stand without an end. */
export const toSeries = <When extends Month | Day, V>(
  entries: readonly Entry<When, V>[],
  { between, before }: Steps<When>,
  open: boolean,
): readonly Entry<When, V>[] => {
  const ordered = [...entries].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  return ordered.map((entry, i) => {
    const next = ordered[i + 1];
    if (!next) {
      if (entry.to === undefined && !open)
        entry.place.fault('missing key to: the last entry must say where it ends');
      return entry;
    }
    const to = entry.to ?? before?.(next.from);
    if (to === undefined) entry.place.fault('missing key to');
    // Two of the same month: the first would end before it begins.
    else judge(to < entry.from ? 0 : between(to, next.from), next.place, entry.place);
    return to === undefined ? entry : { ...entry, to };
  });
};

const judge = (distance: number, here: Place, earlier: Place): void => {
  const at = here.find('from') ?? here;
  if (distance <= 0) at.fault(`overlap with ${earlier.file}:${earlier.line}`);
  if (distance > 1) at.fault(`gap after ${earlier.file}:${earlier.line}`);
};

export const findInForce = <When extends Month | Day, V>(
  series: readonly Entry<When, V>[] | undefined,
  at: When,
): Entry<When, V> | undefined => series?.find(({ from, to }) => from <= at && (to === undefined || at <= to));

/**
 * The series as it was known on a day: what was published later is left out, and the entry before it went on in its
 * stead (until a notice comes, the old numbers are used).
 */
export const asKnownOn = <When extends Month | Day, V>(
  series: readonly Entry<When, V>[],
  on: Day,
): readonly Entry<When, V>[] =>
  series.reduce<readonly Entry<When, V>[]>((known, entry) => {
    if (entry.published === undefined || entry.published <= on) return [...known, entry];
    const before = known.at(-1);
    return before ? [...known.slice(0, -1), { ...before, to: entry.to }] : known;
  }, []);
