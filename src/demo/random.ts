/**
 * Draws that depend on nothing but their names: the same seed, index and purpose give the same number on every
 * machine, in any order, so that person 90,000 of a roster needs no walk through the 89,999 before.
 */
export type Purpose =
  'place' | 'surname' | 'given' | 'given-second' | 'wage-kind' | 'wage' | 'style' | 'code';

const PURPOSES: readonly Purpose[] = [
  'place',
  'surname',
  'given',
  'given-second',
  'wage-kind',
  'wage',
  'style',
  'code',
];

/** The finaliser of MurmurHash3 (32 bits): every bit of the input moves every bit of the output. */
const mixed = (word: number): number => {
  let h = word >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** A whole number from 0 to `below` - 1. */
export const draw = (seed: number, index: number, purpose: Purpose, below: number): number => {
  const high = Math.floor(index / 2 ** 32);
  const salted = mixed(seed ^ Math.imul(PURPOSES.indexOf(purpose) + 1, 0x9e3779b1));
  return mixed(mixed(salted ^ mixed(index >>> 0)) ^ high) % below;
};

/** One of a list. */
export const pick = <T>(list: readonly [T, ...T[]], seed: number, index: number, purpose: Purpose): T =>
  list[draw(seed, index, purpose, list.length)] ?? list[0];
