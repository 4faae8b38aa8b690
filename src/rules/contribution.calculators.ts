import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { IsMonth, IsPercent, IsYuan } from '../http/validators.js';
import { toMonth } from '../kernel/calendar.js';
import { fromYuan, parsePercent, toYuan } from '../kernel/money.js';
import { assess, explain, type AssessedLine, type AssessRequest } from './assess.js';
import type { Calculator } from './calculators.types.js';
import { assessProblem, noPolicyProblem } from './rules.problems.js';
import { WhyAnswer } from './why.dto.js';

const EMPLOYMENTS = ['employee', 'flexible'] as const;

export class ContributionRequest {
  @ApiProperty({ example: 'shanghai' })
  @IsString()
  region!: string;

  @ApiProperty({ example: '2025-07', description: 'Month owed (费款所属期)' })
  @IsMonth()
  month!: string;

  @ApiProperty({ example: '15000.55', description: 'Declared wage in yuan' })
  @IsYuan()
  wage!: string;

  @ApiPropertyOptional({ enum: EMPLOYMENTS, default: 'employee' })
  @IsOptional()
  @IsIn(EMPLOYMENTS)
  employment?: 'employee' | 'flexible' | null;

  @ApiPropertyOptional({
    type: String,
    example: '0.2',
    description: "The employer's own work-injury rate in percent",
  })
  @IsOptional()
  @IsPercent()
  injuryRate?: string | null;
}

export class ContributionLineAnswer {
  @ApiProperty({ example: 'pension' })
  insurance!: string;
  @ApiProperty({ example: '15000.55' })
  base!: string;
  @ApiProperty({ example: '2400.09' })
  employerPart!: string;
  @ApiProperty({ example: '1200.04' })
  employeePart!: string;
  @ApiProperty({ example: '1200.04', description: 'Part of employeePart that goes to the personal account' })
  toAccount!: string;
}

export class ContributionAnswer {
  @ApiProperty({ example: 'shanghai/2025-07', description: 'Rule table in force' })
  table!: string;
  @ApiProperty({ example: '15000.55', description: 'Base of the pension' })
  base!: string;
  @ApiProperty({ type: [ContributionLineAnswer] })
  lines!: readonly ContributionLineAnswer[];
  @ApiProperty({ example: '3849.14' })
  employerTotal!: string;
  @ApiProperty({ example: '1575.05' })
  employeeTotal!: string;
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

/** What both sides owe for one month, insurance by insurance. */
export const contributionCalculator: Calculator<ContributionRequest, ContributionAnswer> = {
  name: 'contribution',
  summary: "What employer and employee owe for a month's wage",
  refusals: ['region-unknown', 'policy-missing'],
  request: ContributionRequest,
  answer: ContributionAnswer,
  calculate: (body, { book, say }) => {
    const policy = book.inForce(body.region, toMonth(body.month), body.employment ?? 'employee');
    if (!policy.ok) throw noPolicyProblem(policy.error, book, say);
    const asked = toAssessRequest(body);
    const assessed = assess(policy.value, asked);
    if (!assessed.ok) throw assessProblem(assessed.error);
    const { table, base, lines, employerTotal, employeeTotal } = assessed.value;
    return {
      table,
      base: toYuan(base),
      lines: lines.map(toLineAnswer),
      employerTotal: toYuan(employerTotal),
      employeeTotal: toYuan(employeeTotal),
      why: explain(policy.value, asked, assessed.value),
    };
  },
};

const toAssessRequest = ({ wage, injuryRate }: ContributionRequest): AssessRequest => {
  const rate = typeof injuryRate === 'string' ? parsePercent(injuryRate) : undefined;
  return { wage: fromYuan(wage), ...(rate?.ok && { injuryRate: rate.value }) };
};

const toLineAnswer = (line: AssessedLine): ContributionLineAnswer => ({
  insurance: line.insurance,
  base: toYuan(line.base),
  employerPart: toYuan(line.employerPart),
  employeePart: toYuan(line.employeePart),
  toAccount: toYuan(line.toAccount),
});
