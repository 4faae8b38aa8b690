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

/** One insurance in one month: what each side owes and what of it goes to the person's own account. */
export type ContributionLine = Readonly<{
  insurance: string;
  base: string;
  employerPart: string;
  employeePart: string;
  /** Part of the employee's amount that is credited to the personal account of this insurance. */
  toAccount: string;
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
  }>;
}>;

export type ContributionPaid = Readonly<{
  type: 'ContributionPaid';
  data: Readonly<{
    submission: string;
    employer: string;
    month: string;
    /** Day of value: the day the money came. */
    paidOn: string;
    payment: string;
    lines: readonly ContributionLine[];
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
  }>;
}>;

export type CardSettled = Readonly<{
  type: 'CardSettled';
  data: Readonly<{
    settlement: string;
    institution: string;
    institutionSerial: string;
    kind: string;
    occurredAt: string;
    valueOn: string;
    total: string;
    ownExpense: string;
    inScope: string;
    fundPaid: string;
    accountPaid: string;
    cashPaid: string;
    accountMax?: string;
  }>;
}>;

export type CardSettlementReversed = Readonly<{
  type: 'CardSettlementReversed';
  data: Readonly<{
    settlement: string;
    institution: string;
    institutionSerial: string;
    reason: string;
    valueOn: string;
    fundPaid: string;
    accountPaid: string;
  }>;
}>;

export type IndividualEvent =
  | IndividualRegistered
  | CoverageStarted
  | ContributionAssessed
  | ContributionPaid
  | ContributionReversed
  | CardSettled
  | CardSettlementReversed;

export const INDIVIDUAL_EVENT_TYPES = [
  'IndividualRegistered',
  'CoverageStarted',
  'ContributionAssessed',
  'ContributionPaid',
  'ContributionReversed',
  'CardSettled',
  'CardSettlementReversed',
] as const satisfies readonly IndividualEvent['type'][];
