import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { IsMonth, IsPercent, IsYuan } from '../http/validators.js';
import { SSN_PROBLEMS } from '../kernel/ssn.js';
import { USCC_PROBLEMS } from '../kernel/uscc.js';

const EMPLOYMENTS = ['employee', 'flexible'] as const;
const SSN_KINDS = ['citizen', 'hk', 'macau', 'taiwan', 'permanent-resident', 'foreign'] as const;

export class WhyAnswer {
  @ApiProperty({ example: 'shanghai/2025-07 pension employee' })
  rule!: string;
  @ApiProperty({ description: 'Law, notice or standard; (second-hand) marks a doubtful one' })
  source!: string;
  @ApiProperty({ example: '15000.55 x 8% = 1200.04 (fen-half-up)' })
  formula!: string;
}

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

export class IdentifierRequest {
  @ApiProperty({
    example: '11010519491231002X',
    description: 'As written: 15 or 18 characters, full-width, spaces',
  })
  @IsString()
  number!: string;
}

export class IdentifierAnswer {
  @ApiProperty()
  valid!: boolean;
  @ApiProperty({ description: 'Half-width, upper case, no spaces; of a valid number its 18-character form' })
  normalized!: string;
  @ApiPropertyOptional({ enum: SSN_KINDS })
  kind?: string;
  @ApiPropertyOptional({ description: 'Given with 15 digits and made into 18' })
  upgraded?: boolean;
  @ApiPropertyOptional({ example: '1949-12-31' })
  birthDate?: string;
  @ApiPropertyOptional({ enum: ['male', 'female'] })
  sex?: string;
  @ApiProperty({ enum: SSN_PROBLEMS, isArray: true })
  problems!: readonly string[];
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

export class CreditCodeRequest {
  @ApiProperty({ example: '91350100M000100Y43' })
  @IsString()
  code!: string;
}

export class CreditCodeAnswer {
  @ApiProperty()
  valid!: boolean;
  @ApiProperty({ example: '91350100M000100Y43' })
  normalized!: string;
  @ApiProperty({ enum: USCC_PROBLEMS, isArray: true })
  problems!: readonly string[];
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}
