import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { FreshnessAnswer } from '../projection/read-models.dto.js';
import { OwedAnswer } from './account.dto.js';

export const BANK_VERDICTS = ['matched', 'credit', 'duplicate', 'unmatched'] as const;
export const LINES_PAGE_MAX = 500;

export class BankLinesQuery {
  @ApiProperty({ required: false, enum: BANK_VERDICTS })
  @IsOptional()
  @IsIn(BANK_VERDICTS)
  verdict?: (typeof BANK_VERDICTS)[number];

  @ApiProperty({ required: false, minimum: 1, maximum: LINES_PAGE_MAX, default: LINES_PAGE_MAX })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LINES_PAGE_MAX)
  limit?: number;

  @ApiProperty({ required: false, description: '`next` of the page before' })
  @IsOptional()
  @Matches(/^\d{1,9}$/)
  cursor?: string;
}

export class BankLineBody {
  @ApiProperty({ example: '2025-08-11' }) date!: string;
  @ApiProperty({ description: 'Yuan text without separators', example: '152480.00' }) amount!: string;
  @ApiProperty({ maxLength: 100 }) reference!: string;
  @ApiProperty({ required: false, description: 'Code of the payer' }) uscc?: string;
  @ApiProperty({ required: false, description: 'Name of the payer; a code in it counts' }) payer?: string;
  @ApiProperty({ required: false, description: 'May name a submission, a code, a month' }) remark?: string;
}
export class BankStatementBody {
  @ApiProperty({ type: [BankLineBody] }) lines!: BankLineBody[];
}

export class BankLineCounts {
  @ApiProperty() total!: number;
  @ApiProperty({ description: 'Paid something' }) matched!: number;
  @ApiProperty({ description: "Nothing was open: kept as the employer's credit" }) credit!: number;
  @ApiProperty({ description: 'The same line of the bank came before' }) duplicate!: number;
  @ApiProperty({ description: 'Whose it is cannot be told: nothing is booked' }) unmatched!: number;
  @ApiProperty({ description: 'Not looked at yet' }) pending!: number;
}

export class BankLineProblemAnswer {
  @ApiProperty({ example: 'payer-unknown' }) code!: string;
  @ApiProperty({ example: 'uscc' }) field!: string;
  @ApiProperty() message!: string;
}

export class BankAllocationAnswer {
  @ApiProperty({ format: 'uuid' }) submission!: string;
  @ApiProperty({ example: '2025-07' }) month!: string;
  @ApiProperty({ description: 'Principal', example: '1600.00' }) allocated!: string;
  @ApiProperty({ example: '0.00' }) lateFee!: string;
}

export class BankLineAnswer {
  @ApiProperty({ description: 'In the file, counted from 1' }) line!: number;
  @ApiProperty({ enum: BANK_VERDICTS }) verdict!: (typeof BANK_VERDICTS)[number];
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What is wrong with an unmatched line; of a booked one why it did not go where it says',
  })
  code!: string | null;
  @ApiProperty({ type: String, nullable: true }) field!: string | null;
  @ApiProperty({ type: String, nullable: true }) message!: string | null;
  @ApiProperty({ type: [BankLineProblemAnswer], description: 'All that is wrong with the line' })
  problems!: readonly BankLineProblemAnswer[];
  @ApiProperty({ type: String, nullable: true, description: 'Null where the line does not tell it' })
  amount!: string | null;
  @ApiProperty({ type: String, nullable: true }) paidOn!: string | null;
  @ApiProperty({ type: String, nullable: true }) reference!: string | null;
  @ApiProperty({ type: String, nullable: true }) uscc!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'In the account of the employer; of a duplicate the payment of the line that came first',
  })
  payment!: string | null;
  @ApiProperty({ type: [BankAllocationAnswer] }) allocations!: readonly BankAllocationAnswer[];
  @ApiProperty({ type: String, nullable: true, description: 'What became credit' })
  unapplied!: string | null;
}

export class BankLinesAnswer {
  @ApiProperty({ type: [BankLineAnswer] }) items!: readonly BankLineAnswer[];
  @ApiProperty({ type: String, nullable: true }) next!: string | null;
}

export class OpenBillAnswer extends OwedAnswer {
  @ApiProperty({ format: 'uuid' }) submission!: string;
  @ApiProperty() uscc!: string;
  @ApiProperty({ example: '2025-07' }) month!: string;
}
export class OpenBillsAnswer {
  @ApiProperty({ description: 'How many there are; the first are listed' }) total!: number;
  @ApiProperty({ type: [OpenBillAnswer] }) items!: readonly OpenBillAnswer[];
  @ApiProperty({ type: FreshnessAnswer }) freshness!: FreshnessAnswer;
}

export class BankStatementAnswer {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: ['matching', 'matched'], description: '`matching`: it goes on by itself' })
  state!: 'matching' | 'matched';
  @ApiProperty() fileSha256!: string;
  @ApiProperty({ type: BankLineCounts }) lines!: BankLineCounts;
  @ApiProperty({ type: [BankLineAnswer], description: 'The first lines; the rest under `/lines`' })
  items!: readonly BankLineAnswer[];
  @ApiProperty({ type: String, nullable: true, description: 'Cursor of `/lines` after `items`' })
  next!: string | null;
  @ApiProperty({ type: [BankLineAnswer], description: 'Lines without an employer; the first of them' })
  unmatched!: readonly BankLineAnswer[];
  @ApiProperty({
    type: OpenBillsAnswer,
    description:
      'Bills that stay open, of the employers in the file and of all others for the months it paid: nothing that came pays them',
  })
  openBills!: OpenBillsAnswer;
  @ApiProperty({ required: false, description: 'Code of the error behind which it waits' }) parked?: string;
}
