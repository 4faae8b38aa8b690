import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type Answer, type TestApp } from '../support/app.js';
import { reversed } from '../support/corrections.js';
import { EMPLOYER, personOf, toCsv } from '../support/roster.js';

/** 8 % of the wage goes to the pension account: 880.00, 960.00 and 1040.00 a month. */
const PEOPLE = [1, 2, 3].map((n) => ({ ...personOf(n), wage: `${10_000 + n * 1_000}.00` }));
const MONTHS = ['2024-11', '2024-12', '2025-01'] as const;

describe('the yearly interest run over HTTP', () => {
  const clock = new FixedClock('2024-11-10T02:00:00.000Z' as Instant);
  let app: TestApp;
  let ids: readonly string[];
  beforeAll(async () => {
    app = await startApp({ clock });
    const employer = { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' };
    expect((await app.post('/v1/employers', employer)).status).toBe(201);
    for (const month of MONTHS) await contribute(month);
    ids = await Promise.all(
      PEOPLE.map(
        async ({ ssn }) => (await app.post('/v1/individuals/locate', { number: ssn })).body.id as string,
      ),
    );
  });
  afterAll(() => app.close());

  /** Handed in and paid on the tenth of the month. */
  const contribute = async (month: string): Promise<void> => {
    clock.set(`${month}-10T02:00:00.000Z`);
    const path = `/v1/employers/${EMPLOYER}/submissions?month=${month}`;
    const sent = await app.post(path, toCsv(PEOPLE), { 'idempotency-key': month });
    expect(sent.status).toBe(202);
    await app.judged(sent.body.id);
    const { body } = await app.get(`/v1/submissions/${sent.body.id}`);
    const amount = { amount: body.outstanding, paidOn: `${month}-10`, reference: month };
    const paid = await app.post(`/v1/submissions/${sent.body.id}/payments`, amount, {
      'idempotency-key': 'p',
    });
    expect([paid.status, paid.text]).toEqual([201, expect.anything()]);
  };
  const run = (body: object, headers: Record<string, string> = {}): Promise<Answer> =>
    app.post('/v1/interest-runs', body, headers);
  const finished = async (id: string): Promise<Answer['body']> => {
    for (;;) {
      const { body } = await app.get(`/v1/interest-runs/${id}`);
      if (body.state === 'finished' || body.parked !== undefined) return body;
    }
  };
  const pensionOf = async (id = '', query = ''): Promise<string> => {
    const { body } = await app.get(`/v1/individuals/${id}/balances${query}`);
    return body.accounts.find(({ account }: { account: string }) => account === 'pension')?.balance;
  };
  const trialBalance = async (): Promise<unknown> => (await app.get('/v1/audit/trial-balance')).body.total;

  it('refuses a year that is not over, and one without a rate, with the years it has', async () => {
    clock.set('2025-01-20T02:00:00.000Z');
    const early = await run({ year: 2025 });
    expect([early.status, early.body.code]).toEqual([422, 'year-not-over']);
    const unknown = await run({ year: 2015 });
    expect([unknown.status, unknown.body.code]).toEqual([422, 'policy-missing']);
    expect(unknown.body.known).toEqual(expect.arrayContaining([{ from: '2024-01', to: '2024-12' }]));
    const fields = ({ body }: Answer): unknown => body.errors.map(({ field }: { field: string }) => field);
    expect(fields(await run({ year: 2024, provisional: true }))).toEqual(['rate', 'source']);
    expect(fields(await run({ year: 2024, rate: '2.60' }))).toEqual(['provisional']);
    expect(fields(await run({ year: 'x', rate: 2, method: 'none' }))).toEqual(
      expect.arrayContaining(['year', 'rate', 'method']),
    );
    const nowhere = await app.get('/v1/interest-runs/6f1c0b7e-0000-5000-8000-000000000001');
    expect([nowhere.status, nowhere.body.code]).toEqual([404, 'interest-run-not-found']);
  });

  it('credits a provisional rate by months of value', async () => {
    const body = { year: 2024, provisional: true, rate: '2.60', source: 'rate of the year before' };
    const started = await run(body);
    expect([started.status, started.body.state]).toEqual([202, 'running']);
    // 880 x (2 + 1) x 2.60 % / 12 = 5.72; 6.24 and 6.76 for the others
    expect(await finished(started.body.id)).toMatchObject({
      provisional: true,
      counts: { total: 3, credited: 3, unchanged: 0, failed: 0 },
      amount: '18.72',
    });
    expect(await pensionOf(ids[0])).toBe('2645.72');
    expect(await pensionOf(ids[0], '?asOf=2024-12-31')).toBe('1765.72');
    expect(await pensionOf(ids[0], '?asOf=2024-12-30')).toBe('1760.00');
    expect(await trialBalance()).toBe('0.00');
    const again = await run(body);
    expect([again.status, again.body]).toEqual([200, { id: started.body.id, state: 'finished' }]);
  });

  it('restates the difference by the rate that was published', async () => {
    const started = await run({ year: 2024 });
    // 5.76 - 5.72, 6.29 - 6.24, 6.81 - 6.76
    expect(await finished(started.body.id)).toMatchObject({
      rate: '2.62',
      provisional: false,
      counts: { credited: 3 },
      amount: '0.14',
    });
    expect(await pensionOf(ids[0])).toBe('2645.76');
    const { body } = await app.get(`/v1/audit/individuals/${ids[0]}/history?limit=200`);
    const interest = body.items.filter(({ type }: { type: string }) => type === 'InterestCredited');
    expect(interest.map(({ effects }: { effects: unknown }) => effects)).toEqual([
      [{ account: 'pension', delta: '5.72', balance: '2645.72' }],
      [{ account: 'pension', delta: '0.04', balance: '2645.76' }],
    ]);
    expect(interest[1].why.formula).toContain('2.62%');
    const close = body.items.find(({ type }: { type: string }) => type === 'YearClosed');
    expect(JSON.stringify(close)).not.toContain(PEOPLE[0]?.ssn);
    expect(close.data.carried.registration.sealed.ssn).toContain('*');
  });

  it('goes on from the close: a closed month taken back, the next month, the next year', async () => {
    clock.set('2025-02-05T02:00:00.000Z');
    await reversed(app, ids[0] ?? '', '2024-11');
    await contribute('2025-02');
    expect(await pensionOf(ids[0])).toBe('2645.76');
    clock.set('2026-01-10T02:00:00.000Z');
    const started = await run({ year: 2025 });
    expect(await finished(started.body.id)).toMatchObject({
      rate: '1.5',
      counts: { credited: 3, failed: 0 },
    });
    // 1765.76 x 1.5 % = 26.49; 880 x 12 x 1.5 % / 12 = 13.20; February's 880 are those taken back
    expect(await pensionOf(ids[0])).toBe('2685.45');
    expect(await trialBalance()).toBe('0.00');
  });
});
