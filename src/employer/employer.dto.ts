import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { IsMonth, IsPercent } from '../http/validators.js';

const NOT_BLANK = /\S/u;
const KINDS = ['normal', 'back', 'base-change'] as const;

export class RegisterEmployerBody {
  @ApiProperty({ description: '统一社会信用代码, GB 32100-2015', example: '91310000MA1FL0000X' })
  @IsString()
  uscc!: string;

  @ApiProperty({ minLength: 1, maxLength: 200 })
  @IsString()
  @Length(1, 200)
  @Matches(NOT_BLANK)
  name!: string;

  @ApiProperty({ description: 'Folder name under rules/', example: 'shanghai' })
  @IsString()
  region!: string;

  @ApiProperty({
    required: false,
    description: "The employer's own work-injury rate in percent",
    example: '0.26',
  })
  @IsOptional()
  @IsPercent()
  injuryRate?: string;
}

export class EmployerAnswer {
  @ApiProperty() uscc!: string;
  @ApiProperty() name!: string;
  @ApiProperty() region!: string;
  @ApiProperty({ description: 'Percent text', example: '0.26' }) injuryRate!: string;
}

export class SubmitQuery {
  @ApiProperty({
    required: false,
    description: 'Month owed; a JSON body may name it itself',
    example: '2025-07',
  })
  @IsOptional()
  @IsMonth()
  month?: string;

  @ApiProperty({
    required: false,
    enum: ['true', 'false'],
    description: 'The same verdicts, writing nothing',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: string;

  @ApiProperty({
    required: false,
    enum: KINDS,
    default: 'normal',
    description:
      'normal: the month is declared; back (补缴): the same, long after; base-change (基数调整): wages of months that stand are changed',
  })
  @IsOptional()
  @IsIn(KINDS)
  kind?: (typeof KINDS)[number];

  @ApiProperty({
    required: false,
    enum: ['true', 'false'],
    description: 'Refuse the file whole when a row of it would be rejected',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  atomic?: string;

  @ApiProperty({
    required: false,
    description:
      'The papers that allow to pay for a month long past: what they are and their number, no name',
    minLength: 1,
    maxLength: 200,
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  @Matches(NOT_BLANK)
  evidence?: string;
}

export class RowBody {
  @ApiProperty() ssn!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ description: 'Yuan text', example: '8000.00' }) wage!: string;
  @ApiProperty({ required: false, enum: ['employee', 'flexible'] }) employment?: string;
  @ApiProperty({ required: false, type: [String] }) insurances?: string[];
  @ApiProperty({ required: false, enum: ['join', 'leave'], description: '增员, 减员' }) change?: string;
  @ApiProperty({ required: false, description: 'First or last day of cover', example: '2025-07-15' })
  changeDate?: string;
  @ApiProperty({ required: false }) reason?: string;
}

export class RosterBody {
  @ApiProperty({ required: false, example: '2025-07' }) month?: string;
  @ApiProperty({ type: [RowBody] }) rows!: RowBody[];
}

export class SubmissionReceipt {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: ['posting'] }) state!: 'posting';
}
