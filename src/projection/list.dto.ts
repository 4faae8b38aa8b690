import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { fieldMessages } from '../http/field-messages.js';
import type { ProblemError } from '../http/problem.js';
import { requestInvalid } from '../http/validation.js';

export const LIMIT_DEFAULT = 100;
export const LIMIT_MAX = 500;

/** How much of a list, and from where. */
export class ListQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LIMIT_MAX)
  limit?: number;

  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(400)
  cursor?: string;
}

export const cursorProblem = (): ProblemError =>
  requestInvalid([{ field: 'cursor', code: 'malformed', message: fieldMessages.malformed.en }]);
