import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FixedClock, startApp, type TestApp } from '../support/app.js';
import { ENGINES } from '../support/engines.js';
import type { Instant } from '../../src/kernel/calendar.js';
import { until } from '../support/until.js';

const USCC = '91310000717854505W';
const SSN = '11010519491231002X';
const person = { ssn: '110105198001010010', name: '张三' };
describe.each(ENGINES)('on %s', (engine) => {
  let app: TestApp;
  let id: string;
  let settlement: string;

  const checkDigit = (first17: string): string => {
    const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    return '10X98765432'[weights.reduce((sum, weight, i) => sum + Number(first17[i]) * weight, 0) % 11] ?? '';
  };
  const key = (text: string) => ({ 'idempotency-key': text });

  beforeAll(async () => {
    person.ssn = `11010519800101001${checkDigit('11010519800101001')}`;
    app = await startApp({ engine, clock: new FixedClock('2025-08-10T02:00:00.000Z' as Instant) });
    const employer = await app.post('/v1/employers', {
      uscc: USCC,
      name: 'Works',
      region: 'shanghai',
      injuryRate: '0.2',
    });
    expect(employer.status).toBe(201);
    const rows = [{ ...person, wage: '15000.55' }];
    const submitted = await app.post(
      `/v1/employers/${USCC}/submissions`,
      { month: '2025-07', rows },
      key('july'),
    );
    const submission = submitted.body.id as string;
    await until(
      async () => (await app.get(`/v1/submissions/${submission}`)).body.state === 'assessed' || undefined,
    );
    const { amounts } = (await app.get(`/v1/submissions/${submission}`)).body;
    const payment = { amount: amounts.total, paidOn: '2025-07-31', reference: 'bank-1' };
    const paid = await app.post(`/v1/submissions/${submission}/payments`, payment, key('pay'));
    expect(paid.status).toBe(201);
    await until(
      async () => (await app.get(`/v1/submissions/${submission}`)).body.state === 'paid' || undefined,
    );
    id = (await app.post('/v1/individuals/locate', { number: person.ssn })).body.id;
    const claim = {
      id,
      institution: 'P001',
      institutionSerial: '1',
      kind: 'pharmacy',
      occurredAt: '2025-08-10T01:00:00.000Z',
      total: '100.00',
      ownExpense: '0.00',
      inScope: '100.00',
      fundPaid: '0.00',
    };
    const settled = await app.post('/v1/settlements', claim, key('till'));
    settlement = settled.body.settlementId;
    await app.get(`/v1/individuals/${id}`, { 'ledger-min-position': settled.position ?? '0' });
  });
  afterAll(() => app.close());

  describe('locating', () => {
    it('tells the id, and whether the name matches', async () => {
      const located = await app.post('/v1/individuals/locate', {
        number: ` ${person.ssn} `,
        name: person.name,
      });
      expect([located.status, located.body]).toEqual([200, { id, via: 'current', nameMatches: true }]);
      const other = await app.post('/v1/individuals/locate', { number: person.ssn, name: '李四' });
      expect(other.body.nameMatches).toBe(false);
    });

    it('is 404 for one who is not registered, 400 with every problem of a bad number', async () => {
      expect((await app.post('/v1/individuals/locate', { number: SSN })).body.code).toBe(
        'individual-not-found',
      );
      const bad = await app.post('/v1/individuals/locate', { number: '990105194902310021' });
      expect([bad.status, bad.body.code]).toEqual([400, 'ssn-invalid']);
      expect(bad.body.errors.map(({ code }: { code: string }) => code)).toEqual([
        'ssn-province',
        'ssn-birth-date',
        'ssn-check-digit',
      ]);
      expect(bad.text).not.toContain('19490231');
    });
  });

  describe('a person', () => {
    it('is shown masked, with who covers each insurance', async () => {
      const { body, text } = await app.get(`/v1/individuals/${id}`);
      expect(body).toMatchObject({ id, name: '张*', region: 'shanghai', freshness: { behind: 0 } });
      expect(body.coverage).toContainEqual({
        insurance: 'pension',
        state: 'paying',
        employer: USCC,
        since: '2025-07-01',
        until: null,
      });
      expect(text).not.toContain(person.ssn);
      expect((await app.get(`/v1/individuals/${'a'.repeat(26)}`)).status).toBe(404);
    });

    it('has balances now, and as of a day as known at another', async () => {
      const { body } = await app.get(`/v1/individuals/${id}/balances`);
      expect(body.accounts).toEqual([
        { account: 'pension', balance: '1200.04' },
        { account: 'medical', balance: '200.01' },
      ]);
      expect(body.months).toContainEqual({ insurance: 'pension', paid: 1, gaps: [] });
      const balancesAt = async (query: string) =>
        (await app.get(`/v1/individuals/${id}/balances?${query}`)).body.accounts.map(
          ({ balance }: { balance: string }) => balance,
        );
      expect(await balancesAt('asOf=2025-07-31')).toEqual(['1200.04', '300.01']);
      expect(await balancesAt('asOf=2025-07-30')).toEqual(['0.00', '0.00']);
      expect(await balancesAt('knownAt=2025-08-09')).toEqual(['0.00', '0.00']);
      expect(await balancesAt('asOf=2025-08-10&knownAt=2025-08-10T02:00:00Z')).toEqual(['1200.04', '200.01']);
      const bad = await app.get(`/v1/individuals/${id}/balances?asOf=2025-02-30&knownAt=x`);
      expect(bad.body.errors.map(({ field }: { field: string }) => field)).toEqual(['asOf', 'knownAt']);
    });

    it('has month lines and account lines, page by page', async () => {
      const first = (await app.get(`/v1/individuals/${id}/contributions?limit=1`)).body;
      expect(first.items).toHaveLength(1);
      const rest = (await app.get(`/v1/individuals/${id}/contributions?from=2025-07&cursor=${first.next}`))
        .body;
      expect(rest.next).toBeNull();
      expect([...first.items, ...rest.items]).toContainEqual(
        expect.objectContaining({
          month: '2025-07',
          insurance: 'pension',
          wage: '15000.55',
          state: 'paid',
          paidOn: '2025-07-31',
        }),
      );
      const { items } = (await app.get(`/v1/individuals/${id}/entries?account=medical`)).body;
      expect(items.map(({ delta, balance }: Record<string, string>) => [delta, balance])).toEqual([
        ['300.01', '300.01'],
        ['-100.00', '200.01'],
      ]);
      expect(items[1].reference).toBe(settlement);
      expect((await app.get(`/v1/individuals/${id}/entries?cursor=x`)).status).toBe(400);
    });
  });

  describe('an auditor', () => {
    it('reads a life explained, whole or in pages, and as CSV', async () => {
      const { body } = await app.get(`/v1/audit/individuals/${id}/history`);
      const types = body.items.map(({ type }: { type: string }) => type);
      expect(types.filter((type: string) => type !== 'CoverageStarted')).toEqual([
        'IndividualRegistered',
        'ContributionAssessed',
        'ContributionPaid',
        'CardSettled',
      ]);
      const assessed = body.items.find(({ type }: { type: string }) => type === 'ContributionAssessed');
      expect(assessed.why.formula).toContain('15000.55 x 8% = 1200.04');
      expect(assessed.why.formula).toContain('15000.55 x 0.2% = 30.00');
      const page = (await app.get(`/v1/audit/individuals/${id}/history?limit=2`)).body;
      expect([page.items.length, page.next]).toEqual([2, '1']);
      const csv = await app.get(`/v1/audit/individuals/${id}/history`, { accept: 'text/csv' });
      expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
      expect(csv.text.trimEnd().split('\r\n')).toHaveLength(1 + Number(body.items.length));
      expect((await app.get(`/v1/audit/individuals/${'a'.repeat(26)}/history`)).status).toBe(404);
    });

    it('finds the book at nought and the log whole', async () => {
      const { body } = await app.get('/v1/audit/trial-balance');
      expect(body.total).toBe('0.00');
      expect(body.accounts).toContainEqual({ account: 'account:medical', debit: '100.00', credit: '300.01' });
      expect((await app.get('/v1/audit/trial-balance?asOf=2025-06-30')).body).toMatchObject({
        accounts: [],
        total: '0.00',
      });
      const started = await app.post('/v1/audit/verifications', {});
      expect(started.status).toBe(202);
      const run = await until(async () => {
        const answer = await app.get(`/v1/audit/verifications/${started.body.id}`);
        return answer.body.state === 'running' ? undefined : answer.body;
      });
      expect(run).toMatchObject({ state: 'done', whole: true });
    });
  });
});
