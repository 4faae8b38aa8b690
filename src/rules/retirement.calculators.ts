import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsMonth } from '../http/validators.js';
import { dayIn, monthOf, monthsBetween, toMonth, type Month } from '../kernel/calendar.js';
import type { AnyCalculator, Calculator, Law } from './calculators.types.js';
import { outOfRange } from './region-table.problems.js';
import {
  delayMonths,
  elasticLimits,
  RETIREMENT_CATEGORIES,
  retirementMonth,
  type RetirementAge,
  type RetirementCategory,
} from './retirement.js';
import { ELASTIC, MINIMUM_MONTHS, RETIREMENT_AGE } from './retirement.topics.loader.js';
import { noTableProblem } from './rules.problems.js';
import { NATIONAL, type Dated, type Topic } from './table.js';
import { WhyAnswer } from './why.dto.js';
import { because, type Why } from './why.js';

const MONTHS_A_YEAR = 12;

export class RetirementRequest {
  @ApiProperty({
    enum: RETIREMENT_CATEGORIES,
    description: 'By post: women leave at 55 from management and technical posts, at 50 from others',
  })
  @IsIn(RETIREMENT_CATEGORIES)
  category!: RetirementCategory;

  @ApiProperty({ example: '1970-01', description: 'Month of birth, not after today' })
  @IsMonth()
  birthMonth!: string;

  @ApiPropertyOptional({ type: Number, example: 192, description: 'Months paid by then, deemed ones too' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(1_200)
  paidMonths?: number | null;
}

export class RetirementAgeAnswer {
  @ApiProperty({ example: 61 })
  years!: number;
  @ApiProperty({ example: 4 })
  months!: number;
}

export class ElasticAnswer {
  @ApiProperty({ example: '2030-01', description: 'Earliest month, never below the old age' })
  earliest!: string;
  @ApiProperty({ example: '2034-05', description: 'Latest month, by agreement with the employer' })
  latest!: string;
}

export class RetirementAnswer {
  @ApiProperty({ example: 16, description: 'Months later than the old age' })
  delayMonths!: number;
  @ApiProperty({ type: RetirementAgeAnswer })
  age!: RetirementAgeAnswer;
  @ApiProperty({ example: '2031-05', description: 'Month in which the statutory age is reached' })
  month!: string;
  @ApiProperty({ example: 192, description: 'Least months of payment for a pension, by that month' })
  minimumMonths!: number;
  @ApiPropertyOptional({ description: 'Whether paidMonths are enough; only when they are given' })
  eligible?: boolean;
  @ApiPropertyOptional({
    type: ElasticAnswer,
    description: 'Left out for who reached the age before it was law',
  })
  elastic?: ElasticAnswer;
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

/** When the statutory age is reached, how far one may go about it, and whether enough was paid for a pension. */
export const retirementCalculator: Calculator<RetirementRequest, RetirementAnswer> = {
  name: 'retirement',
  summary: 'When the retirement age is reached, and the months that must be paid by then',
  refusals: ['policy-missing'],
  counts: ['paidMonths'],
  request: RetirementRequest,
  answer: RetirementAnswer,
  calculate: ({ category, birthMonth, paidMonths }, law) => {
    const birth = toMonth(birthMonth);
    if (birth > monthOf(law.today)) throw outOfRange('birthMonth', law);
    const rule = ageRule(category, birth, law);
    const [delay, month] = [delayMonths(birth, rule.values), retirementMonth(birth, rule.values)];
    const minimum = inForce(MINIMUM_MONTHS, month, law);
    const { months: minimumMonths } = minimum.values;
    const age = rule.values.oldAge * MONTHS_A_YEAR + delay;
    const elastic = elasticOf(birth, rule.values, month, law);
    return {
      delayMonths: delay,
      age: { years: Math.floor(age / MONTHS_A_YEAR), months: age % MONTHS_A_YEAR },
      month,
      minimumMonths,
      ...(typeof paidMonths === 'number' && { eligible: paidMonths >= minimumMonths }),
      ...(elastic && { elastic: elastic.limits }),
      why: [
        because(rule, delayFormula(birth, rule.values, delay)),
        because(rule, `born ${birth} + ${rule.values.oldAge} years + ${delay} months = ${month}`),
        because(minimum, minimumFormula(month, minimumMonths, paidMonths)),
        ...(elastic ? [elastic.why] : []),
      ],
    };
  },
};

const inForce = <V>(topic: Topic<V>, month: Month, { tables, say }: Law): Dated<V> => {
  const found = tables.find(topic, NATIONAL, dayIn(month, 1));
  if (found.ok) return found.value;
  throw noTableProblem(found.error, 'birthMonth', say);
};

/** The newest rule, which says itself who was born too early to wait longer. */
const ageRule = (category: RetirementCategory, birth: Month, law: Law): Dated<RetirementAge> => {
  const newest = law.tables.all(RETIREMENT_AGE, NATIONAL, { category }).at(-1);
  if (newest) return newest;
  throw noTableProblem(
    { type: 'NoTable', topic: RETIREMENT_AGE.name, region: NATIONAL, at: dayIn(birth, 1), known: [] },
    'category',
    law.say,
  );
};

const delayFormula = (birth: Month, { firstBirth, step, cap }: RetirementAge, delay: number): string => {
  const born = monthsBetween(firstBirth, birth);
  if (born < 0) return `born ${birth}, before ${firstBirth}: no delay`;
  return `born ${birth}, ${born} months after ${firstBirth}: ${born} / ${step} in whole + 1, at most ${cap} = ${delay} months`;
};

const minimumFormula = (month: Month, minimum: number, paid: number | null | undefined): string => {
  const rule = `age reached in ${month}: at least ${minimum} months`;
  return typeof paid === 'number'
    ? `${rule}; ${paid} paid: ${paid >= minimum ? 'enough' : 'not enough'}`
    : rule;
};

const elasticOf = (
  birth: Month,
  age: RetirementAge,
  month: Month,
  { tables }: Law,
): Readonly<{ limits: ElasticAnswer; why: Why }> | undefined => {
  const found = tables.find(ELASTIC, NATIONAL, dayIn(month, 1));
  if (!found.ok) return undefined;
  const { earlier, later } = found.value.values;
  const limits = elasticLimits(birth, age, found.value.values);
  const formula =
    `up to ${earlier} months earlier, not below the age of ${age.oldAge} and only with the minimum months paid: ` +
    `${limits.earliest}; up to ${later} months later by agreement: ${limits.latest}`;
  return { limits, why: because(found.value, formula) };
};

export const RETIREMENT_CALCULATORS: readonly AnyCalculator[] = [retirementCalculator];
