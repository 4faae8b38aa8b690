import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { createHash } from 'node:crypto';
import { fromChunk, toChunks } from './roster.chunks.js';
import { toErrorsCsv } from './roster.errors.js';
import { FILE_BYTES_MAX } from '../http/content-types.js';
import { readRosterCsv, ROWS_MAX } from './roster.file.js';
import { readRosterJson } from './roster.json.js';
import type { RosterRow } from './roster.js';

/** Bytes in pieces of any size: a piece may end within a character. */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
const read = (content: string | Buffer, size = 7) =>
  readRosterCsv(inPieces(Buffer.isBuffer(content) ? content : Buffer.from(content), size));
const rowsOf = async (content: string | Buffer): Promise<readonly RosterRow[] | undefined> => {
  const file = await read(content);
  return file.ok ? file.value.rows : undefined;
};
const faultOf = async (content: string | Buffer, size?: number) => {
  const file = await read(content, size);
  return file.ok
    ? undefined
    : [file.error.type, ...file.error.problems.map(({ field, code }) => `${field} ${code}`)];
};

const chinese = '社会保障号码,姓名,缴费工资\r\n1,张三,8000\r\n2,𠮷田,9000\r\n';
const chineseRows = [
  [2, '1', '张三', '8000', '', ''],
  [3, '2', '𠮷田', '9000', '', ''],
];
const MARK = '\ufeff';

describe('encoding', () => {
  it.each([
    ['UTF-8', Buffer.from(chinese), 'utf-8'],
    ['UTF-8 with a byte order mark', Buffer.from(MARK + chinese), 'utf-8'],
    ['GB18030', iconv.encode(chinese, 'gb18030'), 'gb18030'],
    ['GB18030 with a byte order mark', iconv.encode(MARK + chinese, 'gb18030'), 'gb18030'],
  ])('reads %s, whatever the pieces', async (_, bytes, encoding) => {
    for (const size of [1, 2, 3, 4, 5, 1000]) {
      const file = await read(bytes, size);
      expect(file).toMatchObject({
        ok: true,
        value: { rows: chineseRows, format: { kind: 'csv', encoding } },
      });
      expect(file.ok && file.value.format.header).toEqual(['社会保障号码', '姓名', '缴费工资']);
      expect(file.ok && file.value.fileSha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });

  it.each([
    ['bytes of no encoding', Buffer.from([0x61, 0xff, 0xff, 0x61]), 'file-encoding'],
    [
      'a mark that lies',
      Buffer.concat([Buffer.from(MARK), iconv.encode(chinese, 'gb18030')]),
      'file-encoding',
    ],
    ['binary junk', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), 'file-not-text'],
    ['UTF-16', Buffer.from(chinese, 'utf16le'), 'file-not-text'],
  ])('refuses %s', async (_, bytes, code) => expect(await faultOf(bytes)).toEqual([code, `file ${code}`]));
});

describe('form', () => {
  it.each<[string, string, readonly RosterRow[]]>([
    ['line feeds alone', 'ssn,name,wage\n1,a,2\n', [[2, '1', 'a', '2', '', '']]],
    ['no line end at the end', 'ssn,name,wage\r\n1,a,2', [[2, '1', 'a', '2', '', '']]],
    ['quotes', 'ssn,name,wage\r\n"1","a ""b"", c",2\r\n', [[2, '1', 'a "b", c', '2', '', '']]],
    ['any order', 'wage,insurances,ssn,employment,name\n2,x,1,y,a\n', [[2, '1', 'a', '2', 'y', 'x']]],
    ['languages mixed, any case', 'SSN, 姓名 ,Wage\n1,a,2\n', [[2, '1', 'a', '2', '', '']]],
    ['empty lines, told by their own line', 'ssn,name,wage\n\n,,\n1,a,2\n', [[4, '1', 'a', '2', '', '']]],
    ['a mark before a quote', `${MARK}"ssn",name,wage\n1,a,2\n`, [[2, '1', 'a', '2', '', '']]],
    ['the error column of errors.csv', 'ssn,name,wage,错误\n1,a,2,x\n', [[2, '1', 'a', '2', '', '']]],
    ['cells escaped from a spreadsheet', "ssn,name,wage\n1,'=a,'-2\n", [[2, '1', '=a', '-2', '', '']]],
  ])('takes %s', async (_, content, rows) => expect(await rowsOf(content)).toEqual(rows));

  it.each([
    ['nothing', '', ['file-empty', 'file file-empty']],
    ['blank lines', '\r\n\r\n', ['file-empty', 'file file-empty']],
    ['a header only', 'ssn,name,wage\r\n', ['file-without-rows', 'file file-without-rows']],
    [
      'no header',
      '1,a,2\n',
      [
        'column-missing',
        'ssn column-missing',
        'name column-missing',
        'wage column-missing',
        'columns[0] column-unknown',
        'columns[1] column-unknown',
        'columns[2] column-unknown',
      ],
    ],
    ['a missing column', 'ssn,wage\n1,2\n', ['column-missing', 'name column-missing']],
    ['an unknown column', 'ssn,name,wage,age\n1,a,2,3\n', ['column-unknown', 'columns[3] column-unknown']],
    ['a column twice', 'ssn,name,wage,姓名\n1,a,2,3\n', ['column-duplicate', 'columns[3] column-duplicate']],
    [
      'ragged rows',
      'ssn,name,wage\n1,a\n1,a,2\n1,a,2,3\n',
      ['row-malformed', 'line 2 row-malformed', 'line 4 row-malformed'],
    ],
    ['an open quote', 'ssn,name,wage\n1,"a,2\n', ['row-malformed', 'line 2 row-malformed']],
    ['a stray quote', 'ssn,name,wage\n1,"a"b,2\n', ['row-malformed', 'line 2 row-malformed']],
    [
      'a cell without end',
      `ssn,name,wage\n1,${'a'.repeat(5_000)},2\n`,
      ['row-malformed', 'line 2 row-malformed'],
    ],
  ])('refuses %s', async (_, content, fault) => expect(await faultOf(content)).toEqual(fault));
});

describe('bounds', () => {
  const full = 'ssn,name,wage\n' + '1,a,2\n'.repeat(ROWS_MAX);
  it('takes 100,000 rows', async () => expect(await rowsOf(full)).toHaveLength(ROWS_MAX));
  it('refuses one more', async () =>
    expect(await faultOf(`${full}1,a,2\n`, 65_536)).toEqual(['too-many-rows', 'file too-many-rows']));
  it('refuses over 32 MiB', async () =>
    expect(await faultOf(Buffer.alloc(FILE_BYTES_MAX + 1, 'a'), 1 << 20)).toEqual([
      'file-too-large',
      'file file-too-large',
    ]));
});

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
      [1, '1', 'a', '2', '', ''],
      [2, '3', '', '', 'flexible', 'pension;medical'],
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
    ]);
    const chunks = toChunks(rows);
    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks) expect(Buffer.byteLength(text)).toBeLessThan(300_000);
    expect(chunks.flatMap(({ text }) => fromChunk(text))).toEqual(rows);
    expect(chunks.reduce((sum, chunk) => sum + chunk.rows, 0)).toBe(rows.length);
  });
});

describe('errors.csv', () => {
  const problems = [{ code: 'wage-invalid', field: 'wage', reason: 'wage-empty' }] as const;
  async function* page(row: RosterRow) {
    yield [{ row, problems }];
  }
  const row: RosterRow = [2, '1', '=cmd,"x"', '-5', '', ''];
  const write = async (header: readonly string[], encoding: 'utf-8' | 'gb18030'): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for await (const part of toErrorsCsv({ kind: 'csv', encoding, header }, page(row))) parts.push(part);
    return Buffer.concat(parts);
  };

  it('comes back in the template as sent, and is read again as the same row', async () => {
    const csv = await write(['工资', '缴费工资', '姓名', '社会保障号码'].slice(1), 'gb18030');
    expect(iconv.decode(csv, 'gb18030')).toBe(
      '缴费工资,姓名,社会保障号码,错误\r\n' + `'-5,"'=cmd,""x""",1,缴费工资无效：为空\r\n`,
    );
    expect(await rowsOf(csv)).toEqual([row]);
  });
  it('has a byte order mark in UTF-8 and one error column however often it was sent', async () => {
    const csv = (await write(['ssn', 'error', 'name', 'wage'], 'utf-8')).toString();
    expect(csv.startsWith(`${MARK}ssn,name,wage,error\r\n`)).toBe(true);
    expect(csv).toContain('The wage is not valid: it is empty');
  });
});
