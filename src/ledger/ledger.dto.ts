import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsDay, IsMonth } from '../http/validators.js';
import { ListQuery } from '../projection/list.dto.js';
import { FreshnessAnswer } from '../projection/read-models.dto.js';
import { PERSONAL_ACCOUNTS, type PersonalAccount } from './accounts.js';

const STATES = ['assessed', 'part-paid', 'paid', 'reversed'] as const;

export class AccountAnswer {
  @ApiProperty({ enum: PERSONAL_ACCOUNTS })
  account!: PersonalAccount;
  @ApiProperty({ example: '1575.05', description: 'Yuan; positive is the money of the person' })
  balance!: string;
}

export class MonthsAnswer {
  @ApiProperty({ example: 'pension' })
  insurance!: string;
  @ApiProperty({ example: 12, description: 'Months paid' })
  paid!: number;
  @ApiProperty({
    type: [String],
    example: ['2025-09'],
    description: 'Unpaid months between the first and the last paid',
  })
  gaps!: readonly string[];
}

export class BalancesAnswer {
  @ApiProperty()
  id!: string;
  @ApiProperty({ type: [AccountAnswer] })
  accounts!: readonly AccountAnswer[];
  @ApiProperty({ type: [MonthsAnswer] })
  months!: readonly MonthsAnswer[];
  @ApiProperty({ type: FreshnessAnswer })
  freshness!: FreshnessAnswer;
}

export class ContributionsQuery extends ListQuery {
  @ApiPropertyOptional({ example: '2025-01', description: 'First month owed' })
  @IsOptional()
  @IsMonth()
  from?: string;
  @ApiPropertyOptional({ example: '2025-12', description: 'Last month owed' })
  @IsOptional()
  @IsMonth()
  to?: string;
}

export class ContributionMonthAnswer {
  @ApiProperty({ example: '2025-07' })
  month!: string;
  @ApiProperty({ example: 'pension' })
  insurance!: string;
  @ApiProperty()
  submission!: string;
  @ApiProperty({ description: "The employer's unified social credit code" })
  employer!: string;
  @ApiProperty({ example: '15000.55' })
  wage!: string;
  @ApiProperty({ example: '15000.55' })
  base!: string;
  @ApiProperty({ example: '2400.09' })
  employerPart!: string;
  @ApiProperty({ example: '1200.04' })
  employeePart!: string;
  @ApiProperty({ example: '1200.04' })
  toAccount!: string;
  @ApiProperty({
    enum: STATES,
    description:
      'part-paid: one side is credited and the month does not count yet. paid: it counts, also when a later difference is still owed',
  })
  state!: (typeof STATES)[number];
  @ApiProperty({
    type: String,
    nullable: true,
    example: '2025-07-15',
    description: 'Since when the month counts: the day on which both sides were paid',
  })
  paidOn!: string | null;
}

export class ContributionsAnswer {
  @ApiProperty({ type: [ContributionMonthAnswer] })
  items!: readonly ContributionMonthAnswer[];
  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
  @ApiProperty({ type: FreshnessAnswer })
  freshness!: FreshnessAnswer;
}

export class EntriesQuery extends ListQuery {
  @ApiPropertyOptional({ enum: PERSONAL_ACCOUNTS, description: 'One account; without it both' })
  @IsOptional()
  @IsIn(PERSONAL_ACCOUNTS)
  account?: PersonalAccount;
  @ApiPropertyOptional({ example: '2025-07-01', description: 'First day of value' })
  @IsOptional()
  @IsDay()
  from?: string;
  @ApiPropertyOptional({ example: '2025-07-31', description: 'Last day of value' })
  @IsOptional()
  @IsDay()
  to?: string;
}

export class EntryAnswer {
  @ApiProperty({ enum: PERSONAL_ACCOUNTS })
  account!: string;
  @ApiProperty({ example: '2025-07-15' })
  valueDate!: string;
  @ApiProperty({ example: '2025-07-15' })
  bookedOn!: string;
  @ApiProperty({ example: '2025-07-15T02:00:00.000Z' })
  recordedAt!: string;
  @ApiProperty({ example: '300.01', description: 'Money in is positive' })
  delta!: string;
  @ApiProperty({ example: '1575.05', description: 'Of the account after this line, in the order of value' })
  balance!: string;
  @ApiProperty({ example: 'ContributionPaid' })
  type!: string;
  @ApiProperty({ description: 'Payment, settlement or reversal' })
  reference!: string;
  @ApiProperty({ type: String, nullable: true, example: '2025-07', description: 'Month owed' })
  month!: string | null;
  @ApiProperty({ example: '4', description: "Revision of the event in the person's stream" })
  revision!: string;
  @ApiProperty({ example: '10234' })
  position!: string;
}

export class EntriesAnswer {
  @ApiProperty({ type: [EntryAnswer] })
  items!: readonly EntryAnswer[];
  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
  @ApiProperty({ type: FreshnessAnswer })
  freshness!: FreshnessAnswer;
}
