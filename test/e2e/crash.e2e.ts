import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromYuan, sum, toYuan, type Fen } from '../../src/kernel/money.js';
import type { ContributionAssessed, ContributionPaid } from '../../src/individual/events.js';
import type { LogReader } from '../../src/event-store/event-store.js';
import { ENGINES, startLog, type EngineName, type TestLog } from '../support/engines.js';
import { startProcess, type ServerProcess } from '../support/process.js';
import { EMPLOYER, peopleOf, toCsv } from '../support/roster.js';
import { until } from '../support/until.js';

/** Every row is a call to the second engine, whose server lives in this process: fewer show the same. */
const ROWS_BY: Readonly<Record<EngineName, number>> = { sqlite: 5_000, eventstoredb: 1_000 };
const KILLS_BY: Readonly<Record<EngineName, number>> = { sqlite: 6, eventstoredb: 2 };
const EVENTS_BETWEEN_KILLS_MAX = 600;
const MONTH = '2025-07';

type SubmissionAnswer = Readonly<{
  id: string;
  state: string;
  rows: Readonly<{ total: number; accepted: number; duplicate: number; rejected: number; pending: number }>;
  amounts: Readonly<{ employer: string; employee: string; total: string }>;
  outstanding: string;
}>;

describe.each(ENGINES)('on %s', (engine) => {
  const ROWS = ROWS_BY[engine];
  const KILLS = KILLS_BY[engine];
  const folder = mkdtempSync(join(tmpdir(), 'shebao-crash-'));
  const csv = toCsv(peopleOf(ROWS));
  let log: TestLog;
  let server: ServerProcess;

  /** Beside the server, as long as it takes. */
  const withLog = async <T>(ask: (reader: LogReader) => Promise<T>): Promise<T> => {
    const reader = log.open(folder);
    try {
      return await ask(reader);
    } finally {
      await reader.close();
    }
  };
  /** How many events there are; of the server of the tests the cheap way. */
  const countIn = (reader: LogReader): Promise<number> => (log.server?.log ?? reader).countAfter(undefined);

  const post = (
    path: string,
    body: string | object,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    fetch(`${server.url}/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': typeof body === 'string' ? 'text/csv' : 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  /** The client does what a client does: on a lost connection it sends the same again with the same key. */
  const submit = async (): Promise<string> => {
    const answer = await post(`/employers/${EMPLOYER}/submissions?month=${MONTH}`, csv, {
      'idempotency-key': 'july',
    });
    expect(answer.status).toBe(202);
    return ((await answer.json()) as { id: string }).id;
  };
  const submissionOf = async (id: string): Promise<SubmissionAnswer> => {
    const answer = await fetch(`${server.url}/v1/submissions/${id}`);
    return (await answer.json()) as SubmissionAnswer;
  };

  /** The connection of a killed server; jest's own realm has another TypeError, so it is told by its text. */
  const whenLost = (error: unknown): undefined => {
    if (/^TypeError: (?:fetch failed|terminated)/.test(String(error))) return undefined;
    throw error;
  };

  /** The server of the tests shares this thread and tells what came; a file has to be looked at again and again. */
  const grownTo = async (target: number, reader: LogReader): Promise<void> => {
    if (!log.server) {
      await until(async () => ((await countIn(reader)) >= target ? true : undefined));
      return;
    }
    let count = 0;
    let tell: () => void = () => undefined;
    const grown = new Promise<void>((resolve) => (tell = resolve));
    const subscription = log.server.log.subscribe({}, (events) => {
      count += events.length;
      if (count >= target) tell();
      return Promise.resolve();
    });
    await grown;
    await subscription.close();
  };

  /** Kills the process as soon as the log has grown by a random number of events, in the middle of whatever it does. */
  const killAfterSomeEvents = (): Promise<number> =>
    withLog(async (reader) => {
      const target = (await countIn(reader)) + randomInt(1, EVENTS_BETWEEN_KILLS_MAX);
      await grownTo(target, reader);
      await server.kill();
      return countIn(reader);
    });

  const eventsOf = <T extends { type: string }>(
    type: T['type'],
  ): Promise<readonly (T & { stream: string })[]> =>
    withLog(async (reader) => {
      const events = await reader.readAll({ types: [type], max: Number.MAX_SAFE_INTEGER });
      return events.map(({ stream, data }) => ({
        type,
        stream,
        data: JSON.parse(data) as unknown,
      })) as unknown as readonly (T & { stream: string })[];
    });
  const streamsOf = async (type: string): Promise<readonly string[]> =>
    (await eventsOf(type)).map(({ stream }) => stream);
  const owedIn = (events: readonly (ContributionAssessed | ContributionPaid)[]): Fen =>
    sum(
      events.flatMap(({ data }) =>
        data.lines.flatMap((line) => [fromYuan(line.employerPart), fromYuan(line.employeePart)]),
      ),
    );

  describe(`a submission of ${ROWS} rows, killed ${KILLS} times and once more while it is paid`, () => {
    const heads: number[] = [];
    let submission: SubmissionAnswer;

    beforeAll(async () => {
      log = await startLog(engine);
      server = await startProcess(folder, log.env);
      await post('/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' });
      const first = submit().catch((error: unknown) => {
        return whenLost(error);
      });
      heads.push(await killAfterSomeEvents());
      await first;
      server = await startProcess(folder, log.env);
      const id = await submit();
      while (heads.length < KILLS) {
        heads.push(await killAfterSomeEvents());
        server = await startProcess(folder, log.env);
      }
      await until(async () => {
        const told = await (await fetch(`${server.url}/v1/submissions/${id}/progress`)).text();
        return told.includes('event: done') ? true : undefined;
      });
      submission = await submissionOf(id);
    }, 180_000);

    afterAll(async () => {
      await server.kill();
      await log.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it('was killed in the middle every time', () => {
      expect(heads).toHaveLength(KILLS);
      expect(heads.every((head, i) => head > (heads[i - 1] ?? 0) && head < 4 * ROWS)).toBe(true);
    });

    it('has each row exactly once', async () => {
      const { total, accepted, duplicate, rejected, pending } = submission.rows;
      expect({ total, accepted, duplicate, rejected, pending }).toEqual({
        total: ROWS,
        accepted: ROWS,
        duplicate: 0,
        rejected: 0,
        pending: 0,
      });
      const streams = await streamsOf('ContributionAssessed');
      expect(streams).toHaveLength(ROWS);
      expect(new Set(streams).size).toBe(ROWS);
      expect(await streamsOf('IndividualRegistered')).toHaveLength(ROWS);
      const lines = (await eventsOf<ContributionAssessed>('ContributionAssessed')).map(
        ({ data }) => data.line,
      );
      expect(new Set(lines).size).toBe(ROWS);
    });

    it('has totals that equal the sum of what stands in the persons’ own streams', async () => {
      expect(submission.amounts.total).toBe(
        toYuan(owedIn(await eventsOf<ContributionAssessed>('ContributionAssessed'))),
      );
    });

    it('credits each person once when it is killed while it is paid', async () => {
      const pay = (): Promise<Response> =>
        post(
          `/submissions/${submission.id}/payments`,
          { amount: submission.outstanding, paidOn: '2025-07-20', reference: 'bank-0001' },
          { 'idempotency-key': 'payment-july' },
        );
      const first = pay().catch((error: unknown) => {
        return whenLost(error);
      });
      await killAfterSomeEvents();
      await first;
      server = await startProcess(folder, log.env);
      const answer = await pay();
      expect([200, 201]).toContain(answer.status);
      expect(await answer.json()).toMatchObject({
        allocated: submission.amounts.total,
        lateFee: '0.00',
        state: 'paid',
      });
      const streams = await streamsOf('ContributionPaid');
      expect(streams).toHaveLength(ROWS);
      expect(new Set(streams).size).toBe(ROWS);
      expect(toYuan(owedIn(await eventsOf<ContributionPaid>('ContributionPaid')))).toBe(
        submission.amounts.total,
      );
    }, 120_000);

    it('keeps the chain whole and the trial balance at nought', async () => {
      const verification = (await (await post('/audit/verifications', {})).json()) as { id: string };
      const verdict = await until(async () => {
        const answer = await fetch(`${server.url}/v1/audit/verifications/${verification.id}`);
        const now = (await answer.json()) as { state: string; whole?: boolean };
        return now.state === 'done' ? now : undefined;
      });
      expect(verdict).toMatchObject({ whole: true });
      const head = await withLog((reader) => reader.head());
      const trial = await fetch(`${server.url}/v1/audit/trial-balance`, {
        headers: { 'ledger-min-position': `${head}` },
      });
      expect(trial.status).toBe(200);
      expect(((await trial.json()) as { total: string }).total).toBe('0.00');
    });

    it('has projected each event once: the rows are those of a rebuild, row for row', async () => {
      expect(await server.stop()).toBe(0);
      const command = ['dist/cli.js', 'rebuild', '--data-dir', folder, '--json'];
      const options = { env: { ...process.env, NODE_OPTIONS: '', ...log.env } };
      const { stdout } = await promisify(execFile)(process.execPath, command, options);
      expect(JSON.parse(stdout)).toMatchObject({ parked: 0, compared: true, differences: [] });
      server = await startProcess(folder, log.env);
    });

    it('stops by itself on SIGTERM', async () => {
      const other = await startProcess(mkdtempSync(join(folder, 'clean-')), log.env);
      expect(await other.stop()).toBe(0);
    });
  });
});
