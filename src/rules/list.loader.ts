import { parseYuan, ppm, ROUNDINGS, type Ppm, type Rounding } from '../kernel/money.js';
import { err } from '../kernel/result.js';
import { count, oneOf, parsed, type Fields, type Place, type Read, type Reader } from './place.loader.js';

/** A list, not empty, of maps with these keys. */
export const listOf =
  <F extends Fields>(required: F): Reader<readonly Read<F>[]> =>
  (place) =>
    whole(place.list()?.map((item) => item.record(required)));
/** The same where some keys may be left out. */
export const listWith =
  <F extends Fields, O extends Fields>(
    required: F,
    optional: O,
  ): Reader<readonly (Read<F> & Partial<Read<O>>)[]> =>
  (place) =>
    whole(place.list()?.map((item) => item.record(required, optional)));
/** The members, where all of them could be read. */
export const whole = <T>(items: readonly (T | undefined)[] | undefined): readonly T[] | undefined => {
  const read = items?.filter((item) => item !== undefined);
  return read && read.length === items?.length ? read : undefined;
};

/** A rounding by its name. */
export const roundingMode: Reader<Rounding> = oneOf(ROUNDINGS, 'rounding');
/** Whole percent without a ceiling, bare: three times a wage is 300. */
export const wholePercent: Reader<Ppm> = (place) => {
  const value = count(place);
  return value === undefined ? undefined : ppm(BigInt(value) * 10_000n);
};
/** More than nought, in hundredths: `'30.4'` is 3040. */
export const hundredths: Reader<bigint> = parsed((text) => {
  const value = parseYuan(text);
  return value.ok && value.value <= 0n ? err('not-positive') : value;
}, 'a number more than nought as text with at most two decimals');

/** Notes every member that does not stand above the one before it. */
export const mustRise = <T>(
  place: Place,
  key: string,
  items: readonly T[],
  of: (item: T) => number,
): void => {
  const at = place.find(key);
  if (items.some((item, i) => i > 0 && of(item) <= of(items[i - 1] as T)))
    at?.fault('must rise from one member to the next');
};
