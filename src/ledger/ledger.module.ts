import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CountInsuredHandler } from './insured.handlers.js';
import { LedgerController } from './ledger.controller.js';
import {
  GetBalancesHandler,
  GetTrialBalanceHandler,
  ListContributionsHandler,
  ListEntriesHandler,
} from './ledger.handlers.js';

/** What a person has and what was paid: balances, month lines, account lines, the book. */
@Module({
  imports: [CqrsModule],
  controllers: [LedgerController],
  providers: [
    GetBalancesHandler,
    ListContributionsHandler,
    ListEntriesHandler,
    GetTrialBalanceHandler,
    CountInsuredHandler,
  ],
})
export class LedgerModule {}
