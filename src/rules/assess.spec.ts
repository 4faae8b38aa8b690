import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addMonths, toMonth } from '../kernel/calendar.js';
import { fen, fromYuan, ppm, ROUNDINGS, sum, type Fen } from '../kernel/money.js';
import { assess, type AssessedLine, type Assessment, type AssessRequest } from './assess.js';
import type { InsuranceRule, Policy } from './policy.js';
import { YamlRuleBook } from './rules.loader.js';

const RUNS = { numRuns: 1_000 };
const book = YamlRuleBook.load();
const owed = (policy: Policy, request: AssessRequest): Assessment => {
  const assessed = assess(policy, request);
  if (!assessed.ok) throw new Error(assessed.error.type);
  return assessed.value;
};
const shanghai = (): Policy => {
  const policy = book.inForce('shanghai', toMonth('2025-07'), 'employee');
  if (!policy.ok) throw new Error('no policy');
  return policy.value;
};

/** Every policy there is: all regions, all months, both kinds of employment. */
const everyPolicy: readonly Policy[] = book.regions().flatMap((region) =>
  Array.from({ length: 12 * 10 }, (_, i) => addMonths(toMonth('2019-01'), i)).flatMap((month) =>
    (['employee', 'flexible'] as const).flatMap((employment) => {
      const policy = book.inForce(region, month, employment);
      return policy.ok ? [policy.value] : [];
    }),
  ),
);
const anyPolicy = fc.constantFrom(...everyPolicy);
const anyWage = fc.oneof(fc.bigInt(0n, 5_000_000n), fc.bigInt(0n, 999_999_999_999_999n)).map(fen);
const anyRate = fc.bigInt(0n, 30_000n).map(ppm);

describe('what is owed for a month', () => {
  it('is there for five regions, each with its months, flexible in Shanghai alone', () => {
    const months = new Map<string, number>();
    for (const { region, employment } of everyPolicy)
      months.set(`${region} ${employment}`, (months.get(`${region} ${employment}`) ?? 0) + 1);
    expect([...months].map((each) => each.join(' ')).sort()).toEqual([
      'beijing employee 72',
      'guangzhou employee 30',
      'shanghai employee 98',
      'shanghai flexible 40',
      'shenzhen employee 18',
      'sichuan employee 12',
    ]);
  });

  it('sums its lines into its totals, and never credits more than the employee paid', () =>
    fc.assert(
      fc.property(anyPolicy, anyWage, anyRate, (policy, wage, injuryRate) => {
        const { lines, employerTotal, employeeTotal } = owed(policy, { wage, injuryRate });
        expect(sum(lines.map((line) => line.employerPart))).toBe(employerTotal);
        expect(sum(lines.map((line) => line.employeePart))).toBe(employeeTotal);
        const isSound = (line: AssessedLine): boolean =>
          line.toAccount <= line.employeePart && line.employerPart >= 0n && line.toAccount >= 0n;
        expect(lines.every(isSound)).toBe(true);
      }),
      RUNS,
    ));

  it('holds in every region and month at floor, ceiling and a fen beside them', () => {
    for (const policy of everyPolicy) {
      const edges = policy.insurances.flatMap(({ floor, ceiling }) => [floor, ceiling]);
      const wages = [
        ...edges,
        ...edges.map((edge) => fen(edge - 1n)),
        ...edges.map((edge) => fen(edge + 1n)),
      ];
      const totals = wages.sort((a, b) => (a < b ? -1 : 1)).map((wage) => owed(policy, { wage }));
      totals.forEach((each, i) => {
        const before = totals[i - 1];
        expect(sum(each.lines.map((line) => line.employerPart))).toBe(each.employerTotal);
        expect(sum(each.lines.map((line) => line.employeePart))).toBe(each.employeeTotal);
        if (!before) return;
        expect(each.employerTotal >= before.employerTotal).toBe(true);
        expect(each.employeeTotal >= before.employeeTotal).toBe(true);
      });
    }
  });

  it('is never less for a higher wage', () =>
    fc.assert(
      fc.property(anyPolicy, anyWage, anyWage, (policy, one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        const [less, more] = [owed(policy, { wage: low }), owed(policy, { wage: high })];
        const isLess = (line: AssessedLine, i: number): boolean => {
          const above = more.lines[i];
          return (
            above !== undefined &&
            line.base <= above.base &&
            line.employerPart <= above.employerPart &&
            line.employeePart <= above.employeePart &&
            line.toAccount <= above.toAccount
          );
        };
        expect(less.lines.every(isLess)).toBe(true);
      }),
      RUNS,
    ));

  it('holds every base between floor and ceiling, and is within half a fen of the exact share', () =>
    fc.assert(
      fc.property(anyPolicy, anyWage, (policy, wage) => {
        owed(policy, { wage }).lines.forEach(({ base, employerPart }, i) => {
          const rule = policy.insurances[i];
          if (!rule) throw new Error('a line without a rule');
          expect(base >= rule.floor && base <= rule.ceiling).toBe(true);
          const twice = 2n * ((employerPart - rule.employerFixed) * 1_000_000n - base * rule.employer);
          expect(twice > -1_000_000n && twice <= 1_000_000n).toBe(true);
        });
      }),
      RUNS,
    ));
});

describe('the insurances asked for', () => {
  it('are the only ones assessed, in the order of the policy, on the same base', () => {
    const { lines, base } = owed(shanghai(), { wage: fromYuan('10000'), insurances: ['injury', 'medical'] });
    expect(lines.map((line) => line.insurance)).toEqual(['medical', 'injury']);
    expect(base).toBe(1_000_000n);
  });
  it('that the region does not have are named', () =>
    expect(assess(shanghai(), { wage: fromYuan('1'), insurances: ['pension', 'dental', 'annuity'] })).toEqual(
      {
        ok: false,
        error: {
          type: 'InsuranceUnknown',
          insurances: ['dental', 'annuity'],
          known: ['pension', 'medical', 'unemployment', 'injury'],
        },
      },
    ));
});

describe('one rule', () => {
  const rule: InsuranceRule = {
    insurance: 'pension',
    floor: fromYuan('5000'),
    ceiling: fromYuan('20000'),
    employer: ppm(160_000n),
    employee: ppm(80_000n),
    toAccount: ppm(80_000n),
    employerFixed: fen(0n),
    employeeFixed: fen(0n),
    employerRounding: 'fen-half-up',
    employeeRounding: 'fen-half-up',
    employerOwnRate: false,
    source: { text: 'made up', mark: 'sure' },
  };
  const policyOf = (...insurances: readonly InsuranceRule[]): Policy => ({
    region: 'nowhere',
    month: toMonth('2025-07'),
    table: 'nowhere/2025-07',
    employment: 'employee',
    insurances,
  });
  const line = (changes: Partial<InsuranceRule>, wage: string, injuryRate?: bigint) => {
    const request = {
      wage: fromYuan(wage),
      ...(injuryRate !== undefined && { injuryRate: ppm(injuryRate) }),
    };
    return owed(policyOf({ ...rule, ...changes }), request).lines[0];
  };

  it('of unemployment rounds half a fen up: 0.5 % of 6789.00 is 33.95', () =>
    expect(
      line({ employer: ppm(5_000n), employee: ppm(5_000n), toAccount: ppm(0n) }, '6789.00'),
    ).toMatchObject({
      employerPart: fromYuan('33.95'),
      employeePart: fromYuan('33.95'),
    }));
  it('rounds each side as its own table says', () =>
    expect(line({ employeeRounding: 'jiao-up' }, '7460.01')).toMatchObject({
      employerPart: fromYuan('1193.60'),
      employeePart: fromYuan('596.90'),
      toAccount: fromYuan('596.90'),
    }));
  it('adds a fixed amount after rounding, and none of it to the account', () =>
    expect(line({ employeeFixed: fromYuan('3'), employerFixed: fromYuan('1.5') }, '10000')).toMatchObject({
      employerPart: fromYuan('1601.50'),
      employeePart: fromYuan('803.00'),
      toAccount: fromYuan('800.00'),
    }));
  it("takes the employer's own rate only where the employer has one", () => {
    expect(line({}, '10000', 2_400n)?.employerPart).toBe(fromYuan('1600.00'));
    expect(line({ employerOwnRate: true }, '10000', 2_400n)?.employerPart).toBe(fromYuan('24.00'));
    expect(line({ employerOwnRate: true }, '10000')?.employerPart).toBe(fromYuan('1600.00'));
  });
  it('may have limits apart from the others; the base on top is that of the pension', () => {
    const medical = { ...rule, insurance: 'medical', floor: fromYuan('9000') };
    const { base, lines } = owed(policyOf(medical, rule), { wage: fromYuan('6000') });
    expect([base, ...lines.map((each) => each.base)]).toEqual([600_000n, 900_000n, 600_000n]);
  });
  it('of any rounding never falls when the wage rises', () =>
    fc.assert(
      fc.property(fc.constantFrom(...ROUNDINGS), anyWage, anyWage, (rounding, one, other) => {
        const part = (wage: Fen): bigint =>
          owed(policyOf({ ...rule, employeeRounding: rounding }), { wage }).employeeTotal;
        const [low, high] = one < other ? [one, other] : [other, one];
        expect(part(low) <= part(high)).toBe(true);
      }),
      RUNS,
    ));
});
