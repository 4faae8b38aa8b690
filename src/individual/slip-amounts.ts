import { add, fromYuan, least, negate, toYuan, ZERO, type Fen } from '../kernel/money.js';
import type { BillCell, BillEffect, Charge, ChargeLine, ContributionLine } from './events.js';

/** Amounts of one insurance in a month, to be reckoned with. */
export type Parts = Readonly<{ employerPart: Fen; employeePart: Fen; toAccount: Fen }>;

type Insured = PartsText & Readonly<{ insurance: string }>;

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
export const plus = (a: Parts, b: Parts): Parts => ({
  employerPart: add(a.employerPart, b.employerPart),
  employeePart: add(a.employeePart, b.employeePart),
  toAccount: add(a.toAccount, b.toAccount),
});
export const minus = (a: Parts, b: Parts): Parts => plus(a, negated(b));
export const negated = ({ employerPart, employeePart, toAccount }: Parts): Parts => ({
  employerPart: negate(employerPart),
  employeePart: negate(employeePart),
  toAccount: negate(toAccount),
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

/** What one bill claims for one insurance of a slip, and what of it was credited. */
export type Claim = Readonly<{ bill: string; claimed: Parts; credited: Parts }>;
const toClaim = (bill: string, line: ChargeLine): Claim => ({
  bill,
  claimed: partsOf(line),
  credited: partsOf(line.credited),
});

/** The claims on one insurance, oldest first. */
export const claimsOf = (charges: readonly Charge[], insurance: string): readonly Claim[] =>
  charges.flatMap(({ bill, lines }) =>
    lines.flatMap((line) => (line.insurance === insurance ? [toClaim(bill, line)] : [])),
  );
export const openOf = ({ claimed, credited }: Claim): Parts => minus(claimed, credited);
const totalOf = (all: readonly Parts[]): Parts => all.reduce(plus, NO_PARTS);

/** What of an insurance was credited and not given back, by all bills. */
export const creditedIn = (charges: readonly Charge[], insurance: string): Parts =>
  totalOf(claimsOf(charges, insurance).map(({ credited }) => credited));
/** What of an insurance is claimed and not credited, by all bills. */
export const openIn = (charges: readonly Charge[], insurance: string): Parts =>
  totalOf(claimsOf(charges, insurance).map(openOf));

/** Lines of which something is claimed and not credited: that part of each. */
export const owedOf = (
  charges: readonly Charge[],
  lines: readonly ContributionLine[],
): readonly ContributionLine[] =>
  lines.flatMap((line) => {
    const open = openIn(charges, line.insurance);
    return isNought(open) ? [] : [{ ...line, ...toPartsText(open) }];
  });

/** Lines less what of them is still owed. */
export const paidOf = (
  lines: readonly ContributionLine[],
  owed: readonly ContributionLine[] = [],
): readonly ContributionLine[] =>
  lines.map((line) => {
    const open = owed.find(({ insurance }) => insurance === line.insurance);
    return open ? { ...line, ...toPartsText(minus(partsOf(line), partsOf(open))) } : line;
  });

/** What of a claim the cells name that was not credited yet; the account's share comes with the employee's part. */
export const coveredBy = (line: ChargeLine, cells: readonly BillCell[]): Parts => {
  const open = openOf(toClaim('', line));
  const isCovered = (side: BillCell['side']): boolean =>
    cells.some((cell) => cell.insurance === line.insurance && cell.side === side);
  return {
    employerPart: isCovered('employer') ? open.employerPart : ZERO,
    employeePart: isCovered('employee') ? open.employeePart : ZERO,
    toAccount: isCovered('employee') ? open.toAccount : ZERO,
  };
};
/** The cells that amounts fill: of one that is nought no money is asked. */
export const cellsOf = (lines: readonly Insured[]): readonly BillCell[] =>
  lines.flatMap((line) => {
    const { employerPart, employeePart } = partsOf(line);
    const { insurance } = line;
    return [
      ...(employerPart === ZERO ? [] : [{ insurance, side: 'employer' } as const]),
      ...(employeePart === ZERO ? [] : [{ insurance, side: 'employee' } as const]),
    ];
  });

const NOTHING = toPartsText(NO_PARTS);
/** A bill's first claim on a slip: nothing of it is credited. */
export const chargeOf = (bill: string, lines: readonly Insured[]): Charge => ({
  bill,
  lines: lines.map(({ insurance, employerPart, employeePart, toAccount }) => ({
    insurance,
    employerPart,
    employeePart,
    toAccount,
    credited: NOTHING,
  })),
});

/** What a payment of one bill credited. */
export const withPaid = (
  charges: readonly Charge[],
  bill: string,
  paid: readonly ContributionLine[],
): readonly Charge[] =>
  paid.reduce((all, line) => changed(all, bill, line.insurance, NO_PARTS, partsOf(line)), charges);

/** What an event said to the bills: claims that changed, and what was returned of them. */
export const withEffects = (charges: readonly Charge[], effects: readonly BillEffect[]): readonly Charge[] =>
  effects.reduce(
    (all, effect) =>
      changed(
        all,
        effect.bill,
        effect.insurance,
        partsOf(effect),
        effect.returned ? negated(partsOf(effect.returned)) : NO_PARTS,
      ),
    charges,
  );

/** One line of one bill changed; it begins with nothing where the bill had no claim. */
const changed = (
  charges: readonly Charge[],
  bill: string,
  insurance: string,
  claimed: Parts,
  credited: Parts,
): readonly Charge[] => {
  const known = charges.find((charge) => charge.bill === bill);
  if (!known) return changed([...charges, chargeOf(bill, [])], bill, insurance, claimed, credited);
  const nothing = chargeOf(bill, [{ insurance, ...NOTHING }]).lines;
  const lines = known.lines.some((line) => line.insurance === insurance)
    ? known.lines
    : [...known.lines, ...nothing];
  const charge = {
    bill,
    lines: lines.map((line) =>
      line.insurance === insurance
        ? {
            insurance,
            ...toPartsText(plus(partsOf(line), claimed)),
            credited: toPartsText(plus(partsOf(line.credited), credited)),
          }
        : line,
    ),
  };
  return charges.map((each) => (each === known ? charge : each));
};
