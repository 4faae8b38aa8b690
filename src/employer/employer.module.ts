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
import { BillPersons } from './bill.persons.js';
import { GetCreditHandler } from './credit.handlers.js';
import { BillDifferencesHandler } from './difference.handlers.js';
import { EmployerController } from './employer.controller.js';
import { RegisterEmployerHandler, RehearseRosterHandler, SubmitRosterHandler } from './employer.handlers.js';
import { EstimateController } from './estimate.controller.js';
import { EstimateMonthHandler } from './estimate.handlers.js';
import { PaymentController } from './payment.controller.js';
import { StatementController } from './statement.controller.js';
import { RosterVerdicts } from './roster.verdicts.js';
import { SubmissionController } from './submission.controller.js';
import { SubmissionErrors } from './submission.errors.js';
import { SubmissionProcess } from './submission.process.js';
import { SubmissionTerms } from './submission.terms.js';

@Module({
  imports: [CqrsModule],
  controllers: [
    EmployerController,
    AccountController,
    StatementController,
    EstimateController,
    PaymentController,
    SubmissionController,
  ],
  providers: [
    RegisterEmployerHandler,
    SubmitRosterHandler,
    RehearseRosterHandler,
    EstimateMonthHandler,
    GetCreditHandler,
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
    BillDifferencesHandler,
    RosterVerdicts,
    SubmissionErrors,
    SubmissionProcess,
    SubmissionTerms,
  ],
  exports: [SubmissionProcess],
})
export class EmployerModule {}
