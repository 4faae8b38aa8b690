import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { IsDay } from '../http/validators.js';
import { toDay, type Day } from '../kernel/calendar.js';
import { shareOf, toPercent, toYuan } from '../kernel/money.js';
import type { AnyCalculator, Calculator, Law } from './calculators.types.js';
import { getNationalTable, getRegionTable, outOfRange } from './region-table.problems.js';
import { drawingMonths, phaseAmounts, type Phase, type Stretch } from './unemployment.js';
import {
  MINIMUM_WAGE,
  UNEMPLOYMENT_AMOUNTS,
  UNEMPLOYMENT_CAPS,
  UNEMPLOYMENT_SHARE,
  UNEMPLOYMENT_STEPS,
} from './unemployment.topics.loader.js';
import { WhyAnswer } from './why.dto.js';
import { because, type Why } from './why.js';

export class UnemploymentRequest {
  @ApiProperty({ example: 'shanghai' })
  @IsString()
  region!: string;

  @ApiProperty({ example: 30, description: 'Months paid since the last spell of unemployment (累计缴费)' })
  @IsInt()
  @Min(0)
  @Max(1200)
  paidMonths!: number;

  @ApiPropertyOptional({ type: Number, example: 3, description: 'Months of an earlier spell not drawn' })
  @IsOptional()
  @IsInt()
  @Min(0)
  carriedOver?: number | null;

  @ApiPropertyOptional({
    type: String,
    example: '2026-09-01',
    description: 'Day of the claim; today if left out',
  })
  @IsOptional()
  @IsDay()
  on?: string | null;
}

export class UnemploymentAmount {
  @ApiProperty({ example: 1, description: 'First month of drawing at this amount' })
  from!: number;
  @ApiProperty({ example: 4, description: 'Last month of drawing at this amount' })
  to!: number;
  @ApiProperty({ example: '2340.00' })
  monthly!: string;
}

export class UnemploymentAnswer {
  @ApiProperty({ example: 4 })
  months!: number;
  @ApiPropertyOptional({
    type: [UnemploymentAmount],
    description: 'By the standard in force on the day of the claim; left out where the rules hold none',
  })
  amounts?: readonly UnemploymentAmount[];
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

/** For how many months, and how much, unemployment benefit is drawn. */
export const unemploymentCalculator: Calculator<UnemploymentRequest, UnemploymentAnswer> = {
  name: 'unemployment',
  summary: 'For how many months unemployment benefit is drawn, and how much',
  refusals: ['region-unknown', 'policy-missing'],
  counts: ['paidMonths', 'carriedOver'],
  request: UnemploymentRequest,
  answer: UnemploymentAnswer,
  calculate: (body, law) => {
    const { region, paidMonths } = body;
    const [on, carriedOver] = [body.on ? toDay(body.on) : law.today, body.carriedOver ?? 0];
    const steps = getRegionTable(UNEMPLOYMENT_STEPS, region, on, law);
    const caps = getNationalTable(UNEMPLOYMENT_CAPS, on, law);
    const { total } = caps.values;
    if (carriedOver > total) throw outOfRange('carriedOver', law);
    const { stretches } = steps.values;
    const { stepped, cap, months } = drawingMonths(paidMonths, carriedOver, stretches, caps.values);
    const own = Math.min(stepped, cap);
    const why: Why[] = [
      because(steps, `${paidMonths} months paid: ${stretches.map(toWords).join('; ')}: ${stepped} months`),
      because(caps, `least of ${stepped} and the maximum ${cap} for ${paidMonths} months paid = ${own}`),
    ];
    if (carriedOver > 0)
      why.push(because(caps, `${own} + ${carriedOver} carried over, at most ${total} = ${months}`));
    const pay = payOf(region, on, law);
    const amounts = phaseAmounts(months, pay.phases(months)).map(({ from, to, monthly }) => ({
      from,
      to,
      monthly: toYuan(monthly),
    }));
    return { months, ...(amounts.length > 0 && { amounts }), why: [...why, pay.why] };
  },
};

const toWords = ({ after, every, add }: Stretch): string =>
  `beyond ${after} months, ${add} for each full ${every} months`;

type Pay = Readonly<{ phases: (months: number) => readonly Phase[]; why: Why }>;

/** The amounts as published, or as a share of the minimum wage; where neither is known, a step that says so. */
const payOf = (region: string, on: Day, { tables }: Law): Pay => {
  const amounts = tables.find(UNEMPLOYMENT_AMOUNTS, region, on);
  if (amounts.ok) {
    const { phases } = amounts.value.values;
    const words = phases.map(({ to, monthly }) => `to month ${to}: ${toYuan(monthly)}`).join('; ');
    return { phases: () => phases, why: because(amounts.value, words) };
  }
  const share = tables.find(UNEMPLOYMENT_SHARE, region, on);
  const wage = tables.find(MINIMUM_WAGE, region, on);
  if (!share.ok || !wage.ok)
    return {
      phases: () => [],
      why: {
        rule: `${region} ${UNEMPLOYMENT_AMOUNTS.name}`,
        source: 'none',
        formula: `no amount is known on ${on}`,
      },
    };
  const { ofMinimumWage, rounding } = share.value.values;
  const monthly = shareOf(wage.value.values.monthly, ofMinimumWage, rounding);
  const formula = `${toYuan(wage.value.values.monthly)} x ${toPercent(ofMinimumWage)}% = ${toYuan(monthly)} (${rounding}); minimum wage: ${wage.value.table}`;
  return { phases: (months) => [{ to: months, monthly }], why: because(share.value, formula) };
};

export const UNEMPLOYMENT_CALCULATORS: readonly AnyCalculator[] = [unemploymentCalculator];
