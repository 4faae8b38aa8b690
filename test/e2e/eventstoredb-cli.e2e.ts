import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startEventStoreDb } from '../support/eventstoredb/server.js';
import { record } from '../support/log.js';

const run = promisify(execFile);
const shebao = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  run(process.execPath, ['dist/cli.js', ...args], { env: { ...process.env, NODE_OPTIONS: '', ...env } });

describe('the command line with EventStoreDB', () => {
  it('verifies the log there, named by an option or by the environment', async () => {
    const server = await startEventStoreDb();
    const noted = { type: 'Noted', data: { a: 1 } };
    await record(server.log, 'individual-a', [noted, noted]);
    await record(server.log, 'individual-b', [noted]);
    await record(server.log, 'somebody-else', [noted]);
    const given = await shebao(['verify', '--json', '--eventstoredb', server.url]);
    expect(JSON.parse(given.stdout)).toMatchObject({ whole: true, events: 3 });
    const set = await shebao(['verify', '--json'], { EVENTSTOREDB_URL: server.url });
    expect(set.stdout).toBe(given.stdout);
    await server.close();
  });

  it('says that a server does not answer', async () => {
    const server = await startEventStoreDb();
    await server.close();
    const failed = await shebao(['verify', '--eventstoredb', server.url]).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'EventStoreDB did not answer (gRPC status 14)\n',
    });
  });

  it('repeats no password', async () => {
    const url = 'esdb://someone:SECRET@localhost?unheard=of';
    const refused = await shebao(['verify', '--eventstoredb', url]).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: '--eventstoredb must be a connection string of EventStoreDB (esdb://...)\n',
    });
  });
});
