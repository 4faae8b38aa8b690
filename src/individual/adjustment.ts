import { add, fromYuan, negate, toYuan, ZERO, type Fen } from '../kernel/money.js';
import { ok, type Result } from '../kernel/result.js';
import { differenceOf, type DifferenceLine } from '../rules/difference.js';
import type { AssessedLine } from '../rules/assess.js';
import { standingLines, type ContributionDraft, type ContributionState, type Slip } from './contribution.js';
import type { AdjustedLine, ContributionAdjusted, ContributionLine } from './events.js';
import { move } from './pension-account.js';
import { coveredOf, creditedOf, isNought, minus, NO_PARTS, partsOf, toPartsText } from './slip-amounts.js';

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
      if (!slip || !isMeant(slip, asked) || slip.adjusted?.publications.includes(publication)) return [];
      const standing = standingLines(slip);
      const changes = differenceOf(standing.map(toAssessed), asked.lines);
      return changes.length === 0 ? [] : [adjustedBy(asked, slip, standing, changes, publication, reason)];
    }),
  );

const isMeant = (slip: Slip, { submission, line, wage }: AdjustedMonth): boolean =>
  slip.submission === submission && slip.line === line && slip.wage === wage;

const adjustedBy = (
  { adjustment, month, table }: AdjustedMonth,
  slip: Slip,
  standing: readonly ContributionLine[],
  changes: readonly DifferenceLine[],
  publication: string,
  reason: string,
): ContributionAdjusted => {
  const { submission, line, employer, region } = slip;
  const after = changes.flatMap((change) => {
    const before = standing.find(({ insurance }) => insurance === change.insurance);
    return before ? [changed(before, change)] : [];
  });
  const lines = changes.map((change, index): AdjustedLine => {
    const now = after[index];
    const credited = creditedBefore(slip, change.insurance);
    const returned = now ? minus(credited, coveredOf(credited, partsOf(now))) : NO_PARTS;
    return {
      insurance: change.insurance,
      baseBefore: toYuan(change.baseBefore),
      baseAfter: toYuan(change.baseAfter),
      ...toPartsText(change),
      ...(slip.paid && !isNought(returned) && { returned: toPartsText(returned) }),
    };
  });
  const named = { adjustment, publication, submission, line, employer, region, month };
  const paid = slip.paid !== undefined;
  const data = {
    ...named,
    tableBefore: slip.table,
    table,
    lines,
    after,
    valueOn: `${month}-01`,
    paid,
    reason,
  };
  return { type: 'ContributionAdjusted', data };
};

const creditedBefore = (slip: Slip, insurance: string): ReturnType<typeof creditedOf> => {
  const line = slip.lines.find((each) => each.insurance === insurance);
  return line ? creditedOf(slip, line) : NO_PARTS;
};

const changed = (line: ContributionLine, change: DifferenceLine): ContributionLine => ({
  insurance: line.insurance,
  base: toYuan(change.baseAfter),
  employerPart: addTo(line.employerPart, change.employerPart),
  employeePart: addTo(line.employeePart, change.employeePart),
  toAccount: addTo(line.toAccount, change.toAccount),
});
const addTo = (amount: string, change: Fen): string => toYuan(add(fromYuan(amount), change));

export const toAssessed = (line: ContributionLine): AssessedLine => ({
  insurance: line.insurance,
  base: fromYuan(line.base),
  ...partsOf(line),
});

/** Writes the event into a draft that belongs to the caller: the slip's lines become the new amounts. */
export const applyAdjustment = (draft: ContributionDraft, { data }: ContributionAdjusted): void => {
  const { month, publication, table, lines, after } = data;
  const slip = draft.months.get(month);
  if (slip) {
    const known = slip.adjusted ?? {
      publications: [],
      assessed: slip.lines,
      credited: slip.paid ? slip.lines : [],
    };
    draft.months.set(month, {
      ...slip,
      table,
      lines: slip.lines.map((line) => after.find(({ insurance }) => insurance === line.insurance) ?? line),
      adjusted: {
        publications: [...known.publications, publication],
        assessed: known.assessed,
        credited: known.credited.map((line) => lessReturned(line, lines)),
      },
    });
  }
  for (const { insurance, returned } of lines) {
    if (!returned || (insurance !== 'pension' && insurance !== 'medical')) continue;
    const change = negate(fromYuan(returned.toAccount));
    if (change === ZERO) continue;
    draft.balances[insurance] = add(draft.balances[insurance], change);
    if (insurance === 'pension') move(draft.pension, change, data);
  }
};

const lessReturned = (line: ContributionLine, lines: readonly AdjustedLine[]): ContributionLine => {
  const returned = lines.find(({ insurance }) => insurance === line.insurance)?.returned;
  return returned ? { ...line, ...toPartsText(minus(partsOf(line), partsOf(returned))) } : line;
};
