import { describe, expect, it } from '@jest/globals';
import { faultsOf, national } from './demo-region.js';

const refused = (name: string, from: string, to: string): readonly string[] => {
  const text = national[`national/${name}.yaml`] ?? '';
  expect(text).toContain(from);
  const faults = faultsOf({ ...national, [`national/${name}.yaml`]: text.replace(from, to) });
  return faults.map((fault) => fault.replace(/^rules\/national\/\w+[.]yaml:\d+ /, ''));
};

describe('an order of payment', () => {
  const AT = 'tables[0].entries[0]';
  it.each([
    ['[employee, employer]', '[employee]', [`${AT}.sides: must name employer and employee`]],
    ['[employee, employer]', '[employee, employee]', [`${AT}.sides[1]: named twice`]],
    [
      '[employee, employer]',
      '[employee, agency]',
      [`${AT}.sides[1]: unknown side: one of employer, employee`],
    ],
    ['[pension, medical,', '[pension, pension,', [`${AT}.insurances[1]: named twice`]],
    ['[pension, medical,', '[pension, Medical,', [`${AT}.insurances[1]: must be a code of small letters`]],
  ])('with %s as %s is refused', (from, to, faults) => expect(refused('payment', from, to)).toEqual(faults));
});

describe('a table of holidays', () => {
  const AT = 'tables[0].entries[7]';
  const SPAN = 'must be a day YYYY-MM-DD, or two with .. between them, the earlier first';
  it.each([
    ['2026-02-15..2026-02-23', '2026-02-23..2026-02-15', [`${AT}.closed[1]: ${SPAN}`]],
    ['2026-02-15..2026-02-23', '2026-02-15...2026-02-23', [`${AT}.closed[1]: ${SPAN}`]],
    ['2026-02-15..2026-02-23', '2026-02-30', [`${AT}.closed[1]: ${SPAN}`]],
    ['2026-02-15..2026-02-23', '2026-01-03', [`${AT}.closed: must rise from one member to the next`]],
    ['2026-02-14,', '2026-02-13,', [`${AT}.worked: 2026-02-13 is no weekend day`]],
    ['2026-02-14,', '2026-02-15,', [`${AT}.worked: 2026-02-15 is off and worked`]],
    [
      '2026-02-14, 2026-02-28',
      '2026-02-28, 2026-02-14',
      [`${AT}.worked: must rise from one member to the next`],
    ],
    ['from: 2026-01', 'from: 2026-02', [`${AT}.from: gap after rules/national/holidays.yaml:98`]],
  ])('with %s as %s is refused', (from, to, faults) => expect(refused('holidays', from, to)).toEqual(faults));
});
