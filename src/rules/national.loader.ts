import type { Day, Month } from '../kernel/calendar.js';
import type { Ppm } from '../kernel/money.js';
import { count, oneOf, type Fields, type Place, type Read, type Reader } from './place.loader.js';
import { percent } from './region.loader.js';
import {
  RETIREMENT_CATEGORIES,
  type Elastic,
  type RetirementAge,
  type RetirementCategory,
} from './retirement.js';
import { day, DAYS, month, MONTHS, readEntries, toSeries, type Entry } from './series.loader.js';

const AGE = { oldAge: count, firstBirth: month, step: count, cap: count };
const ELASTIC = { earlier: count, later: count };
const MINIMUM = { months: count };
const LATE_FEE = { daily: percent };
const TOPICS = ['late-fee', 'retirement-age', 'elastic', 'minimum-months'] as const;

type ByMonth<F extends Fields> = readonly Entry<Month, Read<F>>[];
/** What holds in the whole country. */
export type National = Readonly<{
  ages: Readonly<Record<RetirementCategory, RetirementAge>>;
  elastic: readonly Elastic[];
  /** Least months of payment by the month in which the age is reached. */
  minimum: ByMonth<typeof MINIMUM>;
  lateFee: readonly Entry<Day, Readonly<{ daily: Ppm }>>[];
}>;

/** The tables under rules/national; nothing when one of them is missing or faulty, which is noted. */
export const loadNational = (files: readonly Place[]): National | undefined => {
  const ages = new Map<RetirementCategory, ByMonth<typeof AGE>>();
  let [elastic, minimum]: [ByMonth<typeof ELASTIC>, ByMonth<typeof MINIMUM>] = [[], []];
  let lateFee: readonly Entry<Day, Read<typeof LATE_FEE>>[] = [];
  const readTable = (table: Place): void => {
    const topic = oneOf(TOPICS, 'topic')(table.find('topic') ?? table);
    switch (topic) {
      case undefined:
        return table.lose();
      case 'late-fee':
        lateFee = [
          ...lateFee,
          ...(readAs(table, 'percent', (place) => readEntries(place, day, LATE_FEE)) ?? []),
        ];
        return;
      case 'elastic':
        elastic = [
          ...elastic,
          ...(readAs(table, 'month', (place) => readEntries(place, month, ELASTIC)) ?? []),
        ];
        return;
      case 'minimum-months':
        minimum = [
          ...minimum,
          ...(readAs(table, 'month', (place) => readEntries(place, month, MINIMUM)) ?? []),
        ];
        return;
      case 'retirement-age':
        return readAge(table, ages);
    }
  };
  for (const file of files) {
    const top = file.record({
      region: oneOf(['national'], 'region: as its folder'),
      tables: (place) => place.list(),
    });
    if (!top) file.lose();
    top?.tables.forEach(readTable);
  }
  if (files.some((file) => file.hasLost)) return undefined;
  return joined(
    new Map([...ages].map(([category, entries]) => [category, toSeries(entries, MONTHS, true)])),
    toSeries(elastic, MONTHS, true),
    toSeries(minimum, MONTHS, true),
    toSeries(lateFee, DAYS, true),
    files,
  );
};

const readAs = <T>(table: Place, unit: string, entries: Reader<T>) =>
  table.record({ topic: oneOf(TOPICS, 'topic'), unit: oneOf([unit], 'unit of this topic'), entries })
    ?.entries;

const readAge = (table: Place, ages: Map<RetirementCategory, ByMonth<typeof AGE>>): void => {
  const read = table.record({
    topic: oneOf(TOPICS, 'topic'),
    unit: oneOf(['month'], 'unit of this topic'),
    category: oneOf(RETIREMENT_CATEGORIES, 'category'),
    entries: (place) => readEntries(place, month, AGE),
  });
  if (read) ages.set(read.category, [...(ages.get(read.category) ?? []), ...read.entries]);
};

const joined = (
  ages: ReadonlyMap<RetirementCategory, ByMonth<typeof AGE>>,
  elastic: ByMonth<typeof ELASTIC>,
  minimum: ByMonth<typeof MINIMUM>,
  lateFee: National['lateFee'],
  files: readonly Place[],
): National | undefined => {
  const latest = (category: RetirementCategory): RetirementAge | undefined => {
    const age = ages.get(category)?.at(-1)?.values;
    return age ?? files[0]?.fault(`missing topic retirement-age of ${category}`);
  };
  const [men, women55, women50] = [latest('men'), latest('women-55'), latest('women-50')];
  for (const [topic, series] of Object.entries({ elastic, 'minimum-months': minimum, 'late-fee': lateFee }))
    if (series.length === 0) files[0]?.fault(`missing topic ${topic}`);
  if (!men || !women55 || !women50) return undefined;
  return {
    ages: { men, 'women-55': women55, 'women-50': women50 },
    elastic: elastic.map(({ from, values }) => ({ from, later: values.later })),
    minimum,
    lateFee,
  };
};
