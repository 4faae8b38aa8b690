import { InvalidArgumentError, type Command } from 'commander';
import { monthOf, parseMonth, type Month } from '../kernel/calendar.js';
import { SystemClock } from '../kernel/clock.js';
import {
  coverageOf,
  inForceAt,
  listRules,
  type Coverage,
  type ListedEntry,
  type ListedSeries,
} from '../rules/listing.loader.js';
import { RulesError } from '../rules/place.loader.js';
import { readRules, YamlRuleBook } from '../rules/rules.loader.js';
import { addDifference } from './rules.difference.js';
import { print, printJson } from './run.js';
import { toTable } from './tables.js';

type Asked = Readonly<{ folder?: string; json: boolean }>;
const OLD_AFTER_MONTHS = 14;

/** The law as this installation holds it: no server, nothing kept. */
export const register = (program: Command): void => {
  const rules = program
    .command('rules')
    .description('What rules/ holds: values, dates, sources and what is missing');
  const add = (name: string, description: string): Command =>
    rules
      .command(name)
      .description(description)
      .option('--folder <path>', 'another folder of rules than that of this installation')
      .option('--json', 'print the answer as JSON', false);
  add('list', 'Regions, topics and the time each reaches over').action(list);
  add('show', 'What is in force in a region at a month, with source and mark')
    .argument('<region>', 'a region of `shebao rules list`, or national')
    .argument('<month>', 'month owed, YYYY-MM', month)
    .option('--topic <topic>', 'this topic only')
    .action(show);
  add(
    'check',
    'Reads everything as the server does and prints every fault; ends with 1 when there is any',
  ).action(check);
  add('coverage', 'Months without a value, from the first of a topic to today, and values that grew old')
    .argument('[region]', 'this region only')
    .option(
      '--months <n>',
      'warn when the newest value is more than so many months old',
      count,
      OLD_AFTER_MONTHS,
    )
    .action(coverage);
  addDifference(rules);
};

const month = (text: string): Month => {
  const parsed = parseMonth(text);
  if (!parsed.ok) throw new InvalidArgumentError('a month is written YYYY-MM');
  return parsed.value;
};
const count = (text: string): number => {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('a whole number of months');
  return Number(text);
};

/** Runs on rules that could be read; else their faults are the answer, and the process ends with 1. */
const withRules = <T extends Asked>(options: T, run: (rules: readonly ListedSeries[]) => void): void => {
  try {
    YamlRuleBook.load(options.folder);
    run(listRules(readRules(options.folder)));
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    if (options.json) printJson({ faults: error.faults });
    else print(error.message);
    process.exitCode = 1;
  }
};
const fail = (text: string): void => {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
};

const list = (options: Asked): void =>
  withRules(options, (rules) => {
    const rows = rules.map(({ entries, ...series }) => ({
      ...series,
      from: entries[0]?.from ?? '',
      to: entries.at(-1)?.to ?? '',
      entries: entries.length,
    }));
    if (options.json) return printJson(rows);
    const head = ['region', 'topic', 'covers', 'unit', 'from', 'to', 'entries'];
    print(
      toTable(
        head,
        rows.map((row) => [row.region, row.topic, row.covers, row.unit, row.from, row.to, `${row.entries}`]),
        [head.length - 1],
      ),
    );
  });

const show = (region: string, at: Month, options: Asked & Readonly<{ topic?: string }>): void =>
  withRules(options, (rules) => {
    const unknown = unknownIn(rules, region, options.topic);
    if (unknown !== undefined) return fail(unknown);
    const entries = inForceAt(rules, region, at, options.topic);
    if (options.json) return printJson(entries);
    if (entries.length === 0) return print(`nothing is in force in ${region} at ${at}`);
    print(
      toTable(
        ['topic', 'covers', 'values', 'from', 'to', 'source'],
        together(entries).map((entry) => [
          entry.topic,
          entry.covers,
          toValues(entry),
          entry.from,
          entry.to ?? '',
          toSource(entry),
        ]),
      ),
    );
  });

const unknownIn = (rules: readonly ListedSeries[], region?: string, topic?: string): string | undefined => {
  const [regions, topics] = [
    [...new Set(rules.map((each) => each.region))],
    [...new Set(rules.map((each) => each.topic))],
  ];
  if (region !== undefined && !regions.includes(region)) return `no region ${region}: ${regions.join(', ')}`;
  if (topic !== undefined && !topics.includes(topic)) return `no topic ${topic}: ${topics.join(', ')}`;
  return undefined;
};

/** One row for the insurances that an entry serves alike. */
const together = (entries: readonly ListedEntry[]): readonly ListedEntry[] => {
  const rows = new Map<string, ListedEntry>();
  for (const { covers, ...entry } of entries) {
    const key = JSON.stringify(entry);
    const row = rows.get(key);
    rows.set(key, { ...entry, covers: row ? `${row.covers}\n${covers}` : covers });
  }
  return [...rows.values()];
};

const toValues = ({ values }: ListedEntry): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
const toSource = ({ source, mark, published, note, region }: ListedEntry): string =>
  [
    `${source} (${mark})`,
    ...(published === undefined ? [] : [`published ${published}`]),
    ...(note === undefined ? [] : [note]),
    ...(region === 'national' ? ['national'] : []),
  ].join('\n');

const check = (options: Asked): void =>
  withRules(options, (rules) => {
    const places = new Set(
      rules.flatMap(({ topic, entries }) => entries.map((e) => [e.file, topic, e.covers, e.from].join(' '))),
    );
    if (options.json) printJson({ values: places.size, faults: [] });
    else print(`${places.size} values, no fault`);
  });

const coverage = (region: string | undefined, options: Asked & Readonly<{ months: number }>): void =>
  withRules(options, (rules) => {
    const unknown = unknownIn(rules, region);
    if (unknown !== undefined) return fail(unknown);
    const asked = rules.filter((each) => region === undefined || each.region === region);
    const found = coverageOf(asked, monthOf(new SystemClock().today()), options.months);
    if (options.json) return printJson(found);
    print(
      toTable(
        ['region', 'topic', 'covers', 'first', 'last', 'months missing', 'warning'],
        found.map((each) => [
          each.region,
          each.topic,
          each.covers,
          each.first,
          each.last ?? '',
          toSpans(each),
          toWarning(each, options.months),
        ]),
      ),
    );
  });

/** Months in a row as a span. */
const toSpans = ({ missing }: Coverage): string => {
  const [first, last] = [missing[0], missing.at(-1)];
  if (!first || !last) return 'none';
  return first === last ? first : `${first} to ${last} (${missing.length})`;
};
const toWarning = ({ isOld, newest, ageMonths, last }: Coverage, months: number): string => {
  if (!isOld) return '';
  const old = `newest value of ${newest} is ${ageMonths} months old, more than ${months}`;
  return last === undefined ? `${old}; it stands without an end` : old;
};
