import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RowAnswer, SubmissionAnswer } from '../../src/employer/submission.dto.js';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type Answer, type TestApp } from '../support/app.js';
import { ENGINES, type EngineName } from '../support/engines.js';
import { EMPLOYER, peopleOf, personOf, toCsv } from '../support/roster.js';

/** More than one run of rows is judged, so that there is progress to tell; every row is a call to the second engine. */
const PEOPLE_BY: Readonly<Record<EngineName, number>> = { sqlite: 1_200, eventstoredb: 520 };

describe.each(ENGINES)('on %s', (engine) => {
  const PEOPLE = PEOPLE_BY[engine];
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ engine, clock: new FixedClock('2025-08-10T02:00:00.000Z' as Instant) });
    expect((await register()).status).toBe(201);
  });
  afterAll(() => app.close());

  const employer = { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' };
  const register = (changes: object = {}, headers: Record<string, string> = {}): Promise<Answer> =>
    app.post('/v1/employers', { ...employer, ...changes }, headers);
  const zh = { 'accept-language': 'zh-CN' };

  type Sending = Readonly<{ uscc?: string; query?: string; key?: string; headers?: Record<string, string> }>;
  let keys = 0;
  const submit = (
    body: string | object,
    { uscc = EMPLOYER, query = '?month=2025-07', key = `key-${(keys += 1)}`, headers = {} }: Sending = {},
  ): Promise<Answer> =>
    app.post(`/v1/employers/${uscc}/submissions${query}`, body, { 'idempotency-key': key, ...headers });
  const submissionOf = async (id: string): Promise<SubmissionAnswer> =>
    (await app.get(`/v1/submissions/${id}`)).body as SubmissionAnswer;
  const assessed = async (id: string): Promise<SubmissionAnswer> => {
    await app.judged(id);
    return submissionOf(id);
  };
  const pay = (id: string, body: object, key = 'pay'): Promise<Answer> =>
    app.post(`/v1/submissions/${id}/payments`, body, { 'idempotency-key': key });
  const codesOf = ({ body }: Answer): unknown =>
    (body.errors as readonly { field: string; code: string }[]).map(({ field, code }) => `${field} ${code}`);

  describe('employers', () => {
    it('the same again changes nothing', async () => {
      const again = await register();
      expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
      expect(again.body).toEqual({ ...employer, injuryRate: expect.stringMatching(/^\d/) });
      expect((await app.get(`/v1/employers/${EMPLOYER}`)).body).toEqual(again.body);
    });
    it('other content is a conflict that says what differs', async () => {
      const other = await register({ name: '别厂', injuryRate: '1.9' });
      expect([other.status, other.body.code, other.body.differs]).toEqual([
        409,
        'employer-conflict',
        ['name', 'injuryRate'],
      ]);
    });
    it('every bad field is named, the code with all its problems', async () => {
      const bad = await register({ uscc: '91310000MA1FL0000A', name: ' ', injuryRate: 1, extra: 1 }, zh);
      expect(bad.status).toBe(400);
      expect(codesOf(bad)).toEqual(
        expect.arrayContaining([
          'uscc uscc-organisation-check',
          'uscc uscc-check-digit',
          'injuryRate rate-malformed',
          'extra unknown-field',
        ]),
      );
      expect(bad.text).not.toContain('91310000MA1FL0000A');
    });
    it('an unknown region, an unknown employer', async () => {
      const lost = await register({ region: 'atlantis' });
      expect([lost.status, lost.body.code]).toEqual([422, 'region-unknown']);
      const nobody = await app.get('/v1/employers/91110000100000003B');
      expect([nobody.status, nobody.body.code]).toEqual([404, 'employer-not-found']);
    });
  });

  describe('a file that is taken', () => {
    const people = peopleOf(PEOPLE, 10_000);
    const bad = ['1,坏一,8000', `${personOf(10_000).ssn},坏二,8000`, `${personOf(20_000).ssn},,x`];
    const csv = `${toCsv(people)}${bad.join('\r\n')}\r\n`;
    let id: string;

    it('tells on a dry run the verdicts, and leaves no trace', async () => {
      const dry = await submit(csv, { query: '?month=2025-07&dryRun=true', key: 'july', headers: zh });
      expect(dry.status).toBe(200);
      expect(dry.body.rows).toEqual({
        total: PEOPLE + 3,
        accepted: PEOPLE,
        duplicate: 0,
        rejected: 3,
        pending: 0,
      });
      expect(dry.position).toBeUndefined();
      expect(dry.body.items[PEOPLE + 1]).toMatchObject({
        code: 'name-mismatch',
        message: '姓名与该号码已有姓名不一致',
      });
    });

    it('is answered when it is durable, and judged', async () => {
      const answer = await submit(csv, { key: 'july' });
      expect([answer.status, answer.body]).toEqual([202, { id: expect.any(String), state: 'posting' }]);
      expect(answer.headers.get('idempotency-replayed')).toBeNull();
      ({ id } = answer.body);
      expect(answer.headers.get('location')).toBe(`/v1/submissions/${id}`);
      const visible = await app.get(`/v1/submissions/${id}`, {
        'ledger-min-position': answer.position ?? '',
      });
      expect(visible.status).toBe(200);
      const submission = await assessed(id);
      expect(submission.rows).toEqual({
        total: PEOPLE + 3,
        accepted: PEOPLE,
        duplicate: 0,
        rejected: 3,
        pending: 0,
      });
      expect(submission.amounts.byInsurance).toMatchObject({
        pension: expect.any(String),
        injury: expect.any(String),
      });
    });

    it('has one answer for the same again, and a refusal for another file under its key', async () => {
      const again = await submit(csv, { key: 'july' });
      expect([again.status, again.body.id, again.headers.get('idempotency-replayed')]).toEqual([
        202,
        id,
        'true',
      ]);
      const other = await submit(toCsv(people.slice(1)), { key: 'july' });
      expect([other.status, other.body.code, other.body.differs]).toEqual([
        422,
        'idempotency-key-reused',
        ['fileSha256'],
      ]);
    });

    it('gives its verdicts page by page', async () => {
      const rejected = await app.get(`/v1/submissions/${id}/rows?verdict=rejected&limit=2`);
      const items = rejected.body.items as readonly RowAnswer[];
      expect(items.map(({ line, code }) => [line, code])).toEqual([
        [PEOPLE + 2, 'ssn-invalid'],
        [PEOPLE + 3, 'name-mismatch'],
      ]);
      const next = await app.get(
        `/v1/submissions/${id}/rows?verdict=rejected&limit=2&cursor=${rejected.body.next}`,
      );
      expect([next.body.items.length, next.body.items[0].problems.length, next.body.next]).toEqual([
        1,
        2,
        null,
      ]);
      const accepted = await app.get(`/v1/submissions/${id}/rows?verdict=accepted&limit=1`);
      expect(accepted.body.items[0]).toMatchObject({
        line: 2,
        code: 'registered',
        amounts: { total: expect.any(String) },
      });
      expect((await app.get(`/v1/submissions/${id}/rows?limit=501`)).status).toBe(400);
    });

    it('gives the bad rows back, ready to mend and send', async () => {
      const errors = await fetch(`${app.url}/v1/submissions/${id}/errors.csv`);
      expect(errors.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      const text = Buffer.from(await errors.arrayBuffer()).toString('utf8');
      expect(text.startsWith('\ufeffssn,name,wage,error\r\n1,坏一,8000,')).toBe(true);
      expect(text.trimEnd().split('\r\n')).toHaveLength(4);
      const mended = text
        .replace('1,坏一', `${personOf(20_001).ssn},坏一`)
        .split('\r\n')
        .slice(0, 2)
        .join('\r\n');
      const answer = await submit(mended, { key: 'mended' });
      expect((await assessed(answer.body.id)).rows).toMatchObject({ total: 1, accepted: 1 });
    });

    it('finds all of it submitted before under another key, and owes nothing', async () => {
      const answer = await submit(toCsv(people));
      const submission = await assessed(answer.body.id);
      expect(submission.rows).toMatchObject({ total: PEOPLE, duplicate: PEOPLE });
      expect(submission.amounts.total).toBe('0.00');
      const paid = await pay(answer.body.id, { amount: '1.00', paidOn: '2025-08-10', reference: 'r' });
      expect([paid.status, paid.body.code]).toEqual([409, 'submission-not-assessed']);
    });

    it('is paid, once', async () => {
      const { outstanding, lateFee, dueOn } = await submissionOf(id);
      const body = { paidOn: dueOn, reference: 'bank-1' };
      const paid = await pay(id, { ...body, amount: outstanding });
      expect([paid.status, paid.body]).toMatchObject([
        201,
        { allocated: outstanding, lateFee: '0.00', unapplied: '0.00', state: 'paid' },
      ]);
      expect(lateFee).toEqual(expect.stringMatching(/^\d+\.\d\d$/));
      const now = await app.get(`/v1/submissions/${id}`, { 'ledger-min-position': paid.position ?? '' });
      expect(now.body).toMatchObject({ state: 'paid', paid: outstanding, outstanding: '0.00' });
      const again = await pay(id, { ...body, amount: outstanding });
      expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([
        200,
        paid.body,
        'true',
      ]);
      const second = await pay(id, { ...body, amount: outstanding, reference: 'bank-2' }, 'second');
      expect([second.status, second.body.code]).toEqual([409, 'submission-already-paid']);
      const other = await pay(id, { ...body, reference: 'x', amount: outstanding });
      expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
      const future = await pay('none', { amount: 1, paidOn: '2025-02-30', reference: '' });
      expect([future.status, codesOf(future)]).toEqual([
        400,
        ['amount money-not-text', 'paidOn day-malformed', 'reference length-out-of-range'],
      ]);
    });

    it('tells its progress as it goes, and then is done', async () => {
      const answer = await submit(toCsv(peopleOf(PEOPLE, 40_000)));
      const events = await (await fetch(`${app.url}/v1/submissions/${answer.body.id}/progress`)).text();
      const told = events.split('\n\n').filter(Boolean);
      expect(told.length).toBeGreaterThan(1);
      expect(told.at(-1)).toMatch(
        new RegExp(
          `^id: ${PEOPLE}[.]assessed[.]done\nevent: done\ndata: \\{.*"accepted":${PEOPLE}.*"pending":0`,
        ),
      );
      expect(told.slice(0, -1).every((event) => /^id: [\w.]+\nevent: progress\ndata: \{/.test(event))).toBe(
        true,
      );
    });

    it.each(['', '/rows', '/errors.csv', '/progress'])(
      'GET /v1/submissions/none%s is not found',
      async (rest) => {
        const lost = await app.get(`/v1/submissions/none${rest}`);
        expect([lost.status, lost.body.code]).toEqual([404, 'submission-not-found']);
      },
    );
  });
});
