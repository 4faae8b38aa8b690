import type { BillKind } from './events.js';

/** Rows of an employer's account. Amounts are fen; a row of `add` columns holds sums of all that happened. */
export type BillState = 'assessed' | 'part-paid' | 'paid' | 'withdrawn';

/** A bill as it stands. What is taken back of it is no longer in `amount_fen`, nor in `paid_fen`. */
export type BillRecord = Readonly<{
  bill: string;
  uscc: string;
  kind: BillKind;
  region: string;
  month: string;
  due_on: string;
  issued_on: string;
  state: BillState;
  amount_fen: bigint;
  paid_fen: bigint;
  late_fee_paid_fen: bigint;
  /** JSON `[[fen, paidOn, ppm], ...]`: principal as it was paid, on which the late fee is reckoned. */
  parts: string;
  last_payment: string | null;
  last_paid_on: string | null;
}>;
export const BILL_COLUMNS = [
  'bill',
  'uscc',
  'kind',
  'region',
  'month',
  'due_on',
  'issued_on',
  'state',
  'amount_fen',
  'paid_fen',
  'late_fee_paid_fen',
  'parts',
  'last_payment',
  'last_paid_on',
] as const satisfies readonly (keyof BillRecord)[];

/** What a bill asks for one insurance of one side. */
export type BillCellRecord = Readonly<{
  bill: string;
  insurance: string;
  side: 'employer' | 'employee';
  amount_fen: bigint;
  paid_fen: bigint;
}>;
export const BILL_CELL_COLUMNS = [
  'bill',
  'insurance',
  'side',
  'amount_fen',
  'paid_fen',
] as const satisfies readonly (keyof BillCellRecord)[];

/** Money that came, or credit that was used. */
export type PaymentRecord = Readonly<{
  uscc: string;
  payment: string;
  kind: 'money' | 'credit';
  amount_fen: bigint;
  paid_on: string;
  reference: string | null;
  /** JSON: PaymentTarget; what the payer named. */
  target: string | null;
  /** JSON: Allocation[]. */
  allocations: string;
  principal_fen: bigint;
  late_fee_fen: bigint;
  unapplied_fen: bigint;
  position: bigint;
  booked_on: string;
  recorded_at: string;
}>;
export const PAYMENT_COLUMNS = [
  'uscc',
  'payment',
  'kind',
  'amount_fen',
  'paid_on',
  'reference',
  'target',
  'allocations',
  'principal_fen',
  'late_fee_fen',
  'unapplied_fen',
  'position',
  'booked_on',
  'recorded_at',
] as const satisfies readonly (keyof PaymentRecord)[];

/**
 * A line of the account, signed: claims, principal paid, late fee paid, credit, and money that came in. The balance after
 * it is what came in less what was claimed and charged: credit less principal outstanding.
 */
export type EntryRecord = Readonly<{
  uscc: string;
  value_on: string;
  position: bigint;
  seq: bigint;
  type: string;
  bill: string | null;
  month: string | null;
  reference: string;
  claimed_fen: bigint;
  principal_fen: bigint;
  late_fee_fen: bigint;
  credit_fen: bigint;
  received_fen: bigint;
  booked_on: string;
  recorded_at: string;
}>;
export const ENTRY_COLUMNS = [
  'uscc',
  'value_on',
  'position',
  'seq',
  'type',
  'bill',
  'month',
  'reference',
  'claimed_fen',
  'principal_fen',
  'late_fee_fen',
  'credit_fen',
  'received_fen',
  'booked_on',
  'recorded_at',
] as const satisfies readonly (keyof EntryRecord)[];

/** The account now: sums of its lines. */
export type EmployerAccountRecord = Readonly<{
  uscc: string;
  credit_fen: bigint;
  billed_fen: bigint;
  principal_fen: bigint;
  late_fee_fen: bigint;
  received_fen: bigint;
  refunded_fen: bigint;
}>;
export const ACCOUNT_SUMS = [
  'credit_fen',
  'billed_fen',
  'principal_fen',
  'late_fee_fen',
  'received_fen',
  'refunded_fen',
] as const satisfies readonly (keyof EmployerAccountRecord)[];

/** A payment, use of credit or change that covered cells; `pending` 1 until every person is credited. */
export type CoveringRecord = Readonly<{
  uscc: string;
  covering: string;
  pending: bigint;
  position: bigint;
}>;
export const COVERING_COLUMNS = [
  'uscc',
  'covering',
  'pending',
  'position',
] as const satisfies readonly (keyof CoveringRecord)[];

export type AccountTables = {
  bill: BillRecord;
  bill_cell: BillCellRecord;
  employer_payment: PaymentRecord;
  employer_entry: EntryRecord;
  employer_account: EmployerAccountRecord;
  employer_covering: CoveringRecord;
};
