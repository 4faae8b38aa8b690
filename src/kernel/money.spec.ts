import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  add,
  clamp,
  fen,
  fromYuan,
  least,
  negate,
  parsePercent,
  parseYuan,
  ppm,
  shareOf,
  subtract,
  sum,
  toPercent,
  toYuan,
  ZERO,
  type Ppm,
} from './money.js';

const RUNS = { numRuns: 1_000 };
const rate = (text: string): Ppm => {
  const parsed = parsePercent(text);
  if (!parsed.ok) throw new Error(`not a rate: ${text}`);
  return parsed.value;
};

describe('yuan text', () => {
  it.each([
    ['0', 0n],
    ['0.01', 1n],
    ['1575', 157_500n],
    ['1575.5', 157_550n],
    ['1575.05', 157_505n],
    ['-1575.05', -157_505n],
    ['-0.01', -1n],
    ['9999999999999.99', 999_999_999_999_999n],
  ])('%s is read exactly', (text, amount) => expect(parseYuan(text)).toEqual({ ok: true, value: amount }));

  it.each([
    '',
    ' 1',
    '1 ',
    '+1',
    '-0',
    '-0.00',
    '01',
    '.5',
    '1.',
    '1.005',
    '1e3',
    '1,000.00',
    '１',
    'NaN',
    '0x10',
    '10000000000000',
    '1\n',
  ])('%j is refused', (text) => expect(parseYuan(text)).toEqual({ ok: false, error: 'money-malformed' }));

  it.each([
    [0n, '0.00'],
    [1n, '0.01'],
    [-1n, '-0.01'],
    [10n, '0.10'],
    [157_505n, '1575.05'],
    [-157_505n, '-1575.05'],
  ])('%s fen are written %s', (amount, text) => expect(toYuan(fen(amount))).toBe(text));

  it('comes back as it went', () =>
    fc.assert(
      fc.property(fc.bigInt(-999_999_999_999_999n, 999_999_999_999_999n), (amount) =>
        expect(fromYuan(toYuan(fen(amount)))).toBe(amount),
      ),
      RUNS,
    ));

  it('of our own record that is broken is a bug', () => expect(() => fromYuan('1.005')).toThrow());
});

describe('percent text', () => {
  it.each([
    ['0', 0n],
    ['0.5', 5_000n],
    ['0.16', 1_600n],
    ['8', 80_000n],
    ['9.8', 98_000n],
    ['0.0001', 1n],
    ['100', 1_000_000n],
  ])('%s is %s parts per million and back', (text, parts) => {
    expect(parsePercent(text)).toEqual({ ok: true, value: parts });
    expect(toPercent(ppm(parts))).toBe(text);
  });
  it('is over 100 only where that is asked for', () => {
    expect(parsePercent('300', 300n)).toEqual({ ok: true, value: 3_000_000n });
    expect(parsePercent('300.0001', 300n)).toEqual({ ok: false, error: 'rate-malformed' });
  });
  it.each(['', '-1', '100.0001', '101', '0.00001', '8%', '.5', '08', '1e1'])('%j is refused', (text) =>
    expect(parsePercent(text)).toEqual({ ok: false, error: 'rate-malformed' }),
  );
});

describe('a share', () => {
  it.each([
    ['6789.00', '0.5', '33.95', 'a tie of half a fen goes up'],
    ['6788.99', '0.5', '33.94', 'less than half a fen goes down'],
    ['15000.55', '16', '2400.09', 'more than half a fen goes up'],
    ['0.01', '0.5', '0.00', 'next to nothing is nothing'],
    ['0.00', '16', '0.00', 'nought of nought'],
    ['6789.00', '0', '0.00', 'no rate'],
  ])('of %s at %s %% is %s: %s', (base, percent, share) =>
    expect(toYuan(shareOf(fromYuan(base), rate(percent), 'fen-half-up'))).toBe(share),
  );
  it.each([
    ['7460.00', '8', '596.80', 'whole jiao stay'],
    ['7460.01', '8', '596.90', 'the least part of a fen lifts to the next jiao'],
    ['7461.00', '8', '596.90', 'a fen lifts to the next jiao'],
  ])('of %s at %s %% is %s up to the jiao: %s', (base, percent, share) =>
    expect(toYuan(shareOf(fromYuan(base), rate(percent), 'jiao-up'))).toBe(share),
  );
  it.each([
    ['12434', '60', '7460.00'],
    ['11937', '60', '7162.00'],
    ['100', '0.5', '1.00'],
    ['99.99', '0.5', '0.00'],
  ])('of %s at %s %% is %s to the yuan', (base, percent, share) =>
    expect(toYuan(shareOf(fromYuan(base), rate(percent), 'yuan-half-up'))).toBe(share),
  );
  it.each([
    ['fen-half-up', '33.95', '33.94', '33.95'],
    ['fen-up', '33.95', '33.95', '33.95'],
    ['fen-down', '33.94', '33.94', '33.95'],
  ] as const)('%s of 33.945, a hair less, and 33.95 whole', (rounding, tie, less, whole) => {
    const shares = ['6789.00', '6788.99', '6790.00'].map((base) =>
      shareOf(fromYuan(base), rate('0.5'), rounding),
    );
    expect(shares.map(toYuan)).toEqual([tie, less, whole]);
  });
  it.each([
    ['jiao-half-up', '40.10', '40.00', '40.10', '40.00'],
    ['jiao-up', '40.10', '40.10', '40.10', '40.00'],
    ['jiao-down', '40.00', '40.00', '40.00', '40.00'],
    ['yuan-half-up', '40.00', '40.00', '40.00', '40.00'],
    ['yuan-up', '41.00', '41.00', '41.00', '40.00'],
    ['yuan-down', '40.00', '40.00', '40.00', '40.00'],
  ] as const)('%s of the tie 40.05, a fen less, a fen more, and 40.00 whole', (rounding, ...shares) =>
    expect(
      ['40.05', '40.04', '40.06', '40.00'].map((base) =>
        toYuan(shareOf(fromYuan(base), rate('100'), rounding)),
      ),
    ).toEqual(shares),
  );
  it.each([
    ['yuan-half-up', '41.00', '40.00', '41.00'],
    ['yuan-up', '41.00', '41.00', '41.00'],
    ['yuan-down', '40.00', '40.00', '40.00'],
    ['jiao-half-up', '40.50', '40.50', '40.50'],
  ] as const)('%s of the tie 40.50, a fen less and a fen more', (rounding, ...shares) =>
    expect(
      ['40.50', '40.49', '40.51'].map((base) => toYuan(shareOf(fromYuan(base), rate('100'), rounding))),
    ).toEqual(shares),
  );
  it('down, nearest and up are in order, whole steps, and less than a step apart', () =>
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 12n), fc.bigInt(0n, 1_000_000n), (base, parts) => {
        for (const [unit, step] of [
          ['fen', 1n],
          ['jiao', 10n],
          ['yuan', 100n],
        ] as const) {
          const share = (way: 'down' | 'half-up' | 'up'): bigint =>
            shareOf(fen(base), ppm(parts), `${unit}-${way}`);
          const [down, near, up] = [share('down'), share('half-up'), share('up')];
          expect(down <= near && near <= up && up - down <= step).toBe(true);
          expect([down % step, near % step, up % step]).toEqual([0n, 0n, 0n]);
          expect(down * 1_000_000n <= base * parts && base * parts <= up * 1_000_000n).toBe(true);
        }
      }),
      RUNS,
    ));
  it('is never off by more than half a fen, beyond the safe integers too', () =>
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 20n), fc.bigInt(0n, 1_000_000n), (base, parts) => {
        const twice = 2n * shareOf(fen(base), ppm(parts), 'fen-half-up') * 1_000_000n - 2n * base * parts;
        expect(twice > -1_000_000n && twice <= 1_000_000n).toBe(true);
      }),
      RUNS,
    ));
  it('of a negative base is a bug', () => expect(() => shareOf(fen(-1n), ppm(1n), 'fen-half-up')).toThrow());
});

describe('amounts', () => {
  it('add, subtract, negate, sum', () => {
    expect(add(fen(1n), fen(2n))).toBe(3n);
    expect(subtract(fen(1n), fen(2n))).toBe(-1n);
    expect(negate(fen(1n))).toBe(-1n);
    expect(sum([fen(1n), fen(2n), fen(-4n)])).toBe(-1n);
    expect(sum([])).toBe(ZERO);
    expect(least(fen(2n), fen(1n))).toBe(1n);
  });
  it.each([
    [4n, 5n],
    [5n, 5n],
    [7n, 7n],
    [9n, 9n],
    [10n, 9n],
  ])('%s held between 5 and 9 is %s', (amount, held) =>
    expect(clamp(fen(amount), fen(5n), fen(9n))).toBe(held),
  );
});
