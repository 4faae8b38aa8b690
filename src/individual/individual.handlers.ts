import { AdjustContributionsHandler } from './adjustment.handlers.js';
import { AssessContributionsHandler } from './contribution.handlers.js';
import { CreditYearHandler } from './interest.handlers.js';
import { MoveContributionHandler } from './moving.handlers.js';
import { PayContributionsHandler } from './payment.handlers.js';
import {
  RegisterIndividualHandler,
  StartCoverageHandler,
  StopCoverageHandler,
} from './registration.handlers.js';
import { ReverseContributionHandler, WithdrawContributionsHandler } from './reversal.handlers.js';
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
  StopCoverageHandler,
  AssessContributionsHandler,
  PayContributionsHandler,
  WithdrawContributionsHandler,
  ReverseContributionHandler,
  MoveContributionHandler,
  AdjustContributionsHandler,
  CreditYearHandler,
  SettleCardHandler,
  QuoteSettlementHandler,
  ReverseSettlementHandler,
  ReverseMessageHandler,
  GetStandingContributionsHandler,
];
