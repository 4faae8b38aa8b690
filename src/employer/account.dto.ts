import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsDay, IsMonth } from '../http/validators.js';
import { ListQuery } from '../projection/list.dto.js';
import { FreshnessAnswer } from '../projection/read-models.dto.js';

export const BILL_STATES = ['assessed', 'part-paid', 'paid', 'withdrawn'] as const;
export const BILL_KINDS = ['normal', 'back', 'base-change', 'difference'] as const;
const SIDES = ['employer', 'employee'] as const;

export class BillsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: BILL_STATES })
  @IsOptional()
  @IsIn(BILL_STATES)
  state?: (typeof BILL_STATES)[number];
  @ApiPropertyOptional({ example: '2025-07', description: 'Month owed' })
  @IsOptional()
  @IsMonth()
  month?: string;
}

export class AccountEntriesQuery extends ListQuery {
  @ApiPropertyOptional({ example: '2025-07-01', description: 'First day of value' })
  @IsOptional()
  @IsDay()
  from?: string;
  @ApiPropertyOptional({ example: '2025-07-31', description: 'Last day of value' })
  @IsOptional()
  @IsDay()
  to?: string;
}

export class InsuredQuery {
  @ApiProperty({ example: '2025-07', description: 'Month owed' })
  @IsMonth()
  month!: string;
}

export class BillCellAnswer {
  @ApiProperty({ example: 'pension' }) insurance!: string;
  @ApiProperty({ enum: SIDES, description: 'Who owes it' }) side!: (typeof SIDES)[number];
  @ApiProperty({ example: '1600.00', description: 'Yuan text' }) amount!: string;
  @ApiProperty({ example: '0.00' }) paid!: string;
}

/** What is left to pay of principal and late fee, and what was paid. */
export class OwedAnswer {
  @ApiProperty({ description: 'Principal that came in' }) paid!: string;
  @ApiProperty({ description: 'Principal still owed' }) outstanding!: string;
  @ApiProperty({ description: 'Late fee as of today, that which was paid included' }) lateFee!: string;
  @ApiProperty({ description: 'Late fee that came in' }) lateFeePaid!: string;
  @ApiProperty({ description: 'Principal and late fee that would pay it whole today' }) due!: string;
  @ApiProperty({ example: '2025-08-15' }) dueOn!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Day of the last payment' })
  paidOn!: string | null;
}

export class BillAnswer extends OwedAnswer {
  @ApiProperty({ format: 'uuid', description: 'The submission, or a bill of differences' }) bill!: string;
  @ApiProperty({ enum: BILL_KINDS }) kind!: (typeof BILL_KINDS)[number];
  @ApiProperty({ example: 'shanghai' }) region!: string;
  @ApiProperty({ example: '2025-07' }) month!: string;
  @ApiProperty({ enum: BILL_STATES }) state!: (typeof BILL_STATES)[number];
  @ApiProperty({ example: '2025-07-28' }) issuedOn!: string;
  @ApiProperty({ description: 'Principal claimed' }) amount!: string;
  @ApiProperty({ type: [BillCellAnswer] }) cells!: readonly BillCellAnswer[];
}
export class BillsAnswer {
  @ApiProperty({ type: [BillAnswer] }) items!: readonly BillAnswer[];
  @ApiProperty({ type: String, nullable: true }) next!: string | null;
  @ApiProperty({ type: FreshnessAnswer }) freshness!: FreshnessAnswer;
}

export class ArrearsMonthAnswer {
  @ApiProperty({ example: '2025-07', description: 'Month owed' }) month!: string;
  @ApiProperty({ description: 'Principal not paid by its due day' }) principal!: string;
  @ApiProperty({ description: 'Late fee left to pay, to today' }) lateFee!: string;
  @ApiProperty() total!: string;
  @ApiProperty({ type: [String], description: 'Bills of the month of which something is left to pay' })
  bills!: readonly string[];
}
export class UnsettledEstimateAnswer {
  @ApiProperty({ example: '2025-08' }) month!: string;
  @ApiProperty({ example: '110', description: 'Percent text' }) factor!: string;
  @ApiProperty() persons!: number;
  @ApiProperty() employer!: string;
  @ApiProperty() employee!: string;
  @ApiProperty() total!: string;
}
export class ArrearsAnswer {
  @ApiProperty({ type: [ArrearsMonthAnswer], description: 'Oldest month first' })
  items!: readonly ArrearsMonthAnswer[];
  @ApiProperty({ type: String, nullable: true }) next!: string | null;
  @ApiProperty({
    type: [UnsettledEstimateAnswer],
    description: 'Months not declared yet, as they were assessed; no bill asks for them',
  })
  estimates!: readonly UnsettledEstimateAnswer[];
  @ApiProperty({ type: FreshnessAnswer }) freshness!: FreshnessAnswer;
}

export class EmployerAccountAnswer {
  @ApiProperty() uscc!: string;
  @ApiProperty({ description: 'Money of the employer that no bill has used' }) credit!: string;
  @ApiProperty({ description: 'Principal still owed, due or not' }) outstanding!: string;
  @ApiProperty({ description: 'Late fee left to pay, to today' }) lateFee!: string;
  @ApiProperty({ description: 'Principal claimed by all bills that stand' }) billed!: string;
  @ApiProperty({ description: 'Money that came in' }) paid!: string;
  @ApiProperty({ description: 'Late fee that came in, part of `paid`' }) lateFeePaid!: string;
  @ApiProperty({ description: 'Money that was paid out again' }) refunded!: string;
  @ApiProperty({ type: [ArrearsMonthAnswer], description: 'Oldest month first' })
  arrears!: readonly ArrearsMonthAnswer[];
  @ApiProperty({ type: FreshnessAnswer }) freshness!: FreshnessAnswer;
}

export class PaymentAllocationAnswer {
  @ApiProperty() bill!: string;
  @ApiProperty({ example: '2025-07' }) month!: string;
  @ApiProperty({ description: 'Principal it paid' }) principal!: string;
  @ApiProperty() lateFee!: string;
  @ApiProperty({ type: [BillCellAnswer], description: 'The principal by insurance and side' })
  cells!: readonly Omit<BillCellAnswer, 'paid'>[];
}
export class PaymentTargetAnswer {
  @ApiProperty({ enum: ['bill', 'month', 'account'] }) kind!: 'bill' | 'month' | 'account';
  @ApiProperty({ required: false }) bill?: string;
  @ApiProperty({ required: false }) month?: string;
}
export class EmployerPaymentAnswer {
  @ApiProperty({ format: 'uuid' }) payment!: string;
  @ApiProperty({ enum: ['money', 'credit'], description: '`credit`: the employer’s own credit was used' })
  kind!: 'money' | 'credit';
  @ApiProperty() amount!: string;
  @ApiProperty({ example: '2025-08-11' }) paidOn!: string;
  @ApiProperty({ example: '2025-08-12' }) bookedOn!: string;
  @ApiProperty({ type: String, nullable: true, description: "The bank's reference" })
  reference!: string | null;
  @ApiProperty({ type: PaymentTargetAnswer, nullable: true, description: 'What the payer named' })
  target!: PaymentTargetAnswer | null;
  @ApiProperty() principal!: string;
  @ApiProperty() lateFee!: string;
  @ApiProperty({ description: 'What no bill took: it became credit' }) unapplied!: string;
  @ApiProperty({ description: 'Every person it covers has been credited' }) credited!: boolean;
  @ApiProperty({ type: [PaymentAllocationAnswer] }) allocations!: readonly PaymentAllocationAnswer[];
}
export class PaymentsAnswer {
  @ApiProperty({ type: [EmployerPaymentAnswer] }) items!: readonly EmployerPaymentAnswer[];
  @ApiProperty({ type: String, nullable: true }) next!: string | null;
  @ApiProperty({ type: FreshnessAnswer }) freshness!: FreshnessAnswer;
}

export class AccountEntryAnswer {
  @ApiProperty({ example: 'MoneyReceived' }) type!: string;
  @ApiProperty({ example: '2025-08-11', description: 'Day of value' }) valueDate!: string;
  @ApiProperty({ example: '2025-08-12' }) bookedOn!: string;
  @ApiProperty() recordedAt!: string;
  @ApiProperty({ type: String, nullable: true }) bill!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '2025-07' }) month!: string | null;
  @ApiProperty({ description: 'Names the bill, payment, change, refund or correction' }) reference!: string;
  @ApiProperty({ description: 'Claimed; negative when taken back' }) claimed!: string;
  @ApiProperty({ description: 'Principal paid; negative when it is credit again' }) principal!: string;
  @ApiProperty({ description: 'Late fee paid' }) lateFee!: string;
  @ApiProperty({ description: 'Change of the credit' }) credit!: string;
  @ApiProperty({ description: 'Money that came in; negative when it was paid out' }) received!: string;
  @ApiProperty({ description: 'Credit less principal owed, after this line; negative: it is owed' })
  balance!: string;
  @ApiProperty({ description: 'Credit after this line' }) creditAfter!: string;
  @ApiProperty() position!: string;
}
export class AccountEntriesAnswer {
  @ApiProperty({ type: [AccountEntryAnswer] }) items!: readonly AccountEntryAnswer[];
  @ApiProperty({ type: String, nullable: true }) next!: string | null;
  @ApiProperty({ type: FreshnessAnswer }) freshness!: FreshnessAnswer;
}
