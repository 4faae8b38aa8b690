import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsDay, IsYuan } from '../http/validators.js';
import { toDay } from '../kernel/calendar.js';
import { fromYuan, toYuan } from '../kernel/money.js';
import type { AnyCalculator, Calculator } from './calculators.types.js';
import { deathGrant } from './death.js';
import { DEATH_GRANTS } from './death.topics.loader.js';
import { getNationalTable } from './region-table.problems.js';
import { WhyAnswer } from './why.dto.js';
import { because } from './why.js';

export class DeathGrantRequest {
  @ApiProperty({
    example: '4500.00',
    description:
      "Monthly disposable income of the province's townspeople last year (城镇居民月人均可支配收入)",
  })
  @IsYuan({ positive: true })
  disposableIncome!: string;

  @ApiProperty({ example: 180, description: 'Months paid, with those deemed paid' })
  @IsInt()
  @Min(1)
  @Max(1200)
  paidMonths!: number;

  @ApiPropertyOptional({
    type: Number,
    example: 3,
    description:
      'Of a pensioner: full years of pension drawn, nought in the first; left out for who drew none',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(100)
  drawnYears?: number | null;

  @ApiPropertyOptional({
    type: String,
    example: '2026-03-01',
    description: 'Day of death; today if left out',
  })
  @IsOptional()
  @IsDay()
  on?: string | null;
}

export class DeathGrantAnswer {
  @ApiProperty({ example: '9000.00' })
  funeral!: string;
  @ApiProperty({ example: '40500.00' })
  survivor!: string;
  @ApiProperty({ example: '49500.00' })
  total!: string;
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

/** What the pension insurance pays to the family on a death that was not of work. */
export const deathGrantCalculator: Calculator<DeathGrantRequest, DeathGrantAnswer> = {
  name: 'death-grant',
  summary: 'Funeral grant and survivor grant on a death',
  refusals: ['policy-missing'],
  counts: ['paidMonths', 'drawnYears'],
  request: DeathGrantRequest,
  answer: DeathGrantAnswer,
  calculate: (body, law) => {
    const table = getNationalTable(DEATH_GRANTS, body.on ? toDay(body.on) : law.today, law);
    const { funeralMonths, after, every, most, lessEachYear, leastDrawn } = table.values;
    const [income, drawn] = [fromYuan(body.disposableIncome), body.drawnYears ?? undefined];
    const { funeral, survivor, total, byYears, months } = deathGrant(
      income,
      body.paidMonths,
      drawn,
      table.values,
    );
    const steps = table.values.steps.map((step) => `from ${step.from} months paid ${step.months}`).join(', ');
    const rule = `${steps}, beyond ${after} one more for each full ${every}, at most ${most}`;
    const less =
      drawn === undefined
        ? []
        : [`${byYears} - ${drawn} years drawn x ${lessEachYear}, at least ${leastDrawn} = ${months} months`];
    return {
      funeral: toYuan(funeral),
      survivor: toYuan(survivor),
      total: toYuan(total),
      why: [
        `${toYuan(income)} x ${funeralMonths} months = ${toYuan(funeral)} for the funeral`,
        `${body.paidMonths} months paid (${rule}): ${byYears} months`,
        ...less,
        `${toYuan(income)} x ${months} months = ${toYuan(survivor)} for the survivors`,
        `${toYuan(funeral)} + ${toYuan(survivor)} = ${toYuan(total)}`,
      ].map((formula) => because(table, formula)),
    };
  },
};

export const DEATH_CALCULATORS: readonly AnyCalculator[] = [deathGrantCalculator];
