import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { verifyLog } from '../../src/audit/verification.js';
import type { StoredEvent } from '../../src/event-store/event-store.js';
import type { ContributionAssessed } from '../../src/individual/events.js';
import { fromYuan, sum, toYuan } from '../../src/kernel/money.js';
import { startApp, type TestApp } from '../support/app.js';
import { eventsOf, startLog, type TestLog } from '../support/engines.js';
import { EMPLOYER, peopleOf, personOf, toCsv } from '../support/roster.js';
import { until } from '../support/until.js';

const ROWS = 2_000;
/** The issue asks for ten seconds: a real wait, and the only one of these tests. */
const AWAY_MS = 10_000;

let log: TestLog;
let app: TestApp;
beforeAll(async () => {
  log = await startLog('eventstoredb');
  app = await startApp({ log });
  await app.post('/v1/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' });
});
afterAll(async () => {
  await app.close();
  await log.close();
});

const countOf = async (type: string): Promise<number> => {
  const reader = log.open(app.dataDir);
  const events = await reader.readAll({ types: [type], max: Number.MAX_SAFE_INTEGER });
  await reader.close();
  return events.length;
};
const assessedIn = (events: readonly StoredEvent[]): readonly ContributionAssessed['data'][] =>
  events
    .filter(({ type }) => type === 'ContributionAssessed')
    .map(({ data }) => JSON.parse(data) as ContributionAssessed['data']);

describe(`EventStoreDB away for ${AWAY_MS / 1000} s in the middle of a submission of ${ROWS} rows`, () => {
  let id: string;

  it('is told as that and nothing else while it lasts', async () => {
    const submitted = await app.post(
      `/v1/employers/${EMPLOYER}/submissions?month=2025-07`,
      toCsv(peopleOf(ROWS)),
      { 'idempotency-key': 'july' },
    );
    id = submitted.body.id as string;
    await until(async () => ((await countOf('ContributionAssessed')) > 0 ? true : undefined));
    await log.server?.stop();
    const away = delay(AWAY_MS);
    const before = personOf(ROWS + 1);
    const registration = { ssn: before.ssn, name: before.name, region: 'shanghai' };
    const answers = await Promise.all([
      app.post('/v1/individuals', registration),
      app.get(`/v1/audit/individuals/${'a'.repeat(26)}/history`),
      app.get('/v1/audit/trial-balance'),
    ]);
    expect(
      answers.map(({ status, body, headers }) => [status, body.code, headers.get('retry-after')]),
    ).toEqual(answers.map(() => [503, 'store-unavailable', '1']));
    const ready = await until(async () => {
      const answer = await app.get('/health/ready');
      return answer.status === 503 ? answer : undefined;
    });
    expect(ready.body.checks).toContainEqual({ name: 'event-store', good: false, found: 'cannot be read' });
    expect((await app.get('/health/live')).status).toBe(200);
    expect((await app.get('/metrics')).status).toBe(200);
    await away;
    expect(await log.server?.log.head()).toBeDefined();
    await log.server?.start();
  });

  it('goes on by itself when the server is back, without a restart', async () => {
    await until(async () => ((await app.get('/health/ready')).status === 200 ? true : undefined));
    await until(async () => ((await app.get(`/v1/submissions/${id}`)).status === 200 ? true : undefined));
    await app.judged(id);
    const { body } = await app.get(`/v1/submissions/${id}`);
    expect(body.rows).toEqual({ total: ROWS, accepted: ROWS, duplicate: 0, rejected: 0, pending: 0 });
    expect(body.parked).toBeUndefined();
    expect((await app.get('/v1/audit/trial-balance')).body.total).toBe('0.00');
  });

  it('has lost nothing and doubled nothing: each row once, totals equal, the chain whole', async () => {
    const reader = log.open(app.dataDir);
    const events = await eventsOf(reader);
    const assessed = assessedIn(events);
    expect(assessed.map(({ line }) => line).sort((a, b) => a - b)).toEqual(
      Array.from({ length: ROWS }, (_, i) => i + 2),
    );
    const streams = events.filter(({ type }) => type === 'ContributionAssessed').map(({ stream }) => stream);
    expect(new Set(streams).size).toBe(ROWS);
    const owed = assessed.flatMap(({ lines }) =>
      lines.flatMap((line) => [fromYuan(line.employerPart), fromYuan(line.employeePart)]),
    );
    expect((await app.get(`/v1/submissions/${id}`)).body.amounts.total).toBe(toYuan(sum(owed)));
    expect((await verifyLog(reader)).fault).toBeUndefined();
    await reader.close();
  });
});
