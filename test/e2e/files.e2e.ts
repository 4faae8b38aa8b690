import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { readFile } from 'node:fs/promises';
import { toEmployer, toPerson } from '../../src/demo/people.js';
import { SAMPLES_SEED } from '../../src/demo/samples.js';
import type { RowAnswer, SubmissionAnswer } from '../../src/employer/submission.dto.js';
import type { Instant } from '../../src/kernel/calendar.js';
import { fromYuan, sum } from '../../src/kernel/money.js';
import { FixedClock, startApp, type TestApp } from '../support/app.js';
import { mutatedText, mutatedWorkbook } from '../support/roster-mutations.js';
import { EMPLOYER, toCsv } from '../support/roster.js';

const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const sampleOf = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../samples/${name}`, import.meta.url));

/** The samples' people begin with this one; the fifteenth stands in line 18. */
const FIRST = 300_000_000;
const PERSON_OF_LINE_18 = toPerson(SAMPLES_SEED, FIRST + 14, {
  floor: fromYuan('7460.00'),
  ceiling: fromYuan('37302.00'),
});

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock: new FixedClock('2025-08-10T02:00:00.000Z' as Instant) });
});
afterAll(() => app.close());

const register = async (uscc: string): Promise<void> => {
  const employer = { uscc, name: '试验一号厂', region: 'shanghai' };
  expect((await app.post('/v1/employers', employer)).status).toBe(201);
};
let keys = 0;
type Sent = Readonly<{ status: number; body: Readonly<{ id?: string; code?: string }> }>;
const send = async (uscc: string, file: Buffer, month = '2025-07'): Promise<Sent> => {
  const answer = await fetch(`${app.url}/v1/employers/${uscc}/submissions?month=${month}`, {
    method: 'POST',
    headers: {
      'content-type': file.toString('latin1', 0, 2) === 'PK' ? XLSX_TYPE : 'text/csv',
      'idempotency-key': `key-${(keys += 1)}`,
    },
    body: new Uint8Array(file),
  });
  return { status: answer.status, body: (await answer.json()) as Sent['body'] };
};
const submissionOf = async (id: string): Promise<SubmissionAnswer> =>
  (await app.get(`/v1/submissions/${id}`)).body as SubmissionAnswer;
/** A file that is taken, when every row of it is judged. */
const taken = async (uscc: string, file: Buffer, month?: string): Promise<SubmissionAnswer> => {
  const { status, body } = await send(uscc, file, month);
  expect([status, body.code]).toEqual([202, undefined]);
  await app.judged(body.id ?? '');
  return submissionOf(body.id ?? '');
};
const rowsOf = async (id: string, verdict: string): Promise<readonly RowAnswer[]> =>
  (await app.get(`/v1/submissions/${id}/rows?verdict=${verdict}&limit=500`)).body
    .items as readonly RowAnswer[];
const download = async (path: string): Promise<Buffer> =>
  Buffer.from(await (await fetch(`${app.url}${path}`)).arrayBuffer());
const bookOf = async (bytes: Buffer): Promise<ExcelJS.Workbook> => {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes as unknown as ExcelJS.Buffer);
  return workbook;
};

describe('a workbook that LibreOffice wrote', () => {
  let july: SubmissionAnswer;
  beforeAll(async () => {
    await register(EMPLOYER);
    // Line 12 of July has left: this employer must have covered the person before.
    const left = { ssn: '530000199408256355', name: '卫锦荣', wage: '8000.00' };
    expect((await taken(EMPLOYER, Buffer.from(toCsv([left])), '2025-06')).rows.accepted).toBe(1);
    july = await taken(EMPLOYER, await sampleOf('libreoffice-2025-07.xlsx'));
  });

  it('is judged row by row', async () => {
    expect(july.rows).toEqual({ total: 24, accepted: 22, duplicate: 0, rejected: 2, pending: 0 });
    const rejected = await rowsOf(july.id, 'rejected');
    expect(rejected.map(({ line, code }) => [line, code])).toEqual([
      [18, 'ssn-scientific'],
      [21, 'cell-error'],
    ]);
  });

  it('starts and ends cover', async () => {
    const accepted = await rowsOf(july.id, 'accepted');
    const coverOf = async (line: number): Promise<unknown> => {
      const id = accepted.find((row) => row.line === line)?.id ?? '';
      return (await app.get(`/v1/individuals/${id}`)).body.coverage[0];
    };
    expect(await coverOf(9)).toMatchObject({ state: 'paying', since: '2025-07-01' });
    expect(await coverOf(12)).toMatchObject({ state: 'ended' });
    expect(await coverOf(15)).toMatchObject({ state: 'ended' });
    expect(accepted.find(({ line }) => line === 12)?.amounts?.total).toBe('0.00');
  });

  it('comes back as errors.xlsx, and mended posts only what is new', async () => {
    const workbook = await bookOf(await download(`/v1/submissions/${july.id}/errors.xlsx`));
    const [sheet] = workbook.worksheets;
    expect(sheet?.getRow(1).values).toEqual([
      undefined,
      '序号',
      '姓名',
      '身份证号码',
      '缴费基数（元）',
      '险种',
      '变动类型',
      '变动日期',
      '变动原因',
      '备注',
      '错误',
    ]);
    expect(sheet?.rowCount).toBe(3);
    expect(sheet?.getCell('C3').value).toBe('640000199307110547');
    if (!sheet) throw new Error('the workbook has a sheet');
    sheet.getCell('C2').value = PERSON_OF_LINE_18.ssn;
    sheet.getCell('D3').value = 9_000.5;
    const mended = Buffer.from(await workbook.xlsx.writeBuffer());
    expect((await taken(EMPLOYER, mended)).rows).toMatchObject({ total: 2, accepted: 2 });
    expect((await taken(EMPLOYER, mended)).rows).toMatchObject({ total: 2, accepted: 0, duplicate: 2 });
  });

  it('is the same file as CSV with semicolons, and so comes errors.csv', async () => {
    const again = await taken(EMPLOYER, await sampleOf('libreoffice-2025-07.csv'));
    // Whoever left before and is not paid leaves once more: nothing comes of it.
    expect(again.rows).toMatchObject({ total: 24, rejected: 2, pending: 0 });
    expect(again.amounts.total).toBe('0.00');
    const answer = await app.get(`/v1/submissions/${again.id}/errors.csv`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=gb18030');
    const csv = iconv.decode(await download(`/v1/submissions/${again.id}/errors.csv`), 'gb18030');
    expect(csv).toContain(
      '序号;姓名;身份证号码;缴费基数（元）;险种;变动类型;变动日期;变动原因;备注;错误\r\n',
    );
    expect(csv.split('\r\n')).toHaveLength(4);
  });
});

describe('templates', () => {
  it.each([
    ['', {}, 'ssn,name,wage,employment,insurances,change,changeDate,reason'],
    [
      '',
      { 'accept-language': 'zh-CN' },
      '社会保障号码,姓名,缴费工资,用工形式,险种,变动类型,变动日期,变动原因',
    ],
    [
      '?lang=en',
      { 'accept-language': 'zh-CN' },
      'ssn,name,wage,employment,insurances,change,changeDate,reason',
    ],
  ])('roster.csv%s %p', async (query, headers, header) => {
    const answer = await app.get(`/v1/templates/roster.csv${query}`, headers);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="roster.csv"');
    expect(answer.text.replace('\ufeff', '')).toBe(`${header}\r\n`);
  });
  it('roster.xlsx', async () => {
    const [sheet] = (await bookOf(await download('/v1/templates/roster.xlsx?lang=zh'))).worksheets;
    expect(sheet?.getCell('A1').value).toBe('社会保障号码');
    expect(sheet?.getColumn(1).numFmt).toBe('@');
  });
  it('in no other language', async () =>
    expect((await app.get('/v1/templates/roster.csv?lang=fr')).status).toBe(400));
});

describe('spoilt files', () => {
  const TEXTS = 110;
  const WORKBOOKS = 40;
  const { uscc: OTHER } = toEmployer(SAMPLES_SEED, 8, 'shanghai');
  type Line = Readonly<{ month: string; employerPart: string; employeePart: string }>;

  it('are refused clearly or judged; what is accepted stands whole, and nothing else does', async () => {
    const receivable = async (): Promise<bigint> => {
      const { accounts } = (await app.get('/v1/audit/trial-balance')).body as {
        accounts: readonly { account: string; debit: string; credit: string }[];
      };
      const claims = accounts.filter(({ account }) => account.startsWith('receivable:'));
      return (
        sum(claims.map(({ debit }) => fromYuan(debit))) - sum(claims.map(({ credit }) => fromYuan(credit)))
      );
    };
    await register(OTHER);
    const before = await receivable();
    const seeds = {
      text: [await sampleOf('libreoffice-2025-07.csv')],
      book: [await sampleOf('libreoffice-2025-07.xlsx')],
    };
    const files = [
      ...Array.from({ length: TEXTS }, (_, i) => mutatedText(7_000 + i, seeds.text)),
      ...Array.from({ length: WORKBOOKS }, (_, i) => mutatedWorkbook(8_000 + i, seeds.book)),
    ];
    let accepted = 0n;
    let refused = 0;
    let rows = 0;
    for (const file of files) {
      const { status, body } = await send(OTHER, file);
      if (status !== 202) {
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
        expect(body.code).toMatch(/^[a-z-]+$/);
        refused += 1;
        continue;
      }
      const id = body.id ?? '';
      await app.judged(id);
      const submission = await submissionOf(id);
      const { total, pending, ...verdicts } = submission.rows;
      expect(pending).toBe(0);
      expect(verdicts.accepted + verdicts.duplicate + verdicts.rejected).toBe(total);
      const stands = await rowsOf(id, 'accepted');
      expect(sum(stands.map(({ amounts }) => fromYuan(amounts?.total ?? '0.00')))).toBe(
        fromYuan(submission.amounts.total),
      );
      for (const { id: person, amounts } of stands) {
        const months = (await app.get(`/v1/individuals/${person}/contributions?from=2025-07&to=2025-07`)).body
          .items as readonly Line[];
        const parts = months.flatMap(({ employerPart, employeePart }) => [employerPart, employeePart]);
        expect(sum(parts.map(fromYuan))).toBe(fromYuan(amounts?.total ?? '0.00'));
      }
      accepted += fromYuan(submission.amounts.total);
      rows += stands.length;
    }
    expect(refused).toBeGreaterThan(10);
    expect(rows).toBeGreaterThan(100);
    expect((await receivable()) - before).toBe(accepted);
  }, 240_000);
});
