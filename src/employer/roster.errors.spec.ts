import { describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { toErrorsCsv, toErrorsXlsx } from './roster.errors.js';
import { readRoster } from './roster.reader.js';
import type { RosterRow } from './roster.js';

const problems = [{ code: 'wage-invalid', field: 'wage', reason: 'wage-empty' }] as const;
async function* page(...rows: readonly RosterRow[]) {
  yield rows.map((row) => ({ row, problems }));
}
async function* piece(bytes: Buffer) {
  yield bytes;
}
const row: RosterRow = [2, '310101199001010011', '=cmd,"x"', '-5', '', '', '', '', ''];
const read = async (bytes: Buffer) => {
  const roster = await readRoster(piece(bytes));
  return roster.ok ? roster.value.rows : roster.error;
};

describe('errors.csv', () => {
  const write = async (
    header: readonly string[],
    encoding: 'utf-8' | 'gb18030',
    delimiter: ',' | ';' | '\t' = ',',
  ): Promise<Buffer> => {
    const parts: Buffer[] = [];
    const format = { kind: 'csv', encoding, delimiter, header } as const;
    for await (const part of toErrorsCsv(format, page(row))) parts.push(part);
    return Buffer.concat(parts);
  };

  it('comes back in the template as sent, and is read again as the same row', async () => {
    const csv = await write(['缴费工资', '姓名', '社会保障号码'], 'gb18030');
    expect(iconv.decode(csv, 'gb18030')).toBe(
      '缴费工资,姓名,社会保障号码,错误\r\n' + `'-5,"'=cmd,""x""",310101199001010011,缴费工资无效：为空\r\n`,
    );
    expect(await read(csv)).toEqual([row]);
  });
  it.each([';', '\t'] as const)('comes back with the delimiter %p', async (delimiter) => {
    const csv = await write(['序号', '工资', '姓名', '身份证号'], 'utf-8', delimiter);
    expect(csv.toString()).toContain(['序号', '工资', '姓名', '身份证号', '错误'].join(delimiter));
    expect(await read(csv)).toEqual([row]);
  });
  it('has a byte order mark in UTF-8 and one error column however often it was sent', async () => {
    const csv = (await write(['ssn', 'error', 'name', 'wage'], 'utf-8')).toString();
    expect(csv.startsWith('\ufeffssn,name,wage,error\r\n')).toBe(true);
    expect(csv).toContain('The wage is not valid: it is empty');
  });
});

describe('errors.xlsx', () => {
  const write = async (header: readonly string[], ...rows: readonly RosterRow[]): Promise<Buffer> => {
    const format = { kind: 'xlsx', encoding: 'utf-8', header } as const;
    return Buffer.concat((await toErrorsXlsx(format, page(...rows)).toArray()) as Buffer[]);
  };

  it('comes back in the template as sent, and is read again as the same rows', async () => {
    const rows = Array.from({ length: 500 }, (_, i): RosterRow => row.with(0, i + 2) as unknown as RosterRow);
    const xlsx = await write(['缴费工资', '姓名', '身份证号码', '备注'], ...rows);
    expect(await read(xlsx)).toEqual(rows);
  });
  it('keeps numbers as text and says what is wrong', async () => {
    const workbook = new ExcelJS.Workbook();
    const xlsx = await write(['ssn', 'name', 'wage', 'error'], row);
    await workbook.xlsx.load(xlsx as unknown as ExcelJS.Buffer);
    const [sheet] = workbook.worksheets;
    expect(sheet?.getRow(1).values).toEqual([undefined, 'ssn', 'name', 'wage', 'error']);
    expect(sheet?.getCell('A2').value).toBe(row[1]);
    expect(sheet?.getCell('A2').numFmt).toBe('@');
    expect(sheet?.getCell('B2').value).toBe('=cmd,"x"');
    expect(sheet?.getCell('D2').value).toBe('The wage is not valid: it is empty');
  });
  it('is torn off when the rows cannot be read', async () => {
    const broken: AsyncIterable<never> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('gone')) }),
    };
    const format = { kind: 'xlsx', encoding: 'utf-8', header: ['ssn'] } as const;
    await expect(toErrorsXlsx(format, broken).toArray()).rejects.toThrow('gone');
  });
});
