import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsDay, IsYuan } from '../http/validators.js';
import { toDay } from '../kernel/calendar.js';
import { fromYuan, toPercent, toYuan, type Fen } from '../kernel/money.js';
import type { AnyCalculator, Calculator } from './calculators.types.js';
import { injuryBenefit, PAYERS, type InjuryBenefit } from './injury.js';
import { INJURY_GRADES } from './injury.topics.loader.js';
import { getNationalTable, outOfRange } from './region-table.problems.js';
import { WhyAnswer } from './why.dto.js';
import { because } from './why.js';

export class WorkInjuryRequest {
  @ApiProperty({
    example: '8000.00',
    description: 'Mean monthly base of the twelve months before (本人工资)',
  })
  @IsYuan({ positive: true })
  ownWage!: string;

  @ApiProperty({ example: '12434.00', description: 'Mean monthly wage of the region (统筹地区职工平均工资)' })
  @IsYuan({ positive: true })
  regionalWage!: string;

  @ApiProperty({ example: 7, description: 'Grade of disability, 1 (gravest) to 10 (GB/T 16180)' })
  @IsInt()
  @Min(1)
  @Max(10)
  grade!: number;

  @ApiPropertyOptional({
    type: String,
    example: '2740.00',
    description: 'Minimum wage of the place: a monthly allowance below it is topped up by its payer',
  })
  @IsOptional()
  @IsYuan()
  minimumWage?: string | null;

  @ApiPropertyOptional({
    type: String,
    example: '2026-03-01',
    description: 'Day of grading; today if left out',
  })
  @IsOptional()
  @IsDay()
  on?: string | null;
}

export class WorkInjuryAnswer {
  @ApiProperty({ example: '8000.00', description: 'Own wage within its limits' })
  basis!: string;
  @ApiProperty({ example: '104000.00' })
  lumpSum!: string;
  @ApiPropertyOptional({ example: '7200.00', description: 'Monthly, for grades that have an allowance' })
  monthly?: string;
  @ApiPropertyOptional({ enum: PAYERS })
  monthlyPayer?: string;
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

/** The lump sum and the monthly allowance for an injury at work, by grade. */
export const workInjuryCalculator: Calculator<WorkInjuryRequest, WorkInjuryAnswer> = {
  name: 'work-injury',
  summary: 'Lump sum and monthly allowance for an injury at work',
  refusals: ['policy-missing'],
  counts: ['grade'],
  request: WorkInjuryRequest,
  answer: WorkInjuryAnswer,
  calculate: (body, law) => {
    const table = getNationalTable(INJURY_GRADES, body.on ? toDay(body.on) : law.today, law);
    const { grades, ...limits } = table.values;
    const grade = grades.find((each) => each.grade === body.grade);
    if (!grade) throw outOfRange('grade', law);
    const [own, regional] = [fromYuan(body.ownWage), fromYuan(body.regionalWage)];
    const benefit = injuryBenefit(own, regional, grade, limits);
    const { basis, lumpSum } = benefit;
    const { lowest, highest, rounding } = limits;
    const between = `${toYuan(benefit.floor)} (${whole(lowest)}%) and ${toYuan(benefit.ceiling)} (${whole(highest)}%)`;
    const why = [
      because(
        table,
        `${toYuan(own)} between ${between} of ${toYuan(regional)} = ${toYuan(basis)} (${rounding})`,
      ),
      because(
        table,
        `${toYuan(basis)} x ${grade.lumpMonths} months (grade ${body.grade}) = ${toYuan(lumpSum)}`,
      ),
    ];
    const answer = { basis: toYuan(basis), lumpSum: toYuan(lumpSum) };
    const monthly = topped(benefit, body.minimumWage);
    if (!monthly || grade.monthly === undefined || grade.payer === undefined) return { ...answer, why };
    const share = `${toYuan(basis)} x ${toPercent(grade.monthly)}% = ${toYuan(monthly.before)} (${rounding})`;
    const raised =
      monthly.paid > monthly.before ? `, raised to ${toYuan(monthly.paid)} as the minimum wage` : '';
    return {
      ...answer,
      monthly: toYuan(monthly.paid),
      monthlyPayer: grade.payer,
      why: [...why, because(table, `${share}${raised}, paid by the ${grade.payer}`)],
    };
  },
};

/** Whole percent, beyond 100 too. */
const whole = (rate: bigint): string => (rate / 10_000n).toString();

/** The monthly allowance before and after it is topped up to the minimum wage. */
const topped = (
  { monthly }: InjuryBenefit,
  minimumWage: string | null | undefined,
): Readonly<{ before: Fen; paid: Fen }> | undefined => {
  if (monthly === undefined) return undefined;
  const least = typeof minimumWage === 'string' ? fromYuan(minimumWage) : monthly;
  return { before: monthly, paid: least > monthly ? least : monthly };
};

export const INJURY_CALCULATORS: readonly AnyCalculator[] = [workInjuryCalculator];
