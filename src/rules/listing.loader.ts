import { parse } from 'yaml';
import { addMonths, monthsBetween, parseMonth, type Month } from '../kernel/calendar.js';
import type { RulesFiles } from './rules.loader.js';
import { NATIONAL } from './table.js';

/**
 * One entry of a rules file as it is written, whatever its topic: a lister must show a topic that was added yesterday.
 * `covers`: whose it is, `employee/pension` or the keys of the table, `category=men`; empty where the topic has one table.
 */
export type ListedEntry = Readonly<{
  region: string;
  topic: string;
  covers: string;
  unit: string;
  /** A month, or a day where the topic goes by days. */
  from: string;
  /** As written, or the month before the next entry; absent: in force without an end. */
  to?: string;
  values: Readonly<Record<string, unknown>>;
  source: string;
  mark: string;
  published?: string;
  note?: string;
  file: string;
}>;

/** All entries of one topic, region and cover, oldest first. */
export type ListedSeries = Readonly<{
  region: string;
  topic: string;
  covers: string;
  unit: string;
  entries: readonly ListedEntry[];
}>;

type Json = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const mapsIn = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isMap) : []);
const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
const inTextOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What the files say, by series. Nothing is judged here: `shebao rules check` does that. */
export const listRules = (files: RulesFiles): readonly ListedSeries[] => {
  const series = new Map<string, ListedEntry[]>();
  for (const [name, content] of Object.entries(files)) {
    const top: unknown = parse(content);
    if (!isMap(top)) continue;
    for (const table of mapsIn(top['tables']))
      for (const entry of toEntries(name, text(top['region']), table)) {
        const key = [entry.region, entry.topic, entry.covers].join('\n');
        series.set(key, [...(series.get(key) ?? []), entry]);
      }
  }
  return [...series.entries()]
    .sort(([a], [b]) => inTextOrder(a, b))
    .flatMap(([, entries]) => {
      const ordered = entries.sort((a, b) => inTextOrder(a.from, b.from)).map(withEnd);
      const [first] = ordered;
      if (!first) return [];
      const { region, topic, covers, unit } = first;
      return [{ region, topic, covers, unit, entries: ordered }];
    });
};

const toEntries = (name: string, region: string, table: Json): readonly ListedEntry[] =>
  coversOf(table).flatMap((covers) =>
    mapsIn(table['entries']).map((entry) => {
      const { from, to, source, mark, published, note, ...values } = entry;
      return {
        region,
        topic: text(table['topic']),
        covers,
        unit: text(table['unit']),
        from: text(from),
        ...(to !== undefined && { to: text(to) }),
        values,
        source: text(source),
        mark: text(mark),
        ...(published !== undefined && { published: text(published) }),
        ...(note !== undefined && { note: text(note) }),
        file: `rules/${name}`,
      };
    }),
  );

/** A table for several insurances is listed under each of them, so that a missing month of one of them is seen. */
const coversOf = (table: Json): readonly string[] => {
  const { topic: _topic, unit: _unit, entries: _entries, for: served, ...keys } = table;
  if (isMap(served))
    return Object.entries(served).flatMap(([employment, insurances]) =>
      Array.isArray(insurances) ? insurances.map((insurance) => `${employment}/${text(insurance)}`) : [],
    );
  return [
    Object.entries(keys)
      .map(([key, value]) => `${key}=${text(value)}`)
      .join(' '),
  ];
};

const withEnd = (
  { to: written, ...entry }: ListedEntry,
  i: number,
  all: readonly ListedEntry[],
): ListedEntry => {
  const next = parseMonth(all[i + 1]?.from ?? '');
  const to = written ?? (next.ok ? addMonths(next.value, -1) : undefined);
  return { ...entry, ...(to !== undefined && { to }) };
};

const monthIn = (when: string): string => when.slice(0, 'YYYY-MM'.length);
const isInForce = ({ from, to }: ListedEntry, month: Month): boolean =>
  monthIn(from) <= month && (to === undefined || month <= monthIn(to));

/** What is in force in a region at a month: its own, and of the nation what it has nothing of its own on. */
export const inForceAt = (
  rules: readonly ListedSeries[],
  region: string,
  month: Month,
  topic?: string,
): readonly ListedEntry[] => {
  const own = rules.filter((each) => each.region === region);
  const others = rules.filter(
    (each) => each.region === NATIONAL && !own.some((mine) => mine.topic === each.topic),
  );
  return [...own, ...(region === NATIONAL ? [] : others)]
    .filter((each) => topic === undefined || each.topic === topic)
    .flatMap(({ entries }) => entries.filter((entry) => isInForce(entry, month)));
};

/** How far a series reaches. `missing`: months without a value, from its first month to the month asked for. */
export type Coverage = Readonly<{
  region: string;
  topic: string;
  covers: string;
  first: string;
  last?: string;
  missing: readonly Month[];
  newest: string;
  /** Months since the newest value came into force; negative before that. */
  ageMonths: number;
  isOld: boolean;
}>;

/** What each series lacks up to a month, and whether its newest value is more than so many months old. */
export const coverageOf = (
  rules: readonly ListedSeries[],
  today: Month,
  oldAfterMonths: number,
): readonly Coverage[] =>
  rules.flatMap(({ region, topic, covers, entries }) => {
    const [first, newest] = [parseMonth(monthIn(entries[0]?.from ?? '')), entries.at(-1)];
    const since = parseMonth(monthIn(newest?.from ?? ''));
    if (!first.ok || !since.ok || !newest) return [];
    const span = Math.max(0, monthsBetween(first.value, today) + 1);
    const months = Array.from({ length: span }, (_, i) => addMonths(first.value, i));
    const ageMonths = monthsBetween(since.value, today);
    return [
      {
        region,
        topic,
        covers,
        first: first.value,
        ...(newest.to !== undefined && { last: newest.to }),
        missing: months.filter((month) => !entries.some((entry) => isInForce(entry, month))),
        newest: newest.from,
        ageMonths,
        isOld: ageMonths > oldAfterMonths,
      },
    ];
  });
