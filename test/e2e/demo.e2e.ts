import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The demo makes its folder in here, so that what it leaves behind can be seen. */
let temporary = '';
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'demo-e2e-'));
});
afterAll(() => rm(temporary, { recursive: true, force: true }));
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, NODE_OPTIONS: '', TMPDIR: temporary });

describe('npm run demo', () => {
  let output = '';
  it('walks the whole way and ends with 0', async () => {
    const demo = await promisify(execFile)(process.execPath, [CLI, 'demo'], { env: environment() });
    output = demo.stdout;
    expect(demo.stderr).toBe('');
  });
  it.each([
    ['shows the bar while rows are posted', /\[#{40}\] 1000\/1000 rows posted/],
    ['rejects the twelve bad rows of July', /988 accepted, 0 stood already, 12 rejected/],
    ['names line, code and reason', /│ +155 │ ssn-invalid +│ ssn +│ .*birth date/],
    ['posts only the mended rows', /12 accepted, 988 stood already, 0 rejected/],
    ['takes August', /1003 accepted, 0 stood already, 0 rejected/],
    ['explains an amount by rule and source', /pension employee .* x 8% = \d+\.\d\d/],
    ['tells how fresh the balances are', /nothing newer in the log/],
    ['names the sources', /Sources:\n +\[1\] /],
    ['ends with a whole book', /total 0\.00/],
    ['and a whole chain', /verify: [1-9]\d* events, chain whole/],
  ])('%s', (_, promised) => expect(output).toMatch(promised));
  it.each([
    'ssn-invalid',
    'name-missing',
    'name-mismatch',
    'wage-invalid',
    'duplicate-in-file',
    'already-submitted',
    'over-retirement-age',
    'employment-invalid',
    'insurance-unknown',
  ])('shows a row rejected for %s', (code) => expect(output).toMatch(new RegExp(`│ +\\d+ │ ${code} `)));
  it('leaves nothing behind', async () => expect(await readdir(temporary)).toEqual([]));
});

/** Starts a demo and waits until rows are posted. */
const startDemo = async (): Promise<ChildProcessByStdio<null, Readable, null>> => {
  const demo = spawn(process.execPath, [CLI, 'demo'], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  await new Promise<void>((resolve) =>
    demo.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('rows posted')) resolve();
    }),
  );
  return demo;
};

describe('a demo that does not come to its end', () => {
  it('leaves nothing behind when it is interrupted, and says so', async () => {
    const demo = await startDemo();
    const ended = once(demo, 'exit');
    demo.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(await readdir(temporary)).toEqual([]);
  });
  it('leaves nothing behind when its reader goes away', async () => {
    const demo = await startDemo();
    const ended = once(demo, 'exit');
    demo.stdout.destroy();
    await ended;
    expect(await readdir(temporary)).toEqual([]);
  });
});
