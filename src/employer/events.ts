import type { AccountEvent, BillKind, BillLine } from './account-events.js';

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

export type {
  BillLine,
  BillKind,
  BillIssued,
  BillExtended,
  BillWithdrawn,
  Allocation,
  MoneyReceived,
  PaymentTarget,
  CreditUsed,
  ChangedCell,
  BillChanged,
  CreditRefunded,
  CreditMoved,
  PersonsCredited,
  DifferencesAdded,
  AccountEvent,
} from './account-events.js';

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
