import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type Answer, type TestApp } from '../support/app.js';
import { ENGINES } from '../support/engines.js';
import { EMPLOYER, personOf } from '../support/roster.js';
import { until } from '../support/until.js';

/**
 * By hand, a wage of 10000.00 in Shanghai: pension 1600.00 and 800.00, medical 900.00 and 200.00, unemployment 50.00 and 50.00,
 * injury 0.26 % 26.00: 3626.00 for each person, of which the employee owes 1050.00. July was due on the 31st: ten days late the
 * fee on 7252.00 is 36.26, and of 1600.00 paid after nine days and 5652.00 after ten 7.20 and 28.26.
 */
const OTHER = '91350100M000100Y43';
const THIRD = '91310000717854505W';

describe.each(ENGINES)('money of employers on %s', (engine) => {
  const clock = new FixedClock('2025-08-10T02:00:00.000Z' as Instant);
  let app: TestApp;
  const zh = { 'accept-language': 'zh-CN' };
  let keys = 0;
  const key = (text = `key-${(keys += 1)}`) => ({ 'idempotency-key': text });
  const post = (path: string, body: object | string, headers = {}): Promise<Answer> =>
    app.post(path, body, { ...key(), ...headers });

  /** A month of two persons is handed in and judged. */
  const declare = async (month: string, uscc = EMPLOYER, from = 0): Promise<string> => {
    const lines = [0, 1].map((n) => `${personOf(from + n).ssn},${personOf(from + n).name},10000.00`);
    const csv = ['ssn,name,wage', ...lines].join('\n');
    const sent = await post(`/v1/employers/${uscc}/submissions?month=${month}`, csv);
    expect([sent.status, sent.text]).toEqual([202, sent.text]);
    await app.judged(sent.body.id as string);
    return sent.body.id as string;
  };
  const fresh = async (path: string, { position }: Answer): Promise<Answer['body']> =>
    (await app.get(path, { 'ledger-min-position': position ?? '' })).body;
  const idOf = async (n: number): Promise<string> =>
    (await app.post('/v1/individuals/locate', { number: personOf(n).ssn })).body.id as string;
  const codesOf = ({ body }: Answer): unknown =>
    (body.errors as readonly { field: string; code: string }[]).map(({ field, code }) => `${field} ${code}`);
  const book = async (answer: Answer): Promise<string> => {
    const balance = await fresh('/v1/audit/trial-balance', answer);
    return balance.total as string;
  };

  beforeAll(async () => {
    app = await startApp({ engine, clock });
    for (const uscc of [EMPLOYER, OTHER, THIRD]) {
      const employer = { uscc, name: '试验厂', region: 'shanghai', injuryRate: '0.26' };
      expect((await app.post('/v1/employers', employer)).status).toBe(201);
    }
  });
  afterAll(() => app.close());

  it('a submission is paid in parts: persons get what is whole, and a month counts when both sides are paid', async () => {
    const id = await declare('2025-07');
    const path = `/v1/submissions/${id}/payments`;
    const part = { amount: '2500.00', paidOn: '2025-08-10', reference: 'line 1' };
    const first = await post(path, part, key('part'));
    expect([first.status, first.body]).toEqual([
      201,
      {
        payment: expect.stringMatching(/^[0-9a-f-]{36}$/),
        allocated: '2500.00',
        lateFee: '0.00',
        unapplied: '0.00',
        state: 'part-paid',
        allocations: [
          {
            submission: id,
            month: '2025-07',
            allocated: '2500.00',
            lateFee: '0.00',
            cells: [
              { insurance: 'pension', side: 'employee', amount: '1600.00', covered: true },
              { insurance: 'medical', side: 'employee', amount: '400.00', covered: true },
              { insurance: 'unemployment', side: 'employee', amount: '100.00', covered: true },
              { insurance: 'pension', side: 'employer', amount: '400.00', covered: false },
            ],
          },
        ],
      },
    ]);
    const person = await idOf(0);
    const balances = await fresh(`/v1/individuals/${person}/balances`, first);
    expect(balances.accounts).toEqual([
      { account: 'pension', balance: '800.00' },
      { account: 'medical', balance: '200.00' },
    ]);
    expect(balances.months.every(({ paid }: { paid: number }) => paid === 0)).toBe(true);
    const replay = await post(path, part, key('part'));
    expect([replay.status, replay.headers.get('idempotency-replayed'), replay.body]).toEqual([
      200,
      'true',
      first.body,
    ]);
    expect(replay.position).toBe(first.position);
    // The same line of the bank under another key, and sent to the employer.
    for (const again of [await post(path, part), await post(`/v1/employers/${EMPLOYER}/payments`, part)])
      expect([again.status, again.body.payment]).toEqual([200, first.body.payment]);

    const rest = await post(path, { ...part, amount: '5000.00', reference: 'line 2' });
    expect(rest.body).toMatchObject({
      allocated: '4752.00',
      lateFee: '36.26',
      unapplied: '211.74',
      state: 'paid',
    });
    const after = await fresh(`/v1/individuals/${person}/balances`, rest);
    expect(after.months.map(({ paid }: { paid: number }) => paid)).toEqual([1, 1, 1, 1]);
    const { state } = await fresh(`/v1/submissions/${id}`, rest);
    expect(state).toBe('paid');
    expect(await book(rest)).toBe('0.00');
  });

  it('what is left over pays the next bill by itself', async () => {
    const id = await declare('2025-08');
    const account = await until(async () => {
      const { body } = await app.get(`/v1/employers/${EMPLOYER}/account`);
      return body.credit === '0.00' ? body : undefined;
    });
    expect(account).toMatchObject({ outstanding: '7040.26' });
    expect((await app.get(`/v1/submissions/${id}`)).body).toMatchObject({
      state: 'part-paid',
      paid: '211.74',
    });
    const used = await post(`/v1/employers/${EMPLOYER}/credit-uses`, {});
    expect([used.status, used.body.code]).toEqual([409, 'no-credit']);
  });

  it('refusals name what is wrong', async () => {
    const employers = `/v1/employers/${EMPLOYER}/payments`;
    const good = { amount: '1.00', paidOn: '2025-08-10', reference: 'r' };
    const bad = await post(
      employers,
      { amount: '1,000.00', paidOn: '2025-02-30', reference: ' ', month: '2025-13', x: 1 },
      zh,
    );
    expect([bad.status, codesOf(bad)]).toEqual([
      400,
      [
        'x unknown-field',
        'month month-malformed',
        'amount money-malformed',
        'paidOn day-malformed',
        'reference malformed',
      ],
    ]);
    expect((await post(employers, { ...good, amount: '0.00' })).body.errors).toMatchObject([
      { field: 'amount', code: 'money-not-positive' },
    ]);
    const cases: readonly [Answer, number, string][] = [
      [await app.post(employers, good), 400, 'idempotency-key-missing'],
      [await post('/v1/employers/nobody/payments', good), 404, 'employer-not-found'],
      [await post('/v1/employers/91310000MA1FL1MQ0N/payments', good), 404, 'employer-not-found'],
      [await post('/v1/submissions/none/payments', good), 404, 'submission-not-found'],
      [await post(employers, { ...good, paidOn: '2025-08-11' }), 422, 'paid-on-in-future'],
    ];
    expect(cases.map(([{ status, body }]) => [status, body.code])).toEqual(
      cases.map(([, status, code]) => [status, code]),
    );
    const withdrawn = await declare('2025-06', EMPLOYER, 50);
    await app.post(`/v1/submissions/${withdrawn}/withdrawals`, { reason: 'wrong month' });
    const late = await post(`/v1/submissions/${withdrawn}/payments`, good, zh);
    expect([late.status, late.body.code, late.body.title]).toEqual([
      409,
      'submission-withdrawn',
      '该申报已撤回',
    ]);
  });

  describe('a statement of the bank', () => {
    let july: string;
    const csv = (): string =>
      [
        '样例银行对账单',
        '交易日期,贷方金额,交易流水号,统一社会信用代码,对方户名,对方账号,附言',
        `2025-08-09,1000.00,B-1,${OTHER},另一厂,6222000011112222,2025年7月社保`,
        `20250809,600.00,B-2,,另一厂(${OTHER}),6222000011112222,${july}`,
        `2025-08-09,1000.00,B-1,${OTHER},另一厂,6222000011112222,2025年7月社保`,
        '2025-08-09,5.00,B-3,,某人,6222000011113333,捐款',
        `2025-08-09,"1,234.00",B-4,${OTHER},,,`,
        `2025-08-09,7.00,B-5,${OTHER},,,2025-06`,
      ].join('\r\n');
    let statement: Answer;

    it('is matched line by line, and both sides of what does not match are told', async () => {
      july = await declare('2025-07', OTHER, 90);
      const unpaid = await declare('2025-07', THIRD, 95);
      statement = await post('/v1/bank-statements', csv(), { ...key('bank'), ...zh });
      expect([statement.status, statement.body.state, statement.body.lines]).toEqual([
        201,
        'matched',
        { total: 6, matched: 2, credit: 1, duplicate: 1, unmatched: 2, pending: 0 },
      ]);
      const { id, items, unmatched, openBills } = statement.body;
      expect(statement.headers.get('location')).toBe(`/v1/bank-statements/${id}`);
      expect(items[0]).toMatchObject({
        line: 3,
        verdict: 'matched',
        code: null,
        amount: '1000.00',
        paidOn: '2025-08-09',
        reference: 'B-1',
        uscc: OTHER,
        allocations: [{ submission: july, month: '2025-07', allocated: '1000.00', lateFee: '0.00' }],
        unapplied: '0.00',
      });
      expect(items[2]).toMatchObject({ verdict: 'duplicate', payment: items[0].payment });
      expect(items[5]).toMatchObject({ verdict: 'credit', code: 'month-not-open', unapplied: '7.00' });
      expect(unmatched).toMatchObject([
        {
          line: 6,
          code: 'payer-missing',
          field: 'uscc',
          message: expect.stringContaining('单位代码'),
          reference: 'B-3',
        },
        { line: 7, code: 'amount-separator', field: 'amount', amount: null, reference: 'B-4' },
      ]);
      expect(openBills).toMatchObject({
        total: 2,
        items: [
          // Whom no line of the file is about, and who has not paid this month either.
          { submission: unpaid, uscc: THIRD, month: '2025-07', outstanding: '7252.00' },
          { submission: july, uscc: OTHER, month: '2025-07', paid: '1600.00', outstanding: '5652.00' },
        ],
      });
      expect(statement.text).not.toMatch(/6222|另一厂|某人/);
      const balances = await fresh(`/v1/individuals/${await idOf(90)}/balances`, statement);
      expect(balances.accounts[0]).toEqual({ account: 'pension', balance: '800.00' });
    });

    it('is found again, page by page', async () => {
      const path = `/v1/bank-statements/${statement.body.id}`;
      expect((await app.get(path, zh)).body).toEqual(statement.body);
      const page = (await app.get(`${path}/lines?limit=2`)).body;
      expect([page.items.map(({ line }: { line: number }) => line), page.next]).toEqual([[3, 4], '4']);
      const rest = (await app.get(`${path}/lines?cursor=4&verdict=unmatched`)).body;
      expect([rest.items.map(({ line }: { line: number }) => line), rest.next]).toEqual([[6, 7], null]);
      expect((await app.get(`${path}/lines?limit=501`)).status).toBe(400);
      const nowhere = await app.get('/v1/bank-statements/none');
      expect([nowhere.status, nowhere.body.code]).toEqual([404, 'bank-statement-not-found']);
    });

    it('the same again is the same; its lines in another file are duplicates', async () => {
      const again = await post('/v1/bank-statements', csv(), { ...key('bank'), ...zh });
      expect([again.status, again.headers.get('idempotency-replayed'), again.body]).toEqual([
        200,
        'true',
        statement.body,
      ]);
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(iconv.encode(csv(), 'gb18030'))]), '流水.csv');
      const sent = await fetch(`${app.url}/v1/bank-statements`, {
        method: 'POST',
        body: form,
        headers: key('second'),
      });
      const second = (await sent.json()) as { lines: object };
      expect([sent.status, second.lines]).toEqual([
        201,
        { total: 6, matched: 0, credit: 0, duplicate: 4, unmatched: 2, pending: 0 },
      ]);
      const reused = await post('/v1/bank-statements', `${csv()}\r\n`, key('bank'));
      expect([reused.status, reused.body.code]).toEqual([422, 'idempotency-key-reused']);
    });

    it('comes as JSON too, and pays the rest', async () => {
      const lines = [{ date: '2025-08-10', amount: '5687.46', reference: 'B-9', uscc: OTHER, remark: july }];
      const paid = await post('/v1/bank-statements', { lines });
      expect(paid.body).toMatchObject({
        lines: { matched: 1 },
        openBills: { total: 1, items: [{ uscc: THIRD }] },
      });
      expect((await fresh(`/v1/submissions/${july}`, paid)).state).toBe('paid');
      expect(await book(paid)).toBe('0.00');
    });

    it('that cannot be read is refused with every fault', async () => {
      const bad = await post('/v1/bank-statements', '日期,金额,付款方\n2025-08-09,1,某厂');
      expect([bad.status, bad.body.code, codesOf(bad)]).toEqual([
        400,
        'column-missing',
        ['reference column-missing'],
      ]);
      const json = await post('/v1/bank-statements', { lines: [{ amount: 1 }] });
      expect([json.status, codesOf(json)]).toEqual([400, ['lines[0].amount money-not-text']]);
      const header = 'date,amount,reference,uscc\n';
      const many = await post('/v1/bank-statements', header + '2025-08-09,1,r,U\n'.repeat(10_001), zh);
      expect([many.status, many.body.title]).toEqual([422, '文件超过 10,000 行']);
      const large = await post('/v1/bank-statements', header + ' '.repeat(8 * 1024 * 1024));
      expect([large.status, large.body.title]).toEqual([413, 'The file is over 8 MiB']);
      expect((await app.post('/v1/bank-statements', csv())).body.code).toBe('idempotency-key-missing');
    });
  });
});
