import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type TestApp } from '../support/app.js';
import { ENGINES } from '../support/engines.js';
import { EMPLOYER, peopleOf, toCsv } from '../support/roster.js';
import { until } from '../support/until.js';

const NAME = '欧阳不在日志里';
const BAD_NUMBER = '310101199003070418';
const OLD_NUMBER = '310101900307041';
const json = { 'content-type': 'application/json' };

describe.each(ENGINES)('on %s', (engine) => {
  const people = peopleOf(20);
  const [payer] = people;
  const lines: string[] = [];
  let app: TestApp;

  /** A run of digits as long as a citizen number, old or new. UUIDs and hashes have letters in between. */
  const LONG_NUMBER = /(?<![0-9a-f-])\d{15}(?:\d{2}[\dXx])?(?![0-9a-f-])/;
  const personalIn = (line: string): boolean =>
    LONG_NUMBER.test(line) ||
    [NAME, ...people.flatMap(({ ssn, name }) => [ssn, name])].some((text) => line.includes(text));

  beforeAll(async () => {
    app = await startApp({
      engine,
      logLevel: 'trace',
      onLog: (line) => lines.push(line),
      clock: new FixedClock('2025-07-12T04:00:00.000Z' as Instant),
    });
  });
  afterAll(() => app.close());

  const submit = async (): Promise<string> => {
    const url = `/v1/employers/${EMPLOYER}/submissions?month=2025-07`;
    const rows = toCsv([
      ...people,
      { ssn: BAD_NUMBER, name: NAME, wage: '1.00' },
      { ...people[0]!, name: NAME },
    ]);
    const taken = await app.post(url, rows, { 'idempotency-key': 'july' });
    expect(taken.status).toBe(202);
    const id: string = taken.body.id;
    await until(async () => {
      const { body } = await app.get(`/v1/submissions/${id}`);
      return body.state === 'assessed' ? true : undefined;
    });
    return id;
  };

  describe('the logs of a whole day at the finest level', () => {
    it('are written while people are registered, paid for, and spend', async () => {
      expect(payer).toBeDefined();
      await app.post('/v1/employers', { uscc: EMPLOYER, name: NAME, region: 'shanghai' });
      const registered = await app.post('/v1/individuals', {
        ssn: payer!.ssn,
        name: payer!.name,
        region: 'shanghai',
      });
      expect(registered.status).toBe(201);
      const id = await submit();
      await app.get(`/v1/submissions/${id}/rows`);
      await app.get(`/v1/submissions/${id}/errors.csv`);
      const { outstanding } = (await app.get(`/v1/submissions/${id}`)).body;
      const payment = { amount: outstanding, paidOn: '2025-07-11', reference: 'R1' };
      const paid = await app.post(`/v1/submissions/${id}/payments`, payment, { 'idempotency-key': 'pay' });
      expect([paid.status, paid.body]).toEqual([201, expect.objectContaining({ state: 'paid' })]);
      const settlement = {
        ssn: payer!.ssn,
        institution: 'P31010400123',
        institutionSerial: '1',
        kind: 'pharmacy',
        occurredAt: '2025-07-12T02:00:00Z',
        total: '10.00',
        ownExpense: '0.00',
        inScope: '10.00',
        fundPaid: '0.00',
      };
      const settled = await app.post('/v1/settlements', settlement, { 'idempotency-key': 's1' });
      expect(settled.status).toBe(201);
      expect(
        (await app.post('/v1/individuals/locate', { number: payer!.ssn, name: payer!.name })).status,
      ).toBe(200);
    });

    it('and while clients send what they should not', async () => {
      const { ssn } = payer!;
      const answers = [
        await app.post('/v1/individuals', { ssn: BAD_NUMBER, name: NAME, region: 'nowhere', [ssn]: 1 }),
        await app.post('/v1/individuals', { ssn, name: NAME, region: 'shanghai' }),
        await app.post('/v1/individuals', `{"ssn":"${ssn}","name":"${NAME}`, json),
        await app.post('/v1/individuals/locate', { number: OLD_NUMBER, name: NAME }),
        await app.post('/v1/settlements', { ssn, institution: NAME, total: Number('1e3') }),
        await app.post(`/v1/employers/${EMPLOYER}/submissions?month=2025-07`, `${ssn},${NAME}\n`, {
          'idempotency-key': ssn,
        }),
        await app.get(`/v1/individuals/${ssn}`, {
          'x-correlation-id': ssn,
          'user-agent': ssn,
          cookie: ssn,
          referer: ssn,
        }),
        await app.get(`/v1/${ssn}/${encodeURIComponent(NAME)}?name=${encodeURIComponent(NAME)}&ssn=${ssn}`),
        await app.get(`/v1/${ssn}%zz`),
      ];
      expect(answers.map(({ status }) => status >= 400 && status < 500)).toEqual(answers.map(() => true));
      expect(answers.filter(({ text }) => personalIn(text)).map(({ text }) => text)).toEqual([]);
    });

    it('tell what was done', () => {
      const routes = lines.flatMap((line) => (JSON.parse(line) as { route?: string }).route ?? []);
      expect(routes).toEqual(
        expect.arrayContaining([
          '/v1/individuals',
          '/v1/settlements',
          '/v1/submissions/:id/payments',
          '/v1/individuals/:id',
        ]),
      );
    });

    it('hold no number and no name of a person', () => {
      expect(lines.filter(personalIn)).toEqual([]);
    });

    it('would have shown them', () => {
      expect(
        [payer!.ssn, payer!.name, OLD_NUMBER, NAME].map((text) => personalIn(`{"msg":"x ${text} y"}`)),
      ).toEqual([true, true, true, true]);
    });
  });
});
