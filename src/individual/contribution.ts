import type { Month } from '../kernel/calendar.js';
import { add, fromYuan, negate, type Fen } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import type {
  ContributionAssessed,
  ContributionLine,
  ContributionPaid,
  ContributionReversed,
  IndividualEvent,
  SlipAdjusted,
} from './events.js';
import type { Failure } from './failures.js';
import { move, type PensionAccount, type PensionDraft } from './pension-account.js';
import { owedOf, paidOf, payableOf } from './slip-amounts.js';
import { startsOf, type Identity, type RegistrationState } from './registration.js';

/** Contributions (缴费): what is owed for a month, that it came, that it was taken back. Pure. */
export type ContributionEvent = ContributionAssessed | ContributionPaid | ContributionReversed;

/**
 * A row of an employer's file, assessed. `identity` registers a person who is not known; it may be left out for one
 * who is. `lastWorkingMonth` is the last month in which this person may pay in this employment.
 */
export type Assess = Omit<ContributionAssessed['data'], 'month'> &
  Readonly<{
    type: 'Assess';
    month: Month;
    nameDigest: string;
    identity?: Identity;
    lastWorkingMonth?: Month;
  }>;
export type Pay = Readonly<{
  type: 'Pay';
  submission: string;
  month: Month;
  payment: string;
  paidOn: string;
}>;
/** Without `key` a reversal is named by what it reverses. Without `insurance` it takes back all that stands. */
export type Reverse = Readonly<{
  type: 'Reverse';
  key: string | undefined;
  month: Month;
  insurance: string | undefined;
  reason: string;
  evidence: string;
  valueOn: string;
}>;

export type AssessFailure =
  | Readonly<{ type: 'IndividualNotFound' }>
  | Readonly<{ type: 'NameMismatch' }>
  | Readonly<{ type: 'OverRetirementAge' }>
  /** The month stands already: `same` when by the same employer with the same wage and the same lines. */
  | Readonly<{ type: 'MonthStands'; same: boolean; lines: readonly ContributionLine[] }>;
export type PayFailure =
  Readonly<{ type: 'NotAssessed' }> | Readonly<{ type: 'AlreadyPaid'; payment: string; paidOn: string }>;
export type ReverseFailure = Extract<
  Failure,
  { type: 'IndividualNotFound' | 'NothingToReverse' | 'InsuranceNotAssessed' | 'IdempotencyKeyReused' }
>;

/** What stands for a month. Lines are text as posted: a reversal gives back these very amounts. */
export type Slip = Readonly<{
  submission: string;
  line: number;
  employer: string;
  region: string;
  employment: string;
  table: string;
  wage: string;
  lines: readonly ContributionLine[];
  paid: Readonly<{ payment: string; paidOn: string }> | undefined;
  reversed: readonly string[];
  /** Absent while the rules by which it was assessed stand. */
  adjusted?: SlipAdjusted;
  /** The slip that was wholly reversed before this one took the month. */
  earlier: Slip | undefined;
}>;
type Reversal = Readonly<{
  month: string;
  insurance: string | undefined;
  reason: string;
  evidence: string;
  lines: readonly ContributionLine[];
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
  const { submission, month, lines } = event.data;
  const slip = draft.months.get(month);
  switch (event.type) {
    case 'ContributionAssessed': {
      if (draft.knownFrom !== undefined && month < draft.knownFrom) return;
      const { line, employer, region, employment, table, wage } = event.data;
      const earlier = slip;
      draft.months.set(month, {
        submission,
        line,
        employer,
        region,
        employment,
        table,
        wage,
        lines,
        paid: undefined,
        reversed: [],
        earlier,
      });
      return;
    }
    case 'ContributionPaid': {
      const { payment, paidOn } = event.data;
      const adjusted = slip?.adjusted && { adjusted: { ...slip.adjusted, credited: lines } };
      if (slip) draft.months.set(month, { ...slip, paid: { payment, paidOn }, ...adjusted });
      credit(draft, lines, 1, { month, valueOn: paidOn });
      return;
    }
    case 'ContributionReversed': {
      const { reversal, reason, evidence, paid } = event.data;
      const reversed = lines.map(({ insurance }) => insurance);
      if (slip) draft.months.set(month, { ...slip, reversed: [...slip.reversed, ...reversed] });
      draft.reversals.set(reversal, { month, insurance: event.data.insurance, reason, evidence, lines });
      if (paid) credit(draft, paidOf(lines, event.data.owed), -1, { month, valueOn: event.data.valueOn });
      return;
    }
  }
};

const credit = (
  draft: ContributionDraft,
  lines: readonly ContributionLine[],
  sign: 1 | -1,
  when: Readonly<{ month: string; valueOn: string }>,
): void => {
  for (const { insurance, toAccount } of lines) {
    draft.monthsPaid.set(insurance, (draft.monthsPaid.get(insurance) ?? 0) + sign);
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
    const same = latest.employer === employer && latest.wage === wage && areSame(latest.lines, lines);
    return err({ type: 'MonthStands', same, lines: latest.lines });
  }
  const insurances = lines.map(({ insurance }) => insurance);
  return ok([
    ...(registration || !identity
      ? []
      : [{ type: 'IndividualRegistered', data: { ...identity, submission } } as const]),
    ...startsOf(state, insurances, employer, `${month}-01`, `${month}-31`),
    {
      type: 'ContributionAssessed',
      data: { submission, line, employer, region, month, wage, employment, table, lines },
    },
  ]);
};

/** Credits what the submission assessed and what still stands of it. */
export const decidePay = (
  { submission, month, payment, paidOn }: Pay,
  state: ContributionState,
): Result<readonly ContributionEvent[], PayFailure> => {
  const slip = slipOf(state.months.get(month), (candidate) => candidate.submission === submission);
  if (!slip) return err({ type: 'NotAssessed' });
  if (slip.paid) {
    const isRepeat = slip.paid.payment === payment && slip.paid.paidOn === paidOn;
    return isRepeat ? ok([]) : err({ type: 'AlreadyPaid', ...slip.paid });
  }
  const lines = payableOf(slip, standingLines(slip));
  if (lines.length === 0) return ok([]);
  const { employer } = slip;
  return ok([{ type: 'ContributionPaid', data: { submission, employer, month, paidOn, payment, lines } }]);
};

export const decideReverse = (
  command: Reverse,
  state: State,
): Result<readonly ContributionEvent[], ReverseFailure> => {
  const { month, insurance, reason, evidence, valueOn } = command;
  if (!state.registration) return err({ type: 'IndividualNotFound' });
  const slip = state.months.get(month);
  const reversal = reversalKeyOf(command, slip);
  const known = reversal === undefined ? undefined : state.reversals.get(reversal);
  if (known) return repeated(command, known);
  if (!slip || reversal === undefined) return err({ type: 'NothingToReverse', month });
  if (insurance !== undefined && !slip.lines.some((line) => line.insurance === insurance))
    return err({ type: 'InsuranceNotAssessed', insurance });
  const lines = standingLines(slip).filter((line) => insurance === undefined || line.insurance === insurance);
  if (lines.length === 0) return err({ type: 'NothingToReverse', month });
  const { submission, employer } = slip;
  const paid = slip.paid !== undefined;
  const only = insurance === undefined ? {} : { insurance };
  const open = owedOf(slip, lines);
  const owed = open.length === 0 ? {} : { owed: open };
  return ok([
    {
      type: 'ContributionReversed',
      data: {
        reversal,
        submission,
        employer,
        month,
        ...only,
        reason,
        evidence,
        paid,
        valueOn,
        lines,
        ...owed,
      },
    },
  ]);
};

const repeated = (
  command: Reverse,
  known: Reversal,
): Result<readonly ContributionEvent[], ReverseFailure> => {
  const differs = (['month', 'insurance', 'reason', 'evidence'] as const).filter(
    (field) => command[field] !== known[field],
  );
  if (differs.length === 0) return ok([]);
  return err(
    command.key === undefined
      ? { type: 'NothingToReverse', month: command.month }
      : { type: 'IdempotencyKeyReused', differs },
  );
};

/** The key of a reversal: the sender's own, else what it reverses. */
export const reversalKeyOf = (
  { key, insurance }: Pick<Reverse, 'key' | 'insurance'>,
  slip: Slip | undefined,
): string | undefined => key ?? (slip && `${slip.submission}/${slip.line}/${insurance ?? '*'}`);

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
