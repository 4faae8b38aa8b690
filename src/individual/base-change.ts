import { err, ok, type Result } from '../kernel/result.js';
import { slipOf, standingLines, type ContributionState } from './contribution.js';
import type { ContributionAdjusted, ContributionLine } from './events.js';
import type { RegistrationState } from './registration.js';
import { changedBy, differencesOf, toAssessed } from './slip-change.js';

/**
 * Base change (基数调整): the employer declares another wage for a month that stands. What is more is claimed by the bill of
 * the submission that declares it, what is less goes to the bills that claimed it. Pure.
 */
export type Rebase = Readonly<{
  type: 'Rebase';
  submission: string;
  line: number;
  employer: string;
  month: string;
  wage: string;
  table: string;
  /** What the insurances that stand cost by the new wage; one that is not named stays. */
  lines: readonly ContributionLine[];
  nameDigest: string;
  /** Names the posting, and with it the row: the same comes once. */
  adjustment: string;
  reason: string;
}>;
export type RebaseFailure =
  | Readonly<{ type: 'IndividualNotFound' }>
  | Readonly<{ type: 'NameMismatch' }>
  /** Nothing stands for the month. */
  | Readonly<{ type: 'NotAssessed' }>
  | Readonly<{ type: 'OtherEmployer' }>
  /** The month stands so already. */
  | Readonly<{ type: 'Unchanged'; lines: readonly ContributionLine[] }>;

export const decideRebase = (
  { submission, line, employer, month, wage, table, lines, nameDigest, adjustment, reason }: Rebase,
  { registration, months }: RegistrationState & ContributionState,
): Result<readonly ContributionAdjusted[], RebaseFailure> => {
  const slip = months.get(month);
  if (slipOf(slip, ({ changes }) => changes.some((change) => change.adjustment === adjustment)))
    return ok([]);
  if (!registration) return err({ type: 'IndividualNotFound' });
  if (registration.nameDigest !== nameDigest) return err({ type: 'NameMismatch' });
  const standing = slip ? standingLines(slip) : [];
  if (!slip || standing.length === 0) return err({ type: 'NotAssessed' });
  if (slip.employer !== employer) return err({ type: 'OtherEmployer' });
  const differences = differencesOf(slip, lines.map(toAssessed));
  if (slip.wage === wage && differences.length === 0) return err({ type: 'Unchanged', lines: standing });
  const declared = { submission, line };
  const change = { adjustment, declared, bill: submission, month, wage, table, reason };
  return ok([changedBy(change, slip, differences)]);
};
