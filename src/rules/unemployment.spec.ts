import { describe, expect, it } from '@jest/globals';
import { fen } from '../kernel/money.js';
import { drawingMonths, phaseAmounts, steppedMonths } from './unemployment.js';

const stretches = [
  { after: 0, every: 12, add: 3 },
  { after: 48, every: 6, add: 1 },
];
const maxima = {
  caps: [
    { from: 12, most: 12 },
    { from: 60, most: 14 },
  ],
  total: 16,
};

describe('months of drawing', () => {
  it.each([
    [0, 0, 'nothing paid'],
    [11, 0, 'a month short of the first step'],
    [12, 3, 'the first step'],
    [47, 9, 'a month short of the second stretch'],
    [48, 12, 'the first stretch whole'],
    [53, 12, 'a month short of the second step'],
    [54, 13, 'a step of the second stretch'],
    [120, 24, 'and on without an end'],
  ])('by steps of %s months paid: %s, %s', (paid, months) =>
    expect(steppedMonths(paid, stretches)).toBe(months),
  );
  it.each([
    [11, 0, { stepped: 0, cap: 0, months: 0 }, 'below the first step of the law'],
    [54, 0, { stepped: 13, cap: 12, months: 12 }, 'the maximum for what was paid'],
    [60, 0, { stepped: 14, cap: 14, months: 14 }, 'as many as the maximum'],
    [60, 2, { stepped: 14, cap: 14, months: 16 }, 'with earlier months, as many as the maximum of all'],
    [60, 3, { stepped: 14, cap: 14, months: 16 }, 'with earlier months, held at the maximum of all'],
    [11, 4, { stepped: 0, cap: 0, months: 4 }, 'earlier months alone'],
  ])('%s paid and %s carried over: %j, %s', (paid, carriedOver, drawing) =>
    expect(drawingMonths(paid, carriedOver, stretches, maxima)).toEqual(drawing),
  );
});

describe('amounts by phase', () => {
  const phases = [
    { to: 12, monthly: fen(200n) },
    { to: 24, monthly: fen(100n) },
  ];
  const [first, second] = [
    { from: 1, to: 12, monthly: 200n },
    { from: 13, to: 24, monthly: 100n },
  ];
  it.each([
    [0, []],
    [1, [{ ...first, to: 1 }]],
    [12, [first]],
    [13, [first, { ...second, to: 13 }]],
    [24, [first, second]],
    [25, [first, second]],
  ])('of %s months', (months, amounts) => expect(phaseAmounts(months, phases)).toEqual(amounts));
});
