import type { Month } from '../kernel/calendar.js';
import { add, fromYuan, negate, type Fen } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import type {
  BillEffect,
  CarriedSlip,
  Charge,
  ContributionAssessed,
  ContributionLine,
  ContributionPaid,
  ContributionReversed,
  IndividualEvent,
  RowChange,
} from './events.js';
import { leaveOf } from './leaving.js';
import { move, type PensionAccount, type PensionDraft } from './pension-account.js';
import { startsFor, type Identity, type RegistrationState } from './registration.js';
import { cellsOf, chargeOf, paidOf, withEffects, withPaid } from './slip-amounts.js';

/** Contributions (缴费): what is owed for a month, that it came, that it was taken back. Pure. */
export type ContributionEvent = ContributionAssessed | ContributionPaid | ContributionReversed;

/**
 * A row of an employer's file, assessed. `identity` registers a person who is not known; it may be left out for one
 * who is. `lastWorkingMonth` is the last month in which this person may pay in this employment.
 */
export type Assess = Omit<ContributionAssessed['data'], 'month' | 'moved'> &
  Readonly<{
    type: 'Assess';
    month: Month;
    nameDigest: string;
    identity?: Identity;
    lastWorkingMonth?: Month;
    /** Who joins is covered from that day on instead of the first of the month; who leaves, until that day. */
    change?: RowChange;
  }>;

export type AssessFailure =
  | Readonly<{ type: 'IndividualNotFound' }>
  | Readonly<{ type: 'NameMismatch' }>
  | Readonly<{ type: 'OverRetirementAge' }>
  /** The month stands already: `same` when by the same employer with the same wage and the same lines. */
  | Readonly<{
      type: 'MonthStands';
      same: boolean;
      sameEmployer: boolean;
      lines: readonly ContributionLine[];
    }>;

/**
 * What stands for a month. Lines are text as posted: a reversal gives back these very amounts. They are the sum of what
 * the bills claim (`charges`), until they are reversed: then they stay as they were, and nothing is claimed.
 */
export type Slip = Readonly<
  Omit<CarriedSlip, 'earlier'> & {
    /** The slip that was wholly reversed before this one took the month. */
    earlier: Slip | undefined;
  }
>;
export type Reversal = Readonly<{
  month: string;
  insurance: string | undefined;
  reason: string;
  evidence: string;
  employer: string;
  submission: string;
  lines: readonly ContributionLine[];
  bills: readonly BillEffect[];
}>;
/**
 * Personal accounts (个人账户); positive is the person's money. The reversal of a contribution whose money is spent
 * already leaves the medical account below nought: a debt that later contributions fill first.
 */
export type Balances = Readonly<{ pension: Fen; medical: Fen }>;
export type ContributionState = Readonly<{
  months: ReadonlyMap<string, Slip>;
  reversals: ReadonlyMap<string, Reversal>;
  balances: Balances;
  pension: PensionAccount;
  /** Months paid and not taken back, by insurance, of the whole life. */
  monthsPaid: ReadonlyMap<string, number>;
}>;
export type ContributionDraft = {
  months: Map<string, Slip>;
  reversals: Map<string, Reversal>;
  balances: { pension: Fen; medical: Fen };
  pension: PensionDraft;
  monthsPaid: Map<string, number>;
  /** Slips of earlier months are not known, and so are not made of what comes for them late. */
  knownFrom: string | undefined;
};

/** Writes an event into a draft that belongs to the caller. */
export const applyContribution = (draft: ContributionDraft, event: ContributionEvent): void => {
  switch (event.type) {
    case 'ContributionAssessed':
      return applyAssessed(draft, event);
    case 'ContributionPaid':
      return applyPaid(draft, event);
    case 'ContributionReversed':
      return applyReversed(draft, event);
  }
};

const applyAssessed = (draft: ContributionDraft, { data }: ContributionAssessed): void => {
  const { month, moved, ...assessed } = data;
  if (draft.knownFrom !== undefined && month < draft.knownFrom) return;
  const charges = moved?.charges ?? [{ bill: data.submission, lines: data.lines }];
  draft.months.set(month, {
    ...assessed,
    charges: charges.map(({ bill, lines }): Charge => chargeOf(bill, lines)),
    payments: [],
    counted: [],
    reversed: [],
    changes: [],
    ...(moved && { moved: moved.correction }),
    earlier: draft.months.get(month),
  });
};

const applyPaid = (draft: ContributionDraft, { data }: ContributionPaid): void => {
  const { month, payment, bill, paidOn, lines, complete } = data;
  const slip = draft.months.get(month);
  if (slip)
    draft.months.set(month, {
      ...slip,
      charges: withPaid(slip.charges, bill, lines),
      payments: [...slip.payments, { payment, bill, paidOn, covered: cellsOf(lines) }],
      counted: [...slip.counted, ...complete],
    });
  credit(draft, lines, 1, { month, valueOn: paidOn });
  count(draft, complete, 1);
};

const applyReversed = (draft: ContributionDraft, { data }: ContributionReversed): void => {
  const { reversal, month, employer, submission, insurance, reason, evidence, lines, bills } = data;
  const slip = draft.months.get(month);
  const reversed = lines.map((line) => line.insurance);
  const { owed, counted = [] } = data;
  if (slip)
    draft.months.set(month, {
      ...slip,
      charges: withEffects(slip.charges, bills),
      counted: slip.counted.filter((each) => !reversed.includes(each)),
      reversed: [...slip.reversed, ...reversed],
    });
  draft.reversals.set(reversal, { month, insurance, reason, evidence, employer, submission, lines, bills });
  if (data.paid) credit(draft, paidOf(lines, owed), -1, data);
  count(draft, counted, -1);
};

/** Writes that a month counts for insurances, or no longer does. */
export const count = (draft: ContributionDraft, insurances: readonly string[], sign: 1 | -1): void => {
  for (const insurance of insurances)
    draft.monthsPaid.set(insurance, (draft.monthsPaid.get(insurance) ?? 0) + sign);
};

/** Writes what lines bring to the personal accounts, or take from them. */
export const credit = (
  draft: ContributionDraft,
  lines: readonly Pick<ContributionLine, 'insurance' | 'toAccount'>[],
  sign: 1 | -1,
  when: Readonly<{ month: string; valueOn: string }>,
): void => {
  for (const { insurance, toAccount } of lines) {
    if (insurance !== 'pension' && insurance !== 'medical') continue;
    const amount = fromYuan(toAccount);
    const change = sign === 1 ? amount : negate(amount);
    draft.balances[insurance] = add(draft.balances[insurance], change);
    if (insurance === 'pension') move(draft.pension, change, when);
  }
};

type State = RegistrationState & ContributionState;

export const decideAssess = (
  command: Assess,
  state: State,
): Result<readonly IndividualEvent[], AssessFailure> => {
  const { submission, line, employer, region, month, wage, employment, table, lines, identity } = command;
  const latest = state.months.get(month);
  if (slipOf(latest, (slip) => slip.submission === submission && slip.line === line)) return ok([]);
  const { registration } = state;
  if (!registration && !identity) return err({ type: 'IndividualNotFound' });
  if ((registration ?? identity)?.nameDigest !== command.nameDigest) return err({ type: 'NameMismatch' });
  if (command.lastWorkingMonth && month > command.lastWorkingMonth) return err({ type: 'OverRetirementAge' });
  if (latest && standingLines(latest).length > 0) {
    const sameEmployer = latest.employer === employer;
    const same = sameEmployer && latest.wage === wage && areSame(latest.lines, lines);
    return err({ type: 'MonthStands', same, sameEmployer, lines: latest.lines });
  }
  const insurances = lines.map(({ insurance }) => insurance);
  const starts = startsFor(state, insurances, employer, month, command.change);
  return ok([
    ...(registration || !identity
      ? []
      : [{ type: 'IndividualRegistered', data: { ...identity, submission } } as const]),
    ...starts,
    {
      type: 'ContributionAssessed',
      data: { submission, line, employer, region, month, wage, employment, table, lines },
    },
    ...leaveOf(state, starts, command),
  ]);
};

/** The newest slip of a month that a test accepts, also one that was reversed since. */
export const slipOf = (latest: Slip | undefined, isWanted: (slip: Slip) => boolean): Slip | undefined => {
  for (let slip = latest; slip; slip = slip.earlier) if (isWanted(slip)) return slip;
  return undefined;
};

/** The lines of a slip that were not reversed. */
export const standingLines = ({ lines, reversed }: Slip): readonly ContributionLine[] =>
  reversed.length === 0 ? lines : lines.filter(({ insurance }) => !reversed.includes(insurance));

const areSame = (some: readonly ContributionLine[], others: readonly ContributionLine[]): boolean =>
  some.length === others.length &&
  some.every((line) =>
    others.some(
      (other) =>
        other.insurance === line.insurance &&
        other.base === line.base &&
        other.employerPart === line.employerPart &&
        other.employeePart === line.employeePart &&
        other.toAccount === line.toAccount,
    ),
  );
