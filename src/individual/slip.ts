/** What stands of a month, and which bills claim it: parts of the events as stored. Money is yuan text. */

/** One insurance in one month: what each side owes and what of it goes to the person's own account. */
export type ContributionLine = Readonly<{
  insurance: string;
  base: string;
  employerPart: string;
  employeePart: string;
  /** Part of the employee's amount that is credited to the personal account of this insurance. */
  toAccount: string;
}>;

/** One insurance and one side of it: what an employer's bill is paid by. */
export type BillCell = Readonly<{ insurance: string; side: 'employer' | 'employee' }>;
/** What a bill claims of a month. */
export type BillClaim = Readonly<{ bill: string; lines: readonly Omit<ContributionLine, 'base'>[] }>;

/**
 * What an event changes of an employer's bill for this person, by insurance. Signed: a new claim is positive, one that is
 * taken back negative. `returned` is what of it had been credited to the person and goes back to the employer's account.
 */
export type BillEffect = Readonly<{
  bill: string;
  insurance: string;
  employerPart: string;
  employeePart: string;
  toAccount: string;
  returned?: Readonly<{ employerPart: string; employeePart: string; toAccount: string }>;
}>;

/** What a bill claims of a slip, by insurance, and what of it was credited. Both go down when it is taken back. */
export type ChargeLine = Readonly<{
  insurance: string;
  employerPart: string;
  employeePart: string;
  toAccount: string;
  credited: Readonly<{ employerPart: string; employeePart: string; toAccount: string }>;
}>;
export type Charge = Readonly<{ bill: string; lines: readonly ChargeLine[] }>;
/** A payment that reached a slip, for which bill, and which cells it credited. */
export type SlipPayment = Readonly<{
  payment: string;
  bill: string;
  paidOn: string;
  covered: readonly BillCell[];
}>;
/** A change of a slip by a notice, or by the base change of a submission (`declared`), as it was told to the bills. */
export type SlipChange = Readonly<{
  adjustment: string;
  publication?: string;
  declared?: string;
  bills: readonly BillEffect[];
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
  /** What stands or stood when it was reversed: the sum of its charges. */
  lines: readonly ContributionLine[];
  charges: readonly Charge[];
  payments: readonly SlipPayment[];
  /** Insurances for which the month counts: both sides were paid whole. */
  counted: readonly string[];
  reversed: readonly string[];
  changes: readonly SlipChange[];
  /** The correction that brought it over from another person. */
  moved?: string;
  earlier?: CarriedSlip;
}>;
