import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../src/moving/backup.js';
import { startApp } from '../support/app.js';
import { shebao } from '../support/command.js';
import { startProcess, type ServerProcess } from '../support/process.js';
import { EMPLOYER, peopleOf, toCsv } from '../support/roster.js';
import { until } from '../support/until.js';

const ROWS = 3_000;
const base = mkdtempSync(join(tmpdir(), 'shebao-backup-'));
const at = (name: string): string => join(base, name);
const source = at('source');
const dir = at('backup');
afterAll(() => rmSync(base, { recursive: true, force: true }));

const rowsOf = (folder: string, query: string): number => {
  const db = new Database(join(folder, 'events.sqlite'), { readonly: true });
  try {
    return db.prepare(query).pluck().get() as number;
  } finally {
    db.close();
  }
};
const ACCEPTED = "SELECT count(*) FROM event WHERE type = 'ContributionAssessed'";
const EVENTS = 'SELECT count(*) FROM event';
const FOLD = `SELECT group_concat(id) FROM (SELECT id FROM event WHERE position <= `;
const idsThrough = (folder: string, position: number): unknown =>
  rowsOf(folder, `${FOLD}${position} ORDER BY position)`);
const modeOf = (file: string): number => statSync(file).mode & 0o777;

let server: ServerProcess;
const ask = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(`${server.url}/v1${path}`, init);
  return (await answer.json()) as Record<string, unknown>;
};
const send = (path: string, body: string | object, key: string) =>
  ask(path, {
    method: 'POST',
    headers: {
      'content-type': typeof body === 'string' ? 'text/csv' : 'application/json',
      'idempotency-key': key,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
type Rows = Readonly<{ accepted: number; pending: number; total: number }>;

describe('a backup of a server that is posting a submission', () => {
  let acknowledged: Rows;
  let head = 0;
  let manifest: Manifest;
  let submission = '';

  beforeAll(async () => {
    server = await startProcess(source);
    await send('/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' }, 'e');
    await send('/audit/checkpoints', {}, 'c');
    const csv = toCsv(peopleOf(ROWS));
    submission = (await send(`/employers/${EMPLOYER}/submissions?month=2025-07`, csv, 's'))['id'] as string;
    acknowledged = await until(async () => {
      // A busy server may say that it is not yet visible.
      const { rows } = (await ask(`/submissions/${submission}`)) as { rows?: Rows };
      return rows && rows.accepted > 0 ? rows : undefined;
    });
    head = rowsOf(source, 'SELECT max(position) FROM event');
    const { code, out, error } = await shebao(['backup', dir, '--data-dir', source, '--json']);
    expect([code, error]).toEqual([0, '']);
    manifest = JSON.parse(out) as Manifest;
  });
  afterAll(() => server.kill());

  it('was made in the middle', () => {
    expect(acknowledged.pending).toBeGreaterThan(0);
    expect(rowsOf(dir, ACCEPTED)).toBeGreaterThanOrEqual(acknowledged.accepted);
  });

  it('holds log, keys and newest signed head, for its owner, and says so', () => {
    const names = ['backup.json', 'checkpoint.json', 'events.sqlite', 'keyring.json'];
    expect(readdirSync(dir).sort()).toEqual(names);
    expect(names.map((name) => modeOf(join(dir, name)))).toEqual(names.map(() => 0o600));
    expect(modeOf(dir)).toBe(0o700);
    const { dir: _, ...written } = manifest as Manifest & { dir: string };
    expect(JSON.parse(readFileSync(join(dir, 'backup.json'), 'utf8'))).toEqual(written);
    expect(manifest.files.map(({ name }) => name).sort()).toEqual(names.slice(1));
    for (const { name, bytes, sha256 } of manifest.files) {
      const content = readFileSync(join(dir, name));
      const is = createHash('sha256').update(content).digest('hex');
      expect([name, content.length, is]).toEqual([name, bytes, sha256]);
    }
    expect(manifest).toMatchObject({ events: rowsOf(dir, EVENTS), head: { size: rowsOf(dir, EVENTS) } });
  });

  it('holds everything that was stored when it began', () => {
    expect(idsThrough(dir, head)).toBe(idsThrough(source, head));
  });

  it('leaves the source unharmed: the submission comes to its end', async () => {
    const rows = await until(async () => {
      const answer = (await ask(`/submissions/${submission}`)) as { state: string; rows: Rows };
      return answer.state === 'assessed' ? answer.rows : undefined;
    });
    expect(rows).toMatchObject({ total: ROWS, accepted: ROWS, pending: 0 });
    const { code, out } = await shebao(['verify', '--json', '--data-dir', source]);
    expect([code, JSON.parse(out)]).toMatchObject([0, { whole: true }]);
  });

  it('is a data folder: verified, started, gone on with, and folded to the same balances', async () => {
    const restored = at('restored');
    cpSync(dir, restored, { recursive: true });
    const verified = await shebao(['verify', '--json', '--data-dir', restored]);
    expect([verified.code, JSON.parse(verified.out)]).toMatchObject([
      0,
      { whole: true, head: manifest.head, unverified: 0 },
    ]);
    const app = await startApp({ dataDir: restored });
    await app.judged(submission);
    const { body } = await app.get(`/v1/submissions/${submission}`);
    expect(body.rows).toMatchObject({ total: ROWS, accepted: ROWS });
    const position = { 'ledger-min-position': `${rowsOf(restored, 'SELECT max(position) FROM event')}` };
    const trial = await app.get('/v1/audit/trial-balance', position);
    expect([trial.status, trial.body.total]).toEqual([200, '0.00']);
    await app.close();
    const rebuilt = await shebao(['rebuild', '--json', '--data-dir', restored]);
    expect([rebuilt.code, JSON.parse(rebuilt.out)]).toMatchObject([
      0,
      { compared: true, differences: [], parked: 0 },
    ]);
  });

  it('can be made twice at once, in two folders', async () => {
    const runs = ['one', 'two'].map((name) => shebao(['backup', at(name), '--data-dir', source, '--json']));
    const [one, two] = (await Promise.all(runs)).map(({ out }) => JSON.parse(out) as Manifest);
    expect(one?.head).toEqual(two?.head);
  });

  it('is made by one of two that want the same folder', async () => {
    const same = at('same');
    const runs = await Promise.all([1, 2].map(() => shebao(['backup', same, '--data-dir', source])));
    expect(runs.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(runs.find(({ code }) => code === 1)?.error).toMatch(/is not empty|another backup is under way/);
    expect(readdirSync(same)).toContain('backup.json');
  });
});

describe('a backup that cannot be made leaves nothing', () => {
  const folder = at('standing');
  beforeAll(() => {
    cpSync(dir, folder, { recursive: true });
  });
  const refusal = async (name: string, ...given: Parameters<typeof shebao>[1][]): Promise<string> => {
    const { code, error } = await shebao(['backup', at(name), '--data-dir', folder], given[0]);
    expect(code).toBe(1);
    expect(existsSync(`${at(name)}.part`)).toBe(false);
    return error;
  };

  it('on a full disk', async () => {
    expect(await refusal('full', { limitKiB: 600 })).toMatch(/disk|full|EFBIG/i);
    expect(existsSync(at('full'))).toBe(false);
  });
  it('where no folder can be made', async () => {
    writeFileSync(at('file'), '');
    expect(await refusal('file/below')).toMatch(/ENOTDIR/);
    expect(await refusal('not/there')).toMatch(/ENOENT/);
  });
  it('in a folder that holds something', async () => {
    mkdirSync(at('taken'));
    writeFileSync(join(at('taken'), 'mine'), '');
    expect(await refusal('taken')).toContain('is not empty');
    expect(readdirSync(at('taken'))).toEqual(['mine']);
  });
  it('without the keys', async () => {
    renameSync(join(folder, 'keyring.json'), at('keys.json'));
    expect(await refusal('keyless')).toContain('there is no keyring at');
    const env = { KEYRING_FILE: at('keys.json') };
    expect((await shebao(['backup', at('elsewhere'), '--data-dir', folder], { env })).code).toBe(0);
    expect(readFileSync(join(at('elsewhere'), 'keyring.json'))).toEqual(readFileSync(at('keys.json')));
    renameSync(at('keys.json'), join(folder, 'keyring.json'));
  });
  it('of a log in EventStoreDB', async () => {
    const env = { EVENTSTOREDB_URL: 'esdb://127.0.0.1:1?tls=false' };
    expect(await refusal('theirs', { env })).toContain('see shebao export');
  });
  it('of a log that is not whole', async () => {
    const db = new Database(join(folder, 'events.sqlite'));
    db.prepare("UPDATE event SET data = replace(data, '.', ',') WHERE position = 5").run();
    db.close();
    expect(await refusal('broken')).toMatch(/the log is not whole: .* at revision \d+ of /);
    expect(existsSync(at('broken'))).toBe(false);
  });
  it('while one that was killed still lies there, with its copy of the keys', async () => {
    mkdirSync(`${at('killed')}.part`);
    const { code, error } = await shebao(['backup', at('killed'), '--data-dir', folder]);
    expect([code, error]).toEqual([1, expect.stringContaining('one was killed; then remove it')]);
  });
});
