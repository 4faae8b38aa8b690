import { monthOf, type Day, type Month } from '../kernel/calendar.js';
import { err, ok, type Result } from '../kernel/result.js';
import { oneOf, type Fields, type Place, type Read } from './place.loader.js';
import { day, DAYS, findInForce, month, MONTHS, readEntries, toSeries, type Entry } from './series.loader.js';
import { NATIONAL, type Dated, type Keys, type NoTable, type Topic } from './table.js';

type Words = Readonly<Record<string, readonly string[]>>;
type AnyEntry = Entry<Month, unknown> | Entry<Day, unknown>;

/** How a topic is written in YAML. `keys`: what stands beside `topic` and tells its tables apart, each one of a few words. */
export type TopicDefinition<V> = Topic<V> &
  Readonly<{
    unit: string;
    when: 'month' | 'day';
    scope: 'national' | 'region' | 'either';
    keys: Words;
    fields: Fields;
    /** The last entry may stand without an end. */
    open: boolean;
    /** Judges a whole entry once its values are read. */
    check?(values: V, place: Place): void;
  }>;
export type AnyTopic = TopicDefinition<unknown>;

type Asked<F extends Fields> = Readonly<{
  name: string;
  unit: string;
  fields: F;
  when?: 'month' | 'day';
  scope?: 'national' | 'region' | 'either';
  keys?: Words;
  open?: boolean;
  check?(values: Read<F>, place: Place): void;
}>;

/** Names a topic of rules/: by month, national and open-ended unless it says otherwise. */
export const defineTopic = <F extends Fields>(asked: Asked<F>): TopicDefinition<Read<F>> => ({
  when: 'month',
  scope: 'national',
  keys: {},
  open: true,
  ...asked,
});

type Series = readonly AnyEntry[];
/** The tables of all regions that are read by topic, `<region> <topic> <keys>` to its series. */
export class TopicTables {
  private readonly series = new Map<string, Series>();

  /** Reads the tables of one region that are of these topics; the others are left to who knows them. */
  read(region: string, files: readonly Place[], topics: readonly AnyTopic[]): void {
    const parts = new Map<string, { topic: AnyTopic; entries: AnyEntry[] }>();
    for (const file of files)
      for (const table of file.find('tables')?.list() ?? []) {
        const topic = topics.find(({ name }) => name === table.find('topic')?.scalar());
        if (!topic) continue;
        const read = readTable(topic, region, table);
        if (!read) continue;
        const key = keyOf(region, topic.name, read.keys);
        const part = parts.get(key) ?? { topic, entries: [] };
        part.entries.push(...read.entries);
        parts.set(key, part);
      }
    for (const [key, { topic, entries }] of parts) this.series.set(key, inOrder(topic, entries));
  }

  find<V>(topic: Topic<V>, region: string, at: Day, keys: Keys = {}): Result<Dated<V>, NoTable> {
    const own = this.series.get(keyOf(region, topic.name, keys));
    const series = own ?? this.series.get(keyOf(NATIONAL, topic.name, keys)) ?? [];
    const found = inForceOn(series, at);
    if (found) return ok(toDated<V>(topic, found));
    return err({ type: 'NoTable', topic: topic.name, region, at, known: series.map(spanOf) });
  }

  /** Everything that a region says on a topic, oldest first. */
  all<V>(topic: Topic<V>, region: string, keys: Keys = {}): readonly Dated<V>[] {
    return (this.series.get(keyOf(region, topic.name, keys)) ?? []).map((entry) => toDated<V>(topic, entry));
  }
}

const keyOf = (region: string, topic: string, keys: Keys): string =>
  [
    region,
    topic,
    ...Object.entries(keys)
      .sort()
      .map(([name, value]) => `${name}=${value}`),
  ].join(' ');

const readTable = (
  topic: AnyTopic,
  region: string,
  table: Place,
): Readonly<{ keys: Keys; entries: readonly AnyEntry[] }> | undefined => {
  if (topic.scope !== 'either' && (topic.scope === 'national') !== (region === NATIONAL))
    table.find('topic')?.fault(`this topic is ${topic.scope === 'national' ? 'national' : "a region's"}`);
  const words = Object.fromEntries(
    Object.entries(topic.keys).map(([name, known]) => [name, oneOf(known, name)]),
  );
  const entries = (place: Place): readonly AnyEntry[] =>
    topic.when === 'day' ? readEntries(place, day, topic.fields) : readEntries(place, month, topic.fields);
  const read = table.record({
    topic: oneOf([topic.name], 'topic'),
    unit: oneOf([topic.unit], 'unit of this topic'),
    ...words,
    entries,
  });
  if (!read) {
    table.lose();
    return undefined;
  }
  const found = read['entries'];
  for (const { values, place } of found) if (isWhole(values, topic)) topic.check?.(values, place);
  const keys = Object.fromEntries(
    Object.keys(words).map((name) => [name, words[name]?.(table.find(name) ?? table) ?? '']),
  );
  return { keys, entries: found };
};

/** A faulty entry stands in its place with no values, so that its months are no gap: there is nothing to judge in it. */
const isWhole = (values: unknown, { fields }: AnyTopic): boolean =>
  typeof values === 'object' && values !== null && Object.keys(fields).every((name) => name in values);

const inOrder = ({ when, open }: AnyTopic, entries: readonly AnyEntry[]): Series =>
  when === 'day'
    ? toSeries(entries as readonly Entry<Day, unknown>[], DAYS, open)
    : toSeries(entries as readonly Entry<Month, unknown>[], MONTHS, open);

const isByDay = ({ from }: AnyEntry): boolean => from.length > 'YYYY-MM'.length;
const inForceOn = (series: Series, at: Day): AnyEntry | undefined =>
  series[0] && isByDay(series[0])
    ? findInForce(series as readonly Entry<Day, unknown>[], at)
    : findInForce(series as readonly Entry<Month, unknown>[], monthOf(at));

const spanOf = ({ from, to }: AnyEntry): NoTable['known'][number] => ({
  from,
  ...(to !== undefined && { to }),
});

const toDated = <V>({ name }: Topic<V>, entry: AnyEntry): Dated<V> => ({
  ...spanOf(entry),
  values: entry.values as V,
  source: entry.source,
  table: `${entry.place.file.replace(/^rules\//, '')} ${name} ${entry.from}`,
});
