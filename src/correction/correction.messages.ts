import { Command } from '@nestjs/cqrs';
import type { Conflict } from '../event-store/event-store.js';
import type { Origin, Written } from '../individual/individual.messages.js';
import type { Result } from '../kernel/result.js';
import type { CorrectionFailure, CorrectionState } from './correction.js';
import type { CorrectionRequest } from './events.js';

/** Why something cannot be corrected as things stand. */
export type Impossible =
  | Readonly<{ type: 'IndividualNotFound' }>
  | Readonly<{ type: 'NothingToReverse' }>
  | Readonly<{ type: 'InsuranceNotAssessed' }>
  | Readonly<{ type: 'MonthTaken' }>
  /** The file of the month is still being posted: there is no bill yet to tell. */
  | Readonly<{ type: 'SubmissionNotAssessed' }>
  | Readonly<{ type: 'ReceiverNotFound' }>
  | Readonly<{ type: 'EmployerNotFound' }>
  | Readonly<{ type: 'CreditTooLow' }>;
export type CorrectionRefusal = CorrectionFailure | Conflict | Impossible;
export type Corrected = Readonly<{ id: string; correction: CorrectionState }>;

/** Asks for a correction; it is looked at before it is written down, and nothing is changed until another approves. */
export class RequestCorrection extends Command<Result<Written<Corrected>, CorrectionRefusal>> {
  constructor(
    readonly request: CorrectionRequest,
    readonly reason: string,
    readonly evidence: string,
    /** Absent: named by what it corrects. */
    readonly key: string | undefined,
    readonly origin: Origin,
  ) {
    super();
  }
}
/** Answered when it is carried out, or has failed. */
export class ApproveCorrection extends Command<Result<Written<Corrected>, CorrectionRefusal>> {
  constructor(
    readonly id: string,
    readonly origin: Origin,
  ) {
    super();
  }
}
export class RejectCorrection extends Command<Result<Written<Corrected>, CorrectionRefusal>> {
  constructor(
    readonly id: string,
    readonly reason: string,
    readonly origin: Origin,
  ) {
    super();
  }
}
