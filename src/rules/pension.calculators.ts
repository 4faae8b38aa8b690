import { fieldMessages } from '../http/field-messages.js';
import { requestInvalid } from '../http/validation.js';
import { dayIn, monthOf, toMonth, type Day } from '../kernel/calendar.js';
import { fromYuan, parsePercent, toPercent, toYuan, type Fen, type Ppm } from '../kernel/money.js';
import type { AnyCalculator, Calculator, Law } from './calculators.types.js';
import { PensionAnswer, PensionRequest } from './pension.dto.js';
import {
  findDivisor,
  indexedWage,
  pension,
  toDivisorText,
  yearsInHundredths,
  type Divisor,
  type PensionFacts,
} from './pension.js';
import { noDivisorProblem } from './pension.problems.js';
import {
  ANNUITY_BY_MONTH,
  ANNUITY_DIVISORS,
  BASIC_PENSION,
  PENSION_ROUNDING,
  REFERENCE_WAGE,
  TRANSITIONAL_RANGE,
  TRANSITIONAL_RATE,
} from './pension.topics.loader.js';
import { checkRegion } from './region-table.problems.js';
import { noTableProblem } from './rules.problems.js';
import { NATIONAL, type Dated, type Topic } from './table.js';
import { because, type Why } from './why.js';

/** A monthly pension: the basic part, the account's, and the transitional one. */
export const pensionCalculator: Calculator<PensionRequest, PensionAnswer> = {
  name: 'pension',
  summary: 'What pension a life of contributions comes to',
  refusals: ['region-unknown', 'policy-missing'],
  counts: ['months', 'ageYears', 'ageMonths', 'transitionalMonths'],
  request: PensionRequest,
  answer: PensionAnswer,
  calculate: (body, law) => {
    const on = body.month ? dayIn(toMonth(body.month), 1) : dayIn(monthOf(law.today), 1);
    if (typeof body.region === 'string') checkRegion(body.region, on, law);
    const divisor = divisorOf(body, on, law);
    const perYear = inForce(BASIC_PENSION, NATIONAL, on, law, 'month');
    const practice = inForce(PENSION_ROUNDING, body.region ?? NATIONAL, on, law, 'month');
    const transitional = transitionalOf(body, on, law);
    const facts: PensionFacts = {
      referenceWage: fromYuan(body.referenceWage),
      index: indexOf(body.index),
      months: body.months,
      account: fromYuan(body.account),
      divisor: divisor.divisor,
      perYear: perYear.values.perYear,
      ...(transitional && { transitional: transitional.facts }),
      rounding: body.rounding ?? practice.values.rounding,
    };
    const parts = pension(facts);
    const text = toDivisorText(divisor.divisor);
    const account = `${toYuan(facts.account)} / ${text} = ${toYuan(parts.accountPart)} (fen-half-up)`;
    return {
      basic: toYuan(parts.basic),
      accountPart: toYuan(parts.accountPart),
      transitional: toYuan(parts.transitional),
      divisor: text,
      total: toYuan(parts.total),
      why: [
        ...wageNote(body, on, law),
        ...(body.rounding ? [] : [because(practice, `years and indexed wage: ${facts.rounding}`)]),
        because(
          perYear,
          `basic: ${yearsFormula(facts, body.index, facts.months, facts.perYear, parts.basic)}`,
        ),
        ...divisor.why,
        because(divisor.table, `account: ${account}`),
        ...(transitional?.why(
          yearsFormula(
            facts,
            body.index,
            transitional.facts.months,
            transitional.facts.rate,
            parts.transitional,
          ),
        ) ?? []),
        because(
          perYear,
          `${toYuan(parts.basic)} + ${toYuan(parts.accountPart)} + ${toYuan(parts.transitional)} = ${toYuan(parts.total)}`,
        ),
      ],
    };
  },
};

const INDEX_DECIMALS = 4;
/** Text that the request's pattern let in, in ten-thousandths. */
const indexOf = (text: string): bigint => {
  const [whole = '0', part = ''] = text.split('.');
  return BigInt(whole + part.padEnd(INDEX_DECIMALS, '0'));
};

const inForce = <V>(
  topic: Topic<V>,
  region: string,
  on: Day,
  { tables, say }: Law,
  field: string,
): Dated<V> => {
  const found = tables.find(topic, region, on);
  if (found.ok) return found.value;
  throw noTableProblem(found.error, field, say);
};

type FoundDivisor = Readonly<{ divisor: Divisor; table: Dated<unknown>; why: readonly Why[] }>;
/** Months between two whole ages count only since the rules say so. */
const divisorOf = (
  { ageYears: years, ageMonths: months }: PensionRequest,
  on: Day,
  law: Law,
): FoundDivisor => {
  const table = inForce(ANNUITY_DIVISORS, NATIONAL, on, law, 'month');
  const { divisors } = table.values;
  const byMonth = months > 0 ? inForce(ANNUITY_BY_MONTH, NATIONAL, on, law, 'month') : undefined;
  const divisor = findDivisor(divisors, { years, months }, byMonth?.values.decimals ?? 0);
  if (!divisor)
    throw noDivisorProblem({ from: divisors[0]?.age ?? 0, to: divisors.at(-1)?.age ?? 0 }, law.say);
  const used = divisors.filter(({ age }) => age === years || (months > 0 && age === years + 1));
  const rows = used.map(({ age, months: of, doubt }): Why => {
    const { rule, source } = because(table, '');
    const doubtful = doubt && !source.endsWith('(second-hand)') ? `${source} (second-hand)` : source;
    return { rule, source: doubtful, formula: `age ${age}: ${of}${doubt ? `; ${doubt}` : ''}` };
  });
  if (!byMonth) return { divisor, table, why: rows };
  const [from, to] = used.map((row) => row.months);
  const between = `${years} years ${months} months: ${from} - (${from} - ${to}) x ${months} / 12 = ${toDivisorText(divisor)}`;
  return { divisor, table, why: [...rows, because(byMonth, between)] };
};

type Transitional = Readonly<{
  facts: Readonly<{ months: number; rate: Ppm }>;
  why: (formula: string) => readonly Why[];
}>;
/** By the rate that is asked with, within the customary range, else by the region's. */
const transitionalOf = (body: PensionRequest, on: Day, law: Law): Transitional | undefined => {
  const months = body.transitionalMonths ?? 0;
  const range = inForce(TRANSITIONAL_RANGE, NATIONAL, on, law, 'month');
  const asked = parsePercent(body.transitionalRate ?? '');
  checkTransitional(body, asked.ok ? asked.value : undefined, range.values, law);
  if (asked.ok) {
    const { lowest, highest } = range.values;
    const within = `${toPercent(asked.value)}% lies between ${toPercent(lowest)}% and ${toPercent(highest)}%`;
    return {
      facts: { months, rate: asked.value },
      why: (formula) => [because(range, `transitional: ${within}: ${formula}`)],
    };
  }
  if (months === 0) return undefined;
  const field = body.region ? 'region' : 'transitionalRate';
  const own = inForce(TRANSITIONAL_RATE, body.region ?? NATIONAL, on, law, field);
  return {
    facts: { months, rate: own.values.rate },
    why: (formula) => [because(own, `transitional: ${formula}`)],
  };
};

const checkTransitional = (
  { months, transitionalMonths }: PensionRequest,
  rate: Ppm | undefined,
  { lowest, highest }: Readonly<{ lowest: Ppm; highest: Ppm }>,
  { say }: Law,
): void => {
  const faults = [
    ...((transitionalMonths ?? 0) > months ? ['transitionalMonths'] : []),
    ...(rate !== undefined && (rate < lowest || rate > highest) ? ['transitionalRate'] : []),
  ];
  const message = say(fieldMessages['out-of-range']);
  if (faults.length > 0)
    throw requestInvalid(faults.map((field) => ({ field, code: 'out-of-range', message })));
};

/** What the region published, where it did: the figure of the request is what counts. */
const wageNote = ({ region, referenceWage }: PensionRequest, on: Day, { tables }: Law): readonly Why[] => {
  const found = region ? tables.find(REFERENCE_WAGE, region, on) : undefined;
  if (!found?.ok) return [];
  const published = toYuan(found.value.values.monthly);
  return [because(found.value, `published ${published}; reckoned with ${toYuan(fromYuan(referenceWage))}`)];
};

const yearsFormula = (
  { referenceWage, index, rounding }: PensionFacts,
  indexText: string,
  months: number,
  rate: Ppm,
  amount: Fen,
): string => {
  const wage = toYuan(referenceWage);
  const end = `x ${toPercent(rate)}% = ${toYuan(amount)} (fen-half-up)`;
  switch (rounding) {
    case 'exact':
      return `(${wage} + ${wage} x ${indexText}) / 2 x ${months} / 12 years ${end}`;
    case 'two-decimals': {
      const years = toYuan(yearsInHundredths(months) as Fen);
      return `(${wage} + ${toYuan(indexedWage(referenceWage, index))}) / 2 x ${years} years ${end}`;
    }
  }
};

export const PENSION_CALCULATORS: readonly AnyCalculator[] = [pensionCalculator];
