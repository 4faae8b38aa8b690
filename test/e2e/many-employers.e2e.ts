import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toEmployer } from '../../src/demo/people.js';
import type { BillIssued, SubmissionRowsJudged } from '../../src/employer/events.js';
import type { SubmissionAnswer } from '../../src/employer/submission.dto.js';
import type { LogReader } from '../../src/event-store/event-store.js';
import { pagesOf } from '../../src/event-store/pages.js';
import type { ContributionAssessed } from '../../src/individual/events.js';
import { fromYuan, sum, toYuan } from '../../src/kernel/money.js';
import { startLog, type TestLog } from '../support/engines.js';
import { startProcess, type ServerProcess } from '../support/process.js';
import { peopleOf, toCsv } from '../support/roster.js';
import { until } from '../support/until.js';

const EMPLOYERS = 50;
/** Of each employer; 2,000 is the size that docs/performance.md speaks of. */
const ROWS = Number(process.env.TEST_MANY_ROWS ?? '100');
const GOOD_ROWS = EMPLOYERS * ROWS;
const MONTH = '2025-07';
const KILLS = 2;
const MINUTE_MS = 60_000;
const LIMIT_MS = 5 * MINUTE_MS + GOOD_ROWS * 20;

/** One row more that nobody can take: its number is no number. */
const fileOf = (n: number): string => `${toCsv(peopleOf(ROWS, n * ROWS))}310101,试错,8000.00\r\n`;
type Client = Readonly<{ uscc: string; csv: string; key: string; isTwice: boolean }>;
const clients: readonly Client[] = Array.from({ length: EMPLOYERS }, (_, n) => ({
  uscc: toEmployer(6, n, 'shanghai').uscc,
  csv: fileOf(n),
  key: `july-${n}`,
  isTwice: n % 2 === 0,
}));

/** A connection that was lost; jest's own realm has another TypeError, so it is told by its text. */
const isLost = (error: unknown): boolean => /^TypeError: (?:fetch failed|terminated)/.test(String(error));

type Sent = Readonly<{ uscc: string; status: number; id: string; isReplay: boolean }>;
type Facts = Readonly<{
  assessed: Map<string, readonly ContributionAssessed['data'][]>;
  judged: readonly Readonly<{ stream: string; rows: SubmissionRowsJudged['data']['rows'] }>[];
  bills: readonly BillIssued['data'][];
  types: Map<string, number>;
}>;

const factsIn = async (log: LogReader): Promise<Facts> => {
  const assessed: Facts['assessed'] = new Map();
  const judged: Facts['judged'][number][] = [];
  const bills: BillIssued['data'][] = [];
  const types: Facts['types'] = new Map();
  for await (const page of pagesOf(log))
    for (const { type, stream, data } of page) {
      types.set(type, (types.get(type) ?? 0) + 1);
      if (type === 'ContributionAssessed')
        assessed.set(stream, [
          ...(assessed.get(stream) ?? []),
          JSON.parse(data) as ContributionAssessed['data'],
        ]);
      if (type === 'SubmissionRowsJudged')
        judged.push({ stream, rows: (JSON.parse(data) as SubmissionRowsJudged['data']).rows });
      if (type === 'BillIssued') bills.push(JSON.parse(data) as BillIssued['data']);
    }
  return { assessed, judged, bills, types };
};

describe(`${EMPLOYERS} employers with ${ROWS} rows at once, half of them sent twice, killed ${KILLS} times`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'shebao-many-'));
  const heads: number[] = [];
  let log: TestLog;
  let reader: LogReader;
  /** The server that serves now, or the next one as soon as it does. */
  let serving: Promise<ServerProcess>;
  let sent: readonly Sent[];
  let answers: readonly SubmissionAnswer[];
  let facts: Facts;

  /** A client does what clients do: when the connection is lost it sends the same again with the same key. */
  const ask = async <T>(
    path: string,
    read: (answer: Response) => Promise<T>,
    init?: RequestInit,
  ): Promise<T> => {
    for (;;) {
      const { url } = await serving;
      try {
        return await read(await fetch(`${url}/v1${path}`, init));
      } catch (error) {
        if (!isLost(error)) throw error;
      }
    }
  };
  const postJson = (path: string, body: object): Promise<unknown> =>
    ask(path, (answer) => answer.json(), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const submit = ({ uscc, csv, key }: Client, as = key): Promise<Sent> =>
    ask(
      `/employers/${uscc}/submissions?month=${MONTH}`,
      async (answer) => ({
        uscc,
        status: answer.status,
        id: ((await answer.json()) as { id: string }).id,
        isReplay: answer.headers.get('idempotency-replayed') === 'true',
      }),
      { method: 'POST', headers: { 'content-type': 'text/csv', 'idempotency-key': as }, body: csv },
    );
  const done = async (id: string): Promise<SubmissionAnswer> => {
    await until(async () => {
      const told = await ask(`/submissions/${id}/progress`, (answer) => answer.text());
      return told.includes('event: done') ? true : undefined;
    });
    return ask(`/submissions/${id}`, async (answer) => (await answer.json()) as SubmissionAnswer);
  };

  /** In the middle: some time before another third of the persons' events has come. */
  const killAndStartAgain = async (): Promise<void> => {
    const target = (await reader.countAfter(undefined)) + randomInt(1, GOOD_ROWS);
    await until(async () => ((await reader.countAfter(undefined)) >= target ? true : undefined));
    const server = await serving;
    serving = server.kill().then(() => startProcess(folder, log.env));
    await serving;
    heads.push(await reader.countAfter(undefined));
  };

  beforeAll(async () => {
    log = await startLog('sqlite');
    serving = startProcess(folder, log.env);
    await serving;
    reader = log.open(folder);
    for (const { uscc } of clients)
      await postJson('/employers', { uscc, name: '试验厂', region: 'shanghai' });
    const sending = clients.flatMap((client) => (client.isTwice ? [client, client] : [client]));
    const all = Promise.all(sending.map((client) => submit(client)));
    for (let kill = 0; kill < KILLS; kill++) await killAndStartAgain();
    sent = await all;
    const ids = [...new Set(sent.map(({ id }) => id))];
    answers = await Promise.all(ids.map(done));
    facts = await factsIn(reader);
  }, LIMIT_MS);

  afterAll(async () => {
    await reader.close();
    await (await serving).kill();
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('was killed in the middle every time', () => {
    expect(new Set(clients.map(({ uscc }) => uscc)).size).toBe(EMPLOYERS);
    const assessed = facts.types.get('ContributionAssessed') ?? 0;
    expect(heads).toHaveLength(KILLS);
    expect(heads.every((head) => head < 3 * assessed)).toBe(true);
  });

  it('answered each sender, and the one and the other of a pair with the same submission', () => {
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([202]));
    for (const { uscc, isTwice } of clients) {
      const own = sent.filter((answer) => answer.uscc === uscc);
      expect(own).toHaveLength(isTwice ? 2 : 1);
      expect(new Set(own.map(({ id }) => id)).size).toBe(1);
      expect(own.filter(({ isReplay }) => !isReplay).length).toBeLessThanOrEqual(1);
    }
    expect(answers).toHaveLength(EMPLOYERS);
  });

  it('has counts that add up for every employer', () => {
    for (const { rows, state } of answers) {
      expect(state).toBe('assessed');
      expect(rows).toEqual({ total: ROWS + 1, accepted: ROWS, duplicate: 0, rejected: 1, pending: 0 });
    }
  });

  it('has each row exactly once: a verdict a line, a month a person', () => {
    const lines = facts.judged.flatMap(({ stream, rows }) => rows.map(({ line }) => `${stream} ${line}`));
    expect(lines).toHaveLength(EMPLOYERS * (ROWS + 1));
    expect(new Set(lines).size).toBe(lines.length);
    expect(facts.assessed.size).toBe(GOOD_ROWS);
    expect([...facts.assessed.values()].filter(({ length }) => length !== 1)).toEqual([]);
    const once = ['IndividualRegistered', 'CoverageStarted', 'ContributionAssessed'];
    expect(once.map((type) => facts.types.get(type))).toEqual(once.map(() => GOOD_ROWS));
    const files = ['SubmissionReceived', 'SubmissionAssessed', 'BillIssued'];
    expect(files.map((type) => facts.types.get(type))).toEqual(files.map(() => EMPLOYERS));
  });

  it('bills each employer what stands in its persons’ own streams', () => {
    const months = [...facts.assessed.values()].flat();
    for (const { id, uscc, amounts } of answers) {
      const own = months.filter(({ employer, submission }) => employer === uscc && submission === id);
      const owed = own.flatMap(({ lines }) =>
        lines.flatMap(({ employerPart, employeePart }) => [fromYuan(employerPart), fromYuan(employeePart)]),
      );
      expect([own.length, toYuan(sum(owed))]).toEqual([ROWS, amounts.total]);
      const billed = facts.bills.filter(({ bill }) => bill === id).flatMap(({ lines }) => lines);
      const parts = billed.flatMap(({ employer, employee }) => [fromYuan(employer), fromYuan(employee)]);
      expect(toYuan(sum(parts))).toBe(amounts.total);
    }
  });

  it(
    'keeps the chain whole and the trial balance at nought',
    async () => {
      const { id } = (await postJson('/audit/verifications', {})) as { id: string };
      const verdict = await until(async () => {
        const now = await ask(`/audit/verifications/${id}`, (answer) => answer.json());
        return (now as { state: string }).state === 'done' ? now : undefined;
      });
      expect(verdict).toMatchObject({ whole: true });
      const headers = { 'ledger-min-position': `${await reader.head()}` };
      const trial = await ask('/audit/trial-balance', (answer) => answer.json(), { headers });
      const { total, accounts } = trial as { total: string; accounts: { account: string; debit: string }[] };
      expect(total).toBe('0.00');
      const receivable = accounts.filter(({ account }) => account.startsWith('receivable:'));
      expect(toYuan(sum(receivable.map(({ debit }) => fromYuan(debit))))).toBe(
        toYuan(sum(answers.map(({ amounts }) => fromYuan(amounts.total)))),
      );
    },
    LIMIT_MS,
  );

  it(
    'takes nothing of a file that comes once more under another key',
    async () => {
      const [client] = clients;
      if (!client) throw new Error('there are employers');
      const again = await submit(client, 'july-once-more');
      const { rows } = await done(again.id);
      expect(rows).toEqual({ total: ROWS + 1, accepted: 0, duplicate: ROWS, rejected: 1, pending: 0 });
    },
    LIMIT_MS,
  );
});
