import { beforeAll, describe, expect, it } from '@jest/globals';
import assert from 'node:assert';
import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { FIELDS } from '../../src/employer/columns.js';
import { fileProblems } from '../../src/employer/employer.problems.js';
import { fromChunk, toChunks } from '../../src/employer/roster.chunks.js';
import { toErrorsCsv, type RejectedRow } from '../../src/employer/roster.errors.js';
import type { FileFault, RosterFile } from '../../src/employer/roster.file.js';
import { readRoster } from '../../src/employer/roster.reader.js';
import { CELL_CHARACTERS_MAX, judgeRow, type RosterRow, type Seen } from '../../src/employer/roster.js';
import { textOf } from '../../src/employer/row.texts.js';
import { toDay, toMonth } from '../../src/kernel/calendar.js';
import { mutatedText, mutatedWorkbook } from '../support/roster-mutations.js';

// 5,000 files: a workbook takes some five times as long as text.
const TEXTS = 4_000;
const WORKBOOKS = 1_000;
/** Far more than a small file takes on a busy machine, far less than one that hangs. */
const FILE_MS_MAX = 10_000;

const facts = {
  today: toDay('2025-08-10'),
  month: toMonth('2025-07'),
  insurances: new Set(['pension', 'medical', 'unemployment', 'injury']),
};
async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 1_000) yield bytes.subarray(from, from + 1_000);
}

const expectClearRefusal = ({ type, problems }: FileFault): void => {
  const spec = fileProblems[type];
  assert(spec.status >= 400 && spec.status < 500);
  assert(problems.length > 0);
  for (const { code } of problems) assert(Object.hasOwn(fileProblems, code));
};

/** Every row gets a verdict with a text for each problem; the rejected ones are given. */
const judgeAll = (rows: readonly RosterRow[]): readonly RejectedRow[] => {
  const seen: Seen = new Map();
  return rows.flatMap((row) => {
    const judged = judgeRow(row, seen, facts);
    if (judged.ok) {
      assert(judged.value.wage !== undefined || judged.value.change?.kind === 'leave');
      return [];
    }
    const { problems } = judged.error;
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems)
      for (const text of Object.values(textOf(problem))) expect(text).not.toBe('');
    return [{ row, problems }];
  });
};

const expectRows = (rows: readonly RosterRow[]): void => {
  assert(rows.length > 0);
  let before = 0;
  for (const [line, ...cells] of rows) {
    assert(line > before);
    before = line;
    assert(cells.length === FIELDS.length);
    assert(cells.every((cell) => cell.length <= CELL_CHARACTERS_MAX + 1 && cell.isWellFormed()));
  }
  assert.deepStrictEqual(
    toChunks(rows).flatMap(({ text }) => fromChunk(text)),
    rows,
  );
};

/** What comes back in errors.csv is read again as the same cells, as far as they were kept whole. */
const expectReturn = async ({ format }: RosterFile, rejected: readonly RejectedRow[]): Promise<void> => {
  const whole = rejected.filter(({ problems }) => !problems.some(({ code }) => code.startsWith('cell-')));
  if (whole.length === 0) return;
  const pages = (async function* () {
    yield whole;
  })();
  const again = await readRoster(toErrorsCsv(format, pages));
  const cellsOf = (rows: readonly RosterRow[]) => rows.map(([, ...cells]) => cells);
  assert.deepStrictEqual(again.ok && cellsOf(again.value.rows), cellsOf(whole.map(({ row }) => row)));
};

type Outcomes = Record<'refused' | 'rejected' | 'good', number>;
/** Reads so many files; the seed of one that fails is in the message. */
const readAll = async (count: number, from: number, fileOf: (seed: number) => Buffer): Promise<Outcomes> => {
  const outcomes: Outcomes = { refused: 0, rejected: 0, good: 0 };
  for (let seed = from; seed < from + count; seed++) {
    const begun = performance.now();
    try {
      const roster = await readRoster(inPieces(fileOf(seed)));
      if (!roster.ok) {
        expectClearRefusal(roster.error);
        outcomes.refused += 1;
        continue;
      }
      expectRows(roster.value.rows);
      const rejected = judgeAll(roster.value.rows);
      await expectReturn(roster.value, rejected);
      outcomes[rejected.length > 0 ? 'rejected' : 'good'] += 1;
    } catch (error) {
      throw new Error(`the file of seed ${seed}`, { cause: error });
    } finally {
      assert(performance.now() - begun < FILE_MS_MAX, `the file of seed ${seed} takes too long`);
    }
  }
  return outcomes;
};

describe('spoilt files', () => {
  let samples: readonly Buffer[];
  const [texts, workbooks] = [/[.]csv$/, /[.]xlsx$/];
  const names = ['libreoffice-2025-07.csv', 'libreoffice-2025-07.xlsx', 'other-employer-2025-07.csv'];
  const seedsOf = (kind: RegExp) => samples.filter((_, i) => kind.test(names[i] ?? ''));
  beforeAll(async () => {
    samples = await Promise.all(
      names.map((name) => readFile(new URL(`../../samples/${name}`, import.meta.url))),
    );
  });

  it(`${TEXTS} of text are refused clearly or get verdicts`, async () => {
    const outcomes = await readAll(TEXTS, 1, (seed) => mutatedText(seed, seedsOf(texts)));
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(TEXTS / 50);
  }, 300_000);

  it(`${WORKBOOKS} workbooks are refused clearly or get verdicts`, async () => {
    const outcomes = await readAll(WORKBOOKS, 1_000_000, (seed) => mutatedWorkbook(seed, seedsOf(workbooks)));
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(WORKBOOKS / 50);
  }, 300_000);
});
