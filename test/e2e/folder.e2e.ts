import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Database from 'better-sqlite3';
import { Command } from 'commander';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register as rebuild } from '../../src/cli/rebuild.command.js';
import { register as verify } from '../../src/cli/verify.command.js';
import { startApp } from '../support/app.js';
import { peopleOf } from '../support/roster.js';
import { until } from '../support/until.js';

const folder = mkdtempSync(join(tmpdir(), 'shebao-folder-'));
const copies: string[] = [];
/** The folder as the server left it, for one test to spoil. */
const copy = (): string => {
  const to = mkdtempSync(join(tmpdir(), 'shebao-folder-'));
  cpSync(folder, to, { recursive: true });
  copies.push(to);
  return to;
};
const spoil = (dataDir: string, sql: string): void => {
  const log = new Database(join(dataDir, 'events.sqlite'));
  log.exec(sql);
  log.close();
};

type Run = Readonly<{ code: number; out: string; err: string }>;
const shebao = async (...words: readonly string[]): Promise<Run> => {
  let [out, err] = ['', ''];
  const toOut = jest
    .spyOn(process.stdout, 'write')
    .mockImplementation((text) => ((out += String(text)), true));
  const toErr = jest
    .spyOn(process.stderr, 'write')
    .mockImplementation((text) => ((err += String(text)), true));
  const program = new Command();
  verify(program);
  rebuild(program);
  try {
    await program.parseAsync(words, { from: 'user' });
    return { code: Number(process.exitCode ?? 0), out, err };
  } finally {
    toOut.mockRestore();
    toErr.mockRestore();
    process.exitCode = 0;
  }
};

beforeAll(async () => {
  const app = await startApp({ dataDir: folder });
  for (const { ssn, name } of peopleOf(3))
    expect((await app.post('/v1/individuals', { ssn, name, region: 'shanghai' })).status).toBe(201);
  await until(async () => {
    const { body } = await app.get('/v1/audit/trial-balance');
    return body.freshness.behind === 0 ? true : undefined;
  });
  await app.close();
});
afterEach(() => {
  process.exitCode = 0;
});
afterAll(() => {
  for (const each of [folder, ...copies]) rmSync(each, { recursive: true, force: true });
});

describe('shebao verify', () => {
  it('finds the chain whole, also beside a running server', async () => {
    const dataDir = copy();
    const whole = await shebao('verify', '--data-dir', dataDir);
    expect(whole).toMatchObject({ code: 0, err: '' });
    expect(whole.out).toMatch(/^verify: 3 events, chain whole; no checkpoint; head [0-9a-f]{64}\n$/);
    const app = await startApp({ dataDir });
    expect(await shebao('verify', '--data-dir', dataDir)).toEqual(whole);
    await app.close();
  });

  it.each([
    [
      'an event was changed',
      "UPDATE event SET data = replace(data, 'shanghai', 'beijing') WHERE position = 2",
      'changed hash-differs',
      1,
    ],
    [
      'an event stands elsewhere in its stream',
      'UPDATE event SET revision = 1 WHERE position = 2',
      'reordered place-differs',
      1,
    ],
    ['the metadata is broken', "UPDATE event SET metadata = '{' WHERE position = 3", 'changed unreadable', 2],
    ['the last event went', 'DELETE FROM event WHERE position = 3', 'truncated anchor-absent', 2],
  ])('names the event and ends with 1 when %s', async (_, sql, named, before) => {
    const [kind, check] = named.split(' ');
    const dataDir = copy();
    spoil(dataDir, sql);
    const text = await shebao('verify', '--data-dir', dataDir);
    expect(text.code).toBe(1);
    expect(text.out).toMatch(
      new RegExp(
        `^verify: ${before} events fit, then ${kind} [(]${check}[)] at revision \\d+ of individual-\\w+ `,
      ),
    );
    const json = await shebao('verify', '--data-dir', dataDir, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ whole: false, events: before, fault: { kind, check } });
    expect(json.code).toBe(1);
  });

  it('makes nothing where there is nothing', async () => {
    const run = await shebao('verify', '--data-dir', join(folder, 'nowhere'));
    expect([run.code, run.out]).toEqual([1, '']);
    expect(run.err).toMatch(/no event log/);
  });
});

describe('shebao rebuild', () => {
  it('makes the same rows again', async () => {
    const run = await shebao('rebuild', '--data-dir', copy());
    expect(run).toEqual({ code: 0, out: 'rebuild: 3 events, same as before, row for row\n', err: '' });
  });

  it('mends rows that are wrong, and says so', async () => {
    const dataDir = copy();
    const rows = new Database(join(dataDir, 'read-models.1.sqlite'));
    rows.exec("UPDATE identity SET region = 'nowhere'");
    rows.close();
    const run = await shebao('rebuild', '--data-dir', dataDir, '--json');
    expect(JSON.parse(run.out)).toMatchObject({ events: 3, parked: 0, compared: true });
    expect(JSON.parse(run.out).differences.length).toBeGreaterThan(0);
    const again = await shebao('rebuild', '--data-dir', dataDir);
    expect(again.out).toMatch(/same as before/);
  });

  it('is refused while a server has the folder', async () => {
    const dataDir = copy();
    const app = await startApp({ dataDir });
    const run = await shebao('rebuild', '--data-dir', dataDir);
    await app.close();
    expect([run.code, run.out]).toEqual([1, '']);
    expect(run.err).toMatch(/in use/);
  });
});
