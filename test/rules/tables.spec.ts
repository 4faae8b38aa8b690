import { describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toDay, toMonth } from '../../src/kernel/calendar.js';
import { fromYuan, toPercent, toYuan } from '../../src/kernel/money.js';
import { assess } from '../../src/rules/assess.js';
import { RulesError } from '../../src/rules/place.loader.js';
import { YamlRuleBook } from '../../src/rules/rules.loader.js';
import { faultsOf, national, REGION } from './demo-region.js';

describe('a whole set of rules', () => {
  it('is taken', () => expect(faultsOf({ ...national, 'demo/all.yaml': REGION })).toEqual([]));
  it('may be spread over files, and an entry without an end goes on to the next', () => {
    const [head, tail] = [REGION.replace(/ {6}- \{ from: 2025-07.*\n/, ''), 'from: 2025-07, to: 2025-12'];
    const later = `region: demo
tables:
  - topic: limits
    unit: yuan
    for: { employee: [pension] }
    entries:
      - { ${tail}, floor: '5000', ceiling: '25000', source: notice B, mark: sure }
`;
    const book = YamlRuleBook.from({
      ...national,
      'demo/b.yaml': head.replace("to: 2025-06, floor: '4000'", "floor: '4000'"),
      'demo/a.yaml': later,
    });
    const floorAt = (month: string): string | undefined => {
      const policy = book.inForce('demo', toMonth(month), 'employee');
      return policy.ok ? `${policy.value.table} ${toYuan(policy.value.insurances[0]!.floor)}` : undefined;
    };
    expect(['2024-12', '2025-01', '2025-06', '2025-07', '2025-12', '2026-01'].map(floorAt)).toEqual([
      undefined,
      'demo/2025-01 4000.00',
      'demo/2025-01 4000.00',
      'demo/2025-07 5000.00',
      'demo/2025-07 5000.00',
      undefined,
    ]);
  });
  it('carries rounding and doubt from the data', () => {
    const book = YamlRuleBook.from({ ...national, 'demo/all.yaml': REGION });
    const policy = book.inForce('demo', toMonth('2025-07'), 'employee');
    if (!policy.ok) throw new Error('no policy');
    expect(policy.value.insurances[0]?.source).toEqual({
      text: 'notice B; law; custom (second-hand)',
      mark: 'second-hand',
    });
    const assessed = assess(policy.value, { wage: fromYuan('7460.01') });
    expect(assessed.ok && toYuan(assessed.value.employeeTotal)).toBe('596.90');
    expect(book.dueOn('demo', toMonth('2025-07'))).toEqual({ ok: true, value: '2025-07-15' });
  });
});

describe('limits from a reference wage', () => {
  const limitsOf = (reference: string): readonly string[] => {
    const text = REGION.replace(
      "floor: '5000', ceiling: '25000'",
      `reference: '${reference}', floorPercent: '60', ceilingPercent: '300'`,
    );
    const policy = YamlRuleBook.from({ ...national, 'demo/all.yaml': text }).inForce(
      'demo',
      toMonth('2025-07'),
      'employee',
    );
    if (!policy.ok) throw new Error('no policy');
    return policy.value.insurances.flatMap(({ floor, ceiling }) => [toYuan(floor), toYuan(ceiling)]);
  };
  it.each([
    ['shanghai', '2019-05', '8211'],
    ['shanghai', '2023-07', '12183'],
    ['shanghai', '2024-07', '12307'],
    ['shanghai', '2025-07', '12434'],
    ['shanghai', '2026-07', '12577'],
    ['beijing', '2025-07', '11937'],
    ['beijing', '2026-07', '12116'],
    ['guangzhou', '2024-07', '9167'],
    ['guangzhou', '2025-07', '9183'],
    ['sichuan', '2025-01', '7646'],
  ])(
    'are 60 and 300 %, half up to whole yuan, as published in %s of %s from %s',
    (region, month, reference) => {
      const published = YamlRuleBook.load().inForce(region, toMonth(month), 'employee');
      const pension = published.ok ? published.value.insurances[0] : undefined;
      expect(limitsOf(reference)).toEqual([toYuan(pension!.floor), toYuan(pension!.ceiling)]);
    },
  );
  it.each([
    ['1.00', '1.00', '3.00'], // 0.60 is above half
    ['2.50', '2.00', '8.00'], // 1.50 and 7.50, ties
    ['0.83', '0.00', '2.00'], // 0.498 and 2.49, below
  ])('of %s are %s and %s', (reference, floor, ceiling) =>
    expect(limitsOf(reference)).toEqual([floor, ceiling]),
  );
});

describe('a notice that came late', () => {
  const late = REGION.replace('source: notice B', 'source: notice B, published: 2025-11-08');
  const book = YamlRuleBook.from({ ...national, 'demo/all.yaml': late });
  const knownOn = (month: string, on: string): readonly unknown[] => {
    const policy = book.inForceAsPublished('demo', toMonth(month), 'employee', toDay(on));
    if (!policy.ok) return [policy.error.type];
    const [rule] = policy.value.insurances;
    return [policy.value.table, toYuan(rule!.floor), rule!.published];
  };
  it.each([
    ['2025-06', '2025-11-07', 'demo/2025-01', '4000.00', undefined],
    ['2025-07', '2025-11-07', 'demo/2025-01', '4000.00', undefined],
    ['2025-12', '2025-11-07', 'demo/2025-01', '4000.00', undefined],
    ['2025-06', '2025-11-08', 'demo/2025-01', '4000.00', undefined],
    ['2025-07', '2025-11-08', 'demo/2025-07', '5000.00', '2025-11-08'],
  ])('in %s, as known on %s: %s, floor %s', (month, on, ...known) =>
    expect(knownOn(month, on)).toEqual(known),
  );
  it('is in force from its month, whenever it came', () => {
    const policy = book.inForce('demo', toMonth('2025-07'), 'employee');
    expect(policy.ok && policy.value.insurances[0]?.published).toBe('2025-11-08');
  });
  it('leaves nothing where there was nothing before it', () => {
    const first = REGION.replace('source: notice A', 'source: notice A, published: 2025-03-01');
    const policy = YamlRuleBook.from({ ...national, 'demo/all.yaml': first }).inForceAsPublished(
      'demo',
      toMonth('2025-01'),
      'employee',
      toDay('2025-02-28'),
    );
    expect(policy.ok).toBe(false);
  });
  it('of Guangzhou, 2024-11-08', () => {
    const published = YamlRuleBook.load().inForce('guangzhou', toMonth('2024-07'), 'employee');
    expect(published.ok && published.value.insurances[0]?.published).toBe('2024-11-08');
  });
});

describe('a folder', () => {
  it('is read whole', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'));
    try {
      for (const [name, text] of Object.entries({ ...national, 'demo/all.yaml': REGION })) {
        mkdirSync(join(folder, name, '..'), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      expect(YamlRuleBook.load(folder).regions()).toEqual(['demo']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  it('that is not there is refused', () =>
    expect(() => YamlRuleBook.load('/nowhere/at/all')).toThrow(RulesError));
});

describe('the rules of this installation', () => {
  const book = YamlRuleBook.load();
  it('know five regions', () =>
    expect(book.regions()).toEqual(['beijing', 'guangzhou', 'shanghai', 'shenzhen', 'sichuan']));
  it.each([
    ['shanghai', '2024-07', '0.16'],
    ['beijing', '2025-07', '0.4'],
  ])('have a default work-injury rate in %s at %s: %s', (region, month, percent) => {
    const rate = book.injuryRate(region, toMonth(month));
    expect(rate.ok && toPercent(rate.value)).toBe(percent);
  });
  it.each([
    ['shanghai', '2019-04', true, '2019-05', '2027-06'],
    ['beijing', '2027-07', true, '2021-07', '2027-06'],
    ['atlantis', '2025-07', false, undefined, undefined],
  ])('say of %s at %s which months there are', (region, month, known, from, to) => {
    const error = { type: 'NoPolicy', region, month, known, ...(from && { from, to }) };
    for (const answer of [
      book.inForce(region, toMonth(month), 'employee'),
      book.injuryRate(region, toMonth(month)),
      book.dueOn(region, toMonth(month)),
    ])
      expect(answer).toEqual({ ok: false, error });
  });
  it('pay employees first, and name the insurances of the nation', () =>
    expect(book.paymentOrder(toDay('2025-07-31'))).toEqual({
      sides: ['employee', 'employer'],
      insurances: ['pension', 'medical', 'unemployment', 'injury'],
    }));
  it('know an order for a day before all rules, which somebody may name', () =>
    expect(book.paymentOrder(toDay('1990-01-01'))).toEqual(book.paymentOrder(toDay('2025-07-31'))));
  it.each([
    ['2026-11-24', '2023-11'],
    ['2026-12-01', '2023-12'],
    ['2010-01-31', '2007-01'],
  ])('ask on %s for no papers from %s on', (today, first) =>
    expect(book.paidWithoutPapersFrom(toDay(today))).toBe(first),
  );
});
