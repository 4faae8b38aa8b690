import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { BILL_KINDS, BillCellAnswer, OwedAnswer } from './account.dto.js';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

const VERDICTS = ['accepted', 'duplicate', 'rejected'] as const;
const STATES = ['received', 'posting', 'assessed', 'part-paid', 'paid', 'withdrawn'] as const;
const LIMIT_MAX = 500;
export const LIMIT_DEFAULT = 100;

export class RowsQuery {
  @ApiProperty({ required: false, enum: VERDICTS })
  @IsOptional()
  @IsIn(VERDICTS)
  verdict?: (typeof VERDICTS)[number];

  @ApiProperty({ required: false, minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LIMIT_MAX)
  limit?: number;

  @ApiProperty({ required: false, description: '`next` of the page before' })
  @IsOptional()
  @Matches(/^\d{1,9}$/)
  cursor?: string;
}

export class RowCounts {
  @ApiProperty() total!: number;
  @ApiProperty() accepted!: number;
  @ApiProperty() duplicate!: number;
  @ApiProperty() rejected!: number;
  @ApiProperty() pending!: number;
}

export class SideAmounts {
  @ApiProperty({ description: 'Yuan text' }) employer!: string;
  @ApiProperty() employee!: string;
  @ApiProperty() total!: string;
}

export class SubmissionAmounts extends SideAmounts {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  byInsurance!: Readonly<Record<string, string>>;
}

export class SubmissionAnswer extends OwedAnswer {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() uscc!: string;
  @ApiProperty() region!: string;
  @ApiProperty({ example: '2025-07' }) month!: string;
  @ApiProperty({ enum: BILL_KINDS }) kind!: (typeof BILL_KINDS)[number];
  @ApiProperty({ description: 'Refused whole when a row of it is' }) atomic!: boolean;
  @ApiProperty({ enum: STATES }) state!: (typeof STATES)[number];
  @ApiProperty({ type: String, nullable: true, description: 'Why it was withdrawn' })
  withdrawalReason!: string | null;
  @ApiProperty({ type: RowCounts }) rows!: RowCounts;
  @ApiProperty({ type: SubmissionAmounts, description: 'As the rows were assessed' })
  amounts!: SubmissionAmounts;
  @ApiProperty({ type: [BillCellAnswer], description: 'Its bill as it stands, by insurance and side' })
  bill!: readonly BillCellAnswer[];
  @ApiProperty() fileSha256!: string;
  @ApiProperty({ required: false, description: 'Code of the error behind which it waits' }) parked?: string;
}

export class RowProblemAnswer {
  @ApiProperty({ example: 'ssn-invalid' }) code!: string;
  @ApiProperty({ example: 'ssn' }) field!: string;
  @ApiProperty({ required: false, example: 'ssn-check-digit' }) reason?: string;
  @ApiProperty() message!: string;
}

export class RowAnswer {
  @ApiProperty() line!: number;
  @ApiProperty({ enum: VERDICTS }) verdict!: string;
  @ApiProperty({ type: String, nullable: true, description: 'The main problem, or the note `registered`' })
  code!: string | null;
  @ApiProperty({ type: String, nullable: true }) field!: string | null;
  @ApiProperty({ type: String, nullable: true }) message!: string | null;
  @ApiProperty({ type: [RowProblemAnswer], description: 'All problems of the row' })
  problems!: RowProblemAnswer[];
  @ApiProperty({ type: String, nullable: true, description: "The person's id" }) id!: string | null;
  @ApiProperty({ type: SideAmounts, nullable: true }) amounts!: SideAmounts | null;
}

export class RowsAnswer {
  @ApiProperty({ type: [RowAnswer] }) items!: RowAnswer[];
  @ApiProperty({ type: String, nullable: true }) next!: string | null;
}

export class RehearsalAnswer {
  @ApiProperty({ enum: [true] }) dryRun!: true;
  @ApiProperty() month!: string;
  @ApiProperty({ type: RowCounts }) rows!: RowCounts;
  @ApiProperty({ type: SubmissionAmounts }) amounts!: SubmissionAmounts;
  @ApiProperty() dueOn!: string;
  @ApiProperty({ type: [RowAnswer] }) items!: RowAnswer[];
}
