import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type Answer, type TestApp } from '../support/app.js';
import { ENGINES } from '../support/engines.js';
import { EMPLOYER, personOf, toCsv } from '../support/roster.js';

/**
 * By hand, two persons of wage 10000.00 in Shanghai: pension 1600.00 and 800.00, medical 900.00 and 200.00, unemployment
 * 50.00 and 50.00, injury 0.16 % 16.00; each times 1.1 and by two.
 */
const LINES = [
  { insurance: 'injury', employerPart: '35.20', employeePart: '0.00' },
  { insurance: 'medical', employerPart: '1980.00', employeePart: '440.00' },
  { insurance: 'pension', employerPart: '3520.00', employeePart: '1760.00' },
  { insurance: 'unemployment', employerPart: '110.00', employeePart: '110.00' },
];

describe.each(ENGINES)('months not declared on %s', (engine) => {
  const clock = new FixedClock('2025-10-10T02:00:00.000Z' as Instant);
  let app: TestApp;
  const people = [1, 2].map((n) => ({ ...personOf(n), wage: '10000.00' }));
  const submit = async (month: string, rows = people): Promise<void> => {
    const sent = await app.post(`/v1/employers/${EMPLOYER}/submissions?month=${month}`, toCsv(rows), {
      'idempotency-key': month,
    });
    await app.judged(sent.body.id as string);
  };
  const estimate = (month: string): Promise<Answer> =>
    app.post(`/v1/employers/${EMPLOYER}/estimates`, { month });
  const trial = async (): Promise<{ total: string; accounts: { account: string }[] }> =>
    (await app.get('/v1/audit/trial-balance')).body as { total: string; accounts: { account: string }[] };

  beforeAll(async () => {
    app = await startApp({ engine, clock });
    await app.post('/v1/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' });
    await submit('2025-07');
  });
  afterAll(() => app.close());

  it('are assessed at 110 percent of the month before, once', async () => {
    const first = await estimate('2025-08');
    expect([first.status, first.body]).toMatchObject([
      201,
      {
        month: '2025-08',
        lastMonth: '2025-07',
        factor: '110',
        persons: 2,
        lines: LINES,
        amounts: { employer: '5645.20', employee: '2310.00', total: '7955.20' },
      },
    ]);
    const again = await estimate('2025-08');
    expect([again.status, again.headers.get('idempotency-replayed'), again.body]).toEqual([
      200,
      'true',
      first.body,
    ]);
    expect((await trial()).total).toBe('0.00');
  });

  it('are refused when declared, not due yet, or when nothing stands before', async () => {
    const answers = await Promise.all(['2025-07', '2025-10', '2025-03'].map(estimate));
    expect(answers.map(({ status, body }) => [status, body.code as string])).toEqual([
      [409, 'month-declared'],
      [422, 'declaration-not-due'],
      [422, 'last-month-missing'],
    ]);
    const nobody = await app.post('/v1/employers/91350100M000100Y43/estimates', { month: '2025-08' });
    expect([nobody.status, nobody.body.code]).toEqual([404, 'employer-not-found']);
    expect((await estimate('2025-13')).body.errors[0]).toMatchObject({ field: 'month' });
  });

  it('are settled when the declaration comes', async () => {
    await submit('2025-08', people.slice(0, 1));
    const reader = app.log.open(app.dataDir);
    const events = await reader.read(`employer-${EMPLOYER}`);
    await reader.close();
    expect(events.map(({ type }) => type)).toEqual([
      'EmployerRegistered',
      'BillIssued',
      'MonthEstimated',
      'EstimateSettled',
      'BillIssued',
    ]);
    expect(JSON.parse(events[3]?.data ?? '')).toMatchObject({
      declared: { employer: '2566.00', employee: '1050.00', total: '3616.00' },
      difference: { employer: '-3079.20', employee: '-1260.00', total: '-4339.20' },
    });
    expect((await trial()).total).toBe('0.00');
    expect((await estimate('2025-08')).body.code).toBe('month-declared');
  });
});
