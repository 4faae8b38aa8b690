import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { IsMonth, IsPercent, IsYuan } from '../http/validators.js';
import { PENSION_ROUNDINGS, type PensionRounding } from './pension.js';
import { WhyAnswer } from './why.dto.js';

const INDEX = /^(?:0|[1-9]\d?)(?:\.\d{1,4})?$/;
const MONTHS_MAX = 1_200;

export class PensionRequest {
  @ApiPropertyOptional({ type: String, example: 'sichuan', description: 'For its own rates and practice' })
  @IsOptional()
  @IsString()
  region?: string | null;

  @ApiPropertyOptional({
    type: String,
    example: '2025-07',
    description: 'Month in which the pension begins; this month if left out',
  })
  @IsOptional()
  @IsMonth()
  month?: string | null;

  @ApiProperty({ example: '8462.00', description: 'Reference wage (计发基数) of the year, a month' })
  @IsYuan({ positive: true })
  referenceWage!: string;

  @ApiProperty({
    type: String,
    example: '1.0235',
    description: 'Mean index (平均缴费工资指数), up to four decimals',
  })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'number' ? String(value) : value))
  @Matches(INDEX)
  index!: string;

  @ApiProperty({ example: 372, description: 'Months of payment, deemed ones too (缴费年限)' })
  @IsInt()
  @Min(0)
  @Max(MONTHS_MAX)
  months!: number;

  @ApiProperty({ example: '120000.00', description: 'Balance of the personal account' })
  @IsYuan()
  account!: string;

  @ApiProperty({ example: 60, description: 'Age when the pension begins, whole years' })
  @IsInt()
  @Min(0)
  @Max(150)
  ageYears!: number;

  @ApiProperty({ example: 3, description: 'And months' })
  @IsInt()
  @Min(0)
  @Max(11)
  ageMonths!: number;

  @ApiPropertyOptional({
    type: Number,
    example: 60,
    description: 'Months before there were accounts, within months',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MONTHS_MAX)
  transitionalMonths?: number | null;

  @ApiPropertyOptional({ type: String, example: '1.3', description: "In percent; the region's if left out" })
  @IsOptional()
  @IsPercent()
  transitionalRate?: string | null;

  @ApiPropertyOptional({ enum: PENSION_ROUNDINGS, description: "The region's practice if left out" })
  @IsOptional()
  @IsIn(PENSION_ROUNDINGS)
  rounding?: PensionRounding | null;
}

export class PensionAnswer {
  @ApiProperty({ example: '2654.04', description: 'Basic part (基础养老金)' })
  basic!: string;
  @ApiProperty({ example: '874.00', description: 'Part of the account (个人账户养老金)' })
  accountPart!: string;
  @ApiProperty({ example: '0.00', description: 'Transitional part (过渡性养老金)' })
  transitional!: string;
  @ApiProperty({ example: '137.3', description: 'Divisor of the age (计发月数)' })
  divisor!: string;
  @ApiProperty({ example: '3528.04' })
  total!: string;
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}
