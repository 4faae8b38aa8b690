import { Command } from '@nestjs/cqrs';
import type { Conflict } from '../event-store/event-store.js';
import type { Origin, Written } from '../individual/individual.messages.js';
import type { Day, Month } from '../kernel/calendar.js';
import type { Fen, Ppm } from '../kernel/money.js';
import type { Result } from '../kernel/result.js';
import type { Uscc } from '../kernel/uscc.js';
import type { NoPolicy } from '../rules/policy.js';
import type { Employer, EmployerFailure } from './employer.js';
import type { Amounts, JudgedRow, Verdict } from './events.js';
import type { RosterFile } from './roster.file.js';
import type { SubmissionFailure } from './submission.js';

export type RegisterFailure = EmployerFailure | Readonly<{ type: 'RegionUnknown' }> | Conflict;

export class RegisterEmployer extends Command<Result<Written<Employer>, RegisterFailure>> {
  constructor(
    readonly uscc: Uscc,
    readonly name: string,
    readonly region: string,
    /** The employer's own work-injury rate; the region's default when absent. */
    readonly injuryRate: Ppm | undefined,
    readonly origin: Origin,
  ) {
    super();
  }
}

/** Under which a file is taken: the employer's region and rate, and what is in force there in that month. */
export type Terms = Readonly<{
  uscc: Uscc;
  region: string;
  month: Month;
  injuryRate: Ppm;
  dueOn: Day;
  insurances: ReadonlySet<string>;
}>;
export type TermsFailure =
  Readonly<{ type: 'EmployerNotFound' }> | Readonly<{ type: 'MonthInFuture' }> | NoPolicy;

/** Takes a file in: answered when its rows are durable. The verdicts follow (submission.process.ts). */
export class SubmitRoster extends Command<
  Result<Written<Readonly<{ id: string; state: 'posting' }>>, SubmissionFailure>
> {
  constructor(
    readonly terms: Terms,
    readonly file: RosterFile,
    readonly key: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

export type Rehearsal = Readonly<{
  rows: Readonly<Record<Verdict, number>>;
  amounts: Amounts;
  items: readonly JudgedRow[];
}>;
/** The same verdicts as SubmitRoster would lead to, writing nothing. */
export class RehearseRoster extends Command<Rehearsal> {
  constructor(
    readonly terms: Terms,
    readonly file: RosterFile,
    readonly key: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

export type PaymentFailure = SubmissionFailure | Readonly<{ type: 'PaymentInProgress' }>;
export type Allocation = Readonly<{ allocated: Fen; lateFee: Fen; unapplied: Fen; state: 'paid' }>;

/** Pays a submission in full: answered when every person is credited. */
export class PaySubmission extends Command<Result<Written<Allocation>, PaymentFailure>> {
  constructor(
    readonly id: string,
    readonly amount: Fen,
    readonly paidOn: Day,
    readonly reference: string,
    readonly key: string,
    readonly origin: Origin,
  ) {
    super();
  }
}
