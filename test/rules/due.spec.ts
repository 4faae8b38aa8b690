import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { toDay, toMonth, yearOf, type Day } from '../../src/kernel/calendar.js';
import { HOLIDAYS } from '../../src/rules/payment.topics.loader.js';
import { YamlRuleBook } from '../../src/rules/rules.loader.js';
import { NATIONAL } from '../../src/rules/table.js';
import { nextWorkingDay } from '../../src/rules/working-days.js';

/** When a month is due in a region, or where a day is moved to. */
type Situation = Readonly<{ situation: string; due: string }> &
  (Readonly<{ region: string; month: string }> | Readonly<{ day: string }>);

const situations = parse(readFileSync(new URL('due.yaml', import.meta.url), 'utf8')) as readonly Situation[];
const book = YamlRuleBook.load();
const years = book.all(HOLIDAYS, NATIONAL);
const holidays = {
  closed: new Set(years.flatMap(({ values }) => values.closed)),
  worked: new Set(years.flatMap(({ values }) => values.worked)),
};

const answerTo = (asked: Situation): Day | undefined => {
  if ('day' in asked) return nextWorkingDay(toDay(asked.day), holidays);
  const due = book.dueOn(asked.region, toMonth(asked.month));
  return due.ok ? due.value : undefined;
};

describe('situations of due.yaml', () => {
  it.each(situations.map((each) => [each.situation, each] as const))('%s', (_, each) =>
    expect(answerTo(each)).toBe(each.due),
  );
});

describe('the holidays of this installation', () => {
  // Days off and weekend days worked, as counted in the notices, with what of them lies in the December before.
  it.each([
    [2019, 24, 7],
    [2020, 30, 6],
    [2021, 31, 7],
    [2022, 31, 7],
    [2023, 27, 7],
    [2024, 28, 8],
    [2025, 28, 5],
    [2026, 33, 6],
  ])('of %s are %s days off and %s worked', (year, closed, worked) => {
    const of = years.find(({ from }) => yearOf(from) === year)?.values;
    expect([of?.closed.length, of?.worked.length]).toEqual([closed, worked]);
  });
});
