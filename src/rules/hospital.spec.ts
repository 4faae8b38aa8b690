import { describe, expect, it } from '@jest/globals';
import { fen, ppm } from '../kernel/money.js';
import { hospitalShare, type HospitalRules } from './hospital.js';

const bands = [
  { to: fen(1000n), fund: ppm(500_000n) },
  { to: fen(2000n), fund: ppm(900_000n) },
];
const rules = (per: HospitalRules['per'], ends = bands): HospitalRules => ({
  per,
  deductibles: [
    { from: 1, amount: fen(100n) },
    { from: 2, amount: fen(50n) },
  ],
  bands: ends,
  rounding: 'fen-half-up',
});
type Case = readonly [
  HospitalRules['per'],
  bigint,
  bigint,
  number,
  bigint,
  readonly (readonly bigint[])[],
  string,
];

describe('slices of an amount in scope', () => {
  it.each<Case>([
    ['stay', 99n, 0n, 1, 99n, [], 'all of it deductible'],
    ['stay', 101n, 0n, 1, 100n, [[100n, 101n, 1n]], 'a fen beyond, half of it up'],
    [
      'stay',
      1000n,
      0n,
      1,
      100n,
      [[100n, 1000n, 450n]],
      'to the end of the first band and no empty one after it',
    ],
    [
      'stay',
      1001n,
      0n,
      1,
      100n,
      [
        [100n, 1000n, 450n],
        [1000n, 1001n, 1n],
      ],
      'a fen into the second',
    ],
    ['stay', 950n, 1000n, 2, 50n, [[1050n, 1950n, 810n]], 'a later stay in the second band alone'],
    ['stay', 50n, 950n, 3, 50n, [], 'a later stay that is its deductible'],
    ['stay', 2000n, 1500n, 2, 50n, [[1550n, 2000n, 405n]], 'beyond the last band nothing'],
    ['year', 100n, 60n, 1, 40n, [[100n, 160n, 30n]], 'the rest of a deductible of the year'],
    ['year', 100n, 100n, 1, 0n, [[100n, 200n, 50n]], 'a deductible of the year that was met'],
    ['year', 100n, 900n, 1, 0n, [[900n, 1000n, 50n]], 'and nothing of the next band'],
  ])(
    'per %s, of %s after %s, stay %s: deductible %s and %p, %s',
    (per, inScope, used, stay, deductible, slices) => {
      const share = hospitalShare(fen(inScope), fen(used), stay, rules(per));
      expect(share.deductible).toBe(deductible);
      expect(share.slices.map(({ from, to, fund }) => [from, to, fund])).toEqual(slices);
      expect(share.fund + share.person).toBe(inScope);
    },
  );
  it('of a band without an end reach as far as the amount', () => {
    const open: HospitalRules = { ...rules('year'), bands: [...bands.slice(0, 1), { fund: ppm(100_000n) }] };
    const { slices } = hospitalShare(fen(9000n), fen(500n), 1, open);
    expect(slices.map(({ from, to, fund }) => [from, to, fund])).toEqual([
      [500n, 1000n, 250n],
      [1000n, 9500n, 850n],
    ]);
  });
});
