import assert from 'node:assert';
import type {
  Allocation,
  BillChanged,
  CreditMoved,
  CreditRefunded,
  CreditUsed,
  EstimateLine,
  EstimateSettled,
  MoneyReceived,
  MonthEstimated,
} from '../employer/events.js';
import type {
  AdjustedLine,
  ContributionAdjusted,
  ContributionLine,
  ContributionReversed,
  IndividualEvent,
  InterestCredited,
} from '../individual/events.js';
import { add, fromYuan, negate, subtract, sum, toYuan, ZERO, type Fen } from '../kernel/money.js';

/**
 * The projection's pure half: each event that moves money is an entry that sums to nought.
 *
 * Accounts of the book: `receivable:<insurance>` (owed by employers), `assessed:<insurance>` (its counterpart until money
 * comes: the fund's ledger is on a cash basis), `clearing:payments` (money that came for a bill and is not credited to its
 * persons yet), `cash:treasury`, `income:late-fee`, `pool:<insurance>`, `account:<insurance>` (personal accounts),
 * `payable:institutions`, `payable:employers` (what employers have to their credit).
 */
export type Posting = Readonly<{
  account: string;
  /** Signed: debit is positive, credit negative. A person's balance is therefore the sum of `account:*`, negated. */
  amount: Fen;
  insurance?: string;
  /** The month owed, `YYYY-MM`. */
  month?: string;
  /** Day of value, `YYYY-MM-DD`: what is owed for a month counts from its first day, money from the day it came. */
  valueOn: string;
}>;

/** Events of an employer that move money. What a bill claims is posted by the events of its persons. */
export type EmployerMoneyEvent =
  MoneyReceived | CreditUsed | BillChanged | CreditRefunded | CreditMoved | MonthEstimated | EstimateSettled;
export const EMPLOYER_MONEY_EVENT_TYPES = [
  'MoneyReceived',
  'CreditUsed',
  'BillChanged',
  'CreditRefunded',
  'CreditMoved',
  'MonthEstimated',
  'EstimateSettled',
] as const satisfies readonly EmployerMoneyEvent['type'][];

/** The entry of an event; no posting for one that moves no money. Postings of nought are left out. */
export const postingsOf = (event: IndividualEvent | EmployerMoneyEvent): readonly Posting[] => {
  const postings = entryOf(event).filter(({ amount }) => amount !== ZERO);
  assert(sum(postings.map(({ amount }) => amount)) === ZERO, `the entry of ${event.type} sums to nought`);
  return postings;
};

const entryOf = (event: IndividualEvent | EmployerMoneyEvent): readonly Posting[] => {
  switch (event.type) {
    case 'IndividualRegistered':
    case 'CoverageStarted':
    case 'CoverageStopped':
    case 'YearClosed':
      return [];
    case 'InterestCredited':
      return interest(event.data);
    case 'ContributionAssessed': {
      const { month, lines } = event.data;
      return lines.flatMap((line) => assessed(line, month, `${month}-01`));
    }
    case 'ContributionPaid': {
      const { month, lines, paidOn } = event.data;
      return lines.flatMap((line) => paid(line, month, paidOn));
    }
    case 'ContributionReversed':
      return event.data.lines.flatMap((line) => reversed(line, event.data));
    case 'ContributionAdjusted':
      return event.data.lines.flatMap((line) => adjusted(line, event.data));
    case 'CardSettled': {
      const { fundPaid, accountPaid, valueOn } = event.data;
      return settled(fromYuan(fundPaid), fromYuan(accountPaid), valueOn);
    }
    case 'CardSettlementReversed': {
      const { fundPaid, accountPaid, valueOn } = event.data;
      return mirrored(settled(fromYuan(fundPaid), fromYuan(accountPaid), valueOn));
    }
    case 'MonthEstimated':
      return estimated(event.data);
    case 'EstimateSettled':
      return mirrored(estimated(event.data));
    case 'MoneyReceived':
      return received(event.data);
    case 'CreditUsed':
      return creditUsed(event.data);
    case 'BillChanged':
      return released(event.data);
    case 'CreditRefunded': {
      const { amount, paidOn } = event.data;
      return transfer('payable:employers', 'cash:treasury', fromYuan(amount), { valueOn: paidOn });
    }
    case 'CreditMoved': {
      const { amount, month, valueOn } = event.data;
      return transfer('payable:employers', 'clearing:payments', fromYuan(amount), { month, valueOn });
    }
  }
};

type Amounts = Pick<ContributionLine, 'employerPart' | 'employeePart' | 'toAccount'>;
type InsuredAmounts = Amounts & Pick<ContributionLine, 'insurance'>;
const wholeOf = ({ employerPart, employeePart }: Amounts): Fen =>
  add(fromYuan(employerPart), fromYuan(employeePart));

const assessed = (line: InsuredAmounts, month: string, valueOn: string): readonly Posting[] => {
  const { insurance } = line;
  const whole = wholeOf(line);
  return [
    { account: `receivable:${insurance}`, amount: whole, insurance, month, valueOn },
    { account: `assessed:${insurance}`, amount: negate(whole), insurance, month, valueOn },
  ];
};

const paid = (line: ContributionLine, month: string, valueOn: string): readonly Posting[] => {
  const { insurance } = line;
  const whole = wholeOf(line);
  const at = { insurance, month, valueOn };
  return [
    { account: 'clearing:payments', amount: whole, ...at },
    { account: `receivable:${insurance}`, amount: negate(whole), ...at },
    { account: `assessed:${insurance}`, amount: whole, ...at },
    ...mirrored(fundShares(line, month, valueOn)),
  ];
};

/** What a line brought to the pool and to the personal account, as debits. */
const fundShares = (line: InsuredAmounts, month: string, valueOn: string): readonly Posting[] => {
  const { insurance } = line;
  const toAccount = fromYuan(line.toAccount);
  const at = { insurance, month, valueOn };
  return [
    { account: `pool:${insurance}`, amount: subtract(wholeOf(line), toAccount), ...at },
    { account: `account:${insurance}`, amount: toAccount, ...at },
  ];
};

/** Unpaid: the mirror of what was assessed. Paid: the fund and the account give back, the money is owed to the employer. */
const reversed = (
  line: ContributionLine,
  { month, valueOn, paid: wasPaid, owed }: ContributionReversed['data'],
): readonly Posting[] => {
  if (!wasPaid) return mirrored(assessed(line, month, valueOn));
  const open = owed?.find(({ insurance }) => insurance === line.insurance);
  if (!open) return givenBack(line, month, valueOn);
  const paidIn = { insurance: line.insurance, ...lessOf(line, open) };
  return [...givenBack(paidIn, month, valueOn), ...mirrored(assessed(open, month, valueOn))];
};

/** The fund and the account give back, the money is owed to the employer. */
const givenBack = (line: InsuredAmounts, month: string, valueOn: string): readonly Posting[] => [
  ...fundShares(line, month, valueOn),
  {
    account: 'payable:employers',
    amount: negate(wholeOf(line)),
    insurance: line.insurance,
    month,
    valueOn,
  },
];

/** A difference is owed like what was assessed; what of it had been paid goes back and is no longer owed to the fund. */
const adjusted = (
  line: AdjustedLine,
  { month, valueOn }: ContributionAdjusted['data'],
): readonly Posting[] => {
  const { insurance, returned } = line;
  if (!returned) return assessed(line, month, valueOn);
  const owed = { insurance, ...lessOf(line, negated(returned)) };
  return [...assessed(owed, month, valueOn), ...givenBack({ insurance, ...returned }, month, valueOn)];
};

const lessOf = (a: Amounts, b: Amounts): Amounts => ({
  employerPart: toYuan(subtract(fromYuan(a.employerPart), fromYuan(b.employerPart))),
  employeePart: toYuan(subtract(fromYuan(a.employeePart), fromYuan(b.employeePart))),
  toAccount: toYuan(subtract(fromYuan(a.toAccount), fromYuan(b.toAccount))),
});
const negated = (amounts: Amounts): Amounts =>
  lessOf({ employerPart: '0', employeePart: '0', toAccount: '0' }, amounts);

/** An estimate is owed like what is assessed, by the employer as a whole; nothing reaches an account. */
const estimated = ({
  month,
  lines,
  valueOn,
}: Readonly<{ month: string; lines: readonly EstimateLine[]; valueOn: string }>): readonly Posting[] =>
  lines.flatMap((line) => assessed({ ...line, toAccount: '0.00' }, month, valueOn));

/** Out of one account into another: the debit and the credit. */
const transfer = (
  debit: string,
  credit: string,
  amount: Fen,
  at: Readonly<{ month?: string; valueOn: string }>,
): readonly Posting[] => [
  { account: debit, amount, ...at },
  { account: credit, amount: negate(amount), ...at },
];

/** The treasury has the money; what is not for a bill is the employer's. */
const received = ({
  amount,
  unapplied,
  allocations,
  paidOn: valueOn,
}: MoneyReceived['data']): readonly Posting[] => [
  { account: 'cash:treasury', amount: fromYuan(amount), valueOn },
  ...allocations.flatMap((allocation) => allocated(allocation, valueOn)),
  { account: 'payable:employers', amount: negate(fromYuan(unapplied)), valueOn },
];

const creditUsed = ({ amount, allocations, paidOn: valueOn }: CreditUsed['data']): readonly Posting[] => [
  { account: 'payable:employers', amount: fromYuan(amount), valueOn },
  ...allocations.flatMap((allocation) => allocated(allocation, valueOn)),
];

/** Principal waits until the persons are credited with it; the late fee (滞纳金) is income at once. */
const allocated = ({ month, cells, lateFee }: Allocation, valueOn: string): readonly Posting[] => [
  {
    account: 'clearing:payments',
    amount: negate(sum(cells.map(({ amount }) => fromYuan(amount)))),
    month,
    valueOn,
  },
  { account: 'income:late-fee', amount: negate(fromYuan(lateFee)), month, valueOn },
];

/** Money that waited for what is no longer claimed is the employer's; what a person gave back was posted with that. */
const released = ({ bills, valueOn }: BillChanged['data']): readonly Posting[] =>
  bills.flatMap(({ month, cells }) =>
    transfer(
      'clearing:payments',
      'payable:employers',
      sum(cells.map(({ released: amount }) => fromYuan(amount))),
      { month, valueOn },
    ),
  );

const settled = (fundPaid: Fen, accountPaid: Fen, valueOn: string): readonly Posting[] => [
  { account: 'account:medical', amount: accountPaid, insurance: 'medical', valueOn },
  { account: 'pool:medical', amount: fundPaid, insurance: 'medical', valueOn },
  {
    account: 'payable:institutions',
    amount: negate(add(fundPaid, accountPaid)),
    insurance: 'medical',
    valueOn,
  },
];

/** The fund bears what the account earns. */
const interest = ({ account, amount, valueOn }: InterestCredited['data']): readonly Posting[] => [
  { account: `pool:${account}`, amount: fromYuan(amount), insurance: account, valueOn },
  { account: `account:${account}`, amount: negate(fromYuan(amount)), insurance: account, valueOn },
];

const mirrored = (postings: readonly Posting[]): readonly Posting[] =>
  postings.map((posting) => ({ ...posting, amount: negate(posting.amount) }));
