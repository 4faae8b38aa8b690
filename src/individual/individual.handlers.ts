import { AdjustContributionsHandler } from './adjustment.handlers.js';
import {
  AssessContributionsHandler,
  PayContributionsHandler,
  ReverseContributionHandler,
} from './contribution.handlers.js';
import { CreditYearHandler } from './interest.handlers.js';
import { RegisterIndividualHandler, StartCoverageHandler } from './registration.handlers.js';
import { GetStandingContributionsHandler } from './standing.handlers.js';
import {
  QuoteSettlementHandler,
  ReverseMessageHandler,
  ReverseSettlementHandler,
  SettleCardHandler,
} from './settlement.handlers.js';

/** Every command on a person, one handler each; the acts are in files of their own. */
export const individualHandlers = [
  RegisterIndividualHandler,
  StartCoverageHandler,
  AssessContributionsHandler,
  PayContributionsHandler,
  ReverseContributionHandler,
  AdjustContributionsHandler,
  CreditYearHandler,
  SettleCardHandler,
  QuoteSettlementHandler,
  ReverseSettlementHandler,
  ReverseMessageHandler,
  GetStandingContributionsHandler,
];
