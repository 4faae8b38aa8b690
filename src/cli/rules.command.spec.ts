import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Command } from 'commander';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toMonth } from '../kernel/calendar.js';
import { coverageOf, inForceAt, listRules } from '../rules/listing.loader.js';
import { readRules } from '../rules/rules.loader.js';
import { register } from './rules.command.js';

const written: string[] = [];
const run = async (...words: string[]): Promise<string> => {
  const program = new Command('shebao').exitOverride();
  register(program);
  await program.parseAsync(['rules', ...words], { from: 'user' });
  return written.join('');
};
const keep = (text: unknown): boolean => written.push(String(text)) > 0;
beforeEach(() => {
  written.length = 0;
  jest.spyOn(process.stdout, 'write').mockImplementation(keep);
  jest.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = 0;
});
const parsed = async (...words: string[]): Promise<readonly Record<string, unknown>[]> =>
  JSON.parse(await run(...words, '--json')) as readonly Record<string, unknown>[];

describe('rules list', () => {
  it('names every region and topic with its span', async () => {
    const rows = await parsed('list');
    expect(rows).toContainEqual({
      region: 'shanghai',
      topic: 'limits',
      covers: 'flexible/pension',
      unit: 'yuan',
      from: '2024-03',
      to: '2027-06',
      entries: 4,
    });
    expect(rows).toContainEqual(
      expect.objectContaining({
        region: 'national',
        topic: 'retirement-age',
        covers: 'category=men',
        to: '',
      }),
    );
    const topics = new Set(rows.map((row) => row['topic']));
    for (const [, text] of Object.entries(readRules()))
      for (const [, topic] of text.matchAll(/^ {2}- topic: ([\w-]+)/gm)) expect(topics).toContain(topic);
  });
  it('is a table for people', async () => expect(await run('list')).toMatch(/│ shenzhen\s+│ limits/));
});

describe('rules show', () => {
  it('prints what is in force with source, mark and publication', async () => {
    const text = await run('show', 'guangzhou', '2024-07', '--topic', 'limits');
    expect(text).toContain('floor 5500, ceiling 27501');
    expect(text).toContain('粤人社发〔2024〕33号');
    expect(text).toContain('(sure)');
    expect(text).toContain('published 2024-11-08');
  });
  it.each([
    ['2025-06', '7384'],
    ['2025-07', '7460'],
    ['2026-06', '7460'],
    ['2026-07', '7546'],
  ])('of Shanghai at %s gives the floor %s', async (month, floor) => {
    const [limits] = await parsed('show', 'shanghai', month, '--topic', 'limits');
    expect(limits).toMatchObject({ topic: 'limits', values: { floor } });
  });
  it('adds what holds in the whole country', async () => {
    const entries = await parsed('show', 'shanghai', '2025-07');
    expect(entries).toContainEqual(expect.objectContaining({ region: 'national', topic: 'late-fee' }));
  });
  it('of a month with nothing says so', async () =>
    expect(await run('show', 'sichuan', '2026-01', '--topic', 'limits')).toBe(
      'nothing is in force in sichuan at 2026-01\n',
    ));
  it.each([
    [['show', 'atlantis', '2025-07'], 'no region atlantis: beijing, guangzhou, national'],
    [['show', 'beijing', '2025-07', '--topic', 'tides'], 'no topic tides: '],
    [['coverage', 'atlantis'], 'no region atlantis'],
  ])('%j is refused with what there is', async (words, text) => {
    expect(await run(...words)).toContain(text);
    expect(process.exitCode).toBe(1);
  });
  it('of no month is refused', () => expect(run('show', 'beijing', '2025-13')).rejects.toThrow('YYYY-MM'));
});

describe('rules show for people', () => {
  it('has one row for the insurances that an entry serves alike', async () => {
    const text = await run('show', 'beijing', '2026-11', '--topic', 'limits');
    expect(text.match(/floor 7270/g)).toHaveLength(1);
    for (const insurance of ['injury', 'medical', 'pension', 'unemployment'])
      expect(text).toContain(`employee/${insurance}`);
  });
});

describe('rules check', () => {
  it('counts what there is', async () => {
    expect(await run('check')).toMatch(/^\d{3,} values, no fault\n$/);
    expect(process.exitCode ?? 0).toBe(0);
  });
  it('prints every fault and ends with 1', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'));
    try {
      for (const [name, text] of Object.entries(readRules())) {
        mkdirSync(join(folder, name, '..'), { recursive: true });
        const spoiled = text.replace(/^ +source: .*\n/m, '').replace("ceiling: '27501'", 'ceiling: 27501');
        writeFileSync(join(folder, name), name === 'guangzhou/2024-07.yaml' ? spoiled : text);
      }
      const text = await run('check', '--folder', folder);
      expect(text).toContain('rules/guangzhou/2024-07.yaml:9 tables[0].entries[0].source: missing key');
      expect(text).toMatch(
        /rules\/guangzhou\/2024-07.yaml:\d+ tables\[0\].entries\[0\].ceiling: must be text/,
      );
      expect(process.exitCode).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('rules coverage', () => {
  const rules = listRules(readRules());
  const limitsOf = (region: string, today: string, months = 14) =>
    coverageOf(
      rules.filter((each) => each.region === region && each.topic === 'limits'),
      toMonth(today),
      months,
    )[0];

  it('counts the months from the first to today that have no value', () => {
    expect(limitsOf('sichuan', '2025-12')?.missing).toEqual([]);
    expect(limitsOf('sichuan', '2026-01')?.missing).toEqual(['2026-01']);
    expect(limitsOf('sichuan', '2026-11')?.missing).toHaveLength(11);
    expect(limitsOf('shanghai', '2026-11')?.missing).toEqual([]);
  });
  it.each([
    ['2026-03', 14, 14, false],
    ['2026-04', 14, 15, true],
    ['2026-04', 15, 15, false],
  ])('at %s, with %i months allowed, a value of 2025-01 is %i months old: %p', (today, months, age, isOld) =>
    expect(limitsOf('sichuan', today, months)).toMatchObject({ ageMonths: age, isOld, newest: '2025-01' }),
  );
  it('of a topic by days counts the months its days lie in', () =>
    expect(
      coverageOf(
        rules.filter((each) => each.topic === 'late-fee'),
        toMonth('2026-11'),
        14,
      ),
    ).toMatchObject([{ region: 'national', first: '1999-01', missing: [], newest: '2011-07-01' }]));
  it('prints it for a region, with the warning', async () => {
    const text = await run('coverage', 'sichuan', '--months', '0');
    expect(text).toContain('2025-12');
    expect(text).toMatch(/newest value of 2025-01 is \d+ months old, more than 0/);
  });
  it('takes no months that are none', () =>
    expect(run('coverage', '--months', 'x')).rejects.toThrow('whole'));
});

it('a table of the region stands before that of the nation', () => {
  const files = {
    'national/a.yaml':
      "region: national\ntables:\n  - { topic: t, unit: u, entries: [{ from: 2020-01, v: '1', source: s, mark: sure }] }\n",
    'demo/a.yaml':
      "region: demo\ntables:\n  - { topic: t, unit: u, entries: [{ from: 2021-01, v: '2', source: s, mark: sure }] }\n",
  };
  const rules = listRules(files);
  const shown = (region: string) =>
    inForceAt(rules, region, toMonth('2022-01')).map(
      (entry) => `${entry.region} ${String(entry.values['v'])}`,
    );
  expect(shown('demo')).toEqual(['demo 2']);
  expect(shown('national')).toEqual(['national 1']);
  expect(inForceAt(rules, 'demo', toMonth('2020-06'))).toEqual([]);
});
