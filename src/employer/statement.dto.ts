import { ApiProperty } from '@nestjs/swagger';
import { FreshnessAnswer } from '../projection/read-models.dto.js';
import { EmployerPaymentAnswer } from './account.dto.js';

export class InsuredByAnswer {
  @ApiProperty({ example: 'pension' }) insurance!: string;
  @ApiProperty({ description: 'Persons for whom something stands, paid or not' }) persons!: number;
  @ApiProperty({ example: '20000.00', description: 'Their contribution bases together' }) base!: string;
}
export class InsuredAnswer {
  @ApiProperty() uscc!: string;
  @ApiProperty({ example: '2025-07' }) month!: string;
  @ApiProperty({ description: 'Each person once' }) persons!: number;
  @ApiProperty({ type: [InsuredByAnswer] }) insurances!: readonly InsuredByAnswer[];
  @ApiProperty({ type: FreshnessAnswer }) freshness!: FreshnessAnswer;
}

export class StatementSideAnswer {
  @ApiProperty({ description: 'Claimed by the bills of the month' }) amount!: string;
  @ApiProperty({ description: 'Paid of it up to today' }) paid!: string;
  @ApiProperty() outstanding!: string;
}
export class StatementLineAnswer extends InsuredByAnswer {
  @ApiProperty({ type: StatementSideAnswer }) employer!: StatementSideAnswer;
  @ApiProperty({ type: StatementSideAnswer }) employee!: StatementSideAnswer;
}
export class EmployerStatementAnswer {
  @ApiProperty() uscc!: string;
  @ApiProperty({ example: '2025-07' }) month!: string;
  @ApiProperty({ description: 'Persons for whom the month stands' }) heads!: number;
  @ApiProperty({ description: 'Persons whose cover began in the month' }) joined!: number;
  @ApiProperty({ description: 'Persons whose cover ended in the month' }) left!: number;
  @ApiProperty({ type: [StatementLineAnswer] }) lines!: readonly StatementLineAnswer[];
  @ApiProperty({ description: 'Principal claimed for the month' }) amount!: string;
  @ApiProperty({ description: 'Principal paid of it up to today' }) paid!: string;
  @ApiProperty({ description: 'Principal of it still owed' }) outstanding!: string;
  @ApiProperty({ description: 'Late fee of its bills as of today, that which was paid included' })
  lateFee!: string;
  @ApiProperty() lateFeePaid!: string;
  @ApiProperty({ type: [String], description: 'Its bills; withdrawn ones are left out' })
  bills!: readonly string[];
  @ApiProperty({ description: 'Principal that was due before the month began and not paid by then' })
  carriedIn!: string;
  @ApiProperty({ type: [EmployerPaymentAnswer], description: 'Paid on the days of the month, for any month' })
  payments!: readonly EmployerPaymentAnswer[];
  @ApiProperty({ description: "The employer's credit when the month ended" }) credit!: string;
  @ApiProperty({ type: FreshnessAnswer }) freshness!: FreshnessAnswer;
}
