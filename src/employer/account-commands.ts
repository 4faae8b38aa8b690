import type { Day, Month } from '../kernel/calendar.js';
import type { Fen, Ppm } from '../kernel/money.js';
import type { PaymentOrder } from '../rules/payment.js';
import type { BillChange } from './bill-change.js';
import type { BillKind, BillLine, PaymentTarget } from './events.js';

/** What is asked of the account of an employer, and how it refuses (account.ts). */
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
      bills: readonly BillChange[];
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
