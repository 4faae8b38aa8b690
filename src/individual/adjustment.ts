import { ok, type Result } from '../kernel/result.js';
import type { AssessedLine } from '../rules/assess.js';
import type { ContributionState, Slip } from './contribution.js';
import type { ContributionAdjusted } from './events.js';
import { changedBy, differencesOf } from './slip-change.js';

/**
 * Differences of a table published late (补差): what stands is reckoned anew, booked today and valued in the month owed.
 * What is more is owed on its own, since money came for the old amounts alone; what was paid too much goes back. Pure.
 */
export type Adjust = Readonly<{
  type: 'Adjust';
  /** The notice that changed the rules; once posted for a month it is not posted again. */
  publication: string;
  reason: string;
  months: readonly AdjustedMonth[];
}>;
/** What a month costs by the rules now in force, reckoned from the wage of the slip named. */
export type AdjustedMonth = Readonly<{
  adjustment: string;
  /** The bill on which is claimed what is more. */
  bill: string;
  month: string;
  submission: string;
  line: number;
  wage: string;
  table: string;
  lines: readonly AssessedLine[];
}>;

/** Nothing for a month that was reversed or handed in anew meanwhile, that has this publication, or that is unchanged. */
export const decideAdjust = (
  { publication, reason, months }: Adjust,
  state: ContributionState,
): Result<readonly ContributionAdjusted[], never> =>
  ok(
    months.flatMap((asked) => {
      const slip = state.months.get(asked.month);
      if (!slip || !isMeant(slip, asked) || hasHad(slip, publication)) return [];
      const differences = differencesOf(slip, asked.lines);
      if (differences.length === 0) return [];
      const { adjustment, bill, month, wage, table } = asked;
      return [changedBy({ adjustment, publication, bill, month, wage, table, reason }, slip, differences)];
    }),
  );

const isMeant = (slip: Slip, { submission, line, wage }: AdjustedMonth): boolean =>
  slip.submission === submission && slip.line === line && slip.wage === wage;
const hasHad = ({ changes }: Slip, publication: string): boolean =>
  changes.some((change) => change.publication === publication);
