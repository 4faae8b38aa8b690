import { describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import { readFile } from 'node:fs/promises';
import { textRow, workbookOf, workbookParts, zipOf, type HandMade } from '../../test/support/workbook.js';
import { toDay, toMonth } from '../kernel/calendar.js';
import { ROWS_MAX } from './roster.file.js';
import { readRoster } from './roster.reader.js';
import { templateCsv, templateXlsx } from './roster.template.js';
import { judgeRow, type RosterRow, type Seen } from './roster.js';

async function* piece(bytes: Buffer) {
  yield bytes;
}
const read = async (bytes: Buffer): Promise<readonly RosterRow[] | string> => {
  const roster = await readRoster(piece(bytes));
  return roster.ok
    ? roster.value.rows
    : roster.error.problems.map(({ field, code }) => `${field} ${code}`).join();
};
const header = textRow(1, 'ssn', 'name', 'wage', 'changeDate');
/** The cells of the first row under the header: number, name, wage, day. */
const cellsOf = async (cells: string, made: Partial<HandMade> = {}): Promise<readonly unknown[] | string> => {
  const rows = await read(workbookOf({ data: `${header}<row r="2">${cells}</row>`, ...made }));
  if (typeof rows === 'string') return rows;
  const [row] = rows;
  return row ? [row[1], row[2], row[3], row[7]] : [];
};

describe('the samples that LibreOffice wrote', () => {
  const judgedOf = async (name: string): Promise<readonly string[]> => {
    const roster = await readRoster(piece(await readFile(new URL(`../../samples/${name}`, import.meta.url))));
    if (!roster.ok) throw new Error(roster.error.type);
    const seen: Seen = new Map();
    const insurances = new Set(['pension', 'medical', 'unemployment', 'injury']);
    const facts = { today: toDay('2025-08-10'), month: toMonth('2025-07'), insurances };
    return roster.value.rows.map((row) => {
      const judged = judgeRow(row, seen, facts);
      if (!judged.ok) return `${row[0]} ${judged.error.problems.map(({ code }) => code).join()}`;
      const { line, wage, change, insurances: chosen } = judged.value;
      return [line, wage ?? 'unpaid', change?.kind, change?.on, change?.reason, chosen?.join('+')]
        .filter((word) => word !== undefined)
        .join(' ');
    });
  };

  it.each(['libreoffice-2025-07.xlsx', 'libreoffice-2025-07.csv'])('%s is read', async (name) => {
    const judged = await judgedOf(name);
    expect(judged).toHaveLength(24);
    expect(judged).toEqual(
      expect.arrayContaining([
        '4 1254519',
        '7 852050',
        '9 800010 join 2025-07-01 新招用',
        '12 unpaid leave 2025-06-30 合同到期',
        '15 910000 leave 2025-07-20 退休',
        '18 ssn-scientific',
        '21 cell-error',
        '24 746111 pension+medical',
      ]),
    );
    expect(judged.filter((text) => /ssn|cell|invalid/.test(text))).toHaveLength(2);
  });
});

describe('a cell', () => {
  const number = '<c t="n"><v>310101199001011</v></c>';
  it.each<[string, string, readonly string[]]>([
    ['a number of 15 digits', number, ['310101199001011', '', '', '']],
    ['a number of 18 digits', '<c><v>310101199001011234</v></c>', ['3.1010119900101126E+17', '', '', '']],
    ['a number with an exponent', '<c><v>3.10101199001011E+17</v></c>', ['3.10101199001011E+17', '', '', '']],
    ['a wage', `${number}<c r="C2"><v>8000</v></c>`, ['310101199001011', '', '8000', '']],
    [
      'a wage with one decimal',
      `${number}<c r="C2"><v>8000.1000000000004</v></c>`,
      ['310101199001011', '', '8000.10', ''],
    ],
    [
      'a wage as sums give it',
      `${number}<c r="C2"><v>0.30000000000000004</v></c>`,
      ['310101199001011', '', '0.30', ''],
    ],
    [
      'a wage of three decimals',
      `${number}<c r="C2"><v>8000.125</v></c>`,
      ['310101199001011', '', '8000.125', ''],
    ],
    ['a day', `${number}<c r="D2"><v>45853</v></c>`, ['310101199001011', '', '', '2025-07-15']],
    [
      'a day with a time',
      `${number}<c r="D2"><v>45853.75</v></c>`,
      ['310101199001011', '', '', '2025-07-15'],
    ],
    ['a day as a number', `${number}<c r="D2"><v>20250715</v></c>`, ['310101199001011', '', '', '20250715']],
    [
      'a day of ISO',
      `${number}<c r="D2" t="d"><v>2025-07-15T00:00:00</v></c>`,
      ['310101199001011', '', '', '2025-07-15T00:00:00'],
    ],
    [
      'a formula with a value',
      `${number}<c r="C2"><f>A1</f><v>8000.5</v></c>`,
      ['310101199001011', '', '8000.50', ''],
    ],
    ['a formula with a text', '<c/><c t="str"><f>A1</f><v>甲</v></c>', ['', '甲', '', '']],
    [
      'a formula that gives nothing',
      `${number}<c r="B2" t="str"><f>A1</f><v></v></c>`,
      ['310101199001011', '', '', ''],
    ],
    [
      'a formula nobody worked out',
      `${number}<c r="C2"><f>A1</f></c>`,
      ['310101199001011', '', '#VALUE!', ''],
    ],
    ['an error', `${number}<c r="C2" t="e"><v>#N/A</v></c>`, ['310101199001011', '', '#N/A', '']],
    ['a truth', `${number}<c r="B2" t="b"><v>1</v></c>`, ['310101199001011', 'TRUE', '', '']],
    [
      'a kind that does not exist',
      `${number}<c r="B2" t="zz"><v>1</v></c>`,
      ['310101199001011', '#VALUE!', '', ''],
    ],
    ['a number that is none', `${number}<c r="C2"><v>abc</v></c>`, ['310101199001011', '', '#VALUE!', '']],
    [
      'text in runs',
      '<c/><c t="inlineStr"><is><r><t>张</t></r><r><t> 三</t></r></is></c>',
      ['', '张 三', '', ''],
    ],
    [
      'text with a phonetic guide',
      '<c/><c t="inlineStr"><is><t>张三</t><rPh sb="0" eb="1"><t>zhang</t></rPh></is></c>',
      ['', '张三', '', ''],
    ],
    [
      'an escaped character',
      '<c/><c t="inlineStr"><is><t>甲_x000D_乙&amp;lt;</t></is></c>',
      ['', '甲\r乙&lt;', '', ''],
    ],
    ['half a character', '<c/><c t="inlineStr"><is><t>甲_xD800_</t></is></c>', ['', '甲\ufffd', '', '']],
    [
      'a text that is too long',
      `<c/><c t="inlineStr"><is><t>${'a'.repeat(40_000)}</t></is></c>`,
      ['', 'a'.repeat(201), '', ''],
    ],
  ])('%s', async (_, cells, expected) => expect(await cellsOf(cells)).toEqual(expected));

  it('refers to a shared text', async () => {
    const texts = '<si><t>甲</t></si><si><r><t>张</t></r><r><t>三</t></r><rPh><t>x</t></rPh></si><si/>';
    expect(
      await cellsOf('<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c>', { texts }),
    ).toEqual(['甲', '张三', '', '']);
    expect(await cellsOf('<c t="s"><v>0</v></c><c t="s"><v>9</v></c>', { texts })).toEqual([
      '甲',
      '#VALUE!',
      '',
      '',
    ]);
  });
  it('counts days from 1904 where the workbook does', async () =>
    expect(
      await cellsOf('<c r="B2" t="str"><v>甲</v></c><c r="D2"><v>44391</v></c>', {
        properties: '<workbookPr date1904="1"/>',
      }),
    ).toEqual(['', '甲', '', '2025-07-15']));
});

describe('a sheet', () => {
  const row = textRow(4, '1', '甲', '2', '');
  const rows = [[4, '1', '甲', '2', '', '', '', '', '']];
  const above = textRow(1, '2025年7月') + textRow(2) + header.replace('r="1"', 'r="3"');
  it.each<[string, HandMade]>([
    ['with titles above the header', { data: above + row }],
    [
      'with empty and formatted rows',
      { data: `${header}<row r="2"/><row r="3"><c s="1"/></row>${row}<row r="9"><c s="1"/></row>` },
    ],
    ['with a prefix before each name', { data: (header + row).replace(/<(\/?)(row|c|is|t)\b/g, '<$1x:$2') }],
    ['of another name', { data: header + row, target: '/xl/blatt/Eins.xml' }],
    [
      'behind one that is hidden',
      {
        data: header + row,
        sheets:
          '<sheet name="h" sheetId="2" state="hidden" r:id="rId2"/><sheet name="a" sheetId="1" r:id="rId1"/>',
        others: [{ name: 'xl/worksheets/sheet2.xml', content: '<worksheet/>' }],
      },
    ],
    [
      'with hidden and merged cells',
      {
        data: `${header}${row.replace('r="4"', 'r="4" hidden="1"')}</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells><sheetData>`,
      },
    ],
  ])('%s is read', async (_, made) => expect(await read(workbookOf(made))).toEqual(rows));

  it('is read without compression, and with the texts behind it', async () => {
    const parts = workbookParts({ data: header + row });
    expect(await read(zipOf(parts.map((part) => ({ ...part, method: 0 }))))).toEqual(rows);
    expect(await read(zipOf([...parts].reverse()))).toEqual(rows);
  });
  it.each<[string, HandMade, string]>([
    ['nothing', { data: '' }, 'file file-empty'],
    ['a header alone', { data: header }, 'file file-without-rows'],
    [
      'a cell beside the table',
      { data: header + textRow(2, '1', '甲', '2', '', 'x') },
      'line 2 row-malformed',
    ],
    [
      'a cell far beside the table',
      { data: `${header}<row r="2"><c r="A2"><v>1</v></c><c r="XFD2"><v>1</v></c></row>` },
      'line 2 row-malformed',
    ],
    ['rows out of order', { data: header + textRow(5, '1') + textRow(4, '1') }, 'file workbook-malformed'],
    ['a row too far down', { data: header + textRow(1_048_577, '1') }, 'file workbook-malformed'],
    [
      'a place that is none',
      { data: `${header}<row r="2"><c r="2A"><v>1</v></c></row>` },
      'file workbook-malformed',
    ],
    ['an element that is not closed', { data: `${header}<row>` }, 'file workbook-malformed'],
    [
      'an entity of its own',
      { data: `${header}<row r="2"><c><v>&x;</v></c></row>` },
      'file workbook-malformed',
    ],
    ['elements without end', { data: '<a>'.repeat(100) }, 'file workbook-malformed'],
    [
      'attributes without end',
      { data: `<a ${Array.from({ length: 200 }, (_, i) => `b${i}=""`).join(' ')}/>` },
      'file workbook-malformed',
    ],
    ['a text without end', { data: `<c><v>${'1'.repeat(2_000_000)}</v></c>` }, 'file workbook-too-large'],
    ['another file under the same roof', { data: header, sheets: '' }, 'file workbook-malformed'],
  ])('with %s is refused', async (_, made, fault) => expect(await read(workbookOf(made))).toBe(fault));
});

describe('a long sheet', () => {
  const dataOf = (rows: number): string =>
    header +
    Array.from(
      { length: rows },
      (_, i) => `<row r="${i + 2}"><c><v>1</v></c><c t="s"><v>0</v></c></row>`,
    ).join('');
  const texts = '<si><t>甲</t></si>';
  it('has 100,000 rows', async () => {
    const rows = await read(workbookOf({ data: dataOf(ROWS_MAX), texts }));
    expect(rows).toHaveLength(ROWS_MAX);
    expect(rows.at(-1)).toEqual([ROWS_MAX + 1, '1', '甲', '', '', '', '', '', '']);
  });
  it('has no more', async () =>
    expect(await read(workbookOf({ data: dataOf(ROWS_MAX + 1), texts }))).toBe('file too-many-rows'));
});

describe('a template', () => {
  it.each(['zh', 'en'] as const)('in %s is read as a file without rows', async (language) => {
    expect(await read(templateCsv(language))).toBe('file file-without-rows');
    expect(await read(await templateXlsx(language))).toBe('file file-without-rows');
  });
  it('keeps the number column as text', async () => {
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load((await templateXlsx('zh')) as unknown as ExcelJS.Buffer);
    const [sheet] = workbook.worksheets;
    expect(sheet?.getCell('A1').value).toBe('社会保障号码');
    expect(sheet?.getColumn(1)).toMatchObject({ numFmt: '@' });
    expect(sheet?.getColumn(3).numFmt).not.toBe('@');
  });
});
