import { err, ok, type Result } from '../kernel/result.js';
import type { Fraction } from './interest.js';
import { roundingMode } from './list.loader.js';
import { parsed, type Reader } from './place.loader.js';
import { percent } from './region.loader.js';
import { defineTopic } from './topics.loader.js';

const FRACTION = /^(\d{1,4})(?:\.(\d{1,6})|\/([1-9]\d{0,5}))?$/;
const parseFraction = (text: string): Result<Fraction, 'fraction-malformed'> => {
  const [, whole, decimals = '', below] = FRACTION.exec(text) ?? [];
  if (whole === undefined) return err('fraction-malformed');
  const numerator = BigInt(whole + decimals);
  return ok({ text, numerator, denominator: below ? BigInt(below) : 10n ** BigInt(decimals.length) });
};
/** `'1.083'` or `'13/12'`. */
const fraction: Reader<Fraction> = parsed(parseFraction, "a number '1.083' or a fraction '13/12'");

/** 个人账户记账利率 of a calendar year. The last year published must have its end: the next has no answer yet. */
export const INTEREST_RATE = defineTopic({
  name: 'interest-rate',
  unit: 'percent',
  open: false,
  fields: { rate: percent },
});
/** How a year's interest is rounded, and the factor of the annual method (年度计算法). */
export const INTEREST_METHOD = defineTopic({
  name: 'interest-method',
  unit: 'factor',
  fields: { annualFactor: fraction, rounding: roundingMode },
});

export const INTEREST_TOPICS = [INTEREST_RATE, INTEREST_METHOD];
