import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { IsDay } from '../http/validators.js';
import { LIMIT_MAX } from '../projection/list.dto.js';
import { FreshnessAnswer } from '../projection/read-models.dto.js';
import { AsOfQuery } from '../projection/viewpoint.dto.js';
import type { Instant } from '../kernel/calendar.js';
import { FAULT_KINDS, type FaultKind } from './faults.js';
import type { HistoryItem } from './history.js';

export class HistoryQuery extends AsOfQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: LIMIT_MAX, description: 'Without it the whole life' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LIMIT_MAX)
  limit?: number;

  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsOptional()
  @Matches(/^\d{1,18}$/)
  cursor?: string;
}

class ActorAnswer {
  @ApiProperty({ example: 'agency' })
  role!: string;
  @ApiProperty({ example: 'local' })
  id!: string;
}

class EffectAnswer {
  @ApiProperty({ example: 'pension' })
  account!: string;
  @ApiProperty({ example: '1200.04', description: 'Money in is positive' })
  delta!: string;
  @ApiProperty({ example: '2400.08' })
  balance!: string;
}

class StepAnswer {
  @ApiProperty({ example: 'shanghai/2025-07 pension employee' })
  rule!: string;
  @ApiProperty({ description: 'Law, notice or standard' })
  source!: string;
  @ApiProperty({ example: '15000.55 x 8% = 1200.04 (fen-half-up)' })
  formula!: string;
}

class ReasonAnswer extends StepAnswer {
  @ApiProperty({ type: [StepAnswer], description: 'The same, amount by amount' })
  steps!: readonly StepAnswer[];
}

export class HistoryItemAnswer implements HistoryItem {
  @ApiProperty({ example: '3' })
  revision!: string;
  @ApiProperty({ example: '10234' })
  position!: string;
  @ApiProperty({ example: 'ContributionPaid' })
  type!: string;
  @ApiProperty({ example: '2025-07-15T02:00:00.000Z' })
  recordedAt!: string;
  @ApiProperty({ example: '2025-07-15' })
  bookedOn!: string;
  @ApiProperty({ type: String, nullable: true, example: '2025-07-15' })
  valueDate!: string | null;
  @ApiProperty({ type: ActorAnswer })
  actor!: HistoryItem['actor'];
  @ApiProperty({ example: 'employer' })
  channel!: HistoryItem['channel'];
  @ApiProperty({ description: 'Key of the command' })
  cause!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'As recorded; personal fields masked',
  })
  data!: Readonly<Record<string, unknown>>;
  @ApiProperty({ type: [EffectAnswer], description: 'On the personal accounts' })
  effects!: readonly EffectAnswer[];
  @ApiProperty({ type: ReasonAnswer, nullable: true, description: 'For contributions' })
  why!: HistoryItem['why'];
  @ApiProperty({ description: 'SHA-256, chained to the event before' })
  hash!: string;
}

export class HistoryAnswer {
  @ApiProperty()
  id!: string;
  @ApiProperty({ type: [HistoryItemAnswer] })
  items!: readonly HistoryItemAnswer[];
  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}

export class TrialBalanceQuery {
  @ApiPropertyOptional({ example: '2025-07-31', description: 'With value up to this day' })
  @IsOptional()
  @IsDay()
  asOf?: string;
}

class TrialBalanceAccountAnswer {
  @ApiProperty({ example: 'pool:pension' })
  account!: string;
  @ApiProperty({ example: '0.00', description: 'Debit turnover' })
  debit!: string;
  @ApiProperty({ example: '2400.09', description: 'Credit turnover' })
  credit!: string;
}

export class TrialBalanceAnswer {
  @ApiProperty({ type: [TrialBalanceAccountAnswer] })
  accounts!: readonly TrialBalanceAccountAnswer[];
  @ApiProperty({ example: '0.00', description: 'Debits less credits of the whole book' })
  total!: string;
  @ApiProperty({ type: FreshnessAnswer })
  freshness!: FreshnessAnswer;
}

export class VerificationStartedAnswer {
  @ApiProperty({ format: 'uuid' })
  id!: string;
}

class FaultAnswer {
  @ApiProperty({ enum: FAULT_KINDS })
  kind!: FaultKind;
  @ApiProperty({ description: 'What exactly does not fit', example: 'hash-differs' })
  check!: string;
  @ApiProperty()
  stream!: string;
  @ApiProperty({ example: '3' })
  revision!: string;
  @ApiProperty({ example: '10234', description: 'Of the event, or where its absence was noticed' })
  position!: string;
}

class LogHeadAnswer {
  @ApiProperty({ description: 'Events' })
  size!: number;
  @ApiProperty({ description: 'Merkle tree head (RFC 6962) over the hashes of all events, hex' })
  root!: string;
}

export class VerificationAnswer {
  @ApiProperty({ format: 'uuid' })
  id!: string;
  @ApiProperty({ enum: ['running', 'done', 'failed'] })
  state!: 'running' | 'done' | 'failed';
  @ApiProperty({ description: 'Events that fit so far' })
  events!: number;
  @ApiProperty()
  streams!: number;
  @ApiProperty({ description: 'Checkpoints that fit, with a good signature; known at the end' })
  checkpoints!: number;
  @ApiProperty({ description: 'Events that those checkpoints bear out' })
  covered!: number;
  @ApiProperty({ description: 'Checkpoints whose signature could not be checked for want of a key' })
  unverified!: number;
  @ApiPropertyOptional({ type: String, description: 'Instant of the last good checkpoint' })
  signedThrough?: Instant;
  @ApiPropertyOptional({ type: LogHeadAnswer, description: 'Over the events that fit' })
  head?: LogHeadAnswer;
  @ApiProperty({ description: 'True when every event of the log fits; false while running' })
  whole!: boolean;
  @ApiPropertyOptional({ type: FaultAnswer, description: 'The first event that does not fit' })
  fault?: FaultAnswer;
}
