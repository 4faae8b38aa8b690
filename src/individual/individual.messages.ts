import { Command } from '@nestjs/cqrs';
import type { Context } from '../event-store/metadata.js';
import type { Day, Month } from '../kernel/calendar.js';
import type { Fen } from '../kernel/money.js';
import type { Ppm } from '../kernel/money.js';
import type { Result } from '../kernel/result.js';
import type { Identifier } from '../kernel/ssn.js';
import type { Employment } from '../rules/policy.js';
import type { BillCell, BillEffect, ContributionLine, RowChange, SubmissionKind } from './events.js';
import type { Failure } from './failures.js';
import type { CreditInterest } from './interest.js';

export type { BillCell, RowChange, SubmissionKind } from './events.js';

/** Outside facts of a request; a handler completes them with the cause of each command. */
export type Origin = Omit<Context, 'cause'>;

/** Where a write stands in the log: sent back as `Ledger-Position`. `undefined` when nothing is recorded at all. */
export type Written<T> = Readonly<{ value: T; position: bigint | undefined; replayed: boolean }>;

export type Person = Readonly<{
  identifier: Identifier;
  name: string;
  region: string;
  documentType?: string;
  phone?: string;
}>;

export type RegisteredIndividual = Readonly<{
  id: string;
  region: string;
  sex?: string;
  birthDate?: string;
  revision: bigint;
}>;

export class RegisterIndividual extends Command<Result<Written<RegisteredIndividual>, Failure>> {
  constructor(
    readonly person: Person,
    readonly origin: Origin,
  ) {
    super();
  }
}

export class StartCoverage extends Command<Result<Written<Readonly<{ id: string }>>, Failure>> {
  constructor(
    readonly id: string,
    readonly insurances: readonly string[],
    readonly employer: string,
    readonly from: Day,
    readonly origin: Origin,
  ) {
    super();
  }
}

/** One row of an employer's file, already well formed. */
export type AssessRow = Readonly<{
  line: number;
  identifier: Identifier;
  name: string;
  /** Absent only for somebody who leaves and for whom the month is not paid any more. */
  wage?: Fen;
  employment: Employment;
  /** Insurances to pay; absent: all of the region's. */
  insurances?: readonly string[];
  change?: RowChange;
}>;
/**
 * `needs-base-change`: the month stands by this employer with another wage. `not-assessed`: a base change of a month that
 * does not stand. `not-covered`: somebody leaves whom this employer does not cover.
 */
export type AssessProblem =
  | 'name-mismatch'
  | 'already-submitted'
  | 'needs-base-change'
  | 'not-assessed'
  | 'not-registered'
  | 'not-covered'
  | 'over-retirement-age'
  | 'policy-missing'
  | 'insurance-unknown';
/** The verdict on one row. The same row of the same submission gets the same verdict again. */
export type AssessVerdict = Readonly<{
  line: number;
  /** The person's stream key. */
  id: string;
  outcome: 'accepted' | 'duplicate' | 'rejected';
  registered: boolean;
  problem?: AssessProblem;
  /** What the row claims, when accepted; what stands for the month, when a duplicate. Of a base change what is more. */
  lines?: readonly ContributionLine[];
  /** What an accepted base change takes back from bills other than its own. */
  bills?: readonly BillEffect[];
}>;

/**
 * Judges a run of rows and posts what is accepted, one stream a person, all in one batch. At most BATCH_MAX rows, each
 * person once. With `dryRun` the verdicts are the same and nothing is written.
 */
export class AssessContributions extends Command<
  Readonly<{ verdicts: readonly AssessVerdict[]; position: bigint | undefined }>
> {
  constructor(
    readonly submission: string,
    readonly kind: SubmissionKind,
    readonly employer: string,
    readonly region: string,
    readonly month: Month,
    readonly injuryRate: Ppm,
    readonly rows: readonly AssessRow[],
    readonly dryRun: boolean,
    readonly origin: Origin,
  ) {
    super();
  }
}

/**
 * Credits a payment to every person named: each with what the bill claims of them in the cells that are covered, and was
 * not credited yet. Repeats credit nothing. At most BATCH_MAX persons.
 */
export class PayContributions extends Command<Readonly<{ position: bigint | undefined }>> {
  constructor(
    readonly bill: string,
    readonly month: Month,
    readonly payment: string,
    readonly paidOn: Day,
    readonly cover: readonly BillCell[],
    readonly individuals: readonly string[],
    readonly origin: Origin,
  ) {
    super();
  }
}

/**
 * Takes back what a withdrawn submission assessed for the persons named and still stands, none of it paid. Repeats do
 * nothing. `bills` is what was taken back from bills other than the submission's own (a notice had changed a month
 * meanwhile), also by an earlier call. At most BATCH_MAX persons.
 */
export class WithdrawContributions extends Command<
  Readonly<{ position: bigint | undefined; bills: readonly BillEffect[] }>
> {
  constructor(
    readonly submission: string,
    readonly month: Month,
    readonly individuals: readonly string[],
    readonly reason: string,
    readonly origin: Origin,
  ) {
    super();
  }
}
export const BATCH_MAX = 1_000;

/** What an interest run did to a run of persons; `amount` is what it posted, signed. */
export type YearCredited = Readonly<{ credited: number; unchanged: number; failed: number; amount: Fen }>;
/** Credits a year's interest to every person named and closes the year for each. Repeats credit nothing more. */
export class CreditYear extends Command<YearCredited> {
  constructor(
    readonly terms: CreditInterest,
    readonly individuals: readonly string[],
    readonly origin: Origin,
  ) {
    super();
  }
}

export type ReversedContribution = Readonly<{
  id: string;
  month: Month;
  employer: string;
  lines: readonly ContributionLine[];
  /** What the employer's account is told. */
  bills: readonly BillEffect[];
}>;
/** With `dryRun` the answer is the same and nothing is written. */
export class ReverseContribution extends Command<Result<Written<ReversedContribution>, Failure>> {
  constructor(
    readonly id: string,
    readonly month: Month,
    readonly insurance: string | undefined,
    readonly reason: string,
    readonly evidence: string,
    readonly key: string | undefined,
    readonly origin: Origin,
    readonly dryRun = false,
  ) {
    super();
  }
}

export type MoveFailure =
  | Failure
  /**
   * The other person has this month already, or is not registered. `takenBack`: it came there after this correction had
   * taken the month from the wrong one, which is a plain reversal then: the employer's account is to be told.
   */
  | Readonly<{ type: 'MonthTaken'; takenBack?: ReversedContribution }>
  | Readonly<{ type: 'ReceiverNotFound' }>;
export type MovedContribution = Readonly<{
  employer: string;
  month: Month;
  submission: string;
  line: number;
  lines: readonly ContributionLine[];
  /** What had been credited and was moved too, yuan text. */
  credited: string;
}>;
/**
 * A month that was assessed for the wrong person goes to the right one, with what was paid of it: taken back from the one,
 * assessed and credited to the other with the same amounts, bills and days. Named by `correction`: repeats do nothing more.
 * With `dryRun` the answer is the same and nothing is written.
 */
export class MoveContribution extends Command<Result<Written<MovedContribution>, MoveFailure>> {
  constructor(
    readonly correction: string,
    readonly from: string,
    readonly to: string,
    readonly month: Month,
    readonly reason: string,
    readonly evidence: string,
    readonly origin: Origin,
    readonly dryRun = false,
  ) {
    super();
  }
}

/** An employer covers a person no longer; `until` is the last day. Nothing where it does not cover. */
export class StopCoverage extends Command<Result<Written<Readonly<{ id: string }>>, Failure>> {
  constructor(
    readonly id: string,
    readonly insurances: readonly string[],
    readonly employer: string,
    readonly until: Day,
    readonly reason: string,
    readonly origin: Origin,
  ) {
    super();
  }
}
