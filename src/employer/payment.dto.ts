import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { IsDay, IsMonth, IsYuan } from '../http/validators.js';

export const REFERENCE_CHARACTERS_MAX = 100;
const NOT_BLANK = /\S/u;

export class PayBody {
  @ApiProperty({ description: 'What came, yuan text: more or less than what is owed', example: '152480.00' })
  @IsYuan({ positive: true })
  amount!: string;

  @ApiProperty({ description: 'The day on which the money came', example: '2025-08-11' })
  @IsDay()
  paidOn!: string;

  @ApiProperty({
    description: "The bank's reference; with amount and day it names the line of the bank, which counts once",
    maxLength: REFERENCE_CHARACTERS_MAX,
  })
  @IsString()
  @Matches(NOT_BLANK)
  @Length(1, REFERENCE_CHARACTERS_MAX)
  reference!: string;
}

export class PayEmployerBody extends PayBody {
  @ApiProperty({
    required: false,
    description: 'The month it is for; without it the oldest open month comes first',
    example: '2025-07',
  })
  @IsOptional()
  @IsMonth()
  month?: string;
}

export class AllocatedCell {
  @ApiProperty({ example: 'pension' }) insurance!: string;
  @ApiProperty({ enum: ['employer', 'employee'] }) side!: 'employer' | 'employee';
  @ApiProperty({ example: '800.00' }) amount!: string;
  @ApiProperty({
    description: 'Paid whole by it: credited to the persons. A part of a cell waits for the rest',
  })
  covered!: boolean;
}

export class AllocatedBill {
  @ApiProperty({ format: 'uuid', description: 'The bill is named as its submission' }) submission!: string;
  @ApiProperty({ example: '2025-07' }) month!: string;
  @ApiProperty({ description: 'Principal', example: '1600.00' }) allocated!: string;
  @ApiProperty({ example: '0.00' }) lateFee!: string;
  @ApiProperty({ type: [AllocatedCell] }) cells!: readonly AllocatedCell[];
}

export class PaymentAnswer {
  @ApiProperty({ format: 'uuid' }) payment!: string;
  @ApiProperty({ description: 'Principal that was paid', example: '152480.00' }) allocated!: string;
  @ApiProperty({ description: 'Late fee that was paid', example: '0.00' }) lateFee!: string;
  @ApiProperty({
    description: "What was left over: the employer's credit, used by the next bill",
    example: '0.00',
  })
  unapplied!: string;
  @ApiProperty({
    enum: ['assessed', 'part-paid', 'paid'],
    nullable: true,
    description: 'Of the submission right after it; null where none was named',
  })
  state!: 'assessed' | 'part-paid' | 'paid' | null;
  @ApiProperty({ type: [AllocatedBill] }) allocations!: readonly AllocatedBill[];
}
