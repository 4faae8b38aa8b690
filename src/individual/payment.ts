import { err, ok, type Result } from '../kernel/result.js';
import { slipOf, standingLines, type ContributionState, type Slip } from './contribution.js';
import type { BillCell, ContributionLine, ContributionPaid } from './events.js';
import { coveredBy, isNought, openIn, partsOf, toPartsText, withPaid } from './slip-amounts.js';

/**
 * Crediting (缴费到账): what money covers of a bill's claim on a month is credited to the person. A cell is paid whole or
 * waits, so that what was credited once is not asked again: repeats and payments in any order credit each cell once. Pure.
 */
export type Pay = Readonly<{
  type: 'Pay';
  bill: string;
  month: string;
  payment: string;
  paidOn: string;
  /** Cells of the bill that are paid whole. */
  cover: readonly BillCell[];
}>;
export type PayFailure = Readonly<{ type: 'NotAssessed' }>;

export const decidePay = (
  { bill, month, payment, paidOn, cover }: Pay,
  { months }: ContributionState,
): Result<readonly ContributionPaid[], PayFailure> => {
  const slip = slipOf(months.get(month), ({ charges }) => charges.some((charge) => charge.bill === bill));
  if (!slip) return err({ type: 'NotAssessed' });
  const credited = creditedBy(slip, bill, cover);
  if (credited.every(isNothing)) return ok([]);
  const after = withPaid(slip.charges, bill, credited);
  const complete = credited.flatMap(({ insurance }) =>
    !slip.counted.includes(insurance) && isNought(openIn(after, insurance)) ? [insurance] : [],
  );
  return ok([paidBy(slip, { bill, month, payment, paidOn }, credited, complete)]);
};

/** Line by line of what stands and what the bill claims of it, the part that is credited by the cells covered. */
export const creditedBy = (
  slip: Slip,
  bill: string,
  covered: readonly BillCell[],
): readonly ContributionLine[] => {
  const claimed = slip.charges.find((charge) => charge.bill === bill)?.lines ?? [];
  return standingLines(slip).flatMap((standing) =>
    claimed.flatMap((line) =>
      line.insurance === standing.insurance
        ? [{ ...standing, ...toPartsText(coveredBy(line, covered)) }]
        : [],
    ),
  );
};

/** What a payment credits; an insurance of which it credits nothing is named only where the month counts by it. */
export const paidBy = (
  { submission, employer }: Slip,
  { bill, month, payment, paidOn }: Omit<Pay, 'type' | 'cover'>,
  credited: readonly ContributionLine[],
  complete: readonly string[],
): ContributionPaid => {
  const lines = credited.filter((line) => !isNothing(line) || complete.includes(line.insurance));
  const data = { submission, bill, employer, month, paidOn, payment, lines, complete };
  return { type: 'ContributionPaid', data };
};
export const isNothing = (line: ContributionLine): boolean => isNought(partsOf(line));
