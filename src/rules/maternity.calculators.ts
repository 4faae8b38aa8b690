import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { IsDay, IsYuan } from '../http/validators.js';
import { toDay, type Day } from '../kernel/calendar.js';
import { fromYuan, toYuan } from '../kernel/money.js';
import type { AnyCalculator, Calculator, Law } from './calculators.types.js';
import { DELIVERIES, leaveDays, maternityAllowance, type Delivery } from './maternity.js';
import { MATERNITY_ALLOWANCE, MATERNITY_LEAVE, MATERNITY_LOCAL_LEAVE } from './maternity.topics.loader.js';
import { checkRegion, getNationalTable } from './region-table.problems.js';
import { WhyAnswer } from './why.dto.js';
import { because, type Why } from './why.js';

/** Days of a month: more than nought, at most two digits, at most two decimals. */
const DIVISOR = /^[1-9]\d?(?:[.]\d{1,2})?$/;

export class MaternityRequest {
  @ApiProperty({
    example: '9000.00',
    description: "The employer's mean monthly contribution base of last year",
  })
  @IsYuan({ positive: true })
  meanBase!: string;

  @ApiProperty({ example: 98, description: 'Days of leave that were granted' })
  @IsInt()
  @Min(1)
  @Max(1000)
  days!: number;

  @ApiPropertyOptional({ type: String, example: '30.4', description: 'Days of a month; 30 if left out' })
  @IsOptional()
  @Matches(DIVISOR)
  divisor?: string | null;

  @ApiPropertyOptional({ enum: DELIVERIES, default: 'normal', description: 'For the days of leave by law' })
  @IsOptional()
  @IsIn(DELIVERIES)
  delivery?: Delivery | null;

  @ApiPropertyOptional({ type: Number, default: 1, description: 'Babies born, for the days of leave by law' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(20)
  babies?: number | null;

  @ApiPropertyOptional({
    type: String,
    example: 'shanghai',
    description: 'Region, for its own days of leave',
  })
  @IsOptional()
  @IsString()
  region?: string | null;

  @ApiPropertyOptional({
    type: String,
    example: '2026-03-01',
    description: 'Day of birth; today if left out',
  })
  @IsOptional()
  @IsDay()
  on?: string | null;
}

export class MaternityAnswer {
  @ApiProperty({ example: '29400.00' })
  amount!: string;
  @ApiProperty({
    example: 98,
    description: 'Days of leave by national law, and of the region where it is named',
  })
  lawfulDays!: number;
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

/** The maternity allowance for the days that were granted, and how many the law knows. */
export const maternityCalculator: Calculator<MaternityRequest, MaternityAnswer> = {
  name: 'maternity',
  summary: 'The maternity allowance for days of leave',
  refusals: ['region-unknown', 'policy-missing'],
  counts: ['days', 'babies'],
  request: MaternityRequest,
  answer: MaternityAnswer,
  calculate: (body, law) => {
    const on = body.on ? toDay(body.on) : law.today;
    const allowance = getNationalTable(MATERNITY_ALLOWANCE, on, law);
    const { rounding } = allowance.values;
    const divisor = body.divisor ? (fromYuan(body.divisor) as bigint) : allowance.values.divisor;
    const amount = maternityAllowance(fromYuan(body.meanBase), body.days, divisor, rounding);
    const formula = `${toYuan(fromYuan(body.meanBase))} / ${toText(divisor)} x ${body.days} = ${toYuan(amount)} (${rounding})`;
    const leave = leaveOf(body, on, law);
    const { days } = leave;
    const more = body.days - days;
    const compared =
      more > 0 ? `, ${more} less than asked` : more < 0 ? `, ${-more} more than asked` : ', as asked';
    const [last, ...others] = [...leave.why].reverse();
    const steps = last ? [...others.reverse(), { ...last, formula: `${last.formula}${compared}` }] : [];
    return { amount: toYuan(amount), lawfulDays: days, why: [because(allowance, formula), ...steps] };
  },
};

/** `30.4` of 3040. */
const toText = (divisor: bigint): string => {
  const part = (divisor % 100n).toString().padStart(2, '0').replace(/0+$/, '');
  return `${divisor / 100n}${part && `.${part}`}`;
};

/** Days of leave by law, and why. A region's own days go with a birth, not with a miscarriage. */
const leaveOf = (
  body: MaternityRequest,
  on: Day,
  law: Law,
): Readonly<{ days: number; why: readonly Why[] }> => {
  const [delivery, babies] = [body.delivery ?? 'normal', body.babies ?? 1];
  const leave = getNationalTable(MATERNITY_LEAVE, on, law);
  const national = leaveDays(delivery, babies, leave.values);
  const { birth, difficult, furtherBaby } = leave.values;
  const parts = [`birth ${birth}`, `difficult +${difficult}`, `each further baby +${furtherBaby}`].join(', ');
  const why = [because(leave, `leave for ${delivery}, babies: ${babies} (${parts}): ${national} days`)];
  const { region } = body;
  if (region == null) return { days: national, why };
  checkRegion(region, on, law);
  const local = law.tables.find(MATERNITY_LOCAL_LEAVE, region, on);
  if (!local.ok || delivery.startsWith('miscarriage')) return { days: national, why };
  const days = national + local.value.values.days;
  return {
    days,
    why: [
      ...why,
      because(local.value, `${national} + ${local.value.values.days} of the region = ${days} days`),
    ],
  };
};

export const MATERNITY_CALCULATORS: readonly AnyCalculator[] = [maternityCalculator];
