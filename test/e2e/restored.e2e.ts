import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EventStore, StoredEvent } from '../../src/event-store/event-store.js';
import { openEventStore, logSourceOf } from '../../src/engines.js';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type Answer, type TestApp } from '../support/app.js';
import { ENGINES, eventsOf, startLog, type TestLog } from '../support/engines.js';
import { EMPLOYER, peopleOf, personOf, toCsv } from '../support/roster.js';

const clock = new FixedClock('2025-08-10T02:00:00.000Z' as Instant);
const key = (text: string) => ({ 'idempotency-key': text });
const LOG_FILES = /^events\.sqlite/;
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'shebao-restored-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const submit = async (app: TestApp, month: string): Promise<string> => {
  const path = `/v1/employers/${EMPLOYER}/submissions?month=${month}`;
  const { body } = await app.post(path, toCsv(peopleOf(3)), key(month));
  await app.judged(body.id as string);
  return body.id as string;
};
/** Each payment is a bank line of its own: the same line twice would be one payment. */
const pay = async (app: TestApp, submission: string): Promise<Answer> => {
  const { amounts } = (await app.get(`/v1/submissions/${submission}`)).body;
  const payment = { amount: amounts.total, paidOn: '2025-07-15', reference: `bank-${submission}` };
  const paid = await app.post(`/v1/submissions/${submission}/payments`, payment, key('pay'));
  expect([paid.status, paid.body.state]).toEqual([201, 'paid']);
  return paid;
};
const idOf = async (app: TestApp, n: number): Promise<string> =>
  (await app.post('/v1/individuals/locate', { number: personOf(n).ssn })).body.id as string;
const balancesOf = async (app: TestApp, id: string): Promise<unknown> =>
  (await app.get(`/v1/individuals/${id}/balances`)).body.accounts;
const checksOf = async (
  app: TestApp,
): Promise<Readonly<Record<string, Readonly<{ good: boolean; found: string }>>>> => {
  const { body } = await app.get('/health/ready');
  const checks = body.checks as readonly { name: string; good: boolean; found: string }[];
  return Object.fromEntries(checks.map(({ name, good, found }) => [name, { good, found }]));
};

/** Puts a backup where the log is: files over files, or a new server that is filled with the same events. */
type Restore = () => Promise<TestLog>;
const append = async (store: EventStore, events: readonly StoredEvent[]): Promise<void> => {
  for (const { stream, revision, id, type, data, metadata } of events)
    await store.append(stream, revision === 0n ? 'no-stream' : revision - 1n, [{ id, type, data, metadata }]);
  await store.close();
};
const backUp = async (log: TestLog, dataDir: string): Promise<Restore> => {
  if (log.server) {
    const reader = log.open(dataDir);
    const events = await eventsOf(reader);
    await reader.close();
    return async () => {
      const restored = await startLog('eventstoredb');
      await append(openEventStore(logSourceOf({ dataDir, ...restored.settings })), events);
      return restored;
    };
  }
  const backup = newFolder();
  const copy = (from: string, to: string): void => {
    for (const file of readdirSync(to).filter((name) => LOG_FILES.test(name))) rmSync(join(to, file));
    for (const file of readdirSync(from).filter((name) => LOG_FILES.test(name)))
      copyFileSync(join(from, file), join(to, file));
  };
  copy(dataDir, backup);
  return () => {
    copy(backup, dataDir);
    return Promise.resolve(log);
  };
};
const rebuild = async (dataDir: string, { env }: TestLog): Promise<string> => {
  const options = { env: { ...process.env, NODE_OPTIONS: '', ...env } };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['dist/cli.js', 'rebuild', '--data-dir', dataDir],
    options,
  );
  return stdout;
};

describe.each(ENGINES)('a log on %s that was restored to an earlier point', (engine) => {
  const dataDir = newFolder();
  const logs: TestLog[] = [];
  const lines: string[] = [];
  let app: TestApp;
  let log: TestLog;
  let id: string;
  let submission: string;
  let before: unknown;
  let after: unknown;
  const start = async (): Promise<void> => {
    if (!logs.includes(log)) logs.push(log);
    app = await startApp({ clock, dataDir, log, logLevel: 'error', onLog: (line) => lines.push(line) });
  };

  beforeAll(async () => {
    log = await startLog(engine);
    await start();
    await app.post('/v1/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' });
    submission = await submit(app, '2025-07');
    const paid = await pay(app, submission);
    id = await idOf(app, 0);
    await app.get(`/v1/individuals/${id}`, { 'ledger-min-position': paid.position ?? '' });
    before = await balancesOf(app, id);
    await app.close();
    const restore = await backUp(log, dataDir);
    await start();
    const later = await pay(app, await submit(app, '2025-08'));
    await app.get(`/v1/individuals/${id}`, { 'ledger-min-position': later.position ?? '' });
    after = await balancesOf(app, id);
    await app.close();
    log = await restore();
    await start();
  });
  afterAll(async () => {
    await app.close();
    for (const each of logs) await each.close();
  });

  it('would have been served wrongly', () => {
    expect(before).not.toEqual(after);
  });

  it('is named: the server lives, is not ready and says why', async () => {
    expect((await app.get('/health/live')).status).toBe(200);
    expect((await app.get('/health/ready')).status).toBe(503);
    const { 'event-store': store, 'read-models': rows, projecting } = await checksOf(app);
    expect([store?.good, rows?.good, projecting?.good]).toEqual([true, false, false]);
    expect(rows?.found).toContain('shebao rebuild');
    expect(projecting?.found).toBe('ReadModelsStale');
    const told = lines.filter((line) => line.includes('restored to an earlier point'));
    expect(told).toHaveLength(1);
    expect((await app.get('/metrics')).text).toMatch(/^shebao_projecting 0$/m);
  });

  it.each([
    ['zh', '事件日志已被恢复到较早的时点，或已换成另一份日志', 'shebao rebuild'],
    ['en', 'The event log was restored to an earlier point or is another one', 'shebao rebuild'],
  ])('is told to who asks for balances, in %s', async (language, title, advice) => {
    const answer = await app.get(`/v1/individuals/${id}/balances`, { 'accept-language': language });
    expect([answer.status, answer.body.code, answer.body.title]).toEqual([503, 'read-models-stale', title]);
    expect(answer.body.detail).toContain(advice);
    expect(answer.headers.get('retry-after')).toBe('60');
    expect((await app.get(answer.body.type as string)).text).toContain('## What to do');
  });

  it('answers no question from the rows', async () => {
    const paths = [
      ...['', '/balances', '/contributions', '/entries'].map((rest) => `/v1/individuals/${id}${rest}`),
      ...['', '/rows', '/errors.csv', '/progress'].map((rest) => `/v1/submissions/${submission}${rest}`),
      `/v1/individuals/${id}/balances?asOf=2025-08-31`,
      `/v1/employers/${EMPLOYER}`,
      '/v1/audit/trial-balance',
    ];
    const answers = await Promise.all(paths.map((path) => app.get(path)));
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      paths.map(() => [503, 'read-models-stale']),
    );
  });

  it('takes nothing in, and quotes no balance', async () => {
    const { ssn, name } = personOf(0);
    const serial = { institution: 'P001', institutionSerial: '1' };
    const claim = { id, ...serial, kind: 'pharmacy', occurredAt: '2025-08-10T01:00:00.000Z' };
    const amounts = { total: '1.00', ownExpense: '0.00', inScope: '1.00', fundPaid: '0.00' };
    const sent: readonly (readonly [string, object | string])[] = [
      ['/v1/individuals', { ssn: personOf(99).ssn, name, region: 'shanghai' }],
      ['/v1/individuals/locate', { number: ssn }],
      ['/v1/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' }],
      [`/v1/employers/${EMPLOYER}/submissions?month=2025-08`, toCsv(peopleOf(1))],
      [`/v1/employers/${EMPLOYER}/submissions?month=2025-08&dryRun=true`, toCsv(peopleOf(1))],
      ['/v1/submissions/lost/payments', { amount: '1.00', paidOn: '2025-08-10', reference: 'r' }],
      ['/v1/settlements', { ...claim, ...amounts }],
      ['/v1/settlements/quotes', { ...claim, ...amounts }],
    ];
    const reader = log.open(dataDir);
    const head = await reader.head();
    const answers = await Promise.all(sent.map(([path, body]) => app.post(path, body, key('again'))));
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      sent.map(() => [503, 'read-models-stale']),
    );
    expect(await reader.head()).toBe(head);
    await reader.close();
  });

  it('still shows what the log itself holds, and calculates', async () => {
    const history = await app.get(`/v1/audit/individuals/${id}/history`);
    expect([history.status, history.text.includes('2025-07'), history.text.includes('2025-08')]).toEqual([
      200,
      true,
      true,
    ]);
    const sum = { region: 'shanghai', month: '2025-07', wage: '12000.00' };
    expect((await app.post('/v1/calculators/contribution', sum)).status).toBe(200);
    expect((await app.post('/v1/audit/verifications', {})).status).toBe(202);
  });

  it('is good again after a rebuild: balances are those of then, and it goes on from there', async () => {
    await app.close();
    expect(await rebuild(dataDir, log)).toMatch(/^rebuild: \d+ events, nothing to compare with/);
    await start();
    expect((await app.get('/health/ready')).status).toBe(200);
    expect(await balancesOf(app, id)).toEqual(before);
    const paid = await pay(app, await submit(app, '2025-08'));
    await app.get(`/v1/individuals/${id}`, { 'ledger-min-position': paid.position ?? '' });
    expect(await balancesOf(app, id)).toEqual(after);
  });

  it('is told from another log altogether in the same way, also from a longer one', async () => {
    await app.close();
    const otherDir = newFolder();
    cpSync(join(dataDir, 'keyring.json'), join(otherDir, 'keyring.json'));
    const other = await startLog(engine);
    const writer = await startApp({ clock, dataDir: otherDir, log: other });
    for (const { ssn, name } of peopleOf(40))
      await writer.post('/v1/individuals', { ssn, name, region: 'shanghai' });
    await writer.close();
    const restore = await backUp(other, otherDir);
    if (engine === 'sqlite')
      for (const file of readdirSync(otherDir).filter((name) => LOG_FILES.test(name)))
        copyFileSync(join(otherDir, file), join(dataDir, file));
    else log = await restore();
    await other.close();
    await start();
    expect((await app.get(`/v1/individuals/${id}/balances`)).body.code).toBe('read-models-stale');
    await app.close();
    await rebuild(dataDir, log);
    await start();
    expect(await balancesOf(app, id)).toEqual([
      { account: 'pension', balance: '0.00' },
      { account: 'medical', balance: '0.00' },
    ]);
  });
});
