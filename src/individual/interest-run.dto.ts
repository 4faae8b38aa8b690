import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { IsPercent } from '../http/validators.js';

const METHODS = ['month-product', 'annual'] as const;
const EARNS_FROM = ['paid', 'owed'] as const;

export class InterestRunRequest {
  @ApiProperty({ example: 2024, description: 'Calendar year that is over' })
  @IsInt()
  @Min(1900)
  @Max(2099)
  year!: number;

  @ApiPropertyOptional({
    example: '2.60',
    description: 'Percent; with `provisional` only, else the national table',
  })
  @IsOptional()
  @IsPercent()
  rate?: string | null;

  @ApiPropertyOptional({ enum: METHODS, default: 'month-product' })
  @IsOptional()
  @IsIn(METHODS)
  method?: (typeof METHODS)[number] | null;

  @ApiPropertyOptional({
    description: 'The rate of the year is not published yet: `rate` and `source` are given',
  })
  @IsOptional()
  @IsBoolean()
  provisional?: boolean | null;

  @ApiPropertyOptional({ example: 'rate of the year before, until the new one is published' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  source?: string | null;

  @ApiPropertyOptional({
    enum: EARNS_FROM,
    default: 'paid',
    description:
      'Month from which a contribution earns: the one in which it was paid, or the one it was owed for',
  })
  @IsOptional()
  @IsIn(EARNS_FROM)
  earnsFrom?: (typeof EARNS_FROM)[number] | null;
}

export class InterestRunCounts {
  @ApiProperty({ description: 'Persons registered; nought until the run has begun' })
  total!: number;
  @ApiProperty({ description: 'Persons to whom something was posted' })
  credited!: number;
  @ApiProperty()
  unchanged!: number;
  @ApiProperty({
    description: 'Persons whose stream was written by others again and again: run the year again',
  })
  failed!: number;
}

export class InterestRunAnswer {
  @ApiProperty()
  id!: string;
  @ApiProperty({ enum: ['running', 'finished'] })
  state!: 'running' | 'finished';
  @ApiProperty({ example: 2024 })
  year!: number;
  @ApiProperty({ example: '2.62' })
  rate!: string;
  @ApiProperty({ enum: METHODS })
  method!: (typeof METHODS)[number];
  @ApiProperty()
  source!: string;
  @ApiProperty()
  provisional!: boolean;
  @ApiProperty({ enum: EARNS_FROM })
  earnsFrom!: (typeof EARNS_FROM)[number];
  @ApiProperty({ type: InterestRunCounts })
  counts!: InterestRunCounts;
  @ApiProperty({ example: '1446.24', description: 'Interest posted by this run, signed' })
  amount!: string;
  @ApiPropertyOptional({ description: 'Code of the error for which the run stands still' })
  parked?: string;
}

export class InterestRunStartedAnswer {
  @ApiProperty()
  id!: string;
  @ApiProperty({ enum: ['running', 'finished'] })
  state!: 'running' | 'finished';
}
