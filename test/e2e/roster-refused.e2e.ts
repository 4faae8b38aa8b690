import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type Answer, type TestApp } from '../support/app.js';
import { textRow, workbookOf, zipOf } from '../support/workbook.js';
import { EMPLOYER, peopleOf, personOf, toCsv } from '../support/roster.js';

// What a file looks like is judged before the log is asked, so one engine is enough.
const ROWS_MAX = 100_000;
const zh = { 'accept-language': 'zh-CN' };

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock: new FixedClock('2025-08-10T02:00:00.000Z' as Instant) });
  const employer = { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' };
  expect((await app.post('/v1/employers', employer)).status).toBe(201);
});
afterAll(() => app.close());

const TABS = { headers: { 'content-type': 'text/tab-separated-values' } };
type Sending = Readonly<{ uscc?: string; query?: string; key?: string; headers?: Record<string, string> }>;
let keys = 0;
const submit = (
  body: string | object,
  { uscc = EMPLOYER, query = '?month=2025-07', key = `key-${(keys += 1)}`, headers = {} }: Sending = {},
): Promise<Answer> =>
  app.post(`/v1/employers/${uscc}/submissions${query}`, body, { 'idempotency-key': key, ...headers });
const head = async (): Promise<string> => {
  const { body } = await app.get('/v1/audit/trial-balance');
  return (body.freshness as { position: string }).position;
};

describe('a file that is refused', () => {
  const good = toCsv(peopleOf(2));
  it.each<[string, string | object, Sending, number, string]>([
    ['no key', good, { key: '' }, 400, 'idempotency-key-missing'],
    ['no month', good, { query: '' }, 400, 'request-invalid'],
    ['month 2025-13', good, { query: '?month=2025-13' }, 400, 'request-invalid'],
    ['a future month', good, { query: '?month=2025-09' }, 422, 'month-in-future'],
    ['a month without rules', good, { query: '?month=2001-01' }, 422, 'policy-missing'],
    ['an unknown employer', good, { uscc: '91110000100000003B' }, 404, 'employer-not-found'],
    ['an empty file', '', {}, 400, 'file-empty'],
    ['a header only', 'ssn,name,wage\n', {}, 400, 'file-without-rows'],
    ['a missing column', 'ssn,name\n1,2\n', {}, 400, 'column-missing'],
    ['an unknown column', 'ssn,name,wage,x\n1,2,3,4\n', {}, 400, 'column-unknown'],
    ['a ragged row', 'ssn,name,wage\n1,2\n', {}, 400, 'row-malformed'],
    ['binary junk', '\u0001\u0002\u0000'.repeat(20), {}, 400, 'file-not-text'],
    ['a package cut short', 'PK\u0003\u0004\u0000', {}, 400, 'workbook-malformed'],
    ['a PDF', '%PDF-1.7', {}, 415, 'file-type-unsupported'],
    ['tabs between the cells', 'ssn\tname\n1\t2\n', TABS, 400, 'column-missing'],
    ['a 33 MiB body', 'a'.repeat(33 * 1024 * 1024), {}, 413, 'file-too-large'],
    [
      'a spreadsheet',
      good,
      { headers: { 'content-type': 'application/vnd.ms-excel' } },
      415,
      'media-type-unsupported',
    ],
    [
      'a number as money',
      { month: '2025-07', rows: [{ ...personOf(0), wage: 8000 }] },
      { query: '' },
      400,
      'request-invalid',
    ],
    ['two months', { month: '2025-06', rows: [personOf(0)] }, {}, 400, 'request-invalid'],
    ['no list', { month: '2025-07', rows: 1 }, { query: '' }, 400, 'request-invalid'],
  ])('%s', async (_, body, sending, status, code) => {
    const refused = await submit(body, sending);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('says which months the region has', async () => {
    const refused = await submit(good, { query: '?month=2001-01' });
    expect(refused.body.months).toMatchObject({ from: expect.any(String), to: expect.any(String) });
  });

  it('names a number as money by its place', async () => {
    const refused = await submit({ rows: [personOf(0), { ...personOf(1), wage: 8000 }] }, { headers: zh });
    expect(refused.body.errors).toEqual([
      { field: 'rows[1].wage', code: 'money-not-text', message: expect.stringContaining('文本') },
    ]);
  });

  const OLD = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  const csv = Buffer.from(toCsv(peopleOf(1, 900_000)));
  it.each<[string, Buffer | undefined, string, number, string | undefined]>([
    ['a CSV', csv, 'july.csv', 200, undefined],
    ['text with tabs', Buffer.from(csv.toString().replaceAll(',', '\t')), 'july.txt', 200, undefined],
    [
      'a workbook',
      workbookOf({ data: textRow(1, 'ssn', 'name', 'wage') + textRow(2, '1', 'a', '2') }),
      'july.xlsx',
      200,
      undefined,
    ],
    ['a CSV under another name', csv, 'july.xlsx', 200, undefined],
    ['an old workbook', OLD, 'july.xls', 415, 'file-xls'],
    [
      'a workbook under a password',
      Buffer.concat([OLD, Buffer.from('EncryptedPackage', 'utf16le')]),
      'july.xlsx',
      422,
      'file-encrypted',
    ],
    [
      'another package',
      zipOf([{ name: 'content.xml', content: '<a/>' }]),
      'july.ods',
      415,
      'file-type-unsupported',
    ],
    ['no file', undefined, '', 400, 'file-missing'],
  ])('a form with %s', async (_, file, name, status, code) => {
    const form = new FormData();
    if (file) form.append('file', new Blob([new Uint8Array(file)]), name);
    else form.append('other', 'x');
    const path = `${app.url}/v1/employers/${EMPLOYER}/submissions?month=2025-07&dryRun=true`;
    const headers = { 'idempotency-key': 'form' };
    const answer = await fetch(path, { method: 'POST', body: form, headers });
    const problem = (await answer.json()) as { code?: string };
    expect([answer.status, problem.code]).toEqual([status, code]);
  });
});

describe('a file of one row too many', () => {
  it('is refused whole and writes nothing', async () => {
    const before = await head();
    const answer = await submit(toCsv(peopleOf(ROWS_MAX + 1)));
    expect([answer.status, answer.body.code]).toEqual([422, 'too-many-rows']);
    expect(await head()).toBe(before);
  });
});
