import { Command, Query } from '@nestjs/cqrs';
import type { Conflict } from '../event-store/event-store.js';
import type { BillEffect } from '../individual/events.js';
import type { Origin, SubmissionKind, Written } from '../individual/individual.messages.js';
import type { Day, Month } from '../kernel/calendar.js';
import type { Fen, Ppm } from '../kernel/money.js';
import type { Result } from '../kernel/result.js';
import type { Uscc } from '../kernel/uscc.js';
import type { NoPolicy } from '../rules/policy.js';
import type { Employer, EmployerFailure } from './employer.js';
import type { AccountFailure } from './account.js';
import type { Allocation, Amounts, JudgedRow, Verdict } from './events.js';
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
  kind: SubmissionKind;
  /** The papers that allow to pay for months long past. */
  evidence?: string;
  injuryRate: Ppm;
  dueOn: Day;
  insurances: ReadonlySet<string>;
}>;
export type TermsFailure =
  | Readonly<{ type: 'EmployerNotFound' }>
  | Readonly<{ type: 'MonthInFuture' }>
  /** Months so long past are paid only with papers (back payment, 补缴). */
  | Readonly<{ type: 'EvidenceRequired'; since: Month }>
  | NoPolicy;

/** Rows of an atomic file that would be rejected, the first of them and how many of each verdict there are. */
export type FileRefused = Readonly<{
  type: 'FileRefused';
  rows: Readonly<Record<Verdict, number>>;
  rejected: readonly JudgedRow[];
}>;

/**
 * Takes a file in: answered when its rows are durable. The verdicts follow (submission.process.ts). An atomic file is judged
 * first and refused whole when a row of it would be rejected.
 */
export class SubmitRoster extends Command<
  Result<Written<Readonly<{ id: string; state: 'posting' }>>, SubmissionFailure | FileRefused>
> {
  constructor(
    readonly terms: Terms,
    readonly file: RosterFile,
    readonly key: string,
    readonly origin: Origin,
    readonly atomic = false,
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

export type PaymentFailure =
  | AccountFailure
  | Readonly<{ type: 'SubmissionNotFound' }>
  | Readonly<{ type: 'EmployerNotFound' }>
  | Readonly<{ type: 'PaymentInProgress' }>
  | Conflict;
/** `state` is that of the submission when one was named. `allocations` by bill. */
export type PaymentDone = Readonly<{
  payment: string;
  allocated: Fen;
  lateFee: Fen;
  unapplied: Fen;
  state: 'assessed' | 'part-paid' | 'paid' | undefined;
  allocations: readonly Allocation[];
}>;

/**
 * Money came for a submission: what is too little pays a part, what is too much is the employer's credit. Answered when
 * every person it covers is credited.
 */
export class PaySubmission extends Command<Result<Written<PaymentDone>, PaymentFailure>> {
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
/** Money came from an employer, for a month or for whatever is open, oldest month first. Before any bill it is credit. */
export class PayEmployer extends Command<Result<Written<PaymentDone>, PaymentFailure>> {
  constructor(
    readonly uscc: Uscc,
    readonly month: Month | undefined,
    readonly amount: Fen,
    readonly paidOn: Day,
    readonly reference: string,
    readonly key: string,
    readonly origin: Origin,
  ) {
    super();
  }
}
/** The credit of an employer pays what is open, oldest month first. */
export class UseCredit extends Command<Result<Written<PaymentDone>, PaymentFailure>> {
  constructor(
    readonly uscc: Uscc,
    readonly key: string,
    readonly origin: Origin,
  ) {
    super();
  }
}
export class WithdrawSubmission extends Command<
  Result<Written<Readonly<{ id: string; state: 'withdrawn' }>>, SubmissionFailure | AccountFailure | Conflict>
> {
  constructor(
    readonly id: string,
    readonly reason: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

/**
 * Tells an employer's account what a change of persons' months takes back from its bills, and credits persons with what is
 * covered by it. Named by `change`: repeats do nothing.
 */
export class ChangeEmployerBills extends Command<
  Result<Written<Readonly<{ credit: Fen }>>, AccountFailure | Conflict>
> {
  constructor(
    readonly uscc: string,
    readonly change: string,
    readonly cause: 'reversal' | 'difference' | 'base-change' | 'row-withdrawn',
    readonly month: Month,
    readonly effects: readonly BillEffect[],
    readonly origin: Origin,
  ) {
    super();
  }
}
export class RefundCredit extends Command<
  Result<Written<Readonly<{ amount: Fen; credit: Fen }>>, AccountFailure | Conflict>
> {
  constructor(
    readonly uscc: string,
    readonly refund: string,
    readonly amount: Fen,
    readonly paidOn: Day,
    readonly reference: string,
    readonly origin: Origin,
  ) {
    super();
  }
}
/** What was given back of a moved month waits to be credited to the right person; later payments of its row go there too. */
export class MoveRow extends Command<Result<Written<void>, AccountFailure | SubmissionFailure | Conflict>> {
  constructor(
    readonly uscc: string,
    readonly correction: string,
    readonly submission: string,
    readonly line: number,
    readonly month: Month,
    readonly from: string,
    readonly to: string,
    /** What had been credited. */
    readonly amount: Fen,
    readonly origin: Origin,
  ) {
    super();
  }
}
/** The credit of an employer as its account says now; undefined for one that is not registered. */
export class GetCredit extends Query<Fen | undefined> {
  constructor(readonly uscc: string) {
    super();
  }
}

/** What a notice published late changed for one person of an employer in one month. */
export type Difference = Readonly<{
  uscc: string;
  month: Month;
  /** The bill of what is more. */
  bill: string;
  individual: string;
  effects: readonly BillEffect[];
}>;
/**
 * Bills what a notice made more and tells older bills what it made less. Persons who stand in a bill already are passed
 * over, so that a notice that is posted again goes on where it stopped.
 */
export class BillDifferences extends Command<Result<void, AccountFailure | Conflict>> {
  constructor(
    readonly publication: string,
    readonly region: string,
    /** Of a new bill; absent: as of what is declared next month. */
    readonly dueOn: Day | undefined,
    readonly differences: readonly Difference[],
    readonly origin: Origin,
  ) {
    super();
  }
}
/** Whether all these bills stand in the account: what is corrected of a file must be told to its bill. */
export class AreBilled extends Query<boolean> {
  constructor(
    readonly uscc: string,
    readonly bills: readonly string[],
  ) {
    super();
  }
}
