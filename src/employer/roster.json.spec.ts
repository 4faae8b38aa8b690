import { describe, expect, it } from '@jest/globals';
import { fromChunk, toChunks } from './roster.chunks.js';
import { ROWS_MAX } from './roster.file.js';
import { readRosterJson } from './roster.json.js';
import { CELL_CHARACTERS_MAX, type RosterRow } from './roster.js';

describe('JSON', () => {
  const row = { ssn: '1', name: 'a', wage: '2' };
  it('takes rows, missing cells and lists of insurances', () => {
    const rows = [row, { ssn: '3', wage: null, employment: 'flexible', insurances: ['pension', 'medical'] }];
    const roster = readRosterJson({ month: '2025-07', rows });
    expect(roster).toMatchObject({
      ok: true,
      value: { month: '2025-07', file: { format: { kind: 'json' } } },
    });
    expect(roster.ok && roster.value.file.rows).toEqual([
      [1, '1', 'a', '2', '', '', '', '', ''],
      [2, '3', '', '', 'flexible', 'pension;medical', '', '', ''],
    ]);
  });
  it('takes changes, and cells that are too long, cut', () => {
    const change = { change: 'leave', changeDate: '2025-07-03', reason: 'moved away' };
    const roster = readRosterJson({ rows: [{ ssn: '1', ...change }, { name: 'a'.repeat(5_000) }] });
    expect(roster.ok && roster.value.file.rows).toEqual([
      [1, '1', '', '', '', '', 'leave', '2025-07-03', 'moved away'],
      [2, '', 'a'.repeat(CELL_CHARACTERS_MAX + 1), '', '', '', '', '', ''],
    ]);
  });
  it('hashes the content, not its spelling', () => {
    const hashes = [{ ...row }, { wage: '2', name: 'a', ssn: '1' }].map((one) => {
      const roster = readRosterJson({ rows: [one] });
      return roster.ok && roster.value.file.fileSha256;
    });
    expect(hashes[0]).toBe(hashes[1]);
  });
  it.each([
    [
      {
        rows: [
          { ...row, wage: 8000 },
          { ...row, ssn: 1, age: 3 },
        ],
      },
      ['rows[0].wage money-not-text', 'rows[1].ssn not-text', 'rows[1].(unknown) unknown-field'],
    ],
    [{ rows: 'x', more: 1 }, ['(unknown) unknown-field', 'rows not-a-list']],
    [{}, ['rows required']],
    [[], ['body not-an-object']],
    [{ rows: [null] }, ['rows[0] not-an-object']],
    [{ rows: [] }, ['file file-without-rows']],
    [{ rows: Array(ROWS_MAX + 1).fill(row) }, ['file too-many-rows']],
  ])('refuses what is not a roster (%#)', (body, expected) => {
    const roster = readRosterJson(body);
    expect(!roster.ok && roster.error.problems.map(({ field, code }) => `${field} ${code}`)).toEqual(
      expected,
    );
  });
});

describe('chunks', () => {
  it('hold the rows in order, each small enough for one event once sealed', () => {
    const rows = Array.from({ length: 9_000 }, (_, i): RosterRow => [
      i,
      '310101199001010000',
      '姓名'.repeat(20),
      '1',
      '',
      '',
      '',
      '',
      '',
    ]);
    const chunks = toChunks(rows);
    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks) expect(Buffer.byteLength(text)).toBeLessThan(300_000);
    expect(chunks.flatMap(({ text }) => fromChunk(text))).toEqual(rows);
    expect(chunks.reduce((sum, chunk) => sum + chunk.rows, 0)).toBe(rows.length);
  });
});
