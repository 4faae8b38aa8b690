import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type TestApp } from '../support/app.js';
import { peopleOf } from '../support/roster.js';
import { until } from '../support/until.js';

/** As built, in a process of its own: it has no server and no data folder to ask. */
const CLI = resolve('dist/cli.js');
const USCC = '91310000717854505W';
const [PERSON] = peopleOf(1);

let app: TestApp;
let folder = '';
let id = '';
const keys = (): string => join(folder, 'keys.json');

type Run = Readonly<{ code: unknown; out: string; err: string }>;
const checkProof = async (args: readonly string[], input = ''): Promise<Run> => {
  const child = spawn(process.execPath, [CLI, 'check-proof', ...args], {
    env: { PATH: process.env['PATH'] },
    cwd: folder,
  });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
};
const proofNow = async (): Promise<string> => (await app.get(`/v1/audit/individuals/${id}/proof`)).text;
/** The proof as it is now, in a file. */
const saveProof = async (change = (proof: string): string => proof): Promise<string> => {
  const path = join(folder, 'proof.json');
  writeFileSync(path, change(await proofNow()));
  return path;
};
const settle = async (): Promise<void> => {
  const { body } = await app.get(`/v1/audit/individuals/${id}/history`);
  const claim = {
    id,
    institution: 'P001',
    institutionSerial: `${body.items.length}`,
    kind: 'pharmacy',
    occurredAt: '2025-08-10T01:00:00.000Z',
    total: '1.00',
    ownExpense: '0.00',
    inScope: '1.00',
    fundPaid: '0.00',
  };
  const settled = await app.post('/v1/settlements', claim, {
    'idempotency-key': `till-${body.items.length}`,
  });
  expect(settled.status).toBe(201);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'proof-'));
  app = await startApp({ clock: new FixedClock('2025-08-10T02:00:00.000Z' as Instant) });
  await app.post('/v1/employers', { uscc: USCC, name: 'Works', region: 'shanghai', injuryRate: '0.2' });
  const rows = [{ ssn: PERSON?.ssn, name: PERSON?.name, wage: '15000.00' }];
  const submitted = await app.post(
    `/v1/employers/${USCC}/submissions`,
    { month: '2025-07', rows },
    { 'idempotency-key': 'july' },
  );
  const submission = `/v1/submissions/${submitted.body.id}`;
  const stateIs = async (state: string) => (await app.get(submission)).body.state === state || undefined;
  await until(() => stateIs('assessed'));
  const { amounts } = (await app.get(submission)).body;
  const payment = { amount: amounts.total, paidOn: '2025-07-31', reference: 'bank-1' };
  await app.post(`${submission}/payments`, payment, { 'idempotency-key': 'pay' });
  await until(() => stateIs('paid'));
  id = (await app.post('/v1/individuals/locate', { number: PERSON?.ssn })).body.id;
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('before the first checkpoint', () => {
  it('keys are published as a JSON Web Key Set', async () => {
    const answer = await app.get('/v1/audit/keys');
    expect(answer.headers.get('content-type')).toMatch(/^application\/jwk-set[+]json/);
    expect(answer.body.keys).toEqual([
      {
        kty: 'OKP',
        crv: 'Ed25519',
        use: 'sig',
        alg: 'EdDSA',
        kid: expect.any(String),
        x: expect.any(String),
      },
    ]);
    writeFileSync(keys(), answer.text);
  });

  it('a proof proves nothing and says so', async () => {
    const run = await checkProof([await saveProof(), '--key', keys()]);
    expect([run.code, run.out]).toEqual([1, '']);
    expect(run.err).toMatch(/^check-proof: nothing-signed \(checkpoints\)/);
  });

  it('an unknown person has no proof', async () => {
    const answer = await app.get('/v1/audit/individuals/nobody/proof');
    expect([answer.status, answer.body.code]).toEqual([404, 'individual-not-found']);
  });
});

describe('a checkpoint', () => {
  it('is made once for what is new, and listed with its head', async () => {
    const made = await app.post('/v1/audit/checkpoints', {});
    expect([made.status, made.body.items.length]).toEqual([201, 1]);
    const again = await app.post('/v1/audit/checkpoints', {});
    expect([again.status, again.body]).toEqual([200, { items: [] }]);
    const listed = await app.get('/v1/audit/checkpoints');
    expect(listed.body).toEqual({ items: made.body.items, next: null });
    expect(listed.text).not.toContain('leaves');
    const remembered = readFileSync(join(app.dataDir, 'checkpoint.json'), 'utf8');
    expect(JSON.parse(remembered)).toEqual(made.body.items[0]);
  });

  it('proves every event of a person, offline', async () => {
    const path = await saveProof();
    const run = await checkProof([path, '--key', keys()]);
    expect([run.code, run.err]).toEqual([0, '']);
    expect(run.out).toMatch(/^check-proof: genuine, 4 events of individual-\w+ proven\n/);
    expect(run.out).toContain('Revisions 0 to 3 are byte for byte as they were signed');
    expect(run.out).toContain('signed on 2025-08-10 (checkpoint 0');
    expect(run.out).toContain('What this cannot show:');
    const json = await checkProof(['-', '--key', keys(), '--json'], readFileSync(path, 'utf8'));
    expect(JSON.parse(json.out)).toMatchObject({ proven: true, covered: 4, uncovered: 0, checkpoint: 0 });
  });

  it('holds no name and no number in the clear', async () => {
    const proof = await proofNow();
    expect(proof).not.toContain(PERSON?.ssn);
    expect(proof).not.toContain(PERSON?.name);
  });

  it.each([
    ['an amount', (proof: string) => proof.replace('15000.00', '15000.01'), /event-changed \(event \d\)/],
    ['a hash of a path', (proof: string) => proof.replace(/"path":\["./, '"path":["g'), /malformed/],
    ['bytes that are no text', (proof: string) => proof.slice(0, 100), /malformed/],
  ])('refuses a proof with %s changed, naming it', async (_, change, told) => {
    const run = await checkProof([await saveProof(change), '--key', keys()]);
    expect([run.code, run.out]).toEqual([1, '']);
    expect(run.err).toMatch(told);
    const json = await checkProof([join(folder, 'proof.json'), '--key', keys(), '--json']);
    expect([json.code, JSON.parse(json.out).proven]).toEqual([1, false]);
  });

  it('refuses a key of another installation, a key file that is none and a file that is not there', async () => {
    const other = await startApp();
    const theirs = join(folder, 'theirs.json');
    writeFileSync(theirs, (await other.get('/v1/audit/keys')).text);
    await other.close();
    const path = await saveProof();
    const run = await checkProof([path, '--key', theirs]);
    expect([run.code, run.err]).toEqual([1, expect.stringMatching(/key-unknown \(checkpoint 0\)/)]);
    for (const args of [
      [path, '--key', path],
      [path, '--key', join(folder, 'none.json')],
      [join(folder, 'none.json'), '--key', keys()],
    ])
      expect((await checkProof(args)).code).toBe(1);
  });

  it('leaves what happens after it to the next one', async () => {
    await settle();
    const after = await checkProof([await saveProof(), '--key', keys()]);
    expect(after.code).toBe(0);
    expect(after.out).toContain('1 event after that (revision 4 on) fit the chain, but no checkpoint covers');
    expect((await app.post('/v1/audit/checkpoints', {})).status).toBe(201);
    const covered = await checkProof([await saveProof(), '--key', keys(), '--json']);
    expect(JSON.parse(covered.out)).toMatchObject({ covered: 5, uncovered: 0, checkpoint: 1 });
  });

  it('is listed a page at a time', async () => {
    const first = await app.get('/v1/audit/checkpoints?limit=1');
    expect([first.body.items.length, first.body.next]).toEqual([1, '0']);
    const second = await app.get('/v1/audit/checkpoints?limit=1&cursor=0');
    expect([second.body.items[0].number, second.body.next]).toEqual([1, null]);
    expect((await app.get('/v1/audit/checkpoints?cursor=x')).status).toBe(400);
  });

  it('is refused when the log lacks one that was signed here', async () => {
    const path = join(app.dataDir, 'checkpoint.json');
    const remembered = readFileSync(path, 'utf8');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(remembered), number: 7, head: 'a'.repeat(64) }));
    await settle();
    const refused = await app.post('/v1/audit/checkpoints', {});
    expect([refused.status, refused.body.code]).toEqual([409, 'checkpoint-missing']);
    expect((await app.get('/metrics')).text).toMatch(/^shebao_checkpoint_failures_total 1$/m);
    writeFileSync(path, remembered);
    expect((await app.post('/v1/audit/checkpoints', {})).status).toBe(201);
  });
});
