import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, type ServerProcess } from '../support/process.js';
import { peopleOf } from '../support/roster.js';

let folder = '';
const anchor = (): string => join(folder, 'checkpoint.json');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const post = async (server: ServerProcess, path: string, body: object): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const register = async (server: ServerProcess, people: ReturnType<typeof peopleOf>): Promise<void> => {
  for (const { ssn, name } of people)
    expect((await post(server, '/v1/individuals', { ssn, name, region: 'shanghai' })).status).toBe(201);
};
const numbers = async (server: ServerProcess): Promise<readonly number[]> => {
  const { items } = (await (await fetch(`${server.url}/v1/audit/checkpoints`)).json()) as {
    items: readonly { number: number }[];
  };
  return items.map(({ number }) => number);
};

describe('a server that is killed', () => {
  it('at any time while it signs goes on with the next number, under the key it had', async () => {
    const people = peopleOf(4);
    let server = await startProcess(folder);
    const keys = await (await fetch(`${server.url}/v1/audit/keys`)).text();
    for (const [round, person] of people.entries()) {
      await register(server, [person]);
      // Not waited for: the kill comes before, within or after what it does.
      const making = post(server, '/v1/audit/checkpoints', {}).catch(() => undefined);
      if (round % 2 === 1) await making;
      await server.kill();
      server = await startProcess(folder);
      expect(await (await fetch(`${server.url}/v1/audit/keys`)).text()).toBe(keys);
    }
    await register(server, peopleOf(5).slice(4));
    expect((await post(server, '/v1/audit/checkpoints', {})).status).toBe(201);
    const made = await numbers(server);
    expect(made).toEqual(made.map((_, number) => number));
    expect((JSON.parse(readFileSync(anchor(), 'utf8')) as { number: number }).number).toBe(made.at(-1));
    expect(await server.stop()).toBe(0);
  });

  it('between the log and the anchor mends the anchor forward', async () => {
    const server = await startProcess(folder);
    await register(server, peopleOf(1));
    expect((await post(server, '/v1/audit/checkpoints', {})).status).toBe(201);
    const first = readFileSync(anchor(), 'utf8');
    await register(server, peopleOf(2).slice(1));
    expect((await post(server, '/v1/audit/checkpoints', {})).status).toBe(201);
    const second = readFileSync(anchor(), 'utf8');
    await server.kill();
    // As it stood when the second checkpoint was in the log and its anchor not yet written.
    writeFileSync(anchor(), first);
    const again = await startProcess(folder);
    expect((await post(again, '/v1/audit/checkpoints', {})).status).toBe(200);
    expect(readFileSync(anchor(), 'utf8')).toBe(second);
    expect(await again.stop()).toBe(0);
  });
});
