import { describe, expect, it } from '@jest/globals';
import type { BillEffect } from '../individual/events.js';
import { toDay, toMonth } from '../kernel/calendar.js';
import { ok } from '../kernel/result.js';
import { difference, summed, type AddDifferences } from './difference.js';
import type { DifferencesAdded } from './events.js';

const effect = (more: Partial<BillEffect> = {}): BillEffect => ({
  bill: 'b1',
  insurance: 'pension',
  employerPart: '16.00',
  employeePart: '8.00',
  toAccount: '8.00',
  ...more,
});
const add = (...persons: AddDifferences['persons']): AddDifferences => ({
  bill: 'b1',
  publication: 'notice',
  uscc: 'U1',
  region: 'shanghai',
  month: toMonth('2025-07'),
  dueOn: toDay('2025-12-31'),
  persons,
});
const madeBy = (command: AddDifferences, ...before: DifferencesAdded[]): readonly DifferencesAdded[] => {
  const decision = difference.decide(command, difference.replay(before));
  return decision.ok ? decision.value : [];
};
const anna = { individual: 'anna', effects: [effect()] };
const bert = {
  individual: 'bert',
  effects: [effect(), effect({ insurance: 'medical', employerPart: '9.00' })],
};

describe('the persons of a bill of differences', () => {
  it('are one run, with what is more by insurance and side', () => {
    const [run] = madeBy(add(anna, bert));
    expect(run?.data).toMatchObject({
      run: 0,
      rows: [
        { individual: 'anna', employer: '16.00', employee: '8.00', total: '24.00' },
        { individual: 'bert', employer: '25.00', employee: '16.00', total: '41.00' },
      ],
      lines: [
        { insurance: 'medical', employer: '9.00', employee: '8.00' },
        { insurance: 'pension', employer: '32.00', employee: '16.00' },
      ],
      less: [],
    });
  });
  it('stand once: who comes again is passed over, who is new is another run', () => {
    const first = madeBy(add(anna));
    expect(difference.decide(add(anna), difference.replay(first))).toEqual(ok([]));
    const second = madeBy({ ...add(anna, bert), dueOn: toDay('2026-01-31') }, ...first);
    expect(second[0]?.data).toMatchObject({ run: 1, dueOn: '2025-12-31', rows: [{ individual: 'bert' }] });
  });
  it('may owe less: that is told to the bills that claimed it', () => {
    const returned = { employerPart: '1.00', employeePart: '0.00', toAccount: '0.00' };
    const back = effect({ bill: 'old', employerPart: '-3.00', employeePart: '-1.50', toAccount: '-1.50' });
    const carl = { individual: 'carl', effects: [{ ...back, returned }] };
    const dora = { individual: 'dora', effects: [back] };
    const [run] = madeBy(add(carl, dora));
    expect(run?.data.lines).toEqual([]);
    expect(run?.data.rows.map(({ total }) => total)).toEqual(['0.00', '0.00']);
    expect(run?.data.less).toEqual([
      effect({ bill: 'old', employerPart: '-6.00', employeePart: '-3.00', toAccount: '-3.00', returned }),
    ]);
  });
});

describe('effects summed', () => {
  it('are one for each bill and insurance', () =>
    expect(summed([effect(), effect({ bill: 'b2' }), effect(), effect({ insurance: 'medical' })])).toEqual([
      effect({ employerPart: '32.00', employeePart: '16.00', toAccount: '16.00' }),
      effect({ bill: 'b2' }),
      effect({ insurance: 'medical' }),
    ]));
});
