import type { ContributionLine } from '../individual/events.js';
import { add, fromYuan, subtract, sum, toYuan, type Fen } from '../kernel/money.js';
import type { Amounts, BillLine, JudgedRow } from './events.js';

export const NO_AMOUNTS: Amounts = {
  employer: '0.00',
  employee: '0.00',
  total: '0.00',
  byInsurance: {},
  lines: [],
};

type Side = 'employer' | 'employee';
const sumOf = (lines: readonly BillLine[], side: Side): Fen => sum(lines.map((line) => fromYuan(line[side])));

/** The sums that follow from what each side pays by insurance, each insurance once. */
export const toAmounts = (lines: readonly BillLine[]): Amounts => {
  const ordered = lines.toSorted((a, b) => (a.insurance < b.insurance ? -1 : 1));
  const [employer, employee] = [sumOf(lines, 'employer'), sumOf(lines, 'employee')];
  const byInsurance: Record<string, string> = {};
  for (const line of ordered)
    byInsurance[line.insurance] = toYuan(add(fromYuan(line.employer), fromYuan(line.employee)));
  return {
    employer: toYuan(employer),
    employee: toYuan(employee),
    total: toYuan(add(employer, employee)),
    byInsurance,
    lines: ordered,
  };
};

/** Both sides of every insurance that either names, put together by `reckon`. */
const together = (a: Amounts, b: Amounts, reckon: (a: Fen, b: Fen) => Fen): Amounts => {
  const insurances = new Set([...a.lines, ...b.lines].map(({ insurance }) => insurance));
  const amountIn = ({ lines }: Amounts, insurance: string, side: Side): Fen =>
    fromYuan(lines.find((line) => line.insurance === insurance)?.[side] ?? '0.00');
  const reckoned = (insurance: string, side: Side): string =>
    toYuan(reckon(amountIn(a, insurance, side), amountIn(b, insurance, side)));
  return toAmounts(
    [...insurances].map((insurance) => ({
      insurance,
      employer: reckoned(insurance, 'employer'),
      employee: reckoned(insurance, 'employee'),
    })),
  );
};
export const addAmounts = (a: Amounts, b: Amounts): Amounts => together(a, b, add);
/** The first less the second, signed. */
export const subtractAmounts = (a: Amounts, b: Amounts): Amounts => together(a, b, subtract);

/** Both sides' parts of one person's month. */
export const amountsOfRow = (lines: readonly ContributionLine[]): NonNullable<JudgedRow['amounts']> => {
  const employer = sum(lines.map((line) => fromYuan(line.employerPart)));
  const employee = sum(lines.map((line) => fromYuan(line.employeePart)));
  return { employer: toYuan(employer), employee: toYuan(employee), total: toYuan(add(employer, employee)) };
};

/** Sums over the lines of many persons; `byInsurance` holds both sides' parts together. */
export const amountsOf = (lines: readonly ContributionLine[]): Amounts => {
  const insurances = new Set(lines.map(({ insurance }) => insurance));
  return toAmounts(
    [...insurances].map((insurance) => {
      const { employer, employee } = amountsOfRow(lines.filter((line) => line.insurance === insurance));
      return { insurance, employer, employee };
    }),
  );
};
