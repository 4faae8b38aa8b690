import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preview } from '../../src/cli/rules.difference.js';
import { toMonth, type Instant } from '../../src/kernel/calendar.js';
import { readRules, YamlRuleBook } from '../../src/rules/rules.loader.js';
import { FixedClock, startApp, type Answer, type TestApp } from '../support/app.js';
import { reversed } from '../support/corrections.js';
import { ENGINES, startLog, type TestLog } from '../support/engines.js';
import { EMPLOYER, personOf, toCsv } from '../support/roster.js';

/** Shanghai as it was known before the floor of 2025-07 was published: that of the year before, 7384. */
const FILE = 'shanghai/2025-07.yaml';
const files = readRules();
const before = YamlRuleBook.from({
  ...files,
  [FILE]: (files[FILE] ?? '').replace("floor: '7460'", "floor: '7384'"),
});
const after = YamlRuleBook.from(files);

const wages = ['3000.00', '3000.00', '10000.00', '7400.00'];
const people = wages.map((wage, i) => ({ ...personOf(i), wage }));
const asked = { region: 'shanghai', monthFrom: toMonth('2025-07'), monthTo: toMonth('2025-07') };
const body = { ...asked, publication: 'notice of 2025-11' };

/**
 * By hand. Wage 3000 held at 7384, then 7460 (76.00 more): pension 12.16 and 6.08, medical 6.84 and 1.52, unemployment
 * 0.38 and 0.38, injury 0.16 % 11.81 and then 11.94. Wage 7400 (60.00 more): 9.60 and 4.80, 5.40 and 1.20, 0.30 and
 * 0.30, 11.84 and then 11.94. Wage 10000 changes nothing; the other at 3000 is reversed before the notice comes.
 */
const totals = {
  persons: 2,
  months: 2,
  owed: '49.19',
  refund: '0.00',
  byInsurance: {
    injury: { owed: '0.23', refund: '0.00' },
    medical: { owed: '14.96', refund: '0.00' },
    pension: { owed: '32.64', refund: '0.00' },
    unemployment: { owed: '1.36', refund: '0.00' },
  },
  bySide: { employer: { owed: '34.91', refund: '0.00' }, employee: { owed: '14.28', refund: '0.00' } },
  withoutRules: 0,
};

describe.each(ENGINES)('rules published late on %s', (engine) => {
  const clock = new FixedClock('2025-08-10T02:00:00.000Z' as Instant);
  const dataDir = mkdtempSync(join(tmpdir(), 'shebao-late-'));
  let log: TestLog;
  let app: TestApp;
  let ids: readonly string[];

  beforeAll(async () => {
    log = await startLog(engine);
    app = await startApp({ clock, dataDir, log, rules: before });
    await app.post('/v1/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' });
    const sent = await app.post(`/v1/employers/${EMPLOYER}/submissions?month=2025-07`, toCsv(people), {
      'idempotency-key': 'july',
    });
    const submission = sent.body.id as string;
    await app.judged(submission);
    const { items } = (await app.get(`/v1/submissions/${submission}/rows`)).body as {
      items: { id: string }[];
    };
    ids = items.map(({ id }) => id);
    const { outstanding } = (await app.get(`/v1/submissions/${submission}`)).body as { outstanding: string };
    const paid = await app.post(
      `/v1/submissions/${submission}/payments`,
      { amount: outstanding, paidOn: '2025-07-20', reference: 'bank 1' },
      { 'idempotency-key': 'pay' },
    );
    expect([200, 201]).toContain(paid.status);
    await reversed(app, ids[1] ?? '', '2025-07');
    await app.close();
    clock.set('2025-11-20T02:00:00.000Z');
    app = await startApp({ clock, dataDir, log, rules: after });
  });
  afterAll(async () => {
    await app.close();
    await log.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const seen = (path: string, { position }: Answer): Promise<Answer> =>
    app.get(path, position === undefined ? {} : { 'ledger-min-position': position });

  it('are previewed from the log beside the server, writing nothing', async () => {
    const reader = log.open(dataDir);
    const head = await reader.head();
    const found = await preview(reader, after, { ...body, reason: 'preview' }, 1);
    expect(found).toEqual({ ...totals, top: [{ id: ids[0], months: 1, owed: '27.49', refund: '0.00' }] });
    expect(await preview(reader, before, { ...body, reason: 'preview' }, 1)).toMatchObject({
      persons: 0,
      top: [],
    });
    expect(await reader.head()).toBe(head);
    await reader.close();
  });

  it('are posted as previewed, and once', async () => {
    const first = await app.post('/v1/adjustments', body);
    expect([first.status, first.body]).toEqual([200, { publication: body.publication, ...totals }]);
    const again = await app.post('/v1/adjustments', body);
    expect([again.status, again.headers.get('idempotency-replayed'), again.body]).toEqual([
      200,
      'true',
      first.body,
    ]);
    const trial = (await seen('/v1/audit/trial-balance', first)).body as {
      total: string;
    };
    expect(trial.total).toBe('0.00');
    const reader = log.open(dataDir);
    const posted = await reader.readAll({ types: ['ContributionAdjusted'], max: 10 });
    expect(posted.map(({ stream }) => stream).sort()).toEqual(
      [ids[0], ids[3]].map((id) => `individual-${id}`).sort(),
    );
    await reader.close();
  });

  it('stand in the months, while the account waits for the money', async () => {
    const { items } = (await app.get(`/v1/individuals/${ids[0]}/contributions`)).body as {
      items: { insurance: string; base: string; employeePart: string }[];
    };
    expect(items.find(({ insurance }) => insurance === 'pension')).toMatchObject({
      base: '7460.00',
      employerPart: '1193.60',
      employeePart: '596.80',
    });
    const { accounts } = (await app.get(`/v1/individuals/${ids[0]}/balances`)).body as {
      accounts: { account: string; balance: string }[];
    };
    expect(accounts.find(({ account }) => account === 'pension')?.balance).toBe('590.72');
  });

  it('stand in the history with their reason; what was assessed is not explained by the new table', async () => {
    const { items } = (await app.get(`/v1/audit/individuals/${ids[0]}/history`)).body as {
      items: {
        type: string;
        bookedOn: string;
        valueDate: string;
        why: { source: string; formula: string } | null;
      }[];
    };
    const adjusted = items.find(({ type }) => type === 'ContributionAdjusted');
    expect(adjusted).toMatchObject({ bookedOn: '2025-11-20', valueDate: '2025-07-01' });
    expect(adjusted?.why?.source).toBe('notice of 2025-11: rules published late');
    expect(adjusted?.why?.formula).toContain('base 7384.00 becomes 7460.00; employer 12.16 to 1193.60');
    expect(items.find(({ type }) => type === 'ContributionAssessed')?.why).toBeNull();
  });

  it('are refused for a region that nobody knows, or months that end before they begin', async () => {
    const unknown = await app.post('/v1/adjustments', { ...body, region: 'atlantis' });
    expect([unknown.status, unknown.body.code]).toEqual([422, 'region-unknown']);
    const bad = await app.post('/v1/adjustments', { ...body, monthTo: '2025-06', publication: 'x' });
    expect([bad.status, bad.body.errors[0].field]).toEqual([400, 'monthTo']);
    const fields = await app.post('/v1/adjustments', {
      region: 1,
      monthFrom: '2025-13',
      publication: 'a\nb',
    });
    expect((fields.body.errors as { field: string }[]).map(({ field }) => field).sort()).toEqual([
      'monthFrom',
      'monthTo',
      'publication',
      'region',
    ]);
  });
});
