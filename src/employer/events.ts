import type { BillCell, BillEffect, SubmissionKind } from '../individual/events.js';

/** What can happen in `employer-<USCC>`, as stored (schema 1). */
export type EmployerRegistered = Readonly<{
  type: 'EmployerRegistered';
  data: Readonly<{ uscc: string; name: string; region: string; /** Percent text. */ injuryRate: string }>;
}>;
/** What both sides owe for one insurance of a month that was not declared, yuan text. */
export type EstimateLine = Readonly<{ insurance: string; employerPart: string; employeePart: string }>;
/** A month was not declared in time: assessed at a factor of the month before until the declaration comes. */
export type MonthEstimated = Readonly<{
  type: 'MonthEstimated';
  data: Readonly<{
    uscc: string;
    month: string;
    /** Submissions of the month before; none where that one is an estimate itself. */
    of: readonly string[];
    lastMonth: string;
    /** Percent text. */
    factor: string;
    source: string;
    rounding: string;
    persons: number;
    lines: readonly EstimateLine[];
    amounts: Amounts;
    valueOn: string;
  }>;
}>;
/** The declaration came: `lines` is the estimate, which goes back; `difference` is declared less estimated, signed. */
export type EstimateSettled = Readonly<{
  type: 'EstimateSettled';
  data: Readonly<{
    uscc: string;
    month: string;
    submission: string;
    lines: readonly EstimateLine[];
    declared: Amounts;
    difference: Amounts;
    valueOn: string;
  }>;
}>;

/** What a bill asks for one insurance, by side, yuan text. */
export type BillLine = Readonly<{ insurance: string; employer: string; employee: string }>;
/** `difference`: what a table published late made more. */
export type BillKind = SubmissionKind | 'difference';
/** A submission was assessed: what its employer owes for the month (应缴). The bill is named as its submission. */
export type BillIssued = Readonly<{
  type: 'BillIssued';
  data: Readonly<{
    uscc: string;
    bill: string;
    kind: BillKind;
    region: string;
    month: string;
    dueOn: string;
    issuedOn: string;
    lines: readonly BillLine[];
  }>;
}>;
/** Another run of persons came to a bill whose persons are found one after the other (differences). */
export type BillExtended = Readonly<{
  type: 'BillExtended';
  data: Readonly<{ uscc: string; bill: string; extension: string; lines: readonly BillLine[] }>;
}>;
/** The submission was withdrawn, unpaid; also before it had a bill: then it gets none. */
export type BillWithdrawn = Readonly<{
  type: 'BillWithdrawn';
  data: Readonly<{ uscc: string; bill: string; month: string; reason: string; valueOn: string }>;
}>;

/** What of an amount goes to one bill. */
export type Allocation = Readonly<{
  bill: string;
  month: string;
  cells: readonly (BillCell & Readonly<{ amount: string }>)[];
  /** Cells that are paid whole by it: these are credited to the persons. A part of a cell waits for the rest. */
  covered: readonly BillCell[];
  lateFee: string;
  /** Percent text a day: the rate of the day of payment, for what is paid late by this allocation. */
  lateFeeDaily: string;
}>;
/** Money came from an employer: what it pays, and what is left as the employer's credit. */
export type MoneyReceived = Readonly<{
  type: 'MoneyReceived';
  data: Readonly<{
    uscc: string;
    payment: string;
    amount: string;
    paidOn: string;
    /** As the bank gives it; with amount and day it names the line of the bank. */
    reference: string;
    /** What the payer named: a bill, a month, or nothing. */
    target: PaymentTarget;
    allocations: readonly Allocation[];
    unapplied: string;
  }>;
}>;
export type PaymentTarget =
  | Readonly<{ kind: 'bill'; bill: string }>
  | Readonly<{ kind: 'month'; month: string }>
  | Readonly<{ kind: 'account' }>;
/** Credit of the employer pays bills. */
export type CreditUsed = Readonly<{
  type: 'CreditUsed';
  data: Readonly<{
    uscc: string;
    /** Names it like a payment. */
    payment: string;
    amount: string;
    paidOn: string;
    allocations: readonly Allocation[];
  }>;
}>;
/** One cell of a bill that became less. */
export type ChangedCell = BillCell &
  Readonly<{
    /** What is claimed less, positive. */
    less: string;
    /** What of it the person's stream gave back: it stands to the employer's credit in the book already. */
    given: string;
    /** What had come for the cell, was not credited to a person, and is no longer needed: it becomes credit now. */
    released: string;
  }>;
/** Claims were taken back: a month reversed, a difference in the employer's favour, a base change downwards. */
export type BillChanged = Readonly<{
  type: 'BillChanged';
  data: Readonly<{
    uscc: string;
    change: string;
    cause: 'reversal' | 'difference' | 'base-change' | 'row-withdrawn';
    valueOn: string;
    bills: readonly Readonly<{
      bill: string;
      month: string;
      cells: readonly ChangedCell[];
      /** Cells that are paid whole now that less is asked, with the payment that reached the bill last. */
      covered: readonly BillCell[];
      payment?: Readonly<{ payment: string; paidOn: string }>;
    }>[];
    /** All of it that is the employer's credit now: given and released. */
    credit: string;
  }>;
}>;
/** Credit was paid out to the employer. */
export type CreditRefunded = Readonly<{
  type: 'CreditRefunded';
  data: Readonly<{ uscc: string; refund: string; amount: string; paidOn: string; reference: string }>;
}>;
/**
 * What was given back of a month that goes to the right person is not the employer's: it waits to be credited again. No bill
 * becomes less by it and no BillChanged tells of it, so the employer's credit is what it was before.
 */
export type CreditMoved = Readonly<{
  type: 'CreditMoved';
  data: Readonly<{ uscc: string; correction: string; month: string; amount: string; valueOn: string }>;
}>;
/** Every person that a payment (or a changed bill) covers has been credited. */
export type PersonsCredited = Readonly<{
  type: 'PersonsCredited';
  data: Readonly<{ uscc: string; covering: string; persons: number }>;
}>;
/** What a notice published late changed for some persons of a month's bill, in `difference-<bill>`: each person stands once. */
export type DifferencesAdded = Readonly<{
  type: 'DifferencesAdded';
  data: Readonly<{
    bill: string;
    publication: string;
    uscc: string;
    region: string;
    month: string;
    dueOn: string;
    /** Counted from nought. */
    run: number;
    rows: readonly Readonly<{ individual: string; employer: string; employee: string; total: string }>[];
    /** What is more, by insurance and side. */
    lines: readonly BillLine[];
    /** What is less, by bill and insurance. */
    less: readonly BillEffect[];
  }>;
}>;
export type AccountEvent =
  | BillIssued
  | BillExtended
  | BillWithdrawn
  | MoneyReceived
  | CreditUsed
  | BillChanged
  | CreditRefunded
  | CreditMoved
  | PersonsCredited;
/** All that stands in `employer-<USCC>`. */
export type EmployerEvent = EmployerRegistered | MonthEstimated | EstimateSettled | AccountEvent;

export type Verdict = 'accepted' | 'duplicate' | 'rejected';
/** Codes of API row verdicts; `registered` is a note, not a fault. */
export type RowCode =
  | 'ssn-invalid'
  | 'name-missing'
  | 'name-mismatch'
  | 'wage-invalid'
  | 'duplicate-in-file'
  | 'already-submitted'
  | 'not-registered'
  | 'deceased'
  | 'over-retirement-age'
  | 'month-closed'
  | 'policy-missing'
  | 'employment-invalid'
  | 'insurance-unknown'
  | 'ssn-scientific'
  | 'change-invalid'
  | 'change-date-invalid'
  | 'needs-base-change'
  | 'not-assessed'
  | 'not-covered'
  | 'cell-too-long'
  | 'cell-error'
  | 'row-parked'
  | 'registered';
export type RowField =
  'ssn' | 'name' | 'wage' | 'employment' | 'insurances' | 'change' | 'changeDate' | 'reason';
export type RowProblem = Readonly<{
  code: RowCode;
  field: RowField;
  /** A finer reason, e.g. `ssn-check-digit`. */
  reason?: string;
}>;

/** Sums over a set of rows, yuan text. */
export type Amounts = Readonly<{
  employer: string;
  employee: string;
  total: string;
  byInsurance: Readonly<Record<string, string>>;
  /** By insurance and side, in the order of the alphabet: what the bill is made of. */
  lines: readonly BillLine[];
}>;

/** The verdict on one row. `amounts` is there when the row is accepted or duplicate. */
export type JudgedRow = Readonly<{
  line: number;
  verdict: Verdict;
  problems: readonly RowProblem[];
  /** The row registered the person it names. */
  registered?: boolean;
  /** The person's stream key; absent when the number is invalid. */
  individual?: string;
  amounts?: Readonly<{ employer: string; employee: string; total: string }>;
}>;

/** What can happen in `submission-<id>`, as stored (schema 1). */
export type SubmissionReceived = Readonly<{
  type: 'SubmissionReceived';
  data: Readonly<{
    submission: string;
    uscc: string;
    region: string;
    month: string;
    kind: BillKind;
    /** The file is withdrawn when a row of it is rejected. */
    atomic?: true;
    /** The papers that allow to pay for months long past. */
    evidence?: string;
    injuryRate: string;
    /** SHA-256 of the file's bytes, lower-case hex. */
    fileSha256: string;
    /** Encoding and delimiter of the file, so that errors.csv comes back in the same template. */
    format: Readonly<{
      kind: 'csv' | 'xlsx' | 'json';
      encoding: 'utf-8' | 'gb18030';
      delimiter?: ',' | '\t' | ';';
      header: readonly string[];
    }>;
    rowsTotal: number;
    chunks: number;
    dueOn: string;
  }>;
}>;
/** Rows as parsed, sealed: an envelope of JSON `[[line, ssn, name, wage, employment, insurances, change, changeDate, reason], ...]`, each under 512 KiB. */
export type SubmissionRowsStored = Readonly<{
  type: 'SubmissionRowsStored';
  data: Readonly<{ submission: string; chunk: number; rows: number; sealed: string }>;
}>;
/** Verdicts of a run of rows, appended after the persons' own streams hold what was accepted. */
export type SubmissionRowsJudged = Readonly<{
  type: 'SubmissionRowsJudged';
  data: Readonly<{ submission: string; rows: readonly JudgedRow[]; amounts: Amounts }>;
}>;
type SubmissionAssessed = Readonly<{
  type: 'SubmissionAssessed';
  data: Readonly<{
    submission: string;
    uscc: string;
    month: string;
    accepted: number;
    duplicate: number;
    rejected: number;
    amounts: Amounts;
  }>;
}>;
/** Withdrawn while unpaid, by whoever sent it or because not every row of an atomic file stood. What was assessed is taken back. */
export type SubmissionWithdrawn = Readonly<{
  type: 'SubmissionWithdrawn';
  data: Readonly<{ submission: string; uscc: string; month: string; reason: string }>;
}>;
/** Everything that a withdrawn submission had assessed is taken back. */
export type SubmissionClosed = Readonly<{
  type: 'SubmissionClosed';
  data: Readonly<{ submission: string; persons: number }>;
}>;
/** A line went to another person: what is paid later of it is theirs. */
export type RowMoved = Readonly<{
  type: 'RowMoved';
  data: Readonly<{ submission: string; line: number; correction: string; from: string; to: string }>;
}>;
export type SubmissionEvent =
  | SubmissionReceived
  | SubmissionRowsStored
  | SubmissionRowsJudged
  | SubmissionAssessed
  | SubmissionWithdrawn
  | SubmissionClosed
  | RowMoved;
