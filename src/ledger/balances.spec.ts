import { describe, expect, it } from '@jest/globals';
import { toMonth } from '../kernel/calendar.js';
import { gapsOf, monthsPaid } from './balances.js';

const months = (...texts: readonly string[]) => texts.map(toMonth);

describe('gaps', () => {
  it.each([
    ['none in no months', [], []],
    ['none in one month', ['2025-07'], []],
    ['none in months that follow', ['2025-11', '2025-12', '2026-01'], []],
    ['one month over a new year', ['2025-11', '2026-01'], ['2025-12']],
    ['each of several', ['2025-07', '2025-10', '2025-12'], ['2025-08', '2025-09', '2025-11']],
  ])('%s', (_, paid, gaps) => expect(gapsOf(months(...paid))).toEqual(gaps));
});

describe('months paid', () => {
  it('are counted by insurance, a month paid twice once, in any order', () =>
    expect(
      monthsPaid([
        { insurance: 'pension', month: toMonth('2025-09') },
        { insurance: 'medical', month: toMonth('2025-07') },
        { insurance: 'pension', month: toMonth('2025-07') },
        { insurance: 'pension', month: toMonth('2025-07') },
      ]),
    ).toEqual([
      { insurance: 'medical', paid: 1, gaps: [] },
      { insurance: 'pension', paid: 2, gaps: ['2025-08'] },
    ]));
});
