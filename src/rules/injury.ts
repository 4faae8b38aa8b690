import { clamp, shareOf, type Fen, type Ppm, type Rounding } from '../kernel/money.js';

/** Who pays the monthly allowance: the fund for grades 1 to 4, the employer for 5 and 6. */
export const PAYERS = ['fund', 'employer'] as const;

/** What a grade (伤残等级) gives: months of the own wage at once; a monthly share where the grade has one. */
export type Grade = Readonly<{ lumpMonths: number; monthly?: Ppm | undefined }>;
/** The own wage counts between these shares of the regional mean wage. */
export type WageLimits = Readonly<{ lowest: Ppm; highest: Ppm; rounding: Rounding }>;

export type InjuryBenefit = Readonly<{ basis: Fen; floor: Fen; ceiling: Fen; lumpSum: Fen; monthly?: Fen }>;

/**
 * What an insured gets for an injury at work (一次性伤残补助金, 伤残津贴), before a top-up to the minimum wage. Each
 * limit and each share is rounded by itself. Work Injury Insurance Regulations art. 35-37, 64.
 */
export const injuryBenefit = (
  ownWage: Fen,
  regionalWage: Fen,
  { lumpMonths, monthly }: Grade,
  { lowest, highest, rounding }: WageLimits,
): InjuryBenefit => {
  const floor = shareOf(regionalWage, lowest, rounding);
  const ceiling = shareOf(regionalWage, highest, rounding);
  const basis = clamp(ownWage, floor, ceiling);
  const lumpSum = (basis * BigInt(lumpMonths)) as Fen;
  const share = monthly === undefined ? {} : { monthly: shareOf(basis, monthly, rounding) };
  return { basis, floor, ceiling, lumpSum, ...share };
};
