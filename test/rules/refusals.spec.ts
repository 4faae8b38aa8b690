import { describe, expect, it } from '@jest/globals';
import { ROUNDINGS } from '../../src/kernel/money.js';
import { faultsOf, national, REGION } from './demo-region.js';

const spoiled = (from: string | RegExp, to: string): readonly string[] => {
  const text = REGION.replace(from, to);
  expect(text).not.toBe(REGION);
  return faultsOf({ ...national, 'demo/all.yaml': text });
};
const [LIMITS, RATES, ROUNDING, DUE] = [0, 1, 2, 3].map((i) => `tables[${i}].entries[0]`);
const at = (line: number, rest: string): string => `rules/demo/all.yaml:${line} ${rest}`;

describe('a refusal names file, line and key:', () => {
  it.each<[string, string | RegExp, string, string[]]>([
    ['no source', '        source: law\n', '', [at(13, `${RATES}.source: missing key`)]],
    ['an empty source', 'source: law', "source: ' '", [at(18, `${RATES}.source: must not be empty`)]],
    ['no mark', '        mark: sure\n', '', [at(13, `${RATES}.mark: missing key`)]],
    [
      'an unknown mark',
      '        mark: sure',
      '        mark: maybe',
      [at(19, `${RATES}.mark: unknown mark: one of sure, second-hand`)],
    ],
    [
      'an unknown key',
      "employee: '8'",
      "employe: '8'",
      [at(16, `${RATES}.employe: unknown key`), at(13, `${RATES}.employee: missing key`)],
    ],
    [
      'an unknown key of a table',
      '    unit: mode',
      '    unit: mode\n    note: x',
      [at(22, 'tables[2].note: unknown key')],
    ],
    ['an unknown key of a file', 'region: demo', 'region: demo\nname: x', [at(2, 'name: unknown key')]],
    ['a missing value', "        toAccount: '8'\n", '', [at(13, `${RATES}.toAccount: missing key`)]],
    [
      'a float for a rate',
      "employer: '16'",
      'employer: 16.0',
      [at(15, `${RATES}.employer: must be text: put the number in quotes`)],
    ],
    [
      'a number for money',
      "floor: '4000'",
      'floor: 4000',
      [at(7, `${LIMITS}.floor: must be text: put the number in quotes`)],
    ],
    [
      'three decimals',
      "floor: '4000'",
      "floor: '4000.005'",
      [at(7, `${LIMITS}.floor: must be yuan text from nought with at most two decimals`)],
    ],
    [
      'negative money',
      "floor: '4000'",
      "floor: '-4000'",
      [at(7, `${LIMITS}.floor: must be yuan text from nought with at most two decimals`)],
    ],
    [
      'a rate over 100',
      "employer: '16'",
      "employer: '160'",
      [at(15, `${RATES}.employer: must be percent text with at most four decimals`)],
    ],
    [
      'a rate with its sign',
      "employer: '16'",
      "employer: '16%'",
      [at(15, `${RATES}.employer: must be percent text with at most four decimals`)],
    ],
    [
      'a month that is none',
      'from: 2025-07',
      'from: 2025-13',
      [at(8, 'tables[0].entries[1].from: must be a month YYYY-MM')],
    ],
    [
      'a day for a month',
      'from: 2025-07',
      'from: 2025-07-01',
      [at(8, 'tables[0].entries[1].from: must be a month YYYY-MM')],
    ],
    [
      'an unknown rounding',
      'employee: jiao-up',
      'employee: bankers',
      [at(24, `${ROUNDING}.employee: unknown rounding: one of ${ROUNDINGS.join(', ')}`)],
    ],
    [
      'an unknown topic',
      'topic: due',
      'topic: dues',
      [at(25, 'tables[3].topic: unknown topic: one of limits, rates, own-rate, fixed, rounding, due')],
    ],
    [
      'another unit',
      'unit: percent',
      'unit: permille',
      [at(10, 'tables[1].unit: unknown unit of this topic: one of percent')],
    ],
    [
      'another region',
      'region: demo',
      'region: other',
      [at(1, 'region: unknown region: as its folder: one of demo')],
    ],
    [
      'an unknown employment',
      'for: { employee: [pension] }',
      'for: { retired: [pension] }',
      [at(5, 'tables[0].for.retired: unknown key'), at(5, 'tables[0].for: must name an employment')],
    ],
    [
      'a key that every object has',
      '        source: law',
      "        source: law\n        toString: '8'",
      [at(19, `${RATES}.toString: unknown key`)],
    ],
    [
      'a due day that is none',
      'day: 15',
      'day: 32',
      [at(28, `${DUE}.day: must be a day from 1 to 31, or last`)],
    ],
    [
      'no entries',
      /entries:\n {6}- \{ from: 2025-01, to: 2025-12, day.*\n/,
      'entries: []\n',
      [at(27, 'tables[3].entries: must be a list that is not empty')],
    ],
    [
      'a list where a map is due',
      'for: { employee: [pension] }',
      'for: [pension]',
      [at(5, 'tables[0].for: must be a map of keys')],
    ],
    [
      'a key twice',
      '        mark: sure',
      '        mark: sure\n        mark: sure',
      [at(20, ': Map keys must be unique at line 20, column 9:')],
    ],
    [
      'from after to',
      'from: 2025-07, to: 2025-12',
      'from: 2025-12, to: 2025-07',
      [at(8, 'tables[0].entries[1].from: from is after to')],
    ],
    [
      'a gap',
      'from: 2025-07',
      'from: 2025-08',
      [at(8, 'tables[0].entries[1].from: gap after rules/demo/all.yaml:7')],
    ],
    [
      'an overlap',
      'from: 2025-07',
      'from: 2025-06',
      [at(8, 'tables[0].entries[1].from: overlap with rules/demo/all.yaml:7')],
    ],
    [
      'no end',
      'from: 2025-07, to: 2025-12',
      'from: 2025-07',
      [at(8, 'tables[0].entries[1]: missing key to: the last entry must say where it ends')],
    ],
    [
      'floor above ceiling',
      "floor: '4000'",
      "floor: '20000.01'",
      [at(7, `${LIMITS}.floor: floor is above the ceiling`)],
    ],
    [
      'limits in both forms',
      "floor: '4000',",
      "floor: '4000', reference: '6667',",
      [at(7, `${LIMITS}.reference: unknown key`)],
    ],
    [
      'limits in half a form',
      "floor: '4000', ceiling: '20000'",
      "reference: '6667', floorPercent: '60'",
      [at(7, `${LIMITS}.ceilingPercent: missing key`)],
    ],
    [
      'limits from a reference wage, floor above ceiling',
      "floor: '4000', ceiling: '20000'",
      "reference: '6667', floorPercent: '300', ceilingPercent: '60'",
      [at(7, `${LIMITS}: floor is above the ceiling`)],
    ],
    [
      'a day of publication that is none',
      'source: notice A',
      'source: notice A, published: 2025-02-30',
      [at(7, `${LIMITS}.published: must be a day YYYY-MM-DD`)],
    ],
    [
      'more to the account than was paid',
      "toAccount: '8'",
      "toAccount: '8.1'",
      [at(17, `${RATES}.toAccount: toAccount is more than the employee's rate`)],
    ],
    [
      'rates that stop before the limits',
      '        to: 2025-12',
      '        to: 2025-11',
      [
        at(
          7,
          `${LIMITS}: gap: limits of employee/pension stand in 2025-01..2025-12, rates of its pension in 2025-01..2025-11`,
        ),
        at(
          24,
          `${ROUNDING}: gap: rounding of employee/pension stand in 2025-01..2025-12, rates of its pension in 2025-01..2025-11`,
        ),
      ],
    ],
    [
      'an insurance without rates',
      'for: { employee: [pension] }',
      'for: { employee: [pension, dental] }',
      [
        at(7, `${LIMITS}: gap: no rates of employee/dental`),
        at(7, `${LIMITS}: gap: no rounding of employee/dental`),
      ],
    ],
    [
      'a due day that stops early',
      'to: 2025-12, day: 15',
      'to: 2025-11, day: 15',
      [at(28, `${DUE}: gap: due does not stand in all of 2025-01..2025-12`)],
    ],
    ['an alias', "ceiling: '20000'", 'ceiling: *high', [at(7, `${LIMITS}.ceiling: must be text`)]],
  ])('%s', (_, from, to, faults) => expect([...spoiled(from, to)].sort()).toEqual([...faults].sort()));

  it('all of them at once', () => {
    const text = REGION.replace("floor: '4000'", 'floor: 4000')
      .replace('source: law', "source: ''")
      .replace('day: 15', 'day: soon');
    expect(
      faultsOf({ ...national, 'demo/all.yaml': text }).map((fault) => fault.split(':')[1]?.split(' ')[0]),
    ).toEqual(expect.arrayContaining(['7', '18', '28']));
  });
  it('in the file that comes later, with the place of the other', () => {
    const again = { 'demo/b.yaml': REGION, 'demo/all.yaml': REGION };
    expect(faultsOf({ ...national, ...again })).toContain(
      'rules/demo/all.yaml:13 tables[1].entries[0].from: overlap with rules/demo/b.yaml:13',
    );
  });
  it.each([
    ['demo/all.yml', 'rules/demo/all.yml:1 file: must be <region>/<name>.yaml'],
    ['all.yaml', 'rules/all.yaml:1 file: must be <region>/<name>.yaml'],
    ['demo/sub/all.yaml', 'rules/demo/sub/all.yaml:1 file: must be <region>/<name>.yaml'],
  ])('a file at %s', (name, fault) => expect(faultsOf({ ...national, [name]: REGION })).toEqual([fault]));
  it('an empty file', () =>
    expect(faultsOf({ ...national, 'demo/all.yaml': '' })).toEqual([
      'rules/demo/all.yaml:1 file: must be a map of keys',
    ]));
  it('no national rules', () =>
    expect(faultsOf({ 'demo/all.yaml': REGION })).toEqual(['rules/national:0 folder: no such folder']));
  it('a national topic left out', () => {
    const faults = faultsOf({ 'national/late-fee.yaml': national['national/late-fee.yaml'] ?? '' });
    expect(faults).toEqual([
      'rules/national/late-fee.yaml:1 file: missing topic retirement-age of men',
      'rules/national/late-fee.yaml:1 file: missing topic retirement-age of women-55',
      'rules/national/late-fee.yaml:1 file: missing topic retirement-age of women-50',
      'rules/national/late-fee.yaml:1 file: missing topic elastic',
      'rules/national/late-fee.yaml:1 file: missing topic minimum-months',
      'rules/national/late-fee.yaml:1 file: missing topic payment-order',
      'rules/national/late-fee.yaml:1 file: missing topic back-payment',
    ]);
  });
  it('a gap of a day in the late fee', () => {
    const text = (national['national/late-fee.yaml'] ?? '').replace('2011-06-30', '2011-06-29');
    expect(faultsOf({ ...national, 'national/late-fee.yaml': text })).toEqual([
      'rules/national/late-fee.yaml:12 tables[0].entries[1].from: gap after rules/national/late-fee.yaml:7',
    ]);
  });
});
