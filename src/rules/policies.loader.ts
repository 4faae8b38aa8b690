import { addMonths, type Day, type Month } from '../kernel/calendar.js';
import { ZERO } from '../kernel/money.js';
import type { Employment, InsuranceRule, Policy, Source } from './policy.js';
import type { Slot } from './region.loader.js';
import { asKnownOn, findInForce } from './series.loader.js';

export const EMPLOYMENTS = ['employee', 'flexible'] as const satisfies readonly Employment[];
/** The order of lines in an assessment; a region's own insurances follow by name. */
const ORDER = ['pension', 'medical', 'unemployment', 'injury'];

/** The slots as they were known on a day, before what was published later. */
export const slotsAsKnownOn = (slots: readonly Slot[], on: Day): readonly Slot[] =>
  slots.map((slot) => ({
    ...slot,
    limits: asKnownOn(slot.limits, on),
    rates: asKnownOn(slot.rates, on),
    fixed: asKnownOn(slot.fixed, on),
    rounding: asKnownOn(slot.rounding, on),
  }));

/** The policies of one kind of employment, month by month. */
export const layOut = (region: string, employment: Employment, slots: readonly Slot[]): readonly Policy[] => {
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
  const found = [limits, rates, ...(fixed ? [fixed] : []), rounds];
  const published = found
    .flatMap((entry) => entry.published ?? [])
    .sort()
    .at(-1);
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
    source: joined(found),
    ...(published !== undefined && { published }),
  };
  const from = found
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
