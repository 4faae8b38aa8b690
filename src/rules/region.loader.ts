import type { Month } from '../kernel/calendar.js';
import { parsePercent, parseYuan, ppm, ROUNDINGS, shareOf, type Fen, type Ppm } from '../kernel/money.js';
import type { Employment, InsuranceRule } from './policy.js';
import { EMPLOYMENTS } from './policies.loader.js';
import { count, oneOf, parsed, type Fields, type Place, type Read, type Reader } from './place.loader.js';
import { month, MONTHS, readEntries, toSeries, type Entry } from './series.loader.js';

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

/** Shares of the reference wage may be over the whole: 300 for the ceiling. */
const shareOfReference: Reader<Ppm> = parsed(
  (text) => parsePercent(text, 999n),
  'percent text with at most four decimals',
);

const LIMITS = { floor: yuan, ceiling: yuan };
const OF_REFERENCE = {
  reference: yuan,
  floorPercent: shareOfReference,
  ceilingPercent: shareOfReference,
};
/** Limits are written as published, or by what they are worked out from. */
const limitsForm = (item: Place): typeof LIMITS | typeof OF_REFERENCE =>
  Object.keys(OF_REFERENCE).some((key) => item.find(key)) && !item.find('floor') && !item.find('ceiling')
    ? OF_REFERENCE
    : LIMITS;
const RATES = { employer: percent, employee: percent, toAccount: percent };
const OWN_RATE = { default: percent, lowest: percent, highest: percent };
const FIXED = { employer: yuan, employee: yuan };
const ROUNDING = { employer: rounding, employee: rounding };
const DUE = { day: dueDay };
const TOPICS = ['limits', 'rates', 'own-rate', 'fixed', 'rounding', 'due'] as const;

type Series<F extends Fields> = readonly Entry<Month, Read<F>>[];
type Rates = Read<typeof RATES> & Pick<InsuranceRule, 'classRates'>;
/** Everything a region says about one insurance of one kind of employment. */
export type Slot = {
  employment: Employment;
  insurance: string;
  limits: Series<typeof LIMITS>;
  rates: readonly Entry<Month, Rates>[];
  fixed: Series<typeof FIXED>;
  rounding: Series<typeof ROUNDING>;
};
export type Region = Readonly<{ slots: readonly Slot[]; due: Series<typeof DUE> }>;

/** All tables of one region's files, put together and checked. */
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
      const named = table.find('topic');
      const topic = named ? oneOf(TOPICS, 'topic')(named) : table.fault('missing key topic');
      if (!topic) file.lose();
      else if (topic === 'due') due = [...due, ...readDue(table)];
      else readInto(slots, topic, table);
    }
  }
  if (files.some((file) => file.hasLost)) return { slots: [], due };
  const whole = [...slots.values()].map(checked);
  due = toSeries(due, MONTHS, false);
  for (const employment of EMPLOYMENTS)
    checkSpan(
      whole.filter((slot) => slot.employment === employment),
      due,
    );
  return { slots: whole, due };
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
    fields: F | ((item: Place) => F),
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
      return append(
        'yuan',
        limitsForm,
        (slot, entries) => (slot.limits = [...slot.limits, ...entries.map(toLimits)]),
      );
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

/** Floor and ceiling from the reference wage (全口径平均工资), each half up to whole yuan. */
const toLimits = (
  entry: Series<typeof LIMITS | typeof OF_REFERENCE>[number],
): Series<typeof LIMITS>[number] => {
  const { values } = entry;
  if (!('reference' in values)) return { ...entry, values };
  const limit = (percent: Ppm): Fen => shareOf(values.reference, percent, 'yuan-half-up');
  return { ...entry, values: { floor: limit(values.floorPercent), ceiling: limit(values.ceilingPercent) } };
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
    if (values.floor > values.ceiling) (place.find('floor') ?? place).fault('floor is above the ceiling');
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
