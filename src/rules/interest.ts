import assert from 'node:assert';
import {
  add,
  fen,
  negate,
  quotientOf,
  shareOf,
  subtract,
  sum,
  type Fen,
  type Ppm,
  type Rounding,
} from '../kernel/money.js';

/** Month of the year, 1 to 12, to what was credited or paid out in it. */
export type MonthAmounts = ReadonlyMap<number, Fen>;
/** A factor of the law as it is written, `1.083` or `13/12`. */
export type Fraction = Readonly<{ text: string; numerator: bigint; denominator: bigint }>;
export type Interest = Readonly<{ onOpening: Fen; onCredits: Fen; interest: Fen; closing: Fen }>;

const MONTHS_A_YEAR = 12;
const PPM_WHOLE = 1_000_000n;
const NO_AMOUNTS: MonthAmounts = new Map();

/** Months for which an amount of this month counts in its year: January twelve, December one. */
export const monthsCounted = (month: number): number => MONTHS_A_YEAR - month + 1;

/** Σ amount × months counted: what a year's interest by the month-product method (月积数法) is taken of. */
export const products = (amounts: MonthAmounts): Fen => {
  let total = 0n;
  for (const [month, amount] of amounts) {
    assert(month >= 1 && month <= MONTHS_A_YEAR && amount >= 0n, 'an amount of a month of the year');
    total += amount * BigInt(monthsCounted(month));
  }
  return fen(total);
};

/** Rounds the size and keeps the sign, so that what payments take mirrors what credits earn. */
const roundedShare = (counted: Fen, rate: Ppm, rounding: Rounding): Fen => {
  const twelfths = BigInt(MONTHS_A_YEAR) * PPM_WHOLE;
  return counted < 0n
    ? negate(quotientOf(-counted * rate, twelfths, rounding))
    : quotientOf(counted * rate, twelfths, rounding);
};

/**
 * A calendar year's interest by the month-product method: the credit of month m earns from m on, and what is paid out in
 * month m earns from m on no more. Two roundings: `onOpening` (less what the payments took) and `onCredits`; their sum
 * is `interest`. 劳办发〔1997〕116号.
 */
export const monthProductInterest = ({
  opening,
  credits,
  payments = NO_AMOUNTS,
  rate,
  rounding,
}: Readonly<{
  opening: Fen;
  credits: MonthAmounts;
  payments?: MonthAmounts;
  rate: Ppm;
  rounding: Rounding;
}>): Interest => {
  const earning = fen(opening * BigInt(MONTHS_A_YEAR) - products(payments));
  const onOpening = roundedShare(earning, rate, rounding);
  const onCredits = roundedShare(products(credits), rate, rounding);
  return closed(opening, subtract(sum(credits.values()), sum(payments.values())), onOpening, onCredits);
};

/**
 * The same by the annual method (年度计算法), meant for twelve equal months: the year's credits earn half the rate times
 * the law's factor. It knows no payments out of the account.
 */
export const annualInterest = ({
  opening,
  credits,
  rate,
  factor,
  rounding,
}: Readonly<{
  opening: Fen;
  credits: MonthAmounts;
  rate: Ppm;
  factor: Fraction;
  rounding: Rounding;
}>): Interest => {
  const credited = sum(credits.values());
  const onOpening = shareOf(opening, rate, rounding);
  const half = 2n * factor.denominator * PPM_WHOLE;
  const onCredits = quotientOf(credited * rate * factor.numerator, half, rounding);
  return closed(opening, credited, onOpening, onCredits);
};

const closed = (opening: Fen, moved: Fen, onOpening: Fen, onCredits: Fen): Interest => {
  const interest = add(onOpening, onCredits);
  return { onOpening, onCredits, interest, closing: add(add(opening, moved), interest) };
};

/** Months in which more had been paid out than the account held, before any interest of the year. */
export const overdrawnMonths = (
  opening: Fen,
  credits: MonthAmounts,
  payments: MonthAmounts,
): readonly number[] => {
  let balance = opening;
  return Array.from({ length: MONTHS_A_YEAR }, (_, i) => i + 1).filter((month) => {
    const [credited, paid] = [credits.get(month) ?? fen(0n), payments.get(month) ?? fen(0n)];
    balance = subtract(add(balance, credited), paid);
    return balance < 0n && paid > 0n;
  });
};
