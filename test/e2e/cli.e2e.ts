import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Fault } from '../../src/demo/faults.js';
import { toEmployer, toPerson } from '../../src/demo/people.js';
import { rosterLines, rosterRows } from '../../src/demo/roster.js';
import { fromYuan } from '../../src/kernel/money.js';
import { startApp, type TestApp } from '../support/app.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const LIMITS = { floor: fromYuan('7460.00'), ceiling: fromYuan('37302.00') };
const SEED = 5;
const EMPLOYER = toEmployer(SEED, 0, 'shanghai');
const PERSON = toPerson(SEED, 0, LIMITS);

let app: TestApp;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-e2e-'));
  app = await startApp();
  await app.post('/v1/employers', EMPLOYER);
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

type Run = Readonly<{ code: unknown; out: string; error: string }>;
const shebao = async (args: readonly string[], input = '', url = app.url): Promise<Run> => {
  const environment = { ...process.env, NODE_OPTIONS: '', LC_ALL: 'C', SHEBAO_URL: url };
  const child = spawn(process.execPath, [CLI, ...args], { env: environment });
  child.stdin.end(input);
  const [out, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code, out, error };
};

const roster = async (name: string, people: number, faults: readonly Fault[] = []): Promise<string> => {
  const format = { columns: ['ssn', 'name', 'wage'], header: 'en', newline: '\n', quoted: false } as const;
  const lines = rosterLines(rosterRows({ seed: SEED, people, first: 0, limits: LIMITS, faults }), format);
  const path = join(folder, name);
  await writeFile(path, [...lines].join(''));
  return path;
};
const submitArgs = (file: string, uscc = EMPLOYER.uscc): readonly string[] => [
  'submit',
  file,
  '--uscc',
  uscc,
  '--month',
  '2025-07',
];

describe('submit', () => {
  it('gives the verdicts of a dry run and writes nothing', async () => {
    const { code, out } = await shebao([...submitArgs(await roster('dry.csv', 6, ['length'])), '--dry-run']);
    expect(out).toContain('5 accepted, 0 stood already, 1 rejected');
    expect(code).toBe(2);
    expect((await shebao(['locate'], PERSON.ssn)).error).toMatch(/^individual-not-found \(404\)/);
  });
  it('hands in a file, shows what was rejected and says so by its exit code', async () => {
    const { code, out, error } = await shebao(submitArgs(await roster('bad.csv', 6, ['length'])));
    expect(error).toMatch(/6\/6 rows posted/);
    expect(out).toMatch(/│ +5 │ ssn-invalid +│ ssn +│ .*length/);
    expect(out).toMatch(/5 accepted, 0 stood already, 1 rejected; owed: \d+\.\d\d yuan/);
    expect(code).toBe(2);
  });
  it('is the same request when it is given again', async () => {
    const again = await shebao([...submitArgs(await roster('bad.csv', 6, ['length'])), '--json']);
    expect(JSON.parse(again.out)).toMatchObject({ rows: { total: 6, accepted: 5, rejected: 1, pending: 0 } });
  });
  it('ends with 0 when every row stands', async () => {
    const { code, out } = await shebao(submitArgs(await roster('good.csv', 6)));
    expect(out).toMatch(/1 accepted, 5 stood already, 0 rejected/);
    expect(code).toBe(0);
  });
  it('tells a refusal with its code and every field, and ends with 1', async () => {
    const unknown = await shebao(
      submitArgs(await roster('good.csv', 6), toEmployer(SEED, 1, 'shanghai').uscc),
    );
    expect(unknown).toMatchObject({ code: 1, out: '' });
    expect(unknown.error).toMatch(/^employer-not-found \(404\): /);
    const path = join(folder, 'columns.csv');
    await writeFile(path, 'ssn,nom,wage\n1,2,3\n');
    const malformed = await shebao(submitArgs(path));
    expect(malformed.code).toBe(1);
    expect(malformed.error).toMatch(
      /^ {2}name: .*\(column-missing\)\n {2}columns\[1\]: .*\(column-unknown\)$/m,
    );
  });
  it('says so when the file or the server is not there', async () => {
    expect(await shebao(submitArgs(join(folder, 'none.csv')))).toMatchObject({ code: 1, out: '' });
    const nobody = await shebao(['balance', 'x'], '', 'http://127.0.0.1:9');
    expect(nobody).toMatchObject({ code: 1, out: '' });
    expect(nobody.error).toContain('Is the server running?');
  });
});

describe('locate, balance and history', () => {
  it('find a person by a number on standard input', async () => {
    const { code, out } = await shebao(['locate', '--name', PERSON.name, '--json'], `${PERSON.ssn}\n`);
    expect(JSON.parse(out)).toMatchObject({ via: 'current', nameMatches: true });
    expect(code).toBe(0);
  });
  it('name what is wrong with a number without repeating it', async () => {
    const { code, error } = await shebao(['locate', PERSON.ssn.slice(0, 17)]);
    expect(code).toBe(1);
    expect(error).toContain('ssn-length');
    expect(error).not.toContain(PERSON.ssn.slice(0, 17));
  });
  it('show balances with freshness', async () => {
    const { code, out } = await shebao(['balance'], PERSON.ssn);
    expect(out).toMatch(/│ pension +│ +0\.00 │/);
    expect(out).toContain('nothing newer in the log');
    expect(code).toBe(0);
  });
  it('replay the events with reasons', async () => {
    const { code, out } = await shebao(['history'], PERSON.ssn);
    expect(out).toMatch(/^#0 IndividualRegistered/);
    expect(out).toMatch(/#2 ContributionAssessed for 2025-07[\s\S]*pension employee .* x 8% = /);
    expect(code).toBe(0);
  });
});
