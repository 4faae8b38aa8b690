import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type Answer, type TestApp } from '../support/app.js';
import { ENGINES } from '../support/engines.js';
import { EMPLOYER, personOf } from '../support/roster.js';
import { until } from '../support/until.js';

/** By hand, a wage of 10000.00 in Shanghai: 3616.00, of which the employee owes 1050.00. */
const WHOLE = '3616.00';

describe.each(ENGINES)('the life of a file on %s', (engine) => {
  let app: TestApp;
  const clock = new FixedClock('2025-07-20T02:00:00.000Z' as Instant);
  beforeAll(async () => {
    app = await startApp({ engine, clock });
    await app.post('/v1/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' });
  });
  afterAll(() => app.close());

  const zh = { 'accept-language': 'zh-CN' };
  let keys = 0;
  const send = (
    rows: readonly (readonly [n: number, wage: string])[],
    query = 'month=2025-07',
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const lines = rows.map(([n, wage]) => `${personOf(n).ssn},${personOf(n).name},${wage}`);
    return app.post(
      `/v1/employers/${EMPLOYER}/submissions?${query}`,
      ['ssn,name,wage', ...lines].join('\n'),
      {
        'idempotency-key': `key-${(keys += 1)}`,
        ...headers,
      },
    );
  };
  const judged = async (sent: Answer): Promise<Answer['body']> => {
    expect([sent.status, sent.text]).toEqual([202, sent.text]);
    const id = sent.body.id as string;
    await app.judged(id);
    return (await app.get(`/v1/submissions/${id}`)).body;
  };
  const withdraw = (id: string, body: object = { reason: '月份有误' }): Promise<Answer> =>
    app.post(`/v1/submissions/${id}/withdrawals`, body);
  const linesOf = async (n: number): Promise<readonly { submission: string; state: string }[]> => {
    const { body } = await app.post('/v1/individuals/locate', { number: personOf(n).ssn });
    return (await app.get(`/v1/individuals/${body.id}/contributions`)).body.items;
  };
  const codesOf = ({ body }: Answer): unknown =>
    (body.errors as readonly { field: string; code: string }[]).map(({ field, code }) => `${field} ${code}`);

  describe('withdrawn', () => {
    it('takes back what it assessed, once; its rows can be sent again', async () => {
      const { id, amounts } = await judged(await send([[1, '10000.00']]));
      expect(amounts.total).toBe(WHOLE);
      const first = await withdraw(id);
      expect([first.status, first.body]).toEqual([201, { id, state: 'withdrawn' }]);
      const again = await withdraw(id, { reason: 'once more' });
      expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([
        200,
        first.body,
        'true',
      ]);
      const read = await app.get(`/v1/submissions/${id}`, { 'ledger-min-position': first.position ?? '' });
      expect(read.body).toMatchObject({ state: 'withdrawn' });
      const next = await judged(await send([[1, '12000.00']]));
      expect(next).toMatchObject({ state: 'assessed', rows: { accepted: 1 } });
      const paid = await app.post(
        `/v1/submissions/${id}/payments`,
        { amount: '1.00', paidOn: '2025-07-20', reference: 'r' },
        { 'idempotency-key': 'pay' },
      );
      expect([paid.status, paid.body.code]).toEqual([409, 'submission-withdrawn']);
      const lines = await linesOf(1);
      expect(lines).toHaveLength(8);
      for (const { submission, state } of lines)
        expect(state).toBe(submission === id ? 'reversed' : 'assessed');
      expect((await app.get('/v1/audit/trial-balance')).body.total).toBe('0.00');
    });

    it('is refused for what is not there, and for a reason that says nothing', async () => {
      const lost = await withdraw('none');
      expect([lost.status, lost.body.code]).toEqual([404, 'submission-not-found']);
      for (const reason of ['', '  ', 'x'.repeat(201), 1])
        expect((await withdraw('none', { reason })).status).toBe(400);
    });

    it('is refused when money came for it', async () => {
      const { id } = await judged(await send([[2, '10000.00']]));
      const paid = await app.post(
        `/v1/submissions/${id}/payments`,
        { amount: '1.00', paidOn: '2025-07-20', reference: 'one' },
        { 'idempotency-key': 'one' },
      );
      expect(paid.status).toBe(201);
      const refused = await withdraw(id);
      expect([refused.status, refused.body.code]).toEqual([409, 'submission-part-paid']);
    });
  });

  describe('sent to be taken whole or not at all', () => {
    it('is refused with its bad rows, in the language asked for, and nothing is taken', async () => {
      const rows = [
        [3, '10000.00'],
        [4, '-1'],
        [3, '10000.00'],
      ] as const;
      const refused = await send(rows, 'month=2025-07&atomic=true', { ...zh, 'idempotency-key': 'whole' });
      expect([refused.status, refused.body.code, codesOf(refused)]).toEqual([
        422,
        'file-refused',
        ['rows[3].wage wage-invalid', 'rows[4].ssn duplicate-in-file'],
      ]);
      expect(refused.body.errors[1].message).toBe('该人员在本文件中重复出现');
      expect(refused.body.rows).toEqual({ total: 3, accepted: 1, duplicate: 0, rejected: 2, pending: 0 });
      const nobody = await app.post('/v1/individuals/locate', { number: personOf(3).ssn });
      expect(nobody.status).toBe(404);
      // The refusal did not use up the key.
      const mended = await send([[3, '10000.00']], 'month=2025-07&atomic=true', {
        'idempotency-key': 'whole',
      });
      expect(await judged(mended)).toMatchObject({ state: 'assessed', rows: { accepted: 1, rejected: 0 } });
    });

    it('names the first hundred of very many', async () => {
      const rows = Array.from({ length: 130 }, (_unused, i) => [100 + i, 'x'] as const);
      const refused = await send(rows, 'month=2025-07&atomic=true');
      expect([refused.body.errors.length, refused.body.rows.rejected]).toEqual([100, 130]);
    });
  });

  describe('of a kind', () => {
    it('a base change alters what stands; in another file the row is told to be one', async () => {
      await judged(await send([[5, '10000.00']]));
      const plain = await send([[5, '11000.00']]);
      await judged(plain);
      const { body } = await app.get(`/v1/submissions/${plain.body.id}/rows`);
      expect(body.items).toMatchObject([{ verdict: 'rejected', code: 'needs-base-change', field: 'wage' }]);
      const change = await judged(await send([[5, '11000.00']], 'month=2025-07&kind=base-change'));
      expect(change).toMatchObject({
        state: 'assessed',
        rows: { accepted: 1 },
        amounts: { total: '361.60' },
      });
      const refused = await withdraw(change.id);
      expect([refused.status, refused.body.code]).toEqual([409, 'not-withdrawable']);
    });

    it('a month long past needs papers, which are part of what the key stands for', async () => {
      const bare = await send([[6, '10000.00']], 'month=2021-03&kind=back');
      expect([bare.status, bare.body.code, bare.body.since]).toEqual([
        422,
        'evidence-required',
        expect.stringMatching(/^\d{4}-\d\d$/),
      ]);
      const evidence = encodeURIComponent('劳监令〔2025〕12号');
      const query = `month=${bare.body.since}&kind=back&evidence=${evidence}`;
      const sent = await send([[6, '10000.00']], query, { 'idempotency-key': 'back' });
      expect((await judged(sent)).rows).toMatchObject({ accepted: 1 });
      const other = await send([[6, '10000.00']], `month=${bare.body.since}&kind=back`, {
        'idempotency-key': 'back',
      });
      expect([other.status, other.body.code, other.body.differs]).toEqual([
        422,
        'idempotency-key-reused',
        ['evidence'],
      ]);
    });

    it('is refused when the query says something else', async () => {
      const bad = await send([[7, '1']], 'month=2025-07&kind=other&atomic=yes&evidence=');
      expect([bad.status, codesOf(bad)]).toEqual([
        400,
        ['kind not-allowed', 'atomic not-allowed', 'evidence malformed'],
      ]);
    });
  });

  it('tells who comes back what is new, and at the end that it is the end', async () => {
    const sent = await send([[8, '10000.00']]);
    const { id } = await judged(sent);
    const told = async (last?: string): Promise<readonly string[]> => {
      const headers: Record<string, string> = last === undefined ? {} : { 'last-event-id': last };
      const text = (await app.get(`/v1/submissions/${id}/progress`, headers)).text;
      return text
        .split('\n\n')
        .filter(Boolean)
        .map((event) => event.split('\n').slice(0, 2).join(' '));
    };
    expect(await told()).toEqual(['id: 1.assessed event: progress', 'id: 1.assessed.done event: done']);
    expect(await told('0.posting')).toHaveLength(2);
    for (const last of ['1.assessed', '1.assessed.done'])
      expect(await told(last)).toEqual(['id: 1.assessed.done event: done']);
    await withdraw(id);
    await until(async () => ((await told('1.assessed.done')).length === 2 ? true : undefined));
  });
});
