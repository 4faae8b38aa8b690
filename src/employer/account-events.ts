/**
 * What can happen to the account of an employer, in `employer-<USCC>`, and to bills of differences, as stored (schema 1).
 * Others take these from events.ts.
 */
import type { BillCell, BillEffect, SubmissionKind } from '../individual/events.js';

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
