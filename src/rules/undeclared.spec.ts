import { describe, expect, it } from '@jest/globals';
import { toDay } from '../kernel/calendar.js';
import { fen, toPercent } from '../kernel/money.js';
import { YamlRuleBook } from './rules.loader.js';
import { NATIONAL } from './table.js';
import { byInsurance, estimateOf, type SideLine } from './undeclared.js';
import { UNDECLARED } from './undeclared.topics.loader.js';

const book = YamlRuleBook.load();
const factorOn = (day: string) => book.find(UNDECLARED, NATIONAL, toDay(day));
const line = (insurance: string, employerPart: bigint, employeePart: bigint): SideLine => ({
  insurance,
  employerPart: fen(employerPart),
  employeePart: fen(employeePart),
});

describe('a month that was not declared', () => {
  it.each([
    ['2011-06-30', '社会保险费征缴暂行条例 (Order 259) art. 10'],
    ['2011-07-01', 'Social Insurance Law art. 62; 社会保险费征缴暂行条例 (Order 259) art. 10'],
  ])('on %s is 110 percent of the month before by %s', (day, source) => {
    const found = factorOn(day);
    if (!found.ok) throw new Error('no factor');
    expect([toPercent(found.value.values.ofLastMonth), found.value.source.text]).toEqual(['110', source]);
  });

  it('has no factor before there was a law', () => expect(factorOn('1998-12-31').ok).toBe(false));

  it.each([
    [line('pension', 160_000n, 80_000n), line('pension', 176_000n, 88_000n), 'whole amounts'],
    [line('pension', 4n, 5n), line('pension', 4n, 6n), '4.4 fen down, 5.5 fen up: the tie goes up'],
    [line('injury', 1_009n, 0n), line('injury', 1_110n, 0n), '1109.9 fen up, and nought stays'],
  ])('makes of %j %j: %s', (last, estimated) => {
    const found = factorOn('2026-01-01');
    if (!found.ok) throw new Error('no factor');
    expect(estimateOf([last], found.value.values.ofLastMonth)).toEqual([estimated]);
  });

  it('is rounded person by person and summed then', () => {
    const found = factorOn('2026-01-01');
    if (!found.ok) throw new Error('no factor');
    const people = [line('pension', 5n, 4n), line('medical', 10n, 0n), line('pension', 5n, 4n)];
    expect(byInsurance(estimateOf(people, found.value.values.ofLastMonth))).toEqual([
      line('medical', 11n, 0n),
      line('pension', 12n, 8n),
    ]);
  });
});
