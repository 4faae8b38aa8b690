import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredEvent } from '../../src/event-store/event-store.js';
import type { Instant } from '../../src/kernel/calendar.js';
import { SqliteLogReader } from '../../src/event-store/sqlite-reader.adapter.js';
import { FixedClock, startApp, type TestApp } from '../support/app.js';
import { linesIn, withoutPosition } from '../support/archives.js';
import { outcomeOf, shebao, startShebao, type Outcome } from '../support/command.js';
import { eventsOf, startLog, type TestLog } from '../support/engines.js';
import { openFolder, writeRounds } from '../support/tampering-folder.js';
import { until } from '../support/until.js';
import { earlier, grow, live, ROWS } from '../support/whole-life.js';

const base = mkdtempSync(join(tmpdir(), 'shebao-moving-'));
const at = (name: string): string => join(base, name);
const clock = new FixedClock('2025-08-10T02:00:00.000Z' as Instant);
afterAll(() => rmSync(base, { recursive: true, force: true }));

const toAnswer = ({ code, out, error }: Outcome) => {
  expect([code, error]).toEqual([0, expect.not.stringMatching('Error')]);
  return JSON.parse(out);
};
const eventsIn = async (folder: string): Promise<readonly StoredEvent[]> => {
  const log = SqliteLogReader.open(join(folder, 'events.sqlite'));
  try {
    return await eventsOf(log);
  } finally {
    await log.close();
  }
};

/** What people and the book have, without where the log stood. */
const standing = async (app: TestApp, ids: readonly string[]) => {
  const verified = (await app.post('/v1/audit/verifications', {})).body.id as string;
  const whole = await until(async () => {
    const { body } = await app.get(`/v1/audit/verifications/${verified}`);
    return body.state === 'running' ? undefined : (body.whole as boolean);
  });
  const log = app.log.open(app.dataDir);
  const head = await log.head();
  await log.close();
  const position = { 'ledger-min-position': `${head}` };
  const people = [];
  for (const id of ids) {
    const { status, body } = await app.get(`/v1/individuals/${id}/balances`, position);
    people.push({ status, accounts: body.accounts as unknown, months: body.months as unknown });
  }
  const { accounts, total } = (await app.get('/v1/audit/trial-balance', position)).body;
  const { body: found } = await app.post('/v1/individuals/locate', { number: ROWS[0]?.ssn });
  return { whole, people, accounts: accounts as unknown, total: total as string, found: found.id as string };
};

describe('a log that is moved from SQLite to EventStoreDB and back', () => {
  const [a, b, c] = [at('a'), at('b'), at('c')];
  let log: TestLog;
  let ids: readonly string[];
  let before: Awaited<ReturnType<typeof standing>>;
  let events: readonly StoredEvent[];

  beforeAll(async () => {
    mkdirSync(a);
    const young = await startApp({ dataDir: a, clock, rules: earlier });
    ids = await live(young);
    await young.close();
    const app = await startApp({ dataDir: a, clock });
    await grow(app, clock);
    before = await standing(app, ids);
    const beside = toAnswer(await shebao(['export', at('beside.gz'), '--data-dir', a, '--json']));
    await app.close();
    events = await eventsIn(a);
    expect(beside.events).toBe(events.length);
    log = await startLog('eventstoredb');
    for (const folder of [b, c]) {
      mkdirSync(folder);
      cpSync(join(a, 'keyring.json'), join(folder, 'keyring.json'));
    }
  });
  afterAll(() => log.close());

  it('holds events of every type', () => {
    const types = readdirSync('test/golden/events').map((name) => name.split('.')[0]);
    expect([...new Set(events.map(({ type }) => type))].sort()).toEqual([...new Set(types)].sort());
    expect(before).toMatchObject({ whole: true, total: '0.00', found: ids[0] });
  });

  it('keeps ids, order, bytes and head on every way', async () => {
    const out = toAnswer(await shebao(['export', at('a.gz'), '--data-dir', a, '--json']));
    expect(out).toMatchObject({ events: events.length, last: { hash: expect.any(String) } });
    const moved = await shebao(['import', at('a.gz'), '--data-dir', b, '--json'], { env: log.env });
    expect(toAnswer(moved)).toMatchObject({ head: out.head, keyring: 'fits', stood: 0 });
    const back = toAnswer(await shebao(['export', at('b.gz'), '--data-dir', b, '--json'], { env: log.env }));
    expect(back).toEqual({ ...out, file: at('b.gz') });
    expect(linesIn(at('b.gz')).slice(1)).toEqual(linesIn(at('a.gz')).slice(1));
    toAnswer(await shebao(['import', at('b.gz'), '--data-dir', c, '--json']));
    const between = log.open(b);
    expect(withoutPosition(await eventsOf(between))).toEqual(withoutPosition(events));
    await between.close();
    expect(withoutPosition(await eventsIn(c))).toEqual(withoutPosition(events));
    for (const [folder, env] of [
      [a, {}],
      [b, log.env],
      [c, {}],
    ] as const) {
      const verified = await shebao(['verify', '--json', '--data-dir', folder], { env });
      expect(toAnswer(verified)).toMatchObject({ whole: true, head: out.head, checkpoints: 1 });
    }
  });

  it('keeps what everybody has', async () => {
    const there = await startApp({ dataDir: b, clock, log });
    expect(await standing(there, ids)).toEqual(before);
    await there.close();
    const again = await startApp({ dataDir: c, clock });
    expect(await standing(again, ids)).toEqual(before);
    await again.close();
  });

  it('is not imported where anything stands, nor beside a server', async () => {
    const refused = await shebao(['import', at('a.gz'), '--data-dir', c]);
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('holds events already')]);
    const server = await shebao(['import', at('a.gz'), '--data-dir', b], { env: log.env });
    expect([server.code, server.error]).toEqual([1, expect.stringContaining('holds events already')]);
    const app = await startApp({ dataDir: at('served'), clock });
    const served = await shebao(['import', at('a.gz'), '--data-dir', app.dataDir]);
    expect([served.code, served.error]).toEqual([1, expect.stringContaining('is in use by another process')]);
    await app.close();
  });

  it('tells a keyring that is missing or of another installation', async () => {
    const absent = await shebao(['import', at('a.gz'), '--data-dir', at('no-keys')]);
    expect([absent.code, absent.error]).toEqual([0, expect.stringContaining('Copy the keyring file')]);
    const other = await startApp({ dataDir: at('other'), clock });
    await other.close();
    const options = ['--data-dir', at('wrong-keys'), '--keyring', join(at('other'), 'keyring.json')];
    const wrong = await shebao(['import', at('a.gz'), ...options]);
    expect([wrong.code, wrong.error]).toEqual([2, expect.stringContaining('of another installation')]);
  });

  it('is not imported from what is no archive, and then nothing is there', async () => {
    writeFileSync(at('cut.gz'), readFileSync(at('a.gz')).subarray(0, -30));
    const cut = await shebao(['import', at('cut.gz'), '--data-dir', at('untouched')]);
    expect([cut.code, cut.error]).toEqual([1, expect.stringMatching(/^the archive is cut short/)]);
    const none = await shebao(['import', at('none.gz'), '--data-dir', at('untouched')]);
    expect([none.code, none.error]).toEqual([1, expect.stringMatching(/^ENOENT/)]);
    expect(existsSync(join(at('untouched'), 'events.sqlite'))).toBe(false);
  });
});

describe('a process that is killed', () => {
  const PEOPLE = 100;
  const ROUNDS = 220;
  const folder = at('large');
  const archive = at('large.gz');

  beforeAll(async () => {
    mkdirSync(folder);
    const { store } = openFolder(folder);
    await writeRounds(store, new Map(), PEOPLE, ROUNDS);
    await store.close();
  });

  it('while it exports leaves no archive, and the next one goes on and makes the same', async () => {
    const child = startShebao(['export', archive, '--data-dir', folder]);
    const ended = outcomeOf(child);
    await until(() => existsSync(`${archive}.state`) || undefined);
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ signal: 'SIGKILL' });
    expect(existsSync(archive)).toBe(false);
    const next = await shebao(['export', archive, '--data-dir', folder]);
    expect([next.code, next.error]).toEqual([0, expect.stringMatching(/goes on after [12]0000 events/)]);
    const atOnce = at('at-once.gz');
    toAnswer(await shebao(['export', atOnce, '--data-dir', folder, '--json']));
    expect(linesIn(archive).slice(1)).toEqual(linesIn(atOnce).slice(1));
  });

  it('while it imports leaves the beginning, and --resume goes on to the same log', async () => {
    const to = at('resumed');
    const file = join(to, 'events.sqlite');
    const child = startShebao(['import', archive, '--data-dir', to]);
    const ended = outcomeOf(child);
    await until(() => existsSync(file) || undefined);
    await until(async () => ((await eventsIn(to).catch(toNone)).length > 0 ? true : undefined));
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ signal: 'SIGKILL' });
    const stood = (await eventsIn(to)).length;
    expect(stood).toBeLessThan(PEOPLE * ROUNDS);
    const again = await shebao(['import', archive, '--data-dir', to]);
    expect([again.code, again.error]).toEqual([1, expect.stringContaining('--resume')]);
    const served = await shebao(['rebuild', '--data-dir', to]);
    expect([served.code, served.error]).toEqual([1, expect.stringContaining('has not ended')]);
    const resumed = toAnswer(await shebao(['import', archive, '--data-dir', to, '--resume', '--json']));
    expect(resumed).toMatchObject({ stood, keyring: 'absent' });
    expect(withoutPosition(await eventsIn(to))).toEqual(withoutPosition(await eventsIn(folder)));
  });

  it('by a full disk while it exports says so, and goes on when there is room', async () => {
    const full = at('full.gz');
    const stopped = await shebao(['export', full, '--data-dir', folder], { limitKiB: 1_500 });
    expect([stopped.code, stopped.error]).toEqual([
      1,
      expect.stringMatching(/EFBIG.*the same command goes on from there/),
    ]);
    const next = await shebao(['export', full, '--data-dir', folder]);
    expect([next.code, next.error]).toEqual([0, expect.stringContaining('goes on after')]);
    expect(linesIn(full).slice(1)).toEqual(linesIn(archive).slice(1));
  });
});

/** A log whose table is still to be made. */
const toNone = (error: unknown): readonly StoredEvent[] => {
  if (/no such table|database is locked/.test(String(error))) return [];
  throw error;
};
