import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type Answer, type TestApp } from '../support/app.js';
import { ENGINES } from '../support/engines.js';
import { EMPLOYER, personOf } from '../support/roster.js';

const { ssn, name } = personOf(7);
const claim = (serial: string, other: object = {}) => ({
  ssn,
  institution: 'P31010100123',
  institutionSerial: serial,
  kind: 'pharmacy',
  occurredAt: '2025-08-04T01:00:00Z',
  total: '50.00',
  ownExpense: '0.00',
  inScope: '50.00',
  fundPaid: '20.00',
  ...other,
});
const fieldsOf = ({ body }: Answer): readonly string[] =>
  (body as { errors: readonly { field: string; code: string }[] }).errors.map(
    ({ field, code }) => `${field} ${code}`,
  );

describe.each(ENGINES)('on %s', (engine) => {
  let app: TestApp;
  let id: string;
  beforeAll(async () => {
    app = await startApp({ engine, clock: new FixedClock('2025-08-05T01:00:00.000Z' as Instant) });
  });
  afterAll(() => app.close());

  describe('persons over HTTP', () => {
    it('registers, answers a repeat with 200, and refuses other content', async () => {
      const body = { ssn, name, region: 'shanghai' };
      const first = await app.post('/v1/individuals', body);
      expect([first.status, first.body.region, first.body.revision]).toEqual([201, 'shanghai', '0']);
      expect(first.position).toMatch(/^\d+$/);
      id = first.body.id;
      const again = await app.post('/v1/individuals', body);
      expect([again.status, again.headers.get('idempotency-replayed'), again.body]).toEqual([
        200,
        'true',
        first.body,
      ]);
      const other = await app.post('/v1/individuals', { ...body, name: '别人' });
      expect([other.status, other.body.code, other.body.differs]).toEqual([
        409,
        'individual-conflict',
        ['name'],
      ]);
      expect(other.text).not.toMatch(/别人|\d{17}/);
    });

    it('names every bad field in one answer, all problems of the number too', async () => {
      const answer = await app.post('/v1/individuals', {
        ssn: '990101209913450010',
        name: ' ',
        region: 5,
        age: 3,
      });
      expect([answer.status, answer.body.code]).toEqual([400, 'request-invalid']);
      expect([...fieldsOf(answer)].sort()).toEqual([
        'age unknown-field',
        'name required',
        'region not-text',
        'ssn ssn-birth-date',
        'ssn ssn-check-digit',
        'ssn ssn-province',
      ]);
      const nothing = await app.post('/v1/individuals', {});
      expect([...fieldsOf(nothing)].sort()).toEqual(['name required', 'region required', 'ssn required']);
      const region = await app.post('/v1/individuals', { ssn, name, region: 'atlantis' });
      expect([region.status, region.body.code]).toEqual([422, 'region-unknown']);
    });

    it('speaks Chinese to who prefers it', async () => {
      const answer = await app.post(
        '/v1/individuals',
        { ssn: '', name, region: 'shanghai' },
        { 'accept-language': 'zh-CN' },
      );
      expect(answer.body.errors).toMatchObject([{ field: 'ssn', code: 'ssn-empty', message: '必填' }]);
    });

    it('starts coverage, once', async () => {
      const body = { insurance: ['pension', 'medical'], employer: EMPLOYER, from: '2025-07-01' };
      expect((await app.post(`/v1/individuals/${id}/coverage`, body)).status).toBe(201);
      expect((await app.post(`/v1/individuals/${id}/coverage`, body)).status).toBe(200);
      const bad = await app.post(`/v1/individuals/${id}/coverage`, {
        insurance: [],
        employer: 'X',
        from: '2025-02-30',
      });
      expect([...fieldsOf(bad)].sort()).toEqual([
        'employer uscc-length',
        'from day-malformed',
        'insurance list-too-short',
      ]);
      const nobody = await app.post(`/v1/individuals/${'a'.repeat(26)}/coverage`, body);
      expect([nobody.status, nobody.body.code]).toEqual([404, 'individual-not-found']);
    });

    it('stops coverage, once, and starts it again', async () => {
      const path = `/v1/individuals/${id}/coverage`;
      const body = { insurance: ['pension'], employer: EMPLOYER, until: '2025-07-31', reason: '离职' };
      const first = await app.post(path, body);
      expect([first.status, first.body]).toEqual([201, { id }]);
      const again = await app.post(path, body);
      expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
      const back = { insurance: ['pension'], employer: EMPLOYER, from: '2025-08-01' };
      expect((await app.post(path, back)).status).toBe(201);
      const nobody = await app.post(`/v1/individuals/${'a'.repeat(26)}/coverage`, body);
      expect([nobody.status, nobody.body.code]).toEqual([404, 'individual-not-found']);
    });

    it.each([
      [{}, ['from one-of-from-and-until', 'until one-of-from-and-until']],
      [
        { from: '2025-07-01', until: '2025-07-31', reason: '离职' },
        ['from one-of-from-and-until', 'until one-of-from-and-until'],
      ],
      [{ until: '2025-07-31' }, ['reason required']],
      [{ from: '2025-07-01', reason: '离职' }, ['reason only-with-until']],
      [{ until: '2025-02-30', reason: '' }, ['reason length-out-of-range', 'until day-malformed']],
    ])('names what is wrong with the days of a coverage: %j', async (days, fields) => {
      const answer = await app.post(`/v1/individuals/${id}/coverage`, {
        insurance: ['pension'],
        employer: EMPLOYER,
        ...days,
      });
      expect([answer.status, answer.body.code]).toEqual([400, 'request-invalid']);
      expect([...fieldsOf(answer)].sort()).toEqual(fields);
    });

    it('finds nothing to reverse where nothing stands', async () => {
      const body = { reason: 'wrong', evidence: 'file 1' };
      const none = await app.post(`/v1/individuals/${id}/contributions/2025-07/reversals`, body);
      expect([none.status, none.body.code]).toEqual([404, 'nothing-to-reverse']);
      const month = await app.post(`/v1/individuals/${id}/contributions/2025-13/reversals`, body);
      expect([month.status, fieldsOf(month)]).toEqual([400, ['month month-malformed']]);
    });
  });

  describe('settlements over HTTP', () => {
    it('quotes, settles, answers a repeat, reverses once', async () => {
      const quote = await app.post('/v1/settlements/quotes', claim('1'));
      const first = await app.post('/v1/settlements', claim('1'));
      expect([quote.status, first.status, first.body]).toEqual([200, 201, quote.body]);
      expect(first.body).toMatchObject({ accountPaid: '0.00', cashPaid: '30.00', fundPaid: '20.00' });
      expect(first.body.receipt).toContain('医保结算单');
      const again = await app.post('/v1/settlements', {
        ...claim('1'),
        occurredAt: '2025-08-04T01:00:00.000Z',
      });
      expect([again.status, again.headers.get('idempotency-replayed'), again.body]).toEqual([
        200,
        'true',
        first.body,
      ]);
      const other = await app.post('/v1/settlements', claim('1', { kind: 'outpatient' }));
      expect([other.status, other.body.code, other.body.differs]).toEqual([
        409,
        'settlement-conflict',
        ['kind'],
      ]);
      const path = `/v1/settlements/${first.body.settlementId}/reversals`;
      const reversal = { institution: 'P31010100123', institutionSerial: '2', reason: 'returned' };
      expect((await app.post(path, reversal)).status).toBe(201);
      expect((await app.post(path, reversal)).status).toBe(200);
      const second = await app.post(path, { ...reversal, institutionSerial: '3' });
      expect([second.status, second.body.code]).toEqual([409, 'settlement-already-reversed']);
    });

    it('takes back a message that never came', async () => {
      const body = { institution: 'P31010100123', originalSerial: 'lost' };
      const first = await app.post('/v1/settlements/message-reversals', body);
      expect([first.status, first.body.outcome]).toEqual([201, 'voided']);
      expect((await app.post('/v1/settlements/message-reversals', body)).status).toBe(200);
      const late = await app.post('/v1/settlements', claim('lost'));
      expect([late.status, late.body.code]).toEqual([409, 'settlement-voided']);
    });

    it('names every bad field', async () => {
      const answer = await app.post(
        '/v1/settlements',
        claim('x y', {
          id: 'a'.repeat(26),
          total: 50,
          fundPaid: '-1.00',
          occurredAt: '2025-02-30T01:00:00Z',
        }),
      );
      expect(answer.status).toBe(400);
      expect([...fieldsOf(answer)].sort()).toEqual([
        'fundPaid money-negative',
        'institutionSerial malformed',
        'occurredAt instant-malformed',
        'ssn one-of-ssn-and-id',
        'total money-not-text',
      ]);
      const ahead = await app.post('/v1/settlements', claim('4', { occurredAt: '2025-08-05T16:00:00Z' }));
      expect(fieldsOf(ahead)).toEqual(['occurredAt instant-in-future']);
      const amounts = await app.post('/v1/settlements', claim('4', { total: '50.01' }));
      expect([amounts.status, amounts.body.code, amounts.body.fields]).toEqual([
        422,
        'amounts-do-not-add-up',
        ['total', 'ownExpense', 'inScope'],
      ]);
    });
  });
});
