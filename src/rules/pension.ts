import assert from 'node:assert';
import { add, fen, quotientOf, sum, type Fen, type Ppm } from '../kernel/money.js';

/** How years and indexed wages are rounded on the way (see `pension`). */
export const PENSION_ROUNDINGS = ['exact', 'two-decimals'] as const;
export type PensionRounding = (typeof PENSION_ROUNDINGS)[number];

/** 计发月数 of a whole age in years. `doubt`: what other sources say of it. */
export type AgeDivisor = Readonly<{ age: number; months: number; doubt?: string }>;
/** A divisor, in units of a tenth of a month where the law gives one decimal: `units` / 10^`decimals`. */
export type Divisor = Readonly<{ units: bigint; decimals: number }>;

const MONTHS_A_YEAR = 12;
const PPM_WHOLE = 1_000_000n;
const INDEX_WHOLE = 10_000n;

/**
 * The divisor of an age in years and months: on the line between two whole ages, to so many decimals, half up. Nothing
 * for an age outside the table.
 */
export const findDivisor = (
  table: readonly AgeDivisor[],
  age: Readonly<{ years: number; months: number }>,
  decimals: number,
): Divisor | undefined => {
  assert(age.months >= 0 && age.months < MONTHS_A_YEAR, 'an age has less than twelve months over');
  const [from, to] = [
    table.find((row) => row.age === age.years),
    table.find((row) => row.age === age.years + 1),
  ];
  if (!from || (age.months > 0 && !to)) return undefined;
  const drop = from.months - (to ?? from).months;
  const twelfths = BigInt(from.months * MONTHS_A_YEAR - drop * age.months) * 10n ** BigInt(decimals);
  return { units: halfUp(twelfths, BigInt(MONTHS_A_YEAR)), decimals };
};

/** `139`, `138.4`: without needless zeros. */
export const toDivisorText = ({ units, decimals }: Divisor): string => {
  if (decimals === 0) return units.toString();
  const whole = 10n ** BigInt(decimals);
  const part = (units % whole).toString().padStart(decimals, '0').replace(/0+$/, '');
  return part === '' ? `${units / whole}` : `${units / whole}.${part}`;
};

export type PensionFacts = Readonly<{
  /** 计发基数 in fen. */
  referenceWage: Fen;
  /** 平均缴费工资指数 in ten-thousandths. */
  index: bigint;
  months: number;
  account: Fen;
  divisor: Divisor;
  /** Share of the mean of reference and indexed wage for each year (1 %). */
  perYear: Ppm;
  transitional?: Readonly<{ months: number; rate: Ppm }>;
  rounding: PensionRounding;
}>;
export type Pension = Readonly<{ basic: Fen; accountPart: Fen; transitional: Fen; total: Fen }>;

/**
 * The monthly pension: basic part (A + A×z) / 2 × N × 1 %, account / divisor, and the transitional part for years before
 * there were accounts. Each part is rounded to the fen, half up, and the total is their sum. `exact` rounds nothing else;
 * `two-decimals` first rounds A×z to the fen and years to two decimals, as Sichuan does. Social Insurance Law art. 15.
 */
export const pension = (facts: PensionFacts): Pension => {
  const basic = byYears(facts, facts.months, facts.perYear);
  const { account, divisor, transitional: before } = facts;
  const accountPart = quotientOf(account * 10n ** BigInt(divisor.decimals), divisor.units, 'fen-half-up');
  const transitional = before ? byYears(facts, before.months, before.rate) : fen(0n);
  return { basic, accountPart, transitional, total: sum([basic, accountPart, transitional]) };
};

/** A×z to the fen. */
export const indexedWage = (referenceWage: Fen, index: bigint): Fen =>
  quotientOf(referenceWage * index, INDEX_WHOLE, 'fen-half-up');

/** Years of so many months in hundredths, half up: 185 months are 15.42. */
export const yearsInHundredths = (months: number): bigint =>
  halfUp(BigInt(months) * 100n, BigInt(MONTHS_A_YEAR));

const byYears = (
  { referenceWage, index, rounding }: Pick<PensionFacts, 'referenceWage' | 'index' | 'rounding'>,
  months: number,
  rate: Ppm,
): Fen => {
  switch (rounding) {
    case 'exact': {
      const twiceMean = referenceWage * (INDEX_WHOLE + index);
      const below = 2n * INDEX_WHOLE * BigInt(MONTHS_A_YEAR) * PPM_WHOLE;
      return quotientOf(twiceMean * BigInt(months) * rate, below, 'fen-half-up');
    }
    case 'two-decimals': {
      const twiceMean = add(referenceWage, indexedWage(referenceWage, index));
      return quotientOf(twiceMean * yearsInHundredths(months) * rate, 2n * 100n * PPM_WHOLE, 'fen-half-up');
    }
  }
};

const halfUp = (numerator: bigint, denominator: bigint): bigint =>
  (2n * numerator + denominator) / (2n * denominator);
