import type { Decider } from '../kernel/decider.js';
import type { Day, Month } from '../kernel/calendar.js';
import type { Fen, Ppm } from '../kernel/money.js';
import type { BillCell } from '../individual/events.js';
import type { PaymentOrder } from '../rules/payment.js';
import type { PaidPart } from '../rules/late-fee.js';
import type { BillKind, BillLine, ChangedCell, EmployerEvent, PaymentTarget } from './events.js';

/**
 * The account of an employer (单位往来账): bills, the money that came for them, late fees, and the credit that is left. All
 * that is decided about money stands in `employer-<USCC>`, so that two who pay, withdraw or correct at once are one after
 * the other. Pure.
 */
export type Cell = Readonly<{ amount: Fen; paid: Fen }>;
export type Bill = Readonly<{
  bill: string;
  kind: BillKind;
  region: string;
  month: Month;
  dueOn: Day;
  issuedOn: Day;
  /** By `insurance/side`. */
  cells: ReadonlyMap<string, Cell>;
  extensions: readonly string[];
  /** Principal as it was paid: what the late fee is reckoned on. */
  parts: readonly PaidPart[];
  lateFeePaid: Fen;
  lastPayment: Readonly<{ payment: string; paidOn: Day }> | undefined;
}>;
/** What persons are still to be credited with: named by the payment, the use of credit, or the change that covered cells. */
export type Covering = Readonly<{
  covering: string;
  bill: string;
  month: Month;
  payment: string;
  paidOn: Day;
  cells: readonly BillCell[];
}>;
export type AccountState = Readonly<{
  uscc: string | undefined;
  bills: ReadonlyMap<string, Bill>;
  /** Withdrawn submissions, with or without a bill. */
  withdrawn: ReadonlySet<string>;
  /** By the name of the payment or of the use of credit. */
  payments: ReadonlyMap<string, KnownPayment>;
  changes: ReadonlySet<string>;
  refunds: ReadonlyMap<string, Readonly<{ amount: Fen; paidOn: string; reference: string }>>;
  moves: ReadonlySet<string>;
  credit: Fen;
  /** In the order in which they came. */
  coverings: readonly Covering[];
}>;
export type KnownPayment = Readonly<{
  payment: string;
  amount: Fen;
  paidOn: Day;
  reference: string | undefined;
  target: PaymentTarget | undefined;
  principal: Fen;
  lateFee: Fen;
  unapplied: Fen;
}>;

export type AccountCommand =
  /** Issues the bill of an assessed submission; credit that is there pays it at once. Nothing for a withdrawn one. */
  | Readonly<{
      type: 'IssueBill';
      uscc: string;
      bill: string;
      kind: BillKind;
      region: string;
      month: Month;
      dueOn: Day;
      lines: readonly BillLine[];
      today: Day;
      order: PaymentOrder;
      lateFeeDaily: Ppm;
    }>
  /** The first extension of a bill issues it. */
  | Readonly<{
      type: 'ExtendBill';
      uscc: string;
      bill: string;
      kind: BillKind;
      region: string;
      month: Month;
      dueOn: Day;
      extension: string;
      lines: readonly BillLine[];
      today: Day;
    }>
  | Readonly<{ type: 'WithdrawBill'; uscc: string; bill: string; month: Month; reason: string; today: Day }>
  | Readonly<{
      type: 'ReceiveMoney';
      uscc: string;
      payment: string;
      amount: Fen;
      paidOn: Day;
      reference: string;
      target: PaymentTarget;
      today: Day;
      order: PaymentOrder;
      lateFeeDaily: Ppm;
    }>
  /** Pays open bills from credit, oldest month first. */
  | Readonly<{
      type: 'UseCredit';
      uscc: string;
      payment: string;
      today: Day;
      order: PaymentOrder;
      lateFeeDaily: Ppm;
    }>
  /** `less` and `given` by bill and cell; what is released is found here. */
  | Readonly<{
      type: 'ChangeBills';
      uscc: string;
      change: string;
      cause: 'reversal' | 'difference' | 'base-change' | 'row-withdrawn';
      today: Day;
      bills: readonly Readonly<{
        bill: string;
        month: Month;
        cells: readonly Omit<ChangedCell, 'released'>[];
      }>[];
    }>
  | Readonly<{
      type: 'RefundCredit';
      uscc: string;
      refund: string;
      amount: Fen;
      paidOn: Day;
      reference: string;
      today: Day;
    }>
  | Readonly<{ type: 'MoveCredit'; uscc: string; correction: string; month: Month; amount: Fen; today: Day }>
  | Readonly<{ type: 'FinishCovering'; uscc: string; covering: string; persons: number }>;

export type AccountFailure =
  | Readonly<{ type: 'EmployerNotFound' }>
  /** No bill of that name is in this account (yet). */
  | Readonly<{ type: 'SubmissionNotAssessed' }>
  | Readonly<{ type: 'SubmissionWithdrawn' }>
  /** Money came for it: it cannot be withdrawn, its rows can be reversed. */
  | Readonly<{ type: 'SubmissionPartPaid' }>
  /** A bill of a base change or of differences is taken back by another one. */
  | Readonly<{ type: 'NotWithdrawable' }>
  | Readonly<{ type: 'SubmissionAlreadyPaid' }>
  | Readonly<{ type: 'PaidOnInFuture' }>
  | Readonly<{ type: 'IdempotencyKeyReused'; differs: readonly string[] }>
  | Readonly<{ type: 'CreditTooLow'; credit: string }>
  | Readonly<{ type: 'NoCredit' }>;

export const cellKey = ({ insurance, side }: BillCell): string => `${insurance}/${side}`;

export declare const account: Decider<AccountCommand, EmployerEvent, AccountState, AccountFailure>;
