import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addMonths, toMonth } from '../kernel/calendar.js';
import { add, fen, ppm, sum, toYuan, type Fen } from '../kernel/money.js';
import { assess, type AssessedLine } from './assess.js';
import { difference, differenceOf, totalsOf, type Difference, type DifferenceLine } from './difference.js';
import type { InsuranceRule, Policy } from './policy.js';
import { YamlRuleBook } from './rules.loader.js';

const RUNS = { numRuns: 500 };
const rule = (insurance: string, other: Partial<InsuranceRule> = {}): InsuranceRule => ({
  insurance,
  floor: fen(500_000n),
  ceiling: fen(3_000_000n),
  employer: ppm(160_000n),
  employee: ppm(80_000n),
  toAccount: ppm(80_000n),
  employerFixed: fen(0n),
  employeeFixed: fen(0n),
  employerRounding: 'fen-half-up',
  employeeRounding: 'fen-half-up',
  employerOwnRate: false,
  source: { text: 'a test', mark: 'sure' },
  ...other,
});
const policyOf = (...insurances: readonly InsuranceRule[]): Policy => ({
  region: 'shanghai',
  month: toMonth('2024-07'),
  table: 'shanghai/test',
  employment: 'employee',
  insurances,
});
const linesOf = (policy: Policy, wage: Fen, insurances?: readonly string[]): readonly AssessedLine[] => {
  const assessed = assess(policy, { wage, ...(insurances && { insurances }) });
  if (!assessed.ok) throw new Error(assessed.error.type);
  return assessed.value.lines;
};
const valueOf = (outcome: ReturnType<typeof difference>): Difference => {
  if (!outcome.ok) throw new Error(outcome.error.type);
  return outcome.value;
};
const toText = ({ lines }: Difference): readonly string[] =>
  lines.map((line) =>
    [
      line.insurance,
      ...[line.baseBefore, line.baseAfter, line.employerPart, line.employeePart, line.toAccount].map(toYuan),
    ].join(' '),
  );
/** What stands once a difference was posted. */
const applied = (lines: readonly AssessedLine[], changes: readonly DifferenceLine[]): AssessedLine[] =>
  lines.map((line) => {
    const change = changes.find(({ insurance }) => insurance === line.insurance);
    return change
      ? {
          insurance: line.insurance,
          base: change.baseAfter,
          employerPart: add(line.employerPart, change.employerPart),
          employeePart: add(line.employeePart, change.employeePart),
          toAccount: add(line.toAccount, change.toAccount),
        }
      : line;
  });

describe('the difference of a table published late', () => {
  const before = policyOf(rule('pension'), rule('medical', { toAccount: ppm(20_000n) }));

  it.each([
    [400_000n, 'pension 5000.00 5500.00 80.00 40.00 40.00', 'a wage under both floors'],
    [500_000n, 'pension 5000.00 5500.00 80.00 40.00 40.00', 'a wage at the old floor'],
    [540_000n, 'pension 5400.00 5500.00 16.00 8.00 8.00', 'a wage between the floors'],
    [549_999n, 'pension 5499.99 5500.00 0.00 0.00 0.00', 'a fen under the new floor: the base alone'],
  ])('of a raised floor for %s fen is %s: %s', (wage, line) => {
    const after = policyOf(
      rule('pension', { floor: fen(550_000n) }),
      before.insurances[1] ?? rule('medical'),
    );
    const standing = { wage: fen(wage), lines: linesOf(before, fen(wage)) };
    expect(toText(valueOf(difference(after, standing)))).toEqual([line]);
  });

  it.each([550_000n, 1_000_000n])('of a raised floor for %s fen is none', (wage) => {
    const after = policyOf(...before.insurances.map((each) => ({ ...each, floor: fen(550_000n) })));
    const standing = { wage: fen(wage), lines: linesOf(before, fen(wage)) };
    expect(valueOf(difference(after, standing)).lines).toEqual([]);
  });

  it('of a lowered rate goes back', () => {
    const after = policyOf(rule('pension', { employee: ppm(70_000n), toAccount: ppm(70_000n) }));
    const standing = { wage: fen(1_000_000n), lines: linesOf(before, fen(1_000_000n), ['pension']) };
    const found = valueOf(difference(after, standing));
    expect(toText(found)).toEqual(['pension 10000.00 10000.00 0.00 -100.00 -100.00']);
    expect(totalsOf(found.lines)).toEqual({ owed: 0n, refund: 10_000n });
  });

  it('concerns what stands alone, and takes the rate that the employer had', () => {
    const own = rule('injury', { employerOwnRate: true, employee: ppm(0n), toAccount: ppm(0n) });
    const lines = [
      {
        ...rule('injury'),
        base: fen(500_000n),
        employerPart: fen(1_000n),
        employeePart: fen(0n),
        toAccount: fen(0n),
      },
    ];
    const standing = { wage: fen(1n), injuryRate: ppm(2_000n), lines };
    expect(valueOf(difference(policyOf(rule('pension'), own), standing)).lines).toEqual([]);
    const { injuryRate: _, ...byDefault } = standing;
    expect(valueOf(difference(policyOf(own), byDefault)).lines).toMatchObject([{ employerPart: 79_000n }]);
  });

  it('has no answer where the rules no longer know an insurance', () => {
    const standing = { wage: fen(1_000_000n), lines: linesOf(before, fen(1_000_000n)) };
    expect(difference(policyOf(rule('pension')), standing)).toMatchObject({
      ok: false,
      error: { type: 'InsuranceUnknown', insurances: ['medical'] },
    });
  });

  it('keeps apart what is owed and what goes back', () => {
    const part = (employerPart: bigint, employeePart: bigint) => ({
      employerPart: fen(employerPart),
      employeePart: fen(employeePart),
    });
    expect(totalsOf([part(5n, -3n), part(-1n, 2n)])).toEqual({ owed: 7n, refund: 4n });
  });
});

describe('over every region, month and wage', () => {
  const book = YamlRuleBook.load();
  const policies: readonly Policy[] = book.regions().flatMap((region) =>
    Array.from({ length: 12 * 9 }, (_, i) => addMonths(toMonth('2018-01'), i)).flatMap((month) => {
      const policy = book.inForce(region, month, 'employee');
      return policy.ok ? [policy.value] : [];
    }),
  );
  const policy = fc.constantFrom(...policies);
  const wage = fc.bigInt(0n, 6_000_000n).map(fen);

  it('assess, then difference by the same rules, is nothing', () =>
    fc.assert(
      fc.property(policy, wage, (rules, paid) => {
        expect(valueOf(difference(rules, { wage: paid, lines: linesOf(rules, paid) })).lines).toEqual([]);
      }),
      RUNS,
    ));

  it('difference, then difference again, is nothing, and the first is the whole way', () =>
    fc.assert(
      fc.property(policy, policy, wage, (old, rules, paid) => {
        const insurances = old.insurances
          .map(({ insurance }) => insurance)
          .filter((name) => rules.insurances.some(({ insurance }) => insurance === name));
        const lines = linesOf(old, paid, insurances);
        const after = applied(lines, valueOf(difference(rules, { wage: paid, lines })).lines);
        expect(valueOf(difference(rules, { wage: paid, lines: after })).lines).toEqual([]);
        expect(after).toEqual(
          linesOf(rules, paid, insurances).filter((line) => insurances.includes(line.insurance)),
        );
        const { owed, refund } = totalsOf(differenceOf(lines, after));
        const whole = (all: readonly AssessedLine[]): bigint =>
          sum(all.flatMap(({ employerPart, employeePart }) => [employerPart, employeePart]));
        expect(owed - refund).toBe(whole(after) - whole(lines));
      }),
      RUNS,
    ));
});
