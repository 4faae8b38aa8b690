import Database from 'better-sqlite3';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NO_STREAM, nameOf, seal, type DomainEvent } from '../src/event-store/chain.js';
import { FileKeyring } from '../src/event-store/keyring.adapter.js';
import { SqliteEventStore } from '../src/event-store/sqlite.adapter.js';
import { nameDigestOf } from '../src/individual/individual.sealing.js';
import { streamOf } from '../src/individual/individual.js';
import { toCsv, peopleOf, type RosterPerson } from '../test/support/roster.js';
import { startProcess, type ServerProcess } from '../test/support/process.js';
import { compare, inFolder, secondsOf, type Line } from './measure.js';
import { asOf, coverageOf, context, EMPLOYER, paidMonths, registrationOf, withCloses } from './sample.js';
import { rawSingleAppends } from './store.bench.js';

const MONTHS = ['2025-07', '2025-08', '2025-09', '2025-10', '2025-11', '2025-12', '2026-01'] as const;
const STREAMS_A_BATCH = 100;
/** Looking costs the machine's second core; a few milliseconds change no figure. */
const POLL_MS = 4;

/** Gives each person a life of paid months, straight into the log; its years closed where that is asked for. */
const seedLives = async (
  folder: string,
  people: readonly RosterPerson[],
  months: number,
  isClosed: boolean,
): Promise<void> => {
  const keyring = FileKeyring.open(join(folder, 'keyring.json'));
  const store = SqliteEventStore.open(join(folder, 'events.sqlite'));
  const open = [registrationOf('', ''), coverageOf('1985-07-01'), ...paidMonths(months)];
  const life = isClosed ? withCloses(open) : open;
  for (let from = 0; from < people.length; from += STREAMS_A_BATCH) {
    const appends = people.slice(from, from + STREAMS_A_BATCH).map(({ ssn, name }) => {
      const stream = streamOf(keyring.streamKeyOf(ssn));
      const registered = registrationOf(
        keyring.seal(JSON.stringify({ ssn, name }), stream),
        nameDigestOf(keyring, name),
      );
      const events: readonly DomainEvent[] = asOf(life, registered);
      return { stream, events: seal(stream, NO_STREAM, events, context('seed')) };
    });
    for (let first = 0; first < life.length; first += EVENTS_A_PART)
      await store.appendMany(
        appends.map(({ stream, events }) => ({
          stream,
          expected: first === 0 ? ('no-stream' as const) : BigInt(first - 1),
          events: events.slice(first, first + EVENTS_A_PART),
        })),
      );
  }
  await store.close();
};
const EVENTS_A_PART = 200;

export const ready = async (server: ServerProcess): Promise<void> => {
  for (;;) {
    const answer = await fetch(`${server.url}/health/ready`);
    const { status } = answer;
    await answer.body?.cancel();
    if (status === 200) return;
    await pause(POLL_MS);
  }
};

/** Rows a second from the first byte sent until the last row's verdict is durable, as the log itself tells. */
const submit = async (
  server: ServerProcess,
  folder: string,
  csv: string,
  rows: number,
  month: string,
): Promise<number> => {
  const key = `bench-${month}`;
  const stream = `submission-${nameOf('submission', EMPLOYER, key)}`;
  const log = new Database(join(folder, 'events.sqlite'), { readonly: true });
  const last = log.prepare<[string], { type: string }>(
    'SELECT type FROM event WHERE stream = ? ORDER BY revision DESC LIMIT 1',
  );
  try {
    const seconds = await secondsOf(async () => {
      const answer = await fetch(`${server.url}/v1/employers/${EMPLOYER}/submissions?month=${month}`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv', 'idempotency-key': key },
        body: csv,
      });
      if (answer.status !== 202) throw new Error(`the submission was refused: ${await answer.text()}`);
      await answer.body?.cancel();
      while (last.get(stream)?.type !== 'SubmissionAssessed') await pause(POLL_MS);
    });
    return rows / seconds;
  } finally {
    log.close();
  }
};

export const register = async (server: ServerProcess): Promise<void> => {
  const answer = await fetch(`${server.url}/v1/employers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' }),
  });
  if (!answer.ok) throw new Error(`the employer was refused: ${await answer.text()}`);
  await answer.body?.cancel();
};

/** Cold: the server has just started and reads every life. Warm: it judged the same people's month before. */
const submissionLines = (
  rows: number,
  months: number,
  label: string,
  isClosed = false,
): Promise<readonly Line[]> =>
  inFolder(async (folder) => {
    const people = peopleOf(rows);
    const csv = toCsv(people);
    if (months > 0) await seedLives(folder, people, months, isClosed);
    const left: string[] = [...MONTHS];
    const nextMonth = (): string => left.shift() ?? 'no month is left';
    let server = await startProcess(folder, { LOG_LEVEL: 'error' });
    await register(server);
    const cold = await compare(`submission of ${rows} rows, ${label}, cold`, 'rows/s', '>= 3', {
      raw: rawSingleAppends,
      ours: async () => {
        await server.stop();
        server = await startProcess(folder, { LOG_LEVEL: 'error' });
        await ready(server);
        return submit(server, folder, csv, rows, nextMonth());
      },
      note: 'raw: single durable appends',
    });
    await ready(server);
    const warm = await compare(`submission of ${rows} rows, ${label}, warm`, 'rows/s', '>= 3', {
      raw: rawSingleAppends,
      ours: async () => {
        await ready(server);
        return submit(server, folder, csv, rows, nextMonth());
      },
      note: 'raw: single durable appends',
    });
    await server.stop();
    return [cold, warm];
  });

export const submissionBench = async (): Promise<readonly Line[]> => [
  ...(await submissionLines(10_000, 12, '1 year each')),
  ...(await submissionLines(1_000, 480, '40 years each')),
];

const CLOSED_ROWS = 500;
/** How long people have paid must not matter: the second pair is to stand within 1.3 times of the first. */
export const closedBench = async (): Promise<readonly Line[]> => [
  ...(await submissionLines(CLOSED_ROWS, 12, '1 year each, closed', true)),
  ...(await submissionLines(CLOSED_ROWS, 480, '40 years each, closed', true)),
  await interestLine(),
];

const INTEREST_PERSONS = 2_000;
/** Persons a second of an interest run over lives of one year, from the request until the run is finished. */
const interestLine = (): Promise<Line> =>
  inFolder(async (folder) => {
    // The first start makes the keys that name the streams.
    await (await startProcess(folder, { LOG_LEVEL: 'error' })).stop();
    await seedLives(folder, peopleOf(INTEREST_PERSONS), 12, false);
    const server = await startProcess(folder, { LOG_LEVEL: 'error' });
    await ready(server);
    let runs = 0;
    const line = await compare('interest run, lives of a year', 'persons/s', '-', {
      raw: rawSingleAppends,
      ours: async () => {
        // Each run has another rate, so that it posts to everybody.
        const body = { year: 2024, provisional: true, rate: `2.${(runs += 1)}`, source: 'bench' };
        const seconds = await secondsOf(async () => {
          const answer = await fetch(`${server.url}/v1/interest-runs`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          });
          const { id } = (await answer.json()) as { id: string };
          for (let state = 'running'; state !== 'finished'; await pause(POLL_MS))
            ({ state } = (await (await fetch(`${server.url}/v1/interest-runs/${id}`)).json()) as {
              state: string;
            });
        });
        return INTEREST_PERSONS / seconds;
      },
      note: 'the first run closes, the others restate',
    });
    await server.stop();
    return line;
  });
