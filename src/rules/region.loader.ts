import { addMonths, type Month } from '../kernel/calendar.js';
import { parsePercent, parseYuan, ppm, ROUNDINGS, ZERO, type Fen, type Ppm } from '../kernel/money.js';
import type { Employment, InsuranceRule, Policy, Source } from './policy.js';
import { count, oneOf, parsed, type Fields, type Place, type Read, type Reader } from './place.loader.js';
import { findInForce, month, MONTHS, readEntries, toSeries, type Entry } from './series.loader.js';

export const yuan: Reader<Fen> = parsed((text) => {
  const amount = parseYuan(text);
  return amount.ok && amount.value < 0n ? { ok: false } : amount;
}, 'yuan text from nought with at most two decimals');
export const percent: Reader<Ppm> = parsed(parsePercent, 'percent text with at most four decimals');
const rounding = oneOf(ROUNDINGS, 'rounding');
/** A day of the month; `last` is 31, which a shorter month holds at its own last day. */
const dueDay: Reader<number> = (place) => {
  if (place.scalar() === 'last') return 31;
  const day = count(place);
  return day === undefined || (day >= 1 && day <= 31)
    ? day
    : place.fault('must be a day from 1 to 31, or last');
};

const LIMITS = { floor: yuan, ceiling: yuan };
const RATES = { employer: percent, employee: percent, toAccount: percent };
const OWN_RATE = { default: percent, lowest: percent, highest: percent };
const FIXED = { employer: yuan, employee: yuan };
const ROUNDING = { employer: rounding, employee: rounding };
const DUE = { day: dueDay };
const TOPICS = ['limits', 'rates', 'own-rate', 'fixed', 'rounding', 'due'] as const;
const EMPLOYMENTS = ['employee', 'flexible'] as const satisfies readonly Employment[];
/** The order of lines in an assessment; a region's own insurances follow by name. */
const ORDER = ['pension', 'medical', 'unemployment', 'injury'];

type Series<F extends Fields> = readonly Entry<Month, Read<F>>[];
type Rates = Read<typeof RATES> & Pick<InsuranceRule, 'classRates'>;
/** Everything a region says about one insurance of one kind of employment. */
type Slot = {
  employment: Employment;
  insurance: string;
  limits: Series<typeof LIMITS>;
  rates: readonly Entry<Month, Rates>[];
  fixed: Series<typeof FIXED>;
  rounding: Series<typeof ROUNDING>;
};
export type Region = Readonly<{
  policies: readonly Policy[];
  due: Series<typeof DUE>;
}>;

/** All tables of one region's files, put together, checked and laid out month by month. */
export const loadRegion = (
  region: string,
  files: readonly Place[],
  otherTopics: readonly string[] = [],
): Region => {
  const slots = new Map<string, Slot>();
  let due: Series<typeof DUE> = [];
  for (const file of files) {
    const top = file.record({
      region: oneOf([region], 'region: as its folder'),
      tables: (place) => place.list(),
    });
    if (!top) file.lose();
    for (const table of top?.tables ?? []) {
      if (otherTopics.some((name) => name === table.find('topic')?.scalar())) continue;
      const topic = oneOf(TOPICS, 'topic')(table.find('topic') ?? table);
      if (!topic) file.lose();
      else if (topic === 'due') due = [...due, ...readDue(table)];
      else readInto(slots, topic, table);
    }
  }
  if (files.some((file) => file.hasLost)) return { policies: [], due };
  const whole = [...slots.values()].map(checked);
  due = toSeries(due, MONTHS, false);
  for (const employment of EMPLOYMENTS)
    checkSpan(
      whole.filter((slot) => slot.employment === employment),
      due,
    );
  return { policies: EMPLOYMENTS.flatMap((employment) => layOut(region, employment, whole)), due };
};

const unitIs = (unit: string): Reader<string> => oneOf([unit], 'unit of this topic');
const readDue = (table: Place): Series<typeof DUE> => {
  const read = table.record({
    topic: oneOf(TOPICS, 'topic'),
    unit: unitIs('day'),
    entries: (p) => readEntries(p, month, DUE),
  });
  if (!read) table.lose();
  return read?.entries ?? [];
};

const insurances: Reader<readonly string[]> = (place) =>
  place.list()?.flatMap((item) => {
    const code = item.text();
    if (code !== undefined && !/^[a-z][a-z-]*$/.test(code)) item.fault('must be a code of small letters');
    return code === undefined ? [] : [code];
  });

/** Whom a table is for. */
const served: Reader<Partial<Record<Employment, readonly string[]>>> = (place) => {
  const named = place.record({}, { employee: insurances, flexible: insurances });
  return named && Object.keys(named).length === 0 ? place.fault('must name an employment') : named;
};

type SlotTopic = Exclude<(typeof TOPICS)[number], 'due'>;
const readInto = (slots: Map<string, Slot>, topic: SlotTopic, table: Place): void => {
  const append = <F extends Fields>(
    unit: string,
    fields: F,
    add: (slot: Slot, entries: Series<F>) => void,
  ): void => {
    const read = table.record({
      topic: oneOf(TOPICS, 'topic'),
      unit: unitIs(unit),
      for: served,
      entries: (place) => readEntries(place, month, fields),
    });
    if (!read) return table.lose();
    for (const employment of EMPLOYMENTS)
      for (const insurance of read.for[employment] ?? [])
        add(slotOf(slots, employment, insurance), read.entries);
  };
  switch (topic) {
    case 'limits':
      return append('yuan', LIMITS, (slot, entries) => (slot.limits = [...slot.limits, ...entries]));
    case 'rates':
      return append('percent', RATES, (slot, entries) => (slot.rates = [...slot.rates, ...entries]));
    case 'own-rate':
      return append(
        'percent',
        OWN_RATE,
        (slot, entries) => (slot.rates = [...slot.rates, ...entries.map(toRates)]),
      );
    case 'fixed':
      return append('yuan', FIXED, (slot, entries) => (slot.fixed = [...slot.fixed, ...entries]));
    case 'rounding':
      return append('mode', ROUNDING, (slot, entries) => (slot.rounding = [...slot.rounding, ...entries]));
  }
};

/** The employer alone pays, at a rate of its own; the region's default stands in for it. */
const toRates = (entry: Series<typeof OWN_RATE>[number]): Entry<Month, Rates> => {
  const { default: employer, lowest, highest } = entry.values;
  if (employer < lowest || employer > highest)
    entry.place.find('default')?.fault('default is not between lowest and highest');
  return {
    ...entry,
    values: { employer, employee: ppm(0n), toAccount: ppm(0n), classRates: { lowest, highest } },
  };
};

const slotOf = (slots: Map<string, Slot>, employment: Employment, insurance: string): Slot => {
  const key = `${employment}/${insurance}`;
  const slot = slots.get(key) ?? { employment, insurance, limits: [], rates: [], fixed: [], rounding: [] };
  slots.set(key, slot);
  return slot;
};

const checked = (slot: Slot): Slot => {
  for (const { values, place } of slot.limits)
    if (values.floor > values.ceiling) place.find('floor')?.fault('floor is above the ceiling');
  for (const { values, place } of slot.rates)
    if (values.toAccount > values.employee)
      place.find('toAccount')?.fault("toAccount is more than the employee's rate");
  return {
    ...slot,
    limits: toSeries(slot.limits, MONTHS, false),
    rates: toSeries(slot.rates, MONTHS, false),
    fixed: toSeries(slot.fixed, MONTHS, false),
    rounding: toSeries(slot.rounding, MONTHS, false),
  };
};

/** First and last month of a series. */
const spanOf = (series: readonly Entry<Month, unknown>[]): string | undefined => {
  const [first, last] = [series[0], series.at(-1)];
  return first && last?.to ? `${first.from}..${last.to}` : undefined;
};

/** Every value of an employment stands in the same months: else a month would silently lack an insurance. */
const checkSpan = (slots: readonly Slot[], due: Series<typeof DUE>): void => {
  const pension = slots.find((slot) => slot.insurance === 'pension') ?? slots[0];
  const span = pension && spanOf(pension.rates);
  const anchor = (pension?.rates ?? pension?.limits ?? [])[0]?.place;
  for (const { employment, insurance, limits, rates, rounding } of slots)
    for (const [topic, series] of Object.entries({ limits, rates, rounding })) {
      const place = series[0]?.place ?? limits[0]?.place ?? rates[0]?.place ?? rounding[0]?.place;
      const has = spanOf(series);
      if (series.length === 0) place?.fault(`gap: no ${topic} of ${employment}/${insurance}`);
      else if (span && has && has !== span)
        place?.fault(
          `gap: ${topic} of ${employment}/${insurance} stand in ${has}, rates of its pension in ${span}`,
        );
    }
  const [dueFirst, dueLast] = [due[0], due.at(-1)];
  const [from, to] = (span ?? '').split('..');
  if (from && to && !(dueFirst && dueFirst.from <= from && dueLast?.to && dueLast.to >= to))
    (dueFirst?.place ?? anchor)?.fault(`gap: due does not stand in all of ${span}`);
};

const layOut = (region: string, employment: Employment, slots: readonly Slot[]): readonly Policy[] => {
  const mine = slots.filter((slot) => slot.employment === employment).sort(byOrder);
  const [first, last] = [mine[0]?.rates[0], mine[0]?.rates.at(-1)];
  if (!first || !last?.to) return [];
  const policies: Policy[] = [];
  for (let at = first.from; at <= last.to; at = addMonths(at, 1)) {
    const rules = mine.flatMap((slot) => ruleAt(slot, at) ?? []);
    const latest = rules.reduce((from, rule) => (rule.from > from ? rule.from : from), first.from);
    const table = `${region}/${latest}`;
    policies.push({ region, month: at, table, employment, insurances: rules.map((found) => found.rule) });
  }
  return policies;
};

const rank = ({ insurance }: Slot): number => {
  const at = ORDER.indexOf(insurance);
  return at < 0 ? ORDER.length : at;
};
const byOrder = (a: Slot, b: Slot): number => rank(a) - rank(b) || (a.insurance < b.insurance ? -1 : 1);

/** The rule of one insurance at a month, and since when the youngest of its values is in force. */
const ruleAt = (slot: Slot, at: Month): Readonly<{ from: Month; rule: InsuranceRule }> | undefined => {
  const [limits, rates] = [findInForce(slot.limits, at), findInForce(slot.rates, at)];
  const [rounds, fixed] = [findInForce(slot.rounding, at), findInForce(slot.fixed, at)];
  if (!limits || !rates || !rounds) return undefined;
  const { classRates } = rates.values;
  const rule: InsuranceRule = {
    insurance: slot.insurance,
    ...limits.values,
    employer: rates.values.employer,
    employee: rates.values.employee,
    toAccount: rates.values.toAccount,
    employerFixed: fixed?.values.employer ?? ZERO,
    employeeFixed: fixed?.values.employee ?? ZERO,
    employerRounding: rounds.values.employer,
    employeeRounding: rounds.values.employee,
    employerOwnRate: classRates !== undefined,
    ...(classRates && { classRates }),
    source: joined([limits, rates, ...(fixed ? [fixed] : []), rounds]),
  };
  const from = [limits, rates, rounds, ...(fixed ? [fixed] : [])]
    .map((entry) => entry.from)
    .sort()
    .at(-1);
  return { from: from ?? at, rule };
};

/** Each text keeps its own mark; the whole is as doubtful as its most doubtful part. */
const joined = (entries: readonly Readonly<{ source: Source }>[]): Source => {
  const texts = entries.map(({ source }) =>
    source.mark === 'sure' ? source.text : `${source.text} (second-hand)`,
  );
  const sure = entries.every(({ source }) => source.mark === 'sure');
  return { text: [...new Set(texts)].join('; '), mark: sure ? 'sure' : 'second-hand' };
};
