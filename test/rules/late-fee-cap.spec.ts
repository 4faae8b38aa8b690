import { describe, expect, it } from '@jest/globals';
import { toDay } from '../../src/kernel/calendar.js';
import { lateFeeCalculator } from '../../src/rules/late-fee.calculators.js';
import { YamlRuleBook } from '../../src/rules/rules.loader.js';
import { national } from './demo-region.js';

/** A place that holds the late fee at the principal, from a day on. */
const CAP = `region: national
tables:
  - topic: late-fee-cap
    unit: percent
    entries:
      - { from: 2025-07-01, ofPrincipal: '100', source: Administrative Enforcement Law art. 45, mark: second-hand }
`;
const feeOf = (principal: string, dueOn: string, paidOn: string) => {
  const rules = YamlRuleBook.from({ ...national, 'national/cap.yaml': CAP });
  const law = { book: rules, tables: rules, today: toDay('2026-11-24'), say: ({ en }: { en: string }) => en };
  return lateFeeCalculator.calculate({ principal, dueOn, paidOn }, law);
};

describe('a late fee where the rules have a cap', () => {
  it.each([
    ['2020-01-03', '2025-06-30', '10025.00', 'not yet capped'],
    ['2020-01-09', '2025-07-01', '10000.00', 'the principal itself, 2000 days late'],
    ['2020-01-10', '2025-07-01', '9995.00', 'a day less'],
    ['2020-01-08', '2025-07-01', '10000.00', 'a day more: held'],
  ])('on 10000 due %s paid %s is %s: %s', (dueOn, paidOn, fee) =>
    expect(feeOf('10000', dueOn, paidOn).lateFee).toBe(fee),
  );
  it('says that it is held', () =>
    expect(feeOf('10000', '2020-01-08', '2025-07-01').why.at(-1)).toEqual({
      rule: 'national/cap.yaml late-fee-cap 2025-07-01',
      source: 'Administrative Enforcement Law art. 45 (second-hand)',
      formula: 'at most 10000.00 x 100% = 10000.00: 10000.00',
    }));
});
