import type { CardSettled, CardSettlementReversed } from './card-events.js';
import type { BillClaim, BillEffect, CarriedSlip, ContributionLine } from './slip.js';

export type { CardSettled, CardSettlementReversed } from './card-events.js';
export type {
  BillCell,
  BillClaim,
  BillEffect,
  CarriedSlip,
  Charge,
  ChargeLine,
  ContributionLine,
  SlipChange,
  SlipPayment,
} from './slip.js';

/**
 * What can happen in a person's stream, as stored (schema 1). Money is yuan text, rates are percent text, months
 * and days are text. An event carries all that a projection needs.
 */

/** A sealed envelope (AES-256-GCM) with its key id: `kid.payload`. See src/event-store/keyring.ts. */
export type Envelope = string;

export type IndividualRegistered = Readonly<{
  type: 'IndividualRegistered';
  data: Readonly<{
    /** Sealed `{ssn, name, documentType?, phone?}`. */
    sealed: Envelope;
    /** Keyed digest of the normalised name: names are compared without opening the envelope. */
    nameDigest: string;
    /** Keyed digest of everything the caller said, to tell a repeat from a conflict. */
    contentDigest: string;
    kind: string;
    region: string;
    birthDate?: string;
    sex?: string;
    /** The submission that registered the person; absent when the agency did. */
    submission?: string;
  }>;
}>;

export type CoverageStarted = Readonly<{
  type: 'CoverageStarted';
  data: Readonly<{ employer: string; insurances: readonly string[]; from: string }>;
}>;

/** An employer covers these insurances no longer: `until` is the last day. */
export type CoverageStopped = Readonly<{
  type: 'CoverageStopped';
  data: Readonly<{
    employer: string;
    insurances: readonly string[];
    until: string;
    reason: string;
    /** The row of a file that said so; absent when the agency did. */
    by?: Readonly<{ submission: string; line: number }>;
  }>;
}>;

export type ContributionAssessed = Readonly<{
  type: 'ContributionAssessed';
  data: Readonly<{
    submission: string;
    line: number;
    employer: string;
    region: string;
    month: string;
    wage: string;
    employment: string;
    /** Rule table in force, `shanghai/2025-07`. */
    table: string;
    lines: readonly ContributionLine[];
    /** The month was another person's by mistake and came over by a correction, with the bills that claim it. */
    moved?: Readonly<{ correction: string; charges: readonly BillClaim[] }>;
  }>;
}>;
/**
 * Money came for a person's month. `lines` hold what it covers and nothing else: of an insurance of which only one side
 * is paid the other is nought. The account's share comes with the employee's part.
 */
export type ContributionPaid = Readonly<{
  type: 'ContributionPaid';
  data: Readonly<{
    submission: string;
    /** The bill that was paid: the submission's own, or that of a later difference. */
    bill: string;
    employer: string;
    month: string;
    /** Day of value: the day the money came. */
    paidOn: string;
    payment: string;
    lines: readonly ContributionLine[];
    /** Insurances of which both sides are paid whole by it: the month counts for them from here on. */
    complete: readonly string[];
  }>;
}>;

/** Negates what was posted, line by line; nothing is computed anew. */
export type ContributionReversed = Readonly<{
  type: 'ContributionReversed';
  data: Readonly<{
    reversal: string;
    submission: string;
    employer: string;
    month: string;
    /** The one insurance that was asked for; absent when all that stood was taken back. */
    insurance?: string;
    reason: string;
    evidence: string;
    /** Whether the lines had been paid: then the money is owed back to the employer. */
    paid: boolean;
    valueOn: string;
    lines: readonly ContributionLine[];
    /** What of the lines had not been paid though money had come for the slip: a side not covered yet, a later difference. */
    owed?: readonly ContributionLine[];
    /** Insurances for which the month had counted and does no longer. */
    counted?: readonly string[];
    /** The same by bill: what the employer's account is told. */
    bills: readonly BillEffect[];
  }>;
}>;

/** What a late table changes of one insurance: differences, signed; positive is owed. */
export type AdjustedLine = Readonly<{
  insurance: string;
  baseBefore: string;
  baseAfter: string;
  employerPart: string;
  employeePart: string;
  toAccount: string;
  /** What had been paid of it and goes back to the employer; the account may gain (negative) what the pool gives up. */
  returned?: Readonly<{ employerPart: string; employeePart: string; toAccount: string }>;
}>;

/**
 * What stood for a month is reckoned anew: its rules were published late (`publication`), or its employer declared another
 * wage (`declared`). Booked when recorded, of value in the month owed. `after` is what stands of the insurances that changed.
 */
export type ContributionAdjusted = Readonly<{
  type: 'ContributionAdjusted';
  data: Readonly<{
    adjustment: string;
    /** The notice, as the agency names it. */
    publication?: string;
    /** The row of a base change (基数调整) that asked for it. */
    declared?: Readonly<{ submission: string; line: number }>;
    /** The bill on which is claimed what is more. */
    bill: string;
    /** The slip that is changed: who assessed it. */
    submission: string;
    line: number;
    employer: string;
    region: string;
    month: string;
    wageBefore: string;
    wage: string;
    tableBefore: string;
    table: string;
    lines: readonly AdjustedLine[];
    after: readonly ContributionLine[];
    valueOn: string;
    /** Whether money had come for the slip. */
    paid: boolean;
    reason: string;
    /** Insurances of which all that is still claimed had been paid: the month counts for them from here on. */
    complete?: readonly string[];
    /** With `complete`: the day on which the last money came for the slip. */
    paidOn?: string;
    /** What is more on its own bill, what is less on the bills that claimed it: what the employer's account is told. */
    bills: readonly BillEffect[];
  }>;
}>;

/**
 * A year's interest on a personal account. `opening`, `onOpening` and `onCredits` are those of the whole year at this
 * rate; `amount` is what is posted: where an earlier run had credited this year, the difference to it alone, signed.
 */
export type InterestCredited = Readonly<{
  type: 'InterestCredited';
  data: Readonly<{
    run: string;
    account: 'pension';
    year: number;
    /** Percent text. */
    rate: string;
    method: 'month-product' | 'annual';
    source: string;
    /** The rate of the year was not published yet. */
    provisional: boolean;
    /** Contributions earn from the month the money came (`paid`) or the month owed (`owed`). */
    earnsFrom: 'paid' | 'owed';
    opening: string;
    onOpening: string;
    onCredits: string;
    amount: string;
    /** 31 December of the year. */
    valueOn: string;
    /** The run whose interest this one restates. */
    restates?: string;
  }>;
}>;

/** The books of a year are closed: what later commands need of the life up to here, so that it need not be read. */
export type YearClosed = Readonly<{
  type: 'YearClosed';
  data: Readonly<{
    run: string;
    year: number;
    /** Last month closed, December of the year. */
    through: string;
    carried: Readonly<{
      registration: IndividualRegistered['data'];
      coverage: Readonly<
        Record<
          string,
          readonly Readonly<{
            employer: string;
            from: string;
            until?: string;
            by?: Readonly<{ submission: string; line: number }>;
          }>[]
        >
      >;
      /** At the moment of writing. */
      balances: Readonly<{ pension: string; medical: string }>;
      /** Pension account at the start of the year and of the next: what interest is reckoned on, also once more. */
      opening: string;
      openingNext: string;
      /** Pension contributions valued since the year began, by month of value and the month from which they earn. */
      credits: readonly Readonly<{ valued: string; earns: string; amount: string }>[];
      /** Interest credited for the year and later ones. */
      interest: readonly Readonly<{
        year: number;
        run: string;
        rate: string;
        provisional: boolean;
        amount: string;
        /** What the last run added to `amount`. */
        posted: string;
      }>[];
      /** Months after `through`, whole. */
      slips: readonly (CarriedSlip & Readonly<{ month: string }>)[];
      /** Months paid by insurance up to `through`. */
      monthsPaid: Readonly<Record<string, number>>;
    }>;
  }>;
}>;

export type IndividualEvent =
  | IndividualRegistered
  | CoverageStarted
  | CoverageStopped
  | ContributionAssessed
  | ContributionPaid
  | ContributionReversed
  | ContributionAdjusted
  | CardSettled
  | CardSettlementReversed
  | InterestCredited
  | YearClosed;

export const INDIVIDUAL_EVENT_TYPES = [
  'IndividualRegistered',
  'CoverageStarted',
  'CoverageStopped',
  'ContributionAssessed',
  'ContributionPaid',
  'ContributionReversed',
  'ContributionAdjusted',
  'CardSettled',
  'CardSettlementReversed',
  'InterestCredited',
  'YearClosed',
] as const satisfies readonly IndividualEvent['type'][];

/** `normal`: the month is declared. `back` (补缴): the same, long after. `base-change` (基数调整): wages of months that stand are changed. */
export type SubmissionKind = 'normal' | 'back' | 'base-change';

/** Somebody joins (增员) or leaves (减员) an employer; a leaver's last day of cover is `on`. */
export type RowChange = Readonly<{ kind: 'join' | 'leave'; on: string; reason: string }>;
