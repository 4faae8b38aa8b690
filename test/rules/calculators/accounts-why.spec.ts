import { describe, expect, it } from '@jest/globals';
import { whyOf } from '../../support/why.js';

/** A clerk works each line out by hand, so each number of it must stand there. */
describe('an explanation of accounts, pensions and late fees', () => {
  it.each<[string, object, readonly string[]]>([
    [
      'interest',
      { year: 2024, opening: '50000', credits: { '01': '800', '12': '800' }, payments: { '07': '750' } },
      [
        '2024: 2.62%',
        'opening: 50000.00 x 2.62% - (750.00 x 6) x 2.62% / 12 = 1300.18 (fen-half-up)',
        'credits, month-product: (800.00 x 12 + 800.00 x 1) x 2.62% / 12 = 22.71 (fen-half-up)',
        'closing: 50000.00 + 1600.00 credited - 750.00 paid out + 1322.89 interest = 52172.89',
      ],
    ],
    [
      'interest',
      { year: 2024, opening: '50000', credits: { '01': '800' }, method: 'annual' },
      [
        '2024: 2.62%',
        'opening: 50000.00 x 2.62% = 1310.00 (fen-half-up)',
        'credits, annual: 800.00 in twelve equal months x 2.62% x 1.083 / 2 = 11.35 (fen-half-up)',
        'closing: 50000.00 + 800.00 credited + 1321.35 interest = 52121.35',
      ],
    ],
    [
      'interest',
      { year: 2024, opening: '50000', credits: {} },
      [
        '2024: 2.62%',
        'opening: 50000.00 x 2.62% = 1310.00 (fen-half-up)',
        'credits, month-product: (0.00) x 2.62% / 12 = 0.00 (fen-half-up)',
        'closing: 50000.00 + 0.00 credited + 1310.00 interest = 51310.00',
      ],
    ],
    [
      'late-fee',
      {
        principal: '10000',
        dueOn: '2025-07-31',
        paidOn: '2025-08-31',
        payments: [{ amount: '4000', paidOn: '2025-08-10' }],
      },
      [
        '4000.00 paid on 2025-08-10: x 0.05% x 10 days',
        '6000.00 paid on 2025-08-31: x 0.05% x 31 days',
        'added up and rounded once = 113.00 (fen-half-up)',
      ],
    ],
    [
      'retirement',
      { category: 'women-50', birthMonth: '1981-01', paidMonths: 180 },
      [
        'born 1981-01, 72 months after 1975-01: 72 / 2 in whole + 1, at most 60 = 37 months',
        'born 1981-01 + 50 years + 37 months = 2034-02',
        'age reached in 2034-02: at least 210 months; 180 paid: not enough',
        'up to 36 months earlier, not below the age of 50 and only with the minimum months paid: 2031-02; up to 36 months later by agreement: 2037-02',
      ],
    ],
    [
      'retirement',
      { category: 'men', birthMonth: '1964-12' },
      [
        'born 1964-12, before 1965-01: no delay',
        'born 1964-12 + 60 years + 0 months = 2024-12',
        'age reached in 2024-12: at least 180 months',
      ],
    ],
    [
      'pension',
      {
        region: 'sichuan',
        month: '2025-07',
        referenceWage: '8462',
        index: '1.0235',
        months: 375,
        account: '120000',
        ageYears: 46,
        ageMonths: 3,
        transitionalMonths: 65,
      },
      [
        'published 8462.00; reckoned with 8462.00',
        'years and indexed wage: two-decimals',
        'basic: (8462.00 + 8660.86) / 2 x 31.25 years x 1% = 2675.45 (fen-half-up)',
        'age 46: 212',
        'age 47: 208; one source of six says 207',
        '46 years 3 months: 212 - (212 - 208) x 3 / 12 = 211',
        'account: 120000.00 / 211 = 568.72 (fen-half-up)',
        'transitional: (8462.00 + 8660.86) / 2 x 5.42 years x 1.3% = 603.24 (fen-half-up)',
        '2675.45 + 568.72 + 603.24 = 3847.41',
      ],
    ],
    [
      'pension',
      {
        referenceWage: '10000',
        index: '0.6',
        months: 185,
        account: '139000',
        ageYears: 60,
        ageMonths: 0,
        transitionalMonths: 12,
        transitionalRate: '1.2',
        rounding: 'exact',
      },
      [
        'basic: (10000.00 + 10000.00 x 0.6) / 2 x 185 / 12 years x 1% = 1233.33 (fen-half-up)',
        'age 60: 139',
        'account: 139000.00 / 139 = 1000.00 (fen-half-up)',
        'transitional: 1.2% lies between 1% and 1.4%: (10000.00 + 10000.00 x 0.6) / 2 x 12 / 12 years x 1.2% = 96.00 (fen-half-up)',
        '1233.33 + 1000.00 + 96.00 = 2329.33',
      ],
    ],
  ])('of %s', (name, ask, formulas) =>
    expect(whyOf(name, ask).map(({ formula }) => formula)).toEqual(formulas),
  );

  it('marks what is second-hand', () => {
    const sources = whyOf('pension', {
      referenceWage: '10000',
      index: '1',
      months: 12,
      account: '1',
      ageYears: 46,
      ageMonths: 3,
    });
    expect(sources.map(({ rule, source }) => [rule, source.endsWith('(second-hand)')])).toEqual([
      ['national/pension.yaml pension-rounding 2006-01', true],
      ['national/pension.yaml basic-pension 2006-01', false],
      ['national/pension.yaml annuity-divisors 2006-01', false],
      ['national/pension.yaml annuity-divisors 2006-01', true],
      ['national/pension.yaml annuity-by-month 2025-01', true],
      ['national/pension.yaml annuity-divisors 2006-01', false],
      ['national/pension.yaml basic-pension 2006-01', false],
    ]);
  });
});
