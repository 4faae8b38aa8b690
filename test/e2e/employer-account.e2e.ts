import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type Answer, type TestApp } from '../support/app.js';
import { ENGINES } from '../support/engines.js';
import { EMPLOYER, personOf } from '../support/roster.js';
import { until } from '../support/until.js';

/**
 * By hand, a wage of 10000.00 in Shanghai: pension 1600.00 and 800.00, medical 900.00 and 200.00, unemployment 50.00 and 50.00,
 * injury 0.16 % 16.00: 3616.00, of two persons 7232.00, of which the employees owe 2100.00.
 */
const BASE = `/v1/employers/${EMPLOYER}`;
const side = (amount: string, paid: string, outstanding: string) => ({ amount, paid, outstanding });

describe.each(ENGINES)('the account of an employer on %s', (engine) => {
  const clock = new FixedClock('2025-07-20T02:00:00.000Z' as Instant);
  let app: TestApp;
  let last: string | undefined;
  const bills: string[] = [];

  const wrote = (answer: Answer): Answer => {
    expect([answer.status < 300, answer.text]).toEqual([true, answer.text]);
    last = answer.position ?? last;
    return answer;
  };
  /** As fresh as the last write. */
  const read = async (path: string): Promise<Answer['body']> => {
    const answer = await app.get(`${BASE}${path}`, last === undefined ? {} : { 'ledger-min-position': last });
    expect([answer.status, answer.text]).toEqual([200, answer.text]);
    return answer.body;
  };
  const submit = async (month: string, rows: readonly string[]): Promise<string> => {
    const csv = ['ssn,name,wage,change,changeDate,reason', ...rows].join('\n');
    const sent = wrote(
      await app.post(`${BASE}/submissions?month=${month}`, csv, {
        'idempotency-key': `${month} ${bills.length}`,
      }),
    );
    const id = sent.body.id as string;
    await app.judged(id);
    bills.push(id);
    return id;
  };
  const row = (n: number, wage: string, change = ',,'): string =>
    `${personOf(n).ssn},${personOf(n).name},${wage},${change}`;
  const pay = async (amount: string, paidOn: string): Promise<Answer> => {
    const body = { amount, paidOn, reference: `bank ${paidOn}` };
    return wrote(await app.post(`${BASE}/payments`, body, { 'idempotency-key': paidOn }));
  };

  beforeAll(async () => {
    app = await startApp({ engine, clock });
    wrote(await app.post('/v1/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' }));
  });
  afterAll(() => app.close());

  it('is empty before anything happened, and nobody’s is not there', async () => {
    const nought = { credit: '0.00', outstanding: '0.00', lateFee: '0.00', billed: '0.00', arrears: [] };
    expect(await read('/account')).toMatchObject({ uscc: EMPLOYER, ...nought, freshness: { behind: 0 } });
    const nobody = '/v1/employers/91350100M000100Y43';
    const paths = [
      'account',
      'bills',
      'payments',
      'arrears',
      'entries',
      'insured?month=2025-07',
      'statements/2025-07',
    ];
    for (const path of paths) {
      const { status, body } = await app.get(`${nobody}/${path}`);
      expect([path, status, body.code]).toEqual([path, 404, 'employer-not-found']);
    }
  });

  it('refuses questions that are not well formed, and names the field', async () => {
    const refused = await Promise.all(
      [
        'bills?state=lost',
        'bills?limit=501',
        'bills?cursor=x',
        'payments?cursor=WyJhIiwiYiJd',
        'entries?from=2025-02-30',
        'entries?cursor=WyJhIiwiYiIsImMiXQ',
        'insured',
        'statements/2025-13',
      ].map((path) => app.get(`${BASE}/${path}`)),
    );
    expect(refused.map(({ status, body }) => [status, body.errors?.[0]?.field as string])).toEqual(
      ['state', 'limit', 'cursor', 'cursor', 'from', 'cursor', 'month', 'month'].map((field) => [400, field]),
    );
  });

  it('owes what was declared, by insurance and side', async () => {
    const july = await submit('2025-07', [row(1, '10000'), row(2, '10000')]);
    await until(async () => (await read('/bills')).items.length === 1);
    const account = { outstanding: '7232.00', billed: '7232.00', lateFee: '0.00', arrears: [] };
    expect(await read('/account')).toMatchObject(account);
    const { items } = await read('/bills?state=assessed&month=2025-07');
    expect(items).toMatchObject([{ bill: july, state: 'assessed', amount: '7232.00', dueOn: '2025-07-31' }]);
    expect(items[0].cells).toContainEqual({
      insurance: 'pension',
      side: 'employee',
      amount: '1600.00',
      paid: '0.00',
    });
    expect(await read('/insured?month=2025-07')).toMatchObject({
      persons: 2,
      insurances: ['injury', 'medical', 'pension', 'unemployment'].map((insurance) => ({
        insurance,
        persons: 2,
        base: '20000.00',
      })),
    });
  });

  it('tells what a part payment paid, and the late fee to the day on the rest', async () => {
    await pay('5000.00', '2025-07-20');
    clock.set('2025-08-10T02:00:00.000Z');
    const { body: july } = await app.get(`/v1/submissions/${bills[0] ?? ''}`);
    // 2232.00 for ten days at 0.05 %.
    expect(july).toMatchObject({
      state: 'part-paid',
      paid: '5000.00',
      outstanding: '2232.00',
      lateFee: '11.16',
      lateFeePaid: '0.00',
      due: '2243.16',
    });
    expect(await read('/arrears')).toMatchObject({
      items: [
        { month: '2025-07', principal: '2232.00', lateFee: '11.16', total: '2243.16', bills: [bills[0]] },
      ],
      next: null,
      estimates: [],
    });
    const [payment] = (await read('/payments')).items;
    expect(payment).toMatchObject({
      kind: 'money',
      amount: '5000.00',
      paidOn: '2025-07-20',
      reference: 'bank 2025-07-20',
      target: { kind: 'account' },
      principal: '5000.00',
      unapplied: '0.00',
      credited: true,
    });
    expect(payment.allocations[0].cells).toContainEqual({
      insurance: 'pension',
      side: 'employer',
      amount: '2900.00',
    });
  });

  it('keeps what is too much, and the next bill uses it', async () => {
    await pay('3000.00', '2025-08-10');
    expect(await read('/account')).toMatchObject({ credit: '756.84', outstanding: '0.00', lateFee: '0.00' });
    const august = await submit('2025-08', [row(1, '10000'), row(2, '', 'leave,2025-08-20,contract ended')]);
    await until(async () => (await read('/bills')).items.length === 2);
    expect(await read('/account')).toMatchObject({
      credit: '0.00',
      outstanding: '2859.16',
      billed: '10848.00',
      paid: '8000.00',
      lateFeePaid: '11.16',
      refunded: '0.00',
    });
    const first = await read('/bills?limit=1');
    const second = await read(`/bills?limit=1&cursor=${first.next as string}`);
    expect([first.items[0].state, second.items[0].bill, second.next]).toEqual(['paid', august, null]);
    const pages: unknown[] = [];
    for (let cursor = '', n = 0; n < 4; n++) {
      const page = await read(`/payments?limit=1${cursor}`);
      pages.push(page.items[0].kind);
      if (page.next === null) break;
      cursor = `&cursor=${page.next as string}`;
    }
    expect(pages).toEqual(['money', 'money', 'credit']);
  });

  it('gives its lines with what is left after each', async () => {
    const { items } = await read('/entries');
    const told = (items as { type: string; balance: string; creditAfter: string }[]).map(
      ({ type, balance, creditAfter }) => [type, balance, creditAfter],
    );
    expect(told).toEqual([
      ['BillIssued', '-7232.00', '0.00'],
      ['MoneyReceived', '-2232.00', '0.00'],
      ['MoneyReceived', '0.00', '0.00'],
      ['MoneyReceived', '756.84', '756.84'],
      ['BillIssued', '-2859.16', '756.84'],
      ['CreditUsed', '-2859.16', '0.00'],
    ]);
    const page = await read('/entries?from=2025-08-10&limit=2');
    const next = await read(`/entries?from=2025-08-10&limit=2&cursor=${page.next as string}`);
    expect(next.items.map(({ balance }: { balance: string }) => balance)).toEqual(['-2859.16', '-2859.16']);
  });

  it('makes a statement of a month', async () => {
    expect(await read('/statements/2025-07')).toMatchObject({
      heads: 2,
      joined: 2,
      left: 0,
      carriedIn: '0.00',
    });
    const august = await read('/statements/2025-08');
    expect(august).toMatchObject({
      uscc: EMPLOYER,
      month: '2025-08',
      heads: 1,
      joined: 0,
      left: 1,
      amount: '3616.00',
      paid: '756.84',
      outstanding: '2859.16',
      lateFee: '0.00',
      bills: [bills[1]],
      carriedIn: '2232.00',
      credit: '0.00',
    });
    expect(august.lines).toEqual([
      {
        insurance: 'injury',
        persons: 1,
        base: '10000.00',
        employer: side('16.00', '0.00', '16.00'),
        employee: side('0.00', '0.00', '0.00'),
      },
      {
        insurance: 'medical',
        persons: 1,
        base: '10000.00',
        employer: side('900.00', '0.00', '900.00'),
        employee: side('200.00', '0.00', '200.00'),
      },
      {
        insurance: 'pension',
        persons: 1,
        base: '10000.00',
        employer: side('1600.00', '0.00', '1600.00'),
        employee: side('800.00', '756.84', '43.16'),
      },
      {
        insurance: 'unemployment',
        persons: 1,
        base: '10000.00',
        employer: side('50.00', '0.00', '50.00'),
        employee: side('50.00', '0.00', '50.00'),
      },
    ]);
    const amounts = (august.payments as { amount: string }[]).map(({ amount }) => amount);
    expect(amounts).toEqual(['3000.00', '756.84']);
    clock.set('2025-10-20T02:00:00.000Z');
    expect(await read('/statements/2025-10')).toMatchObject({ heads: 0, lines: [], carriedIn: '2859.16' });
  });

  it('shows estimates apart, and nothing of a file that was withdrawn', async () => {
    wrote(await app.post(`${BASE}/estimates`, { month: '2025-09' }));
    const { items, estimates } = await read('/arrears');
    expect(items.map(({ month }: { month: string }) => month)).toEqual(['2025-08']);
    expect(estimates).toMatchObject([{ month: '2025-09', factor: '110', persons: 1, total: '3977.60' }]);
    const wrong = await submit('2025-10', [row(1, '20000')]);
    wrote(await app.post(`/v1/submissions/${wrong}/withdrawals`, { reason: 'wages of another month' }));
    const headers = { 'ledger-min-position': last ?? '0' };
    expect((await app.get(`/v1/submissions/${wrong}`, headers)).body).toMatchObject({
      state: 'withdrawn',
      withdrawalReason: 'wages of another month',
      outstanding: '0.00',
      lateFee: '0.00',
      bill: [],
      rows: { total: 1, accepted: 1, duplicate: 0, rejected: 0, pending: 0 },
    });
    await until(async () => (await read('/insured?month=2025-10')).persons === 0);
    expect((await read('/bills?state=withdrawn')).items.map(({ bill }: { bill: string }) => bill)).toEqual([
      wrong,
    ]);
    expect(await read('/account')).toMatchObject({ billed: '10848.00', outstanding: '2859.16' });
  });
});
