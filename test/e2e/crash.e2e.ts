import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromYuan, sum, toYuan, type Fen } from '../../src/kernel/money.js';
import type { ContributionAssessed, ContributionPaid } from '../../src/individual/events.js';
import { startProcess, type ServerProcess } from '../support/process.js';
import { EMPLOYER, peopleOf, toCsv } from '../support/roster.js';
import { until } from '../support/until.js';

const ROWS = 5_000;
const KILLS = 6;
const EVENTS_BETWEEN_KILLS_MAX = 600;
const MONTH = '2025-07';

type SubmissionAnswer = Readonly<{
  id: string;
  state: string;
  rows: Readonly<{ total: number; accepted: number; duplicate: number; rejected: number; pending: number }>;
  amounts: Readonly<{ employer: string; employee: string; total: string }>;
  outstanding: string;
}>;

const folder = mkdtempSync(join(tmpdir(), 'shebao-crash-'));
const csv = toCsv(peopleOf(ROWS));
let server: ServerProcess;

const headOf = (log: Database.Database): number =>
  (log.prepare('SELECT coalesce(max(position), 0) AS head FROM event').get() as { head: number }).head;
const openLog = (): Database.Database => new Database(join(folder, 'events.sqlite'), { readonly: true });

const post = (path: string, body: string | object, headers: Record<string, string> = {}): Promise<Response> =>
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

/** Kills the process as soon as the log has grown by a random number of events, in the middle of whatever it does. */
const killAfterSomeEvents = async (): Promise<number> => {
  const log = openLog();
  try {
    const target = headOf(log) + randomInt(1, EVENTS_BETWEEN_KILLS_MAX);
    await until(() => (headOf(log) >= target ? true : undefined));
    await server.kill();
    return headOf(log);
  } finally {
    log.close();
  }
};

const eventsOf = <T extends { type: string }>(type: T['type']): readonly T[] => {
  const log = openLog();
  try {
    const rows = log.prepare('SELECT type, data FROM event WHERE type = ?').all(type) as { data: string }[];
    return rows.map(({ data }) => ({ type, data: JSON.parse(data) as unknown })) as unknown as T[];
  } finally {
    log.close();
  }
};
const streamsOf = (type: string): readonly string[] => {
  const log = openLog();
  try {
    return (log.prepare('SELECT stream FROM event WHERE type = ?').all(type) as { stream: string }[]).map(
      (r) => r.stream,
    );
  } finally {
    log.close();
  }
};
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
    server = await startProcess(folder);
    await post('/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' });
    const first = submit().catch((error: unknown) => {
      return whenLost(error);
    });
    heads.push(await killAfterSomeEvents());
    await first;
    server = await startProcess(folder);
    const id = await submit();
    while (heads.length < KILLS) {
      heads.push(await killAfterSomeEvents());
      server = await startProcess(folder);
    }
    submission = await until(async () => {
      const now = await submissionOf(id);
      return now.state === 'assessed' ? now : undefined;
    });
  }, 120_000);

  afterAll(async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('was killed in the middle every time', () => {
    expect(heads).toHaveLength(KILLS);
    expect(heads.every((head, i) => head > (heads[i - 1] ?? 0) && head < 3 * ROWS)).toBe(true);
  });

  it('has each row exactly once', () => {
    const { total, accepted, duplicate, rejected, pending } = submission.rows;
    expect({ total, accepted, duplicate, rejected, pending }).toEqual({
      total: ROWS,
      accepted: ROWS,
      duplicate: 0,
      rejected: 0,
      pending: 0,
    });
    const streams = streamsOf('ContributionAssessed');
    expect(streams).toHaveLength(ROWS);
    expect(new Set(streams).size).toBe(ROWS);
    expect(streamsOf('IndividualRegistered')).toHaveLength(ROWS);
    const lines = eventsOf<ContributionAssessed>('ContributionAssessed').map(({ data }) => data.line);
    expect(new Set(lines).size).toBe(ROWS);
  });

  it('has totals that equal the sum of what stands in the persons’ own streams', () => {
    expect(submission.amounts.total).toBe(
      toYuan(owedIn(eventsOf<ContributionAssessed>('ContributionAssessed'))),
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
    server = await startProcess(folder);
    const answer = await pay();
    expect([200, 201]).toContain(answer.status);
    expect(await answer.json()).toMatchObject({
      allocated: submission.amounts.total,
      lateFee: '0.00',
      state: 'paid',
    });
    const streams = streamsOf('ContributionPaid');
    expect(streams).toHaveLength(ROWS);
    expect(new Set(streams).size).toBe(ROWS);
    expect(toYuan(owedIn(eventsOf<ContributionPaid>('ContributionPaid')))).toBe(submission.amounts.total);
  }, 60_000);

  it('keeps the chain whole and the trial balance at nought', async () => {
    const verification = (await (await post('/audit/verifications', {})).json()) as { id: string };
    const verdict = await until(async () => {
      const answer = await fetch(`${server.url}/v1/audit/verifications/${verification.id}`);
      const now = (await answer.json()) as { state: string; whole?: boolean };
      return now.state === 'done' ? now : undefined;
    });
    expect(verdict).toMatchObject({ whole: true });
    const log = openLog();
    const head = headOf(log);
    log.close();
    const trial = await fetch(`${server.url}/v1/audit/trial-balance`, {
      headers: { 'ledger-min-position': `${head}` },
    });
    expect(trial.status).toBe(200);
    expect(((await trial.json()) as { total: string }).total).toBe('0.00');
  });

  it('stops by itself on SIGTERM', async () => {
    const other = await startProcess(mkdtempSync(join(folder, 'clean-')));
    expect(await other.stop()).toBe(0);
  });
});
