import assert from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addMonths, dayIn, monthOf, type Day, type Month } from '../kernel/calendar.js';
import { ppm, type Ppm } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { Sex } from '../kernel/ssn.js';
import { ALL_TOPICS } from './all-topics.loader.js';
import { checkNational } from './national.loader.js';
import type { PaymentOrder } from './payment.js';
import { BACK_PAYMENT, HOLIDAYS, PAYMENT_ORDER } from './payment.topics.loader.js';
import { Place, RulesError, type Fault } from './place.loader.js';
import { EMPLOYMENTS, layOut, slotsAsKnownOn } from './policies.loader.js';
import { RuleBook, type Employment, type NoPolicy, type Policy } from './policy.js';
import { loadRegion, type Region } from './region.loader.js';
import { lastMonthOfWork } from './retirement.js';
import { ELASTIC, LATE_FEE, RETIREMENT_AGE } from './retirement.topics.loader.js';
import { findInForce } from './series.loader.js';
import { NATIONAL, type Dated, type Keys, type LawTables, type NoTable, type Topic } from './table.js';
import { TopicTables } from './topics.loader.js';
import { nextWorkingDay, type Holidays } from './working-days.js';

const TOPIC_NAMES = ALL_TOPICS.map(({ name }) => name);

/** The rules folder stands beside package.json, above src/ as above dist/. */
const findRulesFolder = (): string => {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at))
    if (existsSync(join(at, 'package.json'))) return join(at, 'rules');
  throw new RulesError([
    { file: 'rules', line: 0, key: 'folder', message: 'no package.json above the program' },
  ]);
};

/** Text of every rules file by its name from the folder, `shanghai/2025-07.yaml`. */
export type RulesFiles = Readonly<Record<string, string>>;

const readFolder = (folder: string): RulesFiles => {
  if (!existsSync(folder))
    throw new RulesError([{ file: folder, line: 0, key: 'folder', message: 'no such folder' }]);
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
};

/** The text of a folder of rules; without one, of the folder rules/ of this installation. */
export const readRules = (folder: string = findRulesFolder()): RulesFiles =>
  readFolder(folder.replace(/\/+$/, ''));

/** The dated tables of rules/, read and checked once. Format: docs/rules.md. */
export class YamlRuleBook extends RuleBook implements LawTables {
  private readonly policies = new Map<string, Policy>();
  private readonly holidays: Holidays;

  private constructor(
    private readonly byRegion: ReadonlyMap<string, Region>,
    private readonly tables: TopicTables,
  ) {
    super();
    const years = tables.all(HOLIDAYS, NATIONAL).map(({ values }) => values);
    this.holidays = {
      closed: new Set(years.flatMap(({ closed }) => closed)),
      worked: new Set(years.flatMap(({ worked }) => worked)),
    };
    for (const [region, { slots }] of byRegion)
      for (const employment of EMPLOYMENTS)
        for (const policy of layOut(region, employment, slots))
          this.policies.set(keyOf(region, policy.month, employment), policy);
  }

  /** Reads a folder; without one, the folder rules/ of this installation. Throws RulesError that lists all faults. */
  static load(folder?: string): YamlRuleBook {
    return YamlRuleBook.from(readRules(folder));
  }

  /** The same from text in memory. */
  static from(files: RulesFiles): YamlRuleBook {
    const faults: Fault[] = [];
    const places = new Map<string, Place[]>();
    const unreadable = new Set<string>();
    for (const [name, text] of Object.entries(files)) {
      const file = `rules/${name}`;
      const region = /^([a-z]+)\/[^/]+[.]yaml$/.exec(name)?.[1];
      if (region === undefined) {
        faults.push({ file, line: 1, key: 'file', message: 'must be <region>/<name>.yaml' });
        continue;
      }
      const top = Place.top(file, text, faults);
      // What a file that is no YAML leaves open in its region says nothing: the others are not judged without it.
      if (!top) unreadable.add(region);
      else places.set(region, [...(places.get(region) ?? []), top]);
    }
    for (const region of unreadable) places.delete(region);
    const tables = new TopicTables();
    for (const [region, tops] of places) tables.read(region, tops, ALL_TOPICS);
    checkNational(places.get(NATIONAL) ?? [], TOPIC_NAMES, tables);
    const regions = new Map(
      [...places]
        .filter(([region]) => region !== NATIONAL)
        .map(([region, tops]) => [region, loadRegion(region, tops, TOPIC_NAMES)]),
    );
    if (!places.has(NATIONAL) && !unreadable.has(NATIONAL))
      faults.push({ file: 'rules/national', line: 0, key: 'folder', message: 'no such folder' });
    if (faults.length > 0) throw new RulesError(distinct(faults));
    return new YamlRuleBook(regions, tables);
  }

  regions(): readonly string[] {
    return [...this.byRegion.keys()];
  }

  inForce(region: string, month: Month, employment: Employment): Result<Policy, NoPolicy> {
    const policy = this.policies.get(keyOf(region, month, employment));
    return policy ? ok(policy) : err(this.noPolicy(region, month, employment));
  }

  inForceAsPublished(
    region: string,
    month: Month,
    employment: Employment,
    on: Day,
  ): Result<Policy, NoPolicy> {
    const slots = slotsAsKnownOn(this.byRegion.get(region)?.slots ?? [], on);
    const policy = layOut(region, employment, slots).find((each) => each.month === month);
    const today = this.inForce(region, month, employment);
    // An insurance that nothing was known of on that day must not be charged as nought.
    const isWhole = today.ok && policy?.insurances.length === today.value.insurances.length;
    return policy && isWhole ? ok(policy) : err(this.noPolicy(region, month, employment));
  }

  injuryRate(region: string, month: Month): Result<Ppm, NoPolicy> {
    const policy = this.inForce(region, month, 'employee');
    if (!policy.ok) return policy;
    return ok(policy.value.insurances.find((rule) => rule.employerOwnRate)?.employer ?? ppm(0n));
  }

  dueOn(region: string, month: Month): Result<Day, NoPolicy> {
    const due = findInForce(this.byRegion.get(region)?.due, month);
    if (!due) return err(this.noPolicy(region, month, 'employee'));
    return ok(nextWorkingDay(dayIn(month, due.values.day), this.holidays));
  }

  lastWorkingMonth(birthDate: Day, sex: Sex): Month {
    const birth = monthOf(birthDate);
    const elastic = this.tables
      .all(ELASTIC, NATIONAL)
      .map(({ from, values }) => ({ from: from as Month, later: values.later }));
    const categories = sex === 'male' ? (['men'] as const) : (['women-55', 'women-50'] as const);
    const months = categories.flatMap((category) => {
      const latest = this.tables.all(RETIREMENT_AGE, NATIONAL, { category }).at(-1);
      return latest ? [lastMonthOfWork(birth, latest.values, elastic)] : [];
    });
    const last = months.reduce((later, month) => (month > later ? month : later));
    assert(last, 'every sex has a category');
    return last;
  }

  lateFeeDaily(on: Day): Ppm {
    // Before the first national rule there was no late fee in common.
    const found = this.tables.find(LATE_FEE, NATIONAL, on);
    return found.ok ? found.value.values.daily : ppm(0n);
  }

  paymentOrder(on: Day): PaymentOrder {
    const { sides, insurances } = this.inForceOrFirst(PAYMENT_ORDER, on);
    return { sides, insurances };
  }

  paidWithoutPapersFrom(today: Day): Month {
    return addMonths(monthOf(today), -this.inForceOrFirst(BACK_PAYMENT, today).monthsWithoutPapers);
  }

  /** Days before the first entry, which nobody should name, go by the first. */
  private inForceOrFirst<V>(topic: Topic<V>, on: Day): V {
    const found = this.tables.find(topic, NATIONAL, on);
    const [first] = this.tables.all(topic, NATIONAL);
    assert(first, 'the rules are not taken without this topic');
    return found.ok ? found.value.values : first.values;
  }

  find<V>(topic: Topic<V>, region: string, at: Day, keys: Keys = {}): Result<Dated<V>, NoTable> {
    return this.tables.find(topic, region, at, keys);
  }

  all<V>(topic: Topic<V>, region: string, keys: Keys = {}): readonly Dated<V>[] {
    return this.tables.all(topic, region, keys);
  }

  private noPolicy(region: string, month: Month, employment: Employment): NoPolicy {
    const known = this.byRegion.get(region);
    const slot = known?.slots.find((each) => each.employment === employment);
    const [first, last] = [slot?.rates[0], slot?.rates.at(-1)];
    const span = first && last?.to ? { from: first.from, to: last.to } : {};
    return { type: 'NoPolicy', region, month, known: known !== undefined, ...span };
  }
}

const keyOf = (region: string, month: Month, employment: Employment): string =>
  `${region}/${month}/${employment}`;

/** A table that serves several insurances is checked for each: a fault in it is named once. */
const distinct = (faults: readonly Fault[]): readonly Fault[] => [
  ...new Map(
    faults.map((fault) => [`${fault.file}:${fault.line} ${fault.key} ${fault.message}`, fault]),
  ).values(),
];
