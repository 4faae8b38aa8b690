import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccountController } from './account.controller.js';
import {
  ChangeEmployerBillsHandler,
  MoveRowHandler,
  PayEmployerHandler,
  PaySubmissionHandler,
  RefundCreditHandler,
  UseCreditHandler,
} from './account.handlers.js';
import { EmployerAccounts } from './account.log.js';
import { AccountPayments } from './account.payments.js';
import { AccountProcess } from './account.process.js';
import { AccountReader } from './account.reader.js';
import { BankStatementController } from './bank-statement.controller.js';
import { BankMatcher } from './bank-statement.matching.js';
import { BankStatementProcess } from './bank-statement.process.js';
import { BankStatementReader } from './bank-statement.reader.js';
import { BillPersons } from './bill.persons.js';
import { AreBilledHandler, GetCreditHandler } from './credit.handlers.js';
import { BillDifferencesHandler } from './difference.handlers.js';
import { EmployerController } from './employer.controller.js';
import { RegisterEmployerHandler, RehearseRosterHandler, SubmitRosterHandler } from './employer.handlers.js';
import { ErrorsController } from './errors.controller.js';
import { EstimateController } from './estimate.controller.js';
import { EstimateMonthHandler } from './estimate.handlers.js';
import { PaymentController } from './payment.controller.js';
import { StatementController } from './statement.controller.js';
import { Posting } from './posting.process.js';
import { RosterVerdicts } from './roster.verdicts.js';
import { RowByRow } from './row-by-row.process.js';
import { SubmissionController } from './submission.controller.js';
import { SubmissionErrors } from './submission.errors.js';
import { WithdrawSubmissionHandler } from './submission.handlers.js';
import { SubmissionOrigins } from './submission.origins.js';
import { SubmissionProcess } from './submission.process.js';
import { SubmissionTerms } from './submission.terms.js';
import { TemplateController } from './template.controller.js';
import { WithdrawalController } from './withdrawal.controller.js';
import { Withdrawals } from './withdrawal.process.js';

@Module({
  imports: [CqrsModule],
  controllers: [
    EmployerController,
    AccountController,
    StatementController,
    EstimateController,
    PaymentController,
    BankStatementController,
    SubmissionController,
    ErrorsController,
    TemplateController,
    WithdrawalController,
  ],
  providers: [
    RegisterEmployerHandler,
    SubmitRosterHandler,
    RehearseRosterHandler,
    EstimateMonthHandler,
    GetCreditHandler,
    AreBilledHandler,
    PaySubmissionHandler,
    PayEmployerHandler,
    UseCreditHandler,
    ChangeEmployerBillsHandler,
    RefundCreditHandler,
    MoveRowHandler,
    EmployerAccounts,
    AccountPayments,
    AccountReader,
    AccountProcess,
    BillPersons,
    BankMatcher,
    BankStatementProcess,
    BankStatementReader,
    BillDifferencesHandler,
    WithdrawSubmissionHandler,
    Posting,
    RosterVerdicts,
    RowByRow,
    SubmissionErrors,
    SubmissionOrigins,
    SubmissionProcess,
    SubmissionTerms,
    Withdrawals,
  ],
  exports: [SubmissionProcess],
})
export class EmployerModule {}
