import assert from 'node:assert';
import type { Brand } from './brand.js';
import { err, ok, type Result } from './result.js';

/** An amount in whole fen (分), exact. Outside memory it is yuan text with two decimals, `"1575.05"`. */
export type Fen = Brand<bigint, 'fen'>;
/** A rate in whole parts per million, exact. Outside memory it is percent text, `"0.5"`. */
export type Ppm = Brand<bigint, 'ppm'>;
/**
 * How a division ends: to which unit, and which way. `fen-half-up`: to the nearest fen, ties up (四舍五入到分).
 * `jiao-up`: up to the next jiao (见分进角); `yuan-up`: up to the next yuan (见角进元, 进位到元). `-down` drops the
 * rest (舍去). The rule table of a region names the one in force; see rules/.
 */
export const ROUNDINGS = [
  'fen-half-up',
  'fen-up',
  'fen-down',
  'jiao-half-up',
  'jiao-up',
  'jiao-down',
  'yuan-half-up',
  'yuan-up',
  'yuan-down',
] as const;
export type Rounding = (typeof ROUNDINGS)[number];

export const fen = (amount: bigint): Fen => amount as Fen;
export const ppm = (rate: bigint): Ppm => rate as Ppm;
export const ZERO = fen(0n);

export const add = (a: Fen, b: Fen): Fen => fen(a + b);
export const subtract = (a: Fen, b: Fen): Fen => fen(a - b);
export const negate = (a: Fen): Fen => fen(-a);
export const least = (a: Fen, b: Fen): Fen => (a < b ? a : b);
export const sum = (amounts: Iterable<Fen>): Fen => {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return fen(total);
};
export const clamp = (amount: Fen, low: Fen, high: Fen): Fen =>
  amount < low ? low : amount > high ? high : amount;

const PPM_WHOLE = 1_000_000n;
const FEN_PER_JIAO = 10n;
const FEN_PER_YUAN = 100n;

/**
 * A share of a base, rounded as the rule table says. The base is never negative: a reversal negates what was
 * posted and does not come here.
 */
export const shareOf = (base: Fen, rate: Ppm, rounding: Rounding): Fen =>
  quotientOf(base * rate, PPM_WHOLE, rounding);

/** An amount in fen as a fraction, rounded once. Neither part is negative, for the reason above. */
export const quotientOf = (numerator: bigint, denominator: bigint, rounding: Rounding): Fen => {
  assert(numerator >= 0n && denominator > 0n, 'only what is not negative is divided and rounded');
  switch (rounding) {
    case 'fen-half-up':
      return nearest(numerator, denominator, 1n);
    case 'fen-up':
      return upTo(numerator, denominator, 1n);
    case 'fen-down':
      return downTo(numerator, denominator, 1n);
    case 'jiao-half-up':
      return nearest(numerator, denominator, FEN_PER_JIAO);
    case 'jiao-up':
      return upTo(numerator, denominator, FEN_PER_JIAO);
    case 'jiao-down':
      return downTo(numerator, denominator, FEN_PER_JIAO);
    case 'yuan-half-up':
      return nearest(numerator, denominator, FEN_PER_YUAN);
    case 'yuan-up':
      return upTo(numerator, denominator, FEN_PER_YUAN);
    case 'yuan-down':
      return downTo(numerator, denominator, FEN_PER_YUAN);
  }
};
/** Whole steps of so many fen; one exact division each. */
const downTo = (numerator: bigint, denominator: bigint, step: bigint): Fen =>
  fen((numerator / (denominator * step)) * step);
const upTo = (numerator: bigint, denominator: bigint, step: bigint): Fen =>
  downTo(numerator + denominator * step - 1n, denominator, step);
const nearest = (numerator: bigint, denominator: bigint, step: bigint): Fen => {
  const unit = denominator * step;
  return fen(((2n * numerator + unit) / (2n * unit)) * step);
};

const YUAN = /^(-?)(0|[1-9]\d{0,12})(?:\.(\d{1,2}))?$/;

/**
 * Reads yuan text: `"1575.05"`, `"1575.5"`, `"1575"`; up to thirteen digits before the point, two after.
 * Anything else (exponents, separators, spaces, a plus sign, `-0`) is an error.
 */
export const parseYuan = (text: string): Result<Fen, 'money-malformed'> => {
  const match = YUAN.exec(text);
  if (!match) return err('money-malformed');
  const [, sign, whole = '0', part = ''] = match;
  const amount = BigInt(whole) * FEN_PER_YUAN + BigInt(part.padEnd(2, '0'));
  if (sign && amount === 0n) return err('money-malformed');
  return ok(fen(sign ? -amount : amount));
};

/** Reads yuan text that this system wrote itself; other text is a bug. */
export const fromYuan = (text: string): Fen => {
  const parsed = parseYuan(text);
  assert(parsed.ok, 'yuan text from our own record is well formed');
  return parsed.value;
};

/** Yuan text with two decimals, `"1575.05"`. */
export const toYuan = (amount: Fen): string => {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

const PERCENT = /^(0|[1-9]\d{0,2})(?:\.(\d{1,4}))?$/;
const PPM_PER_PERCENT = 10_000n;

/** Reads percent text, `"16"`, `"0.5"`, `"0.16"`: up to four decimals, from 0 to 100 or another most, 999 at the furthest. */
export const parsePercent = (text: string, mostPercent = 100n): Result<Ppm, 'rate-malformed'> => {
  const match = PERCENT.exec(text);
  if (!match) return err('rate-malformed');
  const [, whole = '0', part = ''] = match;
  const rate = BigInt(whole) * PPM_PER_PERCENT + BigInt(part.padEnd(4, '0'));
  return rate > mostPercent * PPM_PER_PERCENT ? err('rate-malformed') : ok(ppm(rate));
};

/** Percent text without needless zeros, `"0.5"`. */
export const toPercent = (rate: Ppm): string => {
  const part = (rate % PPM_PER_PERCENT).toString().padStart(4, '0').replace(/0+$/, '');
  return `${rate / PPM_PER_PERCENT}${part && `.${part}`}`;
};
