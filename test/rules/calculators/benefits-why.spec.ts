import { describe, expect, it } from '@jest/globals';
import { whyOf } from '../../support/why.js';

/** A clerk works each line out by hand, so each number of it must stand there. */
describe('an explanation of benefits', () => {
  it.each<[string, object, readonly string[]]>([
    [
      'unemployment',
      { region: 'guangzhou', paidMonths: 54, carriedOver: 2 },
      [
        '54 months paid: beyond 0 months, 1 for each full 12 months; beyond 48 months, 1 for each full 6 months: 5 months',
        'least of 5 and the maximum 12 for 54 months paid = 5',
        '5 + 2 carried over, at most 24 = 7',
        '2680.00 x 90% = 2412.00 (fen-half-up); minimum wage: guangzhou/unemployment.yaml minimum-wage 2026-09',
      ],
    ],
    [
      'unemployment',
      { region: 'beijing', paidMonths: 12 },
      [
        '12 months paid: beyond 0 months, 3 for each full 12 months; beyond 48 months, 1 for each full 12 months: 3 months',
        'least of 3 and the maximum 12 for 12 months paid = 3',
        'no amount is known on 2026-11-24',
      ],
    ],
    [
      'maternity',
      { meanBase: '9000.00', days: 128, divisor: '30.4', region: 'shanghai' },
      [
        '9000.00 / 30.4 x 128 = 37894.74 (fen-half-up)',
        'leave for normal, babies: 1 (birth 98, difficult +15, each further baby +15): 98 days',
        '98 + 60 of the region = 158 days, 30 more than asked',
      ],
    ],
    [
      'maternity',
      { meanBase: '9000.00', days: 128 },
      [
        '9000.00 / 30 x 128 = 38400.00 (fen-half-up)',
        'leave for normal, babies: 1 (birth 98, difficult +15, each further baby +15): 98 days, 30 less than asked',
      ],
    ],
    [
      'work-injury',
      { ownWage: '3000.00', regionalWage: '5000.00', grade: 4, minimumWage: '2300.00' },
      [
        '3000.00 between 3000.00 (60%) and 15000.00 (300%) of 5000.00 = 3000.00 (fen-half-up)',
        '3000.00 x 21 months (grade 4) = 63000.00',
        '3000.00 x 75% = 2250.00 (fen-half-up), raised to 2300.00 as the minimum wage, paid by the fund',
      ],
    ],
    [
      'hospital-share',
      {
        region: 'beijing',
        level: 'tertiary',
        employment: 'employee',
        inScope: '480000.00',
        usedThisYear: '35000.00',
      },
      [
        '35000.00 used this year; deductible per stay, stay 2: 650.00 of 480000.00',
        'from 35650.00 to 40000.00 of the year: 4350.00 x 90% = 3915.00 (fen-half-up)',
        'from 40000.00 to 100000.00 of the year: 60000.00 x 95% = 57000.00 (fen-half-up)',
        'from 100000.00 to 500000.00 of the year: 400000.00 x 85% = 340000.00 (fen-half-up)',
        'beyond the last band the fund pays nothing of 15000.00',
        '480000.00 - 400915.00 of the fund = 79085.00 of the person',
      ],
    ],
    [
      'transfer',
      { account: '500.00', yearlyWages: { 1997: '7500.00', 1998: '8000.00' } },
      [
        '1997: 7500.00 gives nothing, for only wages from 1998 on count',
        '1998: 8000.00 x 12% = 960.00 (fen-half-up)',
        'pooled 960.00 + account 500.00 = 1460.00',
      ],
    ],
    [
      'death-grant',
      { disposableIncome: '4500.00', paidMonths: 192, drawnYears: 1 },
      [
        '4500.00 x 2 months = 9000.00 for the funeral',
        '192 months paid (from 0 months paid 3, from 60 months paid 6, from 120 months paid 9, beyond 180 one more for each full 12, at most 24): 10 months',
        '10 - 1 years drawn x 1, at least 9 = 9 months',
        '4500.00 x 9 months = 40500.00 for the survivors',
        '9000.00 + 40500.00 = 49500.00',
      ],
    ],
  ])('%s of %j', (name, ask, formulas) =>
    expect(whyOf(name, ask).map(({ formula }) => formula)).toEqual(formulas),
  );
  it('names the entry and its source, and says what is second-hand', () => {
    const [steps, caps] = whyOf('unemployment', { region: 'shanghai', paidMonths: 24 });
    expect(steps).toMatchObject({
      rule: 'shanghai/unemployment.yaml unemployment-steps 2026-08-16',
      source: '沪人社规〔2026〕18号 (two months for one year, two more for each further year) (second-hand)',
    });
    expect(caps).toMatchObject({
      rule: 'national/unemployment.yaml unemployment-caps 2011-07-01',
      source: 'Social Insurance Law art. 46',
    });
  });
});
