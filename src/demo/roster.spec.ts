import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { toDay } from '../kernel/calendar.js';
import { fromYuan, parseYuan } from '../kernel/money.js';
import { parseSsn } from '../kernel/ssn.js';
import { parseUscc } from '../kernel/uscc.js';
import { FAULTS, type Fault } from './faults.js';
import { toEmployer, toPerson } from './people.js';
import { toBytes } from './roster-file.js';
import { corrections, peopleMin, rosterLines, rosterRows, type RosterPlan } from './roster.js';

const LIMITS = { floor: fromYuan('7460.00'), ceiling: fromYuan('37302.00') };
const TODAY = toDay('2025-08-01');
const plan = (changes: Partial<RosterPlan> = {}): RosterPlan => ({
  seed: 7,
  people: 40,
  first: 0,
  limits: LIMITS,
  faults: [],
  ...changes,
});
const places = Array.from({ length: 20_000 }, (_, i) => i);

describe('synthetic people', () => {
  it('have numbers that pass every check, and no county that exists', () => {
    const numbers = places.map((place) => toPerson(7, place, LIMITS).ssn);
    const invalid = numbers.filter((ssn) => {
      const parsed = parseSsn(ssn, TODAY);
      return !parsed.ok || parsed.value.kind !== 'citizen' || ssn.slice(2, 6) !== '0000';
    });
    expect(invalid).toEqual([]);
  });
  it('share no number', () =>
    expect(new Set(places.map((place) => toPerson(7, place, LIMITS).ssn)).size).toBe(places.length));
  it('are the same for the same seed and place, and others for another seed', () => {
    expect(toPerson(7, 11, LIMITS)).toEqual(toPerson(7, 11, LIMITS));
    expect(toPerson(8, 11, LIMITS)).not.toEqual(toPerson(7, 11, LIMITS));
  });
  it('earn below the floor, on it, between, on the ceiling and above it', () => {
    const wages = places.map((place) => parseYuan(toPerson(7, place, LIMITS).wage));
    const amounts = wages.map((wage) => (wage.ok ? wage.value : -1n));
    expect(amounts.every((amount) => amount > 0n)).toBe(true);
    for (const isSo of [
      (amount: bigint) => amount < LIMITS.floor,
      (amount: bigint) => amount === LIMITS.floor,
      (amount: bigint) => amount > LIMITS.floor && amount < LIMITS.ceiling,
      (amount: bigint) => amount === LIMITS.ceiling,
      (amount: bigint) => amount > LIMITS.ceiling,
    ])
      expect(amounts.some(isSo)).toBe(true);
  });
});

describe('synthetic employers', () => {
  it('have codes that pass both checks', () => {
    for (let i = 0; i < 500; i++) expect(parseUscc(toEmployer(7, i, 'shanghai').uscc).ok).toBe(true);
  });
});

describe('a roster', () => {
  it('goes on where another stops', () => {
    const whole = [...rosterRows(plan())];
    expect([...rosterRows(plan({ people: 15, first: 25 }))]).toEqual(whole.slice(25));
  });
  it('holds each mistake asked for in a row of its own, and says how each should read', () => {
    const right = [...rosterRows(plan())];
    const spoilt = [...rosterRows(plan({ faults: FAULTS }))];
    const mended = new Map(corrections(plan({ faults: FAULTS })).map(({ line, row }) => [line, row]));
    expect(mended.size).toBe(FAULTS.length);
    expect(spoilt.map((row, i) => mended.get(i + 2) ?? row)).toEqual(right);
    expect(spoilt.filter((row, i) => JSON.stringify(row) !== JSON.stringify(right[i])).length).toBe(
      FAULTS.length,
    );
  });
  it.each<[Fault, string]>([
    ['check-digit', 'ssn-check-digit'],
    ['birth-date', 'ssn-birth-date'],
    ['length', 'ssn-length'],
  ])('spoils a number by %s so that %s is its only problem', (fault, problem) => {
    const [, spoilt] = [...rosterRows(plan({ people: peopleMin([fault]), faults: [fault] }))].slice(1);
    expect(parseSsn(spoilt?.ssn ?? '', TODAY)).toEqual({ ok: false, error: [problem] });
  });
  it('is written in the order, header, quotes and line ends asked for', () => {
    const format = { columns: ['wage', 'ssn', 'name'], header: 'en', newline: '\r\n', quoted: true } as const;
    const { ssn, name, wage } = toPerson(7, 0, LIMITS);
    expect([...rosterLines(rosterRows(plan({ people: 1 })), format)]).toEqual([
      'wage,ssn,name\r\n',
      `"${wage}","${ssn}","${name}"\r\n`,
    ]);
  });
  it('comes back from GB18030 as it went in, also characters outside GBK', () => {
    const lines = ['陈䶮,阿依努尔·古丽\n', '𠮷\n'];
    expect(iconv.decode(Buffer.concat([...toBytes(lines, 'gb18030')]), 'gb18030')).toBe(lines.join(''));
  });
});
