import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { toMonth } from '../../src/kernel/calendar.js';
import { fromYuan, parsePercent, toYuan } from '../../src/kernel/money.js';
import { assess, explain, type AssessRequest } from '../../src/rules/assess.js';
import type { Policy } from '../../src/rules/policy.js';
import { YamlRuleBook } from '../../src/rules/rules.loader.js';

type Asked = Readonly<{
  situation: string;
  region: string;
  month: string;
  employment?: 'employee' | 'flexible';
  wage: string;
  injuryRate?: string;
}>;
type Owed = Readonly<{
  table: string;
  base: string;
  lines: Readonly<Record<string, readonly [employer: string, employee: string, toAccount: string]>>;
  employerTotal: string;
  employeeTotal: string;
}>;
type Refused = Readonly<{ refused: 'policy-missing' | 'region-unknown'; months?: readonly [string, string] }>;
type Situation = Asked & (Owed | Refused);

const ASKED = new Set('situation region month employment wage injuryRate'.split(' '));
const ANSWERED = new Set('table base lines employerTotal employeeTotal refused months'.split(' '));
const folder = fileURLToPath(new URL('.', import.meta.url));
/** One file a region; those of another kind have a runner of their name. */
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== 'due.yaml');
const book = YamlRuleBook.load();

const requestOf = ({ wage, injuryRate }: Asked): AssessRequest => {
  const rate = injuryRate === undefined ? undefined : parsePercent(injuryRate);
  if (rate && !rate.ok) throw new Error('the situation has a malformed rate');
  return { wage: fromYuan(wage), ...(rate && { injuryRate: rate.value }) };
};

const owedBy = (policy: Policy, request: AssessRequest): Owed => {
  const assessed = assess(policy, request);
  if (!assessed.ok) throw new Error(assessed.error.type);
  const { table, base, lines, employerTotal, employeeTotal } = assessed.value;
  return {
    table,
    base: toYuan(base),
    lines: Object.fromEntries(
      lines.map((line) => [
        line.insurance,
        [toYuan(line.employerPart), toYuan(line.employeePart), toYuan(line.toAccount)],
      ]),
    ),
    employerTotal: toYuan(employerTotal),
    employeeTotal: toYuan(employeeTotal),
  };
};

const answerTo = (asked: Asked): Owed | Refused => {
  const policy = book.inForce(asked.region, toMonth(asked.month), asked.employment ?? 'employee');
  if (policy.ok) return owedBy(policy.value, requestOf(asked));
  const { known, from, to } = policy.error;
  return { refused: known ? 'policy-missing' : 'region-unknown', ...(from && to && { months: [from, to] }) };
};

describe.each(files)('situations of %s', (file) => {
  const situations = parse(readFileSync(folder + file, 'utf8')) as readonly Situation[];

  it.each(situations.map((each) => [each.situation, each] as const))('%s', (_, each) => {
    expect(Object.keys(each).filter((key) => !ASKED.has(key) && !ANSWERED.has(key))).toEqual([]);
    const expected = Object.fromEntries(Object.entries(each).filter(([key]) => !ASKED.has(key)));
    expect(answerTo(each)).toEqual(expected);
  });
});

it('every amount that is owed is explained, and the explanation ends in it', () => {
  const policy = book.inForce('beijing', toMonth('2025-07'), 'employee');
  if (!policy.ok) throw new Error('no policy');
  const request = { wage: fromYuan('7162') };
  const assessed = assess(policy.value, request);
  if (!assessed.ok) throw new Error('not assessed');
  const why = explain(policy.value, request, assessed.value);
  expect(why.map(({ rule, formula }) => `${rule}: ${formula}`)).toEqual([
    'beijing/2025-07 base: 7162.00 held between 7162.00 and 35811.00 = 7162.00',
    'beijing/2025-07 pension employer: 7162.00 x 16% = 1145.92 (fen-half-up)',
    'beijing/2025-07 pension employee: 7162.00 x 8% = 572.96 (fen-half-up)',
    'beijing/2025-07 pension account: 7162.00 x 8% = 572.96 (fen-half-up)',
    'beijing/2025-07 medical employer: 7162.00 x 9.8% = 701.88 (fen-half-up)',
    'beijing/2025-07 medical employee: 7162.00 x 2% + 3.00 = 146.24 (fen-half-up)',
    'beijing/2025-07 medical account: 7162.00 x 2% = 143.24 (fen-half-up)',
    'beijing/2025-07 unemployment employer: 7162.00 x 0.5% = 35.81 (fen-half-up)',
    'beijing/2025-07 unemployment employee: 7162.00 x 0.5% = 35.81 (fen-half-up)',
    'beijing/2025-07 injury employer (class rates 0.2% to 1.9%): 7162.00 x 0.4% = 28.65 (fen-half-up)',
  ]);
  expect(why.every(({ source }) => source.length > 0)).toBe(true);
  expect(why.at(-1)?.source).toContain('(second-hand)');
});
