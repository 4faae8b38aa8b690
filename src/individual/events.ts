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
    /** What of the lines had not been paid though the slip was: differences of a late table that are owed still. */
    owed?: readonly ContributionLine[];
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
 * The rules of a month were published late: what stood is reckoned anew. Booked when recorded, of value in the month
 * owed. `after` is what stands of the insurances that changed.
 */
export type ContributionAdjusted = Readonly<{
  type: 'ContributionAdjusted';
  data: Readonly<{
    adjustment: string;
    /** The notice, as the agency names it. */
    publication: string;
    submission: string;
    line: number;
    employer: string;
    region: string;
    month: string;
    tableBefore: string;
    table: string;
    lines: readonly AdjustedLine[];
    after: readonly ContributionLine[];
    valueOn: string;
    /** Whether the slip was paid: then what is more is owed on its own, and what is less goes back. */
    paid: boolean;
    reason: string;
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

/** Of a slip whose rules were published late: by which notices, what was assessed at first, and what was paid in. */
export type SlipAdjusted = Readonly<{
  publications: readonly string[];
  assessed: readonly ContributionLine[];
  credited: readonly ContributionLine[];
}>;

/** What stands for a month when the books are closed; `earlier` is the slip that was wholly reversed before it. */
export type CarriedSlip = Readonly<{
  submission: string;
  line: number;
  employer: string;
  region: string;
  employment: string;
  table: string;
  wage: string;
  lines: readonly ContributionLine[];
  paid?: Readonly<{ payment: string; paidOn: string }>;
  reversed: readonly string[];
  adjusted?: SlipAdjusted;
  earlier?: CarriedSlip;
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
      coverage: Readonly<Record<string, readonly Readonly<{ employer: string; from: string }>[]>>;
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
  'ContributionAssessed',
  'ContributionPaid',
  'ContributionReversed',
  'ContributionAdjusted',
  'CardSettled',
  'CardSettlementReversed',
  'InterestCredited',
  'YearClosed',
] as const satisfies readonly IndividualEvent['type'][];
