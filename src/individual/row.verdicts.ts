import type { Month } from '../kernel/calendar.js';
import { fromYuan, ZERO } from '../kernel/money.js';
import type { BillEffect, ContributionLine } from './events.js';
import type { Judged } from './individual.batch.js';
import type { Individual } from './individual.js';
import type { AssessProblem, AssessVerdict } from './individual.messages.js';
import { changeOfRow, claimedAtFirst, slipOfRow, standingIn, type RowFailure } from './row.js';

/** A row as its verdict needs it. `adjustment` names the posting of a base change. */
export type RowJudged = Readonly<{
  submission: string;
  month: Month;
  line: number;
  id: string;
  act: 'Assess' | 'Rebase' | 'Leave';
  adjustment: string;
}>;
type Amounts = Pick<AssessVerdict, 'lines' | 'bills'>;

/** Rebuilt from the person's state each time: the same row gets the same verdict, however often and however late it comes. */
export const verdictOn = (row: RowJudged, { decision, after }: Judged<RowFailure>): AssessVerdict => {
  const { line, id } = row;
  const unregistered = { line, id, registered: false } as const;
  if (!decision.ok) {
    const failure = decision.error;
    const standing = standingOf(failure);
    return standing
      ? { ...unregistered, outcome: 'duplicate', lines: standing }
      : { ...unregistered, outcome: 'rejected', problem: toProblem(failure) };
  }
  const accepted = amountsOf(row, after);
  if (!accepted)
    return { ...unregistered, outcome: 'duplicate', lines: standingIn(after.months.get(row.month)) };
  const registered = after.registration?.submission === row.submission;
  return { line, id, outcome: 'accepted', registered, ...accepted };
};

/** What an accepted row claims. None where its month stood before it: somebody left with a month that another file declared. */
const amountsOf = (row: RowJudged, { months }: Individual): Amounts | undefined => {
  const latest = months.get(row.month);
  switch (row.act) {
    case 'Leave':
      return { lines: [] };
    case 'Assess': {
      const slip = slipOfRow(latest, row);
      return slip && { lines: claimedAtFirst(slip) };
    }
    case 'Rebase': {
      const found = changeOfRow(latest, row.adjustment);
      if (!found) return undefined;
      const { slip, change } = found;
      const own = change.bills.filter(({ bill }) => bill === row.submission).filter(isMore);
      return {
        lines: own.map((effect) => toLine(effect, slip.lines)),
        bills: change.bills.filter(({ bill }) => bill !== row.submission),
      };
    }
  }
};

const isMore = ({ employerPart, employeePart }: BillEffect): boolean =>
  fromYuan(employerPart) > ZERO || fromYuan(employeePart) > ZERO;

/** `base` is the new one. */
const toLine = (
  { insurance, employerPart, employeePart, toAccount }: BillEffect,
  lines: readonly ContributionLine[],
): ContributionLine => ({
  insurance,
  base: lines.find((line) => line.insurance === insurance)?.base ?? '0.00',
  employerPart,
  employeePart,
  toAccount,
});

/** What stands when a row says nothing new. */
const standingOf = (failure: RowFailure): readonly ContributionLine[] | undefined => {
  if (failure.type === 'Unchanged') return failure.lines;
  return failure.type === 'MonthStands' && failure.same ? failure.lines : undefined;
};

const toProblem = (failure: RowFailure): AssessProblem => {
  switch (failure.type) {
    case 'IndividualNotFound':
      return 'not-registered';
    case 'NameMismatch':
      return 'name-mismatch';
    case 'OverRetirementAge':
      return 'over-retirement-age';
    case 'MonthStands':
      return failure.sameEmployer ? 'needs-base-change' : 'already-submitted';
    case 'NotAssessed':
      return 'not-assessed';
    case 'OtherEmployer':
      return 'already-submitted';
    case 'NotCovered':
      return 'not-covered';
    case 'Unreckoned':
      return failure.problem;
    case 'Unchanged':
      throw new Error('what is unchanged is a duplicate');
  }
};
