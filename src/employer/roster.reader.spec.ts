import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { createHash } from 'node:crypto';
import { FILE_BYTES_MAX } from '../http/content-types.js';
import { FIELDS } from './columns.js';
import { ROWS_MAX } from './roster.file.js';
import { readRoster } from './roster.reader.js';
import type { RosterRow } from './roster.js';

/** Bytes in pieces of any size: a piece may end within a character. */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
const read = (content: string | Buffer, size = 7) =>
  readRoster(inPieces(Buffer.isBuffer(content) ? content : Buffer.from(content), size));
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

const rowOf = (line: number, ...cells: readonly string[]): RosterRow =>
  [line, ...FIELDS.map((_, place) => cells[place] ?? '')] as unknown as RosterRow;

const chinese = '社会保障号码,姓名,缴费工资\r\n1,张三,8000\r\n2,𠮷田,9000\r\n';
const chineseRows = [rowOf(2, '1', '张三', '8000'), rowOf(3, '2', '𠮷田', '9000')];
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
        value: { rows: chineseRows, format: { kind: 'csv', encoding, delimiter: ',' } },
      });
      expect(file.ok && file.value.format.header).toEqual(['社会保障号码', '姓名', '缴费工资']);
      expect(file.ok && file.value.fileSha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });

  it.each(['utf-8', 'gb18030'] as const)(
    'reads characters across the blocks of a long file in %s',
    async (encoding) => {
      const rows = Array.from({ length: 9_000 }, (_, i) => `${i},𠮷${'田'.repeat(i % 3)}a,2\n`);
      const read = await rowsOf(iconv.encode(`ssn,name,wage\n${rows.join('')}`, encoding));
      expect(read?.map(([, ssn, name, wage]) => `${ssn},${name},${wage}\n`)).toEqual(rows);
    },
  );

  it.each([
    ['bytes of no encoding', Buffer.from([0x61, 0xff, 0xff, 0x61]), 'file-encoding'],
    [
      'a mark that lies',
      Buffer.concat([Buffer.from(MARK), iconv.encode(chinese, 'gb18030')]),
      'file-encoding',
    ],
    ['binary junk', Buffer.from(Array.from({ length: 99 }, (_, i) => i)), 'file-not-text'],
    ['a zip that ends early', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), 'workbook-malformed'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'file-type-unsupported'],
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'file-type-unsupported'],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1000000', 'hex'), 'file-xls'],
    [
      'a workbook under a password',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
      'file-encrypted',
    ],
    ['UTF-16 with a byte order mark', Buffer.from(MARK + chinese, 'utf16le'), 'file-encoding'],
    ['UTF-16', Buffer.from(chinese, 'utf16le'), 'file-not-text'],
  ])('refuses %s', async (_, bytes, code) => expect(await faultOf(bytes)).toEqual([code, `file ${code}`]));
});

describe('form', () => {
  it.each<[string, string, readonly RosterRow[]]>([
    ['line feeds alone', 'ssn,name,wage\n1,a,2\n', [rowOf(2, '1', 'a', '2')]],
    ['no line end at the end', 'ssn,name,wage\r\n1,a,2', [rowOf(2, '1', 'a', '2')]],
    ['quotes', 'ssn,name,wage\r\n"1","a ""b"", c",2\r\n', [rowOf(2, '1', 'a "b", c', '2')]],
    ['any order', 'wage,insurances,ssn,employment,name\n2,x,1,y,a\n', [rowOf(2, '1', 'a', '2', 'y', 'x')]],
    ['languages mixed, any case', 'SSN, 姓名 ,Wage\n1,a,2\n', [rowOf(2, '1', 'a', '2')]],
    ['empty lines, told by their own line', 'ssn,name,wage\n\n,,\n1,a,2\n', [rowOf(4, '1', 'a', '2')]],
    ['a mark before a quote', `${MARK}"ssn",name,wage\n1,a,2\n`, [rowOf(2, '1', 'a', '2')]],
    ['the error column of errors.csv', 'ssn,name,wage,错误\n1,a,2,x\n', [rowOf(2, '1', 'a', '2')]],
    ['cells escaped from a spreadsheet', "ssn,name,wage\n1,'=a,'-2\n", [rowOf(2, '1', '=a', '-2')]],
    ['semicolons', 'ssn;name;wage\n1;a,b;2\n', [rowOf(2, '1', 'a,b', '2')]],
    ['tabs', 'ssn\tname\twage\n1\ta;b\t2\n', [rowOf(2, '1', 'a;b', '2')]],
    ['quoted titles with semicolons', '"ssn";"姓名";"缴费工资(元)"\n1;a;2\n', [rowOf(2, '1', 'a', '2')]],
    [
      'what stands above the header',
      '七月,,\n单位：示例,,\n\n姓名,身份证号码,缴费基数\na,1,2\n',
      [rowOf(5, '1', 'a', '2')],
    ],
    [
      'every column, and what nobody needs',
      '序号,变动原因,变动日期,变动类型,险种,人员类别,工资,职工姓名,证件号码*,备注,部门\n9,h,g,f,e,d,c,b,a,x,y\n',
      [rowOf(2, ...'abcdefgh')],
    ],
    ['rows with numbers alone as empty', '序号,ssn,name,wage\n1,1,a,2\n2,,,\n', [rowOf(2, '1', 'a', '2')]],
    ['delimiters behind the last column', 'ssn,name,wage,,\n1,a,2,,\n', [rowOf(2, '1', 'a', '2')]],
    [
      'rows that leave out what may be empty',
      'ssn,name,wage,险种,变动类型\n1,a,2\n3,b,4,x\n',
      [rowOf(2, '1', 'a', '2'), rowOf(3, '3', 'b', '4', '', 'x')],
    ],
    ['a damaged cell', 'ssn,name,wage\n1,a\u0000,2\n', [rowOf(2, '1', 'a\u0000', '2')]],
    [
      'a cell that is too long, cut',
      `ssn,name,wage\n1,${'a'.repeat(5_000)},2\n3,b,4\n`,
      [rowOf(2, '1', 'a'.repeat(201), '2'), rowOf(3, '3', 'b', '4')],
    ],
    [
      'a cell cut within a character',
      `ssn,name,wage\n1,${'𠮷'.repeat(200)},2\n`,
      [rowOf(2, '1', `${'𠮷'.repeat(100)}…`, '2')],
    ],
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
    ['a cell without a title', 'ssn,,name,wage\n1,x,a,2\n', ['row-malformed', 'line 2 row-malformed']],
    [
      'two columns of one meaning',
      '身份证号,社保号,姓名,工资\n1,2,a,3\n',
      ['column-duplicate', 'columns[1] column-duplicate'],
    ],
    [
      'no header in twenty rows',
      `${'x,y\n'.repeat(20)}ssn,name,wage\n1,a,2\n`,
      [
        'column-missing',
        'ssn column-missing',
        'name column-missing',
        'wage column-missing',
        'columns[0] column-unknown',
        'columns[1] column-unknown',
      ],
    ],
    ['an open quote', 'ssn,name,wage\n1,"a,2\n', ['row-malformed', 'line 2 row-malformed']],
    ['a stray quote', 'ssn,name,wage\n1,"a"b,2\n', ['row-malformed', 'line 2 row-malformed']],
    [
      'a cell without end',
      `ssn,name,wage\n1,${'a'.repeat(1_100_000)},2\n`,
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
