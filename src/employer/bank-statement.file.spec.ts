import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import {
  readBankStatement,
  readBankStatementJson,
  STATEMENT_BYTES_MAX,
  STATEMENT_LINES_MAX,
} from './bank-statement.file.js';

const bytesOf = async function* (...parts: readonly (string | Buffer)[]) {
  for (const part of parts) yield Buffer.from(part);
};
const read = (text: string | Buffer) => readBankStatement(bytesOf(text));
const codesOf = async (text: string | Buffer) => {
  const file = await read(text);
  return file.ok ? [] : file.error.problems.map(({ field, code }) => `${field} ${code}`);
};

const CHINESE = [
  '样例银行 对公账户明细',
  '账号：310000000000001234,,,,',
  '交易日期,对方户名,对方账号,贷方金额(元),交易流水号,附言,余额',
  '2025-08-11,样例有限公司,6222000000000000,"3626.00",B-1,2025年7月社保,1.00',
  ',,,,,,',
  '2025-08-12,某厂,6222000000000001,10.00,B-2,,2.00',
].join('\r\n');
const ROWS = [
  [4, '2025-08-11', '3626.00', 'B-1', '', '样例有限公司', '2025年7月社保'],
  [6, '2025-08-12', '10.00', 'B-2', '', '某厂', ''],
];

describe('a file of a bank', () => {
  it('is read below its heading; what is not needed is not kept', async () => {
    const file = await read(CHINESE);
    expect(file).toMatchObject({
      ok: true,
      value: { format: { kind: 'csv', encoding: 'utf-8' }, rows: ROWS },
    });
    expect(JSON.stringify(file)).not.toContain('6222');
  });
  it('in GB18030, with semicolons, with tabs, after a mark', async () => {
    expect(await read(iconv.encode(CHINESE, 'gb18030'))).toMatchObject({
      value: { format: { encoding: 'gb18030', delimiter: ',' }, rows: ROWS },
    });
    for (const delimiter of [';', '\t'])
      expect(await read(`\ufeff${CHINESE.replaceAll(',', delimiter)}`)).toMatchObject({
        value: { format: { delimiter }, rows: ROWS },
      });
  });
  it('in English, columns in any order', async () =>
    expect(await read('remark,uscc,reference,amount,date\nx,U,r,1.00,2025-08-11\n')).toMatchObject({
      value: { rows: [[2, '2025-08-11', '1.00', 'r', 'U', '', 'x']] },
    }));
  it('an apostrophe before a formula is taken away', async () =>
    expect(await read("date,amount,reference,uscc\n2025-08-11,1,'=r,U")).toMatchObject({
      value: { rows: [[2, '2025-08-11', '1', '=r', 'U', '', '']] },
    }));
});

describe('a file that is refused names every fault', () => {
  it.each([
    ['', ['file file-empty']],
    ['date,amount,reference,uscc\n', ['file file-without-rows']],
    ['日期,金额,付款方\n2025-08-11,1,U', ['reference column-missing']],
    ['date,amount,reference\n2025-08-11,1,r', ['uscc column-missing']],
    [
      'a,b,c\n1,2,3',
      ['date column-missing', 'amount column-missing', 'reference column-missing', 'uscc column-missing'],
    ],
    ['date,amount,reference,uscc,交易日期\n', ['columns[4] column-duplicate']],
    [
      'date,amount,reference,uscc\n2025-08-11,1\n2025-08-11,1,r,U\n2025-08-11,1,r,U,x\n',
      ['line 2 row-malformed', 'line 4 row-malformed'],
    ],
    ['date,amount,reference,uscc\n2025-08-11,1,"r,U', ['line 3 row-malformed']],
    [`date,amount,reference,uscc\n2025-08-11,1,${'r'.repeat(1_001)},U`, ['line 2 row-malformed']],
    [Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 0, 0, 0]), ['file file-type-unsupported']],
    [Buffer.from([0xff, 0x30, 0x41]), ['file file-encoding']],
  ])('%#', async (text, codes) => {
    const found = await codesOf(text);
    if (codes[0]?.startsWith('line 3')) expect(found).toHaveLength(1);
    else expect(found).toEqual(codes);
  });

  it('over 8 MiB or 10,000 lines', async () => {
    const header = 'date,amount,reference,uscc\n';
    const line = '2025-08-11,1,r,U\n';
    expect(await codesOf(header + line.repeat(STATEMENT_LINES_MAX))).toEqual([]);
    expect(await codesOf(header + line.repeat(STATEMENT_LINES_MAX + 1))).toEqual(['file too-many-rows']);
    expect(await codesOf(header + ' '.repeat(STATEMENT_BYTES_MAX))).toEqual(['file file-too-large']);
  });
});

describe('lines as JSON', () => {
  it('a line is its place', () =>
    expect(
      readBankStatementJson({ lines: [{ date: 'd', amount: '1', reference: 'r', uscc: null, remark: 'x' }] }),
    ).toMatchObject({
      ok: true,
      value: { format: { kind: 'json' }, rows: [[1, 'd', '1', 'r', '', '', 'x']] },
    }));
  it.each([
    [[], ['body not-an-object']],
    [{}, ['lines required']],
    [{ lines: 1, other: 1 }, ['(unknown) unknown-field', 'lines not-a-list']],
    [{ lines: [] }, ['file file-without-rows']],
    [{ lines: Array(10_001).fill({}) }, ['file too-many-rows']],
    [
      { lines: [1, { amount: 1, date: 2, x: 1 }, { payer: 'x'.repeat(1_001) }] },
      [
        'lines[0] not-an-object',
        'lines[1].amount money-not-text',
        'lines[1].date not-text',
        'lines[1].(unknown) unknown-field',
        'lines[2].payer length-out-of-range',
      ],
    ],
  ])('%# is refused', (body, codes) => {
    const read = readBankStatementJson(body);
    expect(!read.ok && read.error.problems.map(({ field, code }) => `${field} ${code}`)).toEqual(codes);
  });
});
