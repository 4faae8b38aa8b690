import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { personOf } from '../../test/support/roster.js';
import {
  assemble,
  format,
  openLog,
  origin,
  rosterRow,
  terms,
} from '../../test/support/submission-process.js';
import type { Uscc } from '../kernel/uscc.js';
import { submissionIdOf } from './employer.handlers.js';
import { SubmitRoster } from './employer.messages.js';
import { RUN_ROWS } from './roster.verdicts.js';
import type { RosterFile } from './roster.file.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});
afterAll(() => {
  Logger.overrideLogger(['error']);
});

const LARGE_ROWS = 5_001;
/** One good row at the start of each run, so that every run is seen when it is judged. */
const fileOf = (employer: number, count: number): RosterFile => ({
  fileSha256: `${employer}`.repeat(64).slice(0, 64),
  format,
  rows: Array.from({ length: count }, (_unused, i) => {
    const isSeen = i % RUN_ROWS === 0;
    return rosterRow(i + 2, isSeen ? personOf(employer * 1_000 + i / RUN_ROWS).ssn : '', '某');
  }),
});
const codeOf = (employer: number): Uscc => `EMPLOYER-${employer}` as Uscc;

it('files of many employers take turns, run by run, and large ones leave room for small ones', async () => {
  const large = [1, 2, 3, 4, 5, 6, 7, 8];
  const small = [11, 12, 13];
  const store = await openLog(...[...large, ...small].map(codeOf));
  const order: number[] = [];
  const byId = new Map([...large, ...small].map((each) => [submissionIdOf(codeOf(each), 'july'), each]));
  const assembly = assemble(store, { hooks: { onRow: (_, id) => void order.push(byId.get(id) ?? 0) } });
  for (const employer of [...large, ...small]) {
    const file = fileOf(employer, large.includes(employer) ? LARGE_ROWS : 1_000);
    await assembly.submit.execute(
      new SubmitRoster({ ...terms, uscc: codeOf(employer) }, file, 'july', origin),
    );
  }
  await Promise.all([...byId.keys()].map((id) => assembly.process.work(id)));
  const placesOf = (employer: number): readonly number[] =>
    order.flatMap((each, place) => (each === employer ? [place] : []));
  expect(order).toHaveLength(large.length * 11 + small.length * 2);
  // Each of the small ones came last and was through before any of the large ones that were not at work then began.
  for (const each of small)
    for (const later of large.slice(4)) expect(placesOf(each).at(-1)).toBeLessThan(placesOf(later)[0] ?? 0);
  // Between two runs of one file no other at work has more than two.
  const whole = large.slice(0, 4).map(placesOf);
  for (const places of whole)
    for (const other of whole)
      for (let i = 1; i < places.length; i++) {
        const between = other.filter((place) => place > (places[i - 1] ?? 0) && place < (places[i] ?? 0));
        expect(between.length).toBeLessThanOrEqual(2);
      }
});

it('two files of one employer are judged one after the other as they came', async () => {
  const store = await openLog(codeOf(1));
  const order: string[] = [];
  const assembly = assemble(store, { hooks: { onRow: (_, id) => void order.push(id) } });
  const keys = ['first', 'second', 'third'];
  for (const key of keys)
    await assembly.submit.execute(
      new SubmitRoster({ ...terms, uscc: codeOf(1) }, fileOf(1, 1_500), key, origin),
    );
  const ids = keys.map((key) => submissionIdOf(codeOf(1), key));
  await Promise.all(ids.map((id) => assembly.process.work(id)));
  expect(order).toEqual(ids.flatMap((id) => [id, id, id]));
});
