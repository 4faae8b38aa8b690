import { fromYuan, least, subtract, toYuan, ZERO, type Fen } from '../kernel/money.js';
import type { Slip } from './contribution.js';
import type { ContributionLine } from './events.js';

/** Amounts of one insurance in a month, to be reckoned with. */
export type Parts = Readonly<{ employerPart: Fen; employeePart: Fen; toAccount: Fen }>;

export const NO_PARTS: Parts = { employerPart: ZERO, employeePart: ZERO, toAccount: ZERO };
export const partsOf = ({ employerPart, employeePart, toAccount }: PartsText): Parts => ({
  employerPart: fromYuan(employerPart),
  employeePart: fromYuan(employeePart),
  toAccount: fromYuan(toAccount),
});
export type PartsText = Pick<ContributionLine, 'employerPart' | 'employeePart' | 'toAccount'>;
export const toPartsText = ({ employerPart, employeePart, toAccount }: Parts): PartsText => ({
  employerPart: toYuan(employerPart),
  employeePart: toYuan(employeePart),
  toAccount: toYuan(toAccount),
});
export const minus = (a: Parts, b: Parts): Parts => ({
  employerPart: subtract(a.employerPart, b.employerPart),
  employeePart: subtract(a.employeePart, b.employeePart),
  toAccount: subtract(a.toAccount, b.toAccount),
});
export const isNought = ({ employerPart, employeePart, toAccount }: Parts): boolean =>
  employerPart === ZERO && employeePart === ZERO && toAccount === ZERO;

/**
 * What of the amounts that stand is covered by money that came, each side by itself. The account has its whole share
 * once the employee's part is covered whole; before that no more than either names.
 */
export const coveredOf = (came: Parts, stands: Parts): Parts => {
  const employeePart = least(came.employeePart, stands.employeePart);
  return {
    employerPart: least(came.employerPart, stands.employerPart),
    employeePart,
    toAccount:
      employeePart === stands.employeePart ? stands.toAccount : least(came.toAccount, stands.toAccount),
  };
};

const find = (lines: readonly ContributionLine[], insurance: string): ContributionLine | undefined =>
  lines.find((line) => line.insurance === insurance);

/** What a payment of the submission credits: money came for what was assessed then, and not for a later difference. */
export const payableOf = (
  { adjusted }: Slip,
  standing: readonly ContributionLine[],
): readonly ContributionLine[] =>
  adjusted === undefined
    ? standing
    : standing.map((line) => {
        const assessed = find(adjusted.assessed, line.insurance);
        if (!assessed) return line;
        return { ...line, ...toPartsText(coveredOf(partsOf(assessed), partsOf(line))) };
      });

/** What of a line of a slip was paid in and not given back. */
export const creditedOf = ({ paid, adjusted }: Slip, line: ContributionLine): Parts => {
  if (!paid) return NO_PARTS;
  const credited = adjusted ? find(adjusted.credited, line.insurance) : line;
  return credited ? partsOf(credited) : NO_PARTS;
};

/** Lines of a paid slip whose later difference was not paid: what is still owed of each. */
export const owedOf = (slip: Slip, lines: readonly ContributionLine[]): readonly ContributionLine[] =>
  slip.paid === undefined || slip.adjusted === undefined
    ? []
    : lines.flatMap((line) => {
        const owed = minus(partsOf(line), creditedOf(slip, line));
        return isNought(owed) ? [] : [{ ...line, ...toPartsText(owed) }];
      });

/** Lines less what of them is still owed. */
export const paidOf = (
  lines: readonly ContributionLine[],
  owed: readonly ContributionLine[] = [],
): readonly ContributionLine[] =>
  owed.length === 0
    ? lines
    : lines.map((line) => {
        const open = find(owed, line.insurance);
        return open ? { ...line, ...toPartsText(minus(partsOf(line), partsOf(open))) } : line;
      });
