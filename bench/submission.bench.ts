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
import { coverageOf, context, EMPLOYER, paidMonths, registrationOf } from './sample.js';
import { rawSingleAppends } from './store.bench.js';

const MONTHS = ['2025-07', '2025-08', '2025-09', '2025-10', '2025-11', '2025-12', '2026-01'] as const;
const STREAMS_A_BATCH = 100;
/** Looking costs the machine's second core; a few milliseconds change no figure. */
const POLL_MS = 4;

/** Gives each person a life of paid months, straight into the log. */
const seedLives = async (folder: string, people: readonly RosterPerson[], months: number): Promise<void> => {
  const keyring = FileKeyring.open(join(folder, 'keyring.json'));
  const store = SqliteEventStore.open(join(folder, 'events.sqlite'));
  const paid = paidMonths(months);
  for (let from = 0; from < people.length; from += STREAMS_A_BATCH) {
    const appends = people.slice(from, from + STREAMS_A_BATCH).map(({ ssn, name }) => {
      const stream = streamOf(keyring.streamKeyOf(ssn));
      const registered = registrationOf(
        keyring.seal(JSON.stringify({ ssn, name }), stream),
        nameDigestOf(keyring, name),
      );
      const events: readonly DomainEvent[] = [registered, coverageOf('1985-07-01'), ...paid];
      return { stream, events: seal(stream, NO_STREAM, events, context('seed')) };
    });
    for (let first = 0; first < paid.length + 2; first += EVENTS_A_PART)
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

const ready = async (server: ServerProcess): Promise<void> => {
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

const register = async (server: ServerProcess): Promise<void> => {
  const answer = await fetch(`${server.url}/v1/employers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' }),
  });
  if (!answer.ok) throw new Error(`the employer was refused: ${await answer.text()}`);
  await answer.body?.cancel();
};

/** Cold: the server has just started and reads every life. Warm: it judged the same people's month before. */
const submissionLines = (rows: number, months: number, label: string): Promise<readonly Line[]> =>
  inFolder(async (folder) => {
    const people = peopleOf(rows);
    const csv = toCsv(people);
    if (months > 0) await seedLives(folder, people, months);
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
