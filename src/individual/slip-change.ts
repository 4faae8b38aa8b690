import { add, fromYuan, toYuan, type Fen } from '../kernel/money.js';
import { differenceOf, type DifferenceLine } from '../rules/difference.js';
import type { AssessedLine } from '../rules/assess.js';
import { changeOf } from './bill-effects.js';
import { count, credit, standingLines, type ContributionDraft, type Slip } from './contribution.js';
import type { AdjustedLine, BillEffect, ContributionAdjusted, ContributionLine } from './events.js';
import {
  isNought,
  NO_PARTS,
  openIn,
  partsOf,
  plus,
  toPartsText,
  withEffects,
  type Parts,
} from './slip-amounts.js';

/**
 * A month that stands costs something else, by a table published late (adjustment.ts) or by another wage (base-change.ts).
 * What is more is owed on a bill of its own, what is less goes to the bills that claimed it. Pure.
 */
export type Change = Readonly<{
  adjustment: string;
  publication?: string;
  declared?: Readonly<{ submission: string; line: number }>;
  bill: string;
  month: string;
  wage: string;
  table: string;
  reason: string;
}>;

/** Line by line, what the lines asked for are more than what stands, for the insurances of both. */
export const differencesOf = (slip: Slip, asked: readonly AssessedLine[]): readonly DifferenceLine[] =>
  differenceOf(standingLines(slip).map(toAssessed), asked);

export const changedBy = (
  { adjustment, publication, declared, bill, month, wage, table, reason }: Change,
  slip: Slip,
  differences: readonly DifferenceLine[],
): ContributionAdjusted => {
  const { submission, line, employer, region } = slip;
  const after = standingLines(slip).flatMap((before) => {
    const difference = differences.find(({ insurance }) => insurance === before.insurance);
    return difference ? [changedLine(before, difference)] : [];
  });
  const bills = after.flatMap((now) => changeOf(slip.charges, now.insurance, partsOf(now), bill));
  const complete = completeAfter(slip, after, bills);
  return {
    type: 'ContributionAdjusted',
    data: {
      adjustment,
      ...(publication !== undefined && { publication }),
      ...(declared && { declared }),
      bill,
      submission,
      line,
      employer,
      region,
      month,
      wageBefore: slip.wage,
      wage,
      tableBefore: slip.table,
      table,
      lines: differences.map((difference) => toAdjusted(difference, bills)),
      after,
      valueOn: `${month}-01`,
      paid: slip.payments.length > 0,
      reason,
      ...(complete.length > 0 && { complete, paidOn: lastPaidOn(slip) }),
      bills,
    },
  };
};

const changedLine = (before: ContributionLine, change: DifferenceLine): ContributionLine => ({
  insurance: before.insurance,
  base: toYuan(change.baseAfter),
  employerPart: addTo(before.employerPart, change.employerPart),
  employeePart: addTo(before.employeePart, change.employeePart),
  toAccount: addTo(before.toAccount, change.toAccount),
});
const addTo = (amount: string, change: Fen): string => toYuan(add(fromYuan(amount), change));

const toAdjusted = (change: DifferenceLine, bills: readonly BillEffect[]): AdjustedLine => {
  const { insurance } = change;
  const returned = returnedOf(bills, insurance);
  return {
    insurance,
    baseBefore: toYuan(change.baseBefore),
    baseAfter: toYuan(change.baseAfter),
    ...toPartsText(change),
    ...(!isNought(returned) && { returned: toPartsText(returned) }),
  };
};
const returnedOf = (bills: readonly BillEffect[], insurance: string): Parts =>
  bills.reduce(
    (total, effect) =>
      effect.insurance === insurance && effect.returned ? plus(total, partsOf(effect.returned)) : total,
    NO_PARTS,
  );

/** A month of which only what is given up now was still owed counts from here on. */
const completeAfter = (
  slip: Slip,
  after: readonly ContributionLine[],
  bills: readonly BillEffect[],
): readonly string[] => {
  if (slip.payments.length === 0) return [];
  const charges = withEffects(slip.charges, bills);
  return after.flatMap(({ insurance }) =>
    !slip.counted.includes(insurance) && isNought(openIn(charges, insurance)) ? [insurance] : [],
  );
};

const lastPaidOn = ({ payments }: Slip): string =>
  payments.reduce((last, { paidOn }) => (paidOn > last ? paidOn : last), '');

export const toAssessed = (line: ContributionLine): AssessedLine => ({
  insurance: line.insurance,
  base: fromYuan(line.base),
  ...partsOf(line),
});

/** Writes the event into a draft that belongs to the caller: the slip's lines become the new amounts. */
export const applyChange = (draft: ContributionDraft, { data }: ContributionAdjusted): void => {
  const { adjustment, publication, declared, month, wage, table, lines, after, bills, complete = [] } = data;
  const slip = draft.months.get(month);
  if (slip)
    draft.months.set(month, {
      ...slip,
      wage,
      table,
      lines: slip.lines.map((line) => after.find(({ insurance }) => insurance === line.insurance) ?? line),
      charges: withEffects(slip.charges, bills),
      counted: [...slip.counted, ...complete],
      changes: [
        ...slip.changes,
        {
          adjustment,
          ...(publication !== undefined && { publication }),
          ...(declared && { declared: declared.submission }),
          bills,
        },
      ],
    });
  const returned = lines.flatMap((line) =>
    line.returned ? [{ insurance: line.insurance, toAccount: line.returned.toAccount }] : [],
  );
  credit(draft, returned, -1, data);
  count(draft, complete, 1);
};
