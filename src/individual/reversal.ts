import { err, ok, type Result } from '../kernel/result.js';
import { reclaimOf } from './bill-effects.js';
import { standingLines, type ContributionState, type Reversal, type Slip } from './contribution.js';
import type { ContributionLine, ContributionReversed } from './events.js';
import type { Failure } from './failures.js';
import type { RegistrationState } from './registration.js';
import { owedOf } from './slip-amounts.js';

/**
 * Reversal (冲销): what stands of a month is taken back as it was posted, nothing is computed anew. What had been credited
 * goes back to the employer's account; the bills no longer claim the rest. Pure.
 *
 * Without `key` a reversal is named by what it reverses. Without `insurance` it takes back all that stands.
 */
export type Reverse = Readonly<{
  type: 'Reverse';
  key: string | undefined;
  month: string;
  insurance: string | undefined;
  reason: string;
  evidence: string;
  valueOn: string;
}>;
/** A submission was withdrawn: what it assessed for the month and still stands is taken back. */
export type TakeBack = Readonly<{
  type: 'TakeBack';
  submission: string;
  month: string;
  reason: string;
  valueOn: string;
}>;
export type ReverseFailure = Extract<
  Failure,
  { type: 'IndividualNotFound' | 'NothingToReverse' | 'InsuranceNotAssessed' | 'IdempotencyKeyReused' }
>;

type State = RegistrationState & ContributionState;

export const decideReverse = (
  command: Reverse,
  state: State,
): Result<readonly ContributionReversed[], ReverseFailure> => {
  const { month, insurance } = command;
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
  return ok([reversedBy({ ...command, reversal }, slip, lines)]);
};

/** Nothing for a month that this submission did not assess, or of which nothing stands. */
export const decideTakeBack = (
  { submission, month, reason, valueOn }: TakeBack,
  { months }: ContributionState,
): Result<readonly ContributionReversed[], never> => {
  const slip = months.get(month);
  if (slip?.submission !== submission) return ok([]);
  const lines = standingLines(slip);
  if (lines.length === 0) return ok([]);
  const reversal = takeBackKeyOf(submission);
  const command = { reversal, month, insurance: undefined, reason, evidence: 'withdrawal', valueOn };
  return ok([reversedBy(command, slip, lines)]);
};

const reversedBy = (
  {
    reversal,
    month,
    insurance,
    reason,
    evidence,
    valueOn,
  }: Omit<Reverse, 'type' | 'key'> & Readonly<{ reversal: string }>,
  slip: Slip,
  lines: readonly ContributionLine[],
): ContributionReversed => {
  const { submission, employer, charges } = slip;
  const paid = slip.payments.length > 0;
  const owed = paid ? owedOf(charges, lines) : [];
  const counted = slip.counted.filter((each) => lines.some((line) => line.insurance === each));
  return {
    type: 'ContributionReversed',
    data: {
      reversal,
      submission,
      employer,
      month,
      ...(insurance !== undefined && { insurance }),
      reason,
      evidence,
      paid,
      valueOn,
      lines,
      ...(owed.length > 0 && { owed }),
      ...(counted.length > 0 && { counted }),
      bills: lines.flatMap((line) => reclaimOf(charges, line.insurance)),
    },
  };
};

const repeated = (
  command: Reverse,
  known: Reversal,
): Result<readonly ContributionReversed[], ReverseFailure> => {
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

/** The key under which a month of a withdrawn submission is taken back. */
export const takeBackKeyOf = (submission: string): string => `withdrawn/${submission}`;

/** The key of a reversal: the sender's own, else what it reverses. */
export const reversalKeyOf = (
  { key, insurance }: Pick<Reverse, 'key' | 'insurance'>,
  slip: Slip | undefined,
): string | undefined => key ?? (slip && `${slip.submission}/${slip.line}/${insurance ?? '*'}`);
