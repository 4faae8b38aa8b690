import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/calendar.js';
import { fromYuan, subtract, toYuan } from '../../src/kernel/money.js';
import { FixedClock, startApp, type TestApp } from '../support/app.js';
import { ENGINES } from '../support/engines.js';
import { EMPLOYER, personOf } from '../support/roster.js';

type Line = Readonly<{ insurance: string; state: string; paidOn: string | null }>;
const key = (text: string) => ({ 'idempotency-key': text });
const row = { ssn: personOf(0).ssn, name: personOf(0).name, wage: '15000.55' };

describe.each(ENGINES)('a month that is paid in parts, on %s', (engine) => {
  let app: TestApp;
  let id: string;
  let submission: string;
  const clock = new FixedClock('2025-08-01T02:00:00.000Z' as Instant);

  beforeAll(async () => {
    app = await startApp({ engine, clock });
    await app.post('/v1/employers', {
      uscc: EMPLOYER,
      name: 'Works',
      region: 'shanghai',
      injuryRate: '0.2',
    });
    const path = `/v1/employers/${EMPLOYER}/submissions`;
    submission = (await app.post(path, { month: '2025-07', rows: [row] }, key('july'))).body.id;
    await app.judged(submission);
    id = (await app.post('/v1/individuals/locate', { number: row.ssn })).body.id;
  });
  afterAll(() => app.close());

  const pay = async (amount: string, paidOn: string): Promise<string> => {
    const payment = { amount, paidOn, reference: `bank-${paidOn}` };
    const { status, position } = await app.post(
      `/v1/submissions/${submission}/payments`,
      payment,
      key(paidOn),
    );
    expect(status).toBe(201);
    return position ?? '0';
  };
  const linesAfter = async (position: string): Promise<readonly string[]> => {
    const path = `/v1/individuals/${id}/contributions`;
    const { items } = (await app.get(path, { 'ledger-min-position': position })).body;
    return (items as readonly Line[]).map(
      ({ insurance, state, paidOn }) => `${insurance} ${state} ${paidOn}`,
    );
  };
  const balances = async (query = '') => {
    const { accounts, months } = (await app.get(`/v1/individuals/${id}/balances${query}`)).body;
    return [
      ...accounts.map(({ balance }: { balance: string }) => balance),
      (months as readonly unknown[]).length,
    ];
  };
  const total = async () => (await app.get('/v1/audit/trial-balance')).body.total as string;

  it('is part-paid once its employees’ sides are, which the accounts have at once', async () => {
    const { amounts } = (await app.get(`/v1/submissions/${submission}`)).body;
    const position = await pay(amounts.employee, '2025-07-15');
    expect(await linesAfter(position)).toEqual([
      'injury assessed null',
      'medical part-paid null',
      'pension part-paid null',
      'unemployment part-paid null',
    ]);
    expect(await balances()).toEqual(['1200.04', '300.01', 0]);
    expect(await total()).toBe('0.00');
  });

  it('counts for an insurance from the day on which both its sides are paid', async () => {
    const { amounts } = (await app.get(`/v1/submissions/${submission}`)).body;
    const pension = '2400.09';
    clock.set('2025-08-20T02:00:00.000Z');
    const first = await pay(pension, '2025-07-31');
    expect(await linesAfter(first)).toEqual([
      'injury assessed null',
      'medical part-paid null',
      'pension paid 2025-07-31',
      'unemployment part-paid null',
    ]);
    const rest = subtract(fromYuan(amounts.employer), fromYuan(pension));
    await pay(toYuan(rest), '2025-08-05');
    expect(await balances()).toEqual(['1200.04', '300.01', 4]);
    expect(await balances('?asOf=2025-07-14')).toEqual(['0.00', '0.00', 0]);
    expect(await balances('?asOf=2025-07-30')).toEqual(['1200.04', '300.01', 0]);
    expect(await balances('?asOf=2025-07-31')).toEqual(['1200.04', '300.01', 1]);
    expect(await balances('?asOf=2025-08-05')).toEqual(['1200.04', '300.01', 4]);
    expect(await balances('?knownAt=2025-08-19')).toEqual(['1200.04', '300.01', 0]);
    expect(await total()).toBe('0.00');
  });

  it('is explained payment by payment to an auditor', async () => {
    const { items } = (await app.get(`/v1/audit/individuals/${id}/history`)).body;
    type Item = { type: string; data: { complete: readonly string[] }; why: { rule: string } | null };
    const paid = (items as readonly Item[]).filter(({ type }) => type === 'ContributionPaid');
    expect(paid.map(({ data, why }) => [data.complete.toSorted(), why?.rule])).toEqual([
      [[], 'shanghai/2025-07'],
      [['pension'], 'shanghai/2025-07'],
      [['injury', 'medical', 'unemployment'], 'shanghai/2025-07'],
    ]);
  });

  it('ends the cover of the person the day after the last', async () => {
    const leaves = {
      insurance: ['pension'],
      employer: EMPLOYER,
      until: '2025-08-31',
      reason: 'contract ended',
    };
    const left = await app.post(`/v1/individuals/${id}/coverage`, leaves);
    expect(left.status).toBe(201);
    const pension = async (): Promise<unknown> => {
      const { coverage } = (
        await app.get(`/v1/individuals/${id}`, { 'ledger-min-position': left.position ?? '0' })
      ).body;
      return (coverage as readonly Line[]).find(({ insurance }) => insurance === 'pension');
    };
    const cover = { insurance: 'pension', employer: EMPLOYER, since: '2025-07-01', until: '2025-08-31' };
    expect(await pension()).toEqual({ ...cover, state: 'paying' });
    clock.set('2025-09-01T02:00:00.000Z');
    expect(await pension()).toEqual({ ...cover, state: 'ended' });
  });
});
