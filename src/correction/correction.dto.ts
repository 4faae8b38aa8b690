import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { IsYuan } from '../http/validators.js';
import { ListQuery } from '../projection/list.dto.js';

const INSURANCE = /^[a-z][a-z-]{0,30}$/;
const ONE_LINE = /^[^\p{Cc}]*\S[^\p{Cc}]*$/u;
const STATES = ['requested', 'approved', 'rejected', 'done', 'failed'] as const;
const KINDS = ['reversal', 'move', 'refund'] as const;

class Papers {
  @ApiProperty({ example: 'declared for the wrong person' })
  @Length(1, 200)
  @IsString()
  reason!: string;

  @ApiProperty({ example: 'file 2025-0917', description: 'Where the papers are' })
  @Length(1, 200)
  @IsString()
  evidence!: string;
}

export class ReversalRequest extends Papers {
  @ApiPropertyOptional({ example: 'medical', description: 'Absent: all that stands of the month' })
  @IsOptional()
  @Matches(INSURANCE)
  insurance?: string | null;
}

export class MoveRequest extends Papers {
  @ApiProperty({ description: 'Id of the person the month belongs to' })
  @Matches(/^[a-z2-7]{26}$/)
  to!: string;
}

export class RefundRequest extends Papers {
  @ApiProperty({ example: '120.00', description: "Yuan text, of the employer's credit" })
  @IsYuan({ positive: true })
  amount!: string;

  @ApiProperty({ example: 'refund order 2025-118', description: 'As the bank will name it' })
  @Length(1, 100)
  @Matches(ONE_LINE)
  @IsString()
  reference!: string;
}

export class RejectionRequest {
  @ApiProperty({ example: 'the papers name another month' })
  @Length(1, 200)
  @IsString()
  reason!: string;
}

export class CorrectionsQuery extends PartialType(ListQuery) {
  @ApiPropertyOptional({ enum: STATES })
  @IsOptional()
  @IsIn(STATES)
  state?: (typeof STATES)[number];
}

/** What was asked: the fields that its kind has. */
export class CorrectionSubject {
  @ApiProperty({ enum: KINDS }) kind!: (typeof KINDS)[number];
  @ApiPropertyOptional({ description: 'Of a reversal: whose month' }) individual?: string;
  @ApiPropertyOptional({ description: 'Of a move: from whom' }) from?: string;
  @ApiPropertyOptional({ description: 'Of a move: to whom' }) to?: string;
  @ApiPropertyOptional({ example: '2025-07' }) month?: string;
  @ApiPropertyOptional({ example: 'medical' }) insurance?: string;
  @ApiPropertyOptional({ description: 'Of a refund: to which employer' }) uscc?: string;
  @ApiPropertyOptional({ example: '120.00' }) amount?: string;
  @ApiPropertyOptional() reference?: string;
}

export class CorrectionAnswer {
  @ApiProperty() id!: string;
  @ApiProperty({ enum: STATES }) state!: (typeof STATES)[number];
  @ApiProperty({ type: CorrectionSubject }) request!: CorrectionSubject;
  @ApiProperty() requestedBy!: string;
  @ApiPropertyOptional({ description: 'Who approved or rejected' }) decidedBy?: string;
  @ApiPropertyOptional({ description: 'Why it could not be done any more: a problem code' }) code?: string;
}

export class CorrectionItem extends CorrectionAnswer {
  @ApiProperty({ example: '2025-09-17T01:00:00.000Z' }) requestedAt!: string;
  @ApiPropertyOptional() decidedAt?: string;
}

export class CorrectionsAnswer {
  @ApiProperty({ type: [CorrectionItem] }) items!: readonly CorrectionItem[];
  @ApiProperty({ type: String, nullable: true }) next!: string | null;
}
