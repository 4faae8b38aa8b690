import Database from 'better-sqlite3';
import assert from 'node:assert';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CHECKPOINT_STREAM, LEAVES_MAX, type Leaf, type SignedHead } from '../src/audit/checkpoint.js';
import { leafOf, toCheckpoint } from '../src/audit/checkpointing.js';
import { KeySigner } from '../src/audit/signer.adapter.js';
import { toTrustedKeys } from '../src/audit/trusted-keys.js';
import { verifyLog } from '../src/audit/verification.js';
import { NO_STREAM, seal, tipOf, type Tip } from '../src/event-store/chain.js';
import type { NewEvent, StoredEvent } from '../src/event-store/event-store.js';
import { SqliteLogReader } from '../src/event-store/sqlite-reader.adapter.js';
import { SqliteEventStore } from '../src/event-store/sqlite.adapter.js';
import type { Instant } from '../src/kernel/calendar.js';
import { addMonths, toMonth } from '../src/kernel/calendar.js';
import { compare, inFolder, secondsOf, type Line } from './measure.js';
import { context, contributionOf } from './sample.js';

const PEOPLE = 1_000;
const MONTHS = 100;
const EVENTS = PEOPLE * MONTHS;

/** Proving a log whole, with its checkpoints, against reading the same rows and hashing the same bytes. */
export const verifyLine = (): Promise<Line> =>
  inFolder(async (folder) => {
    const path = join(folder, 'events.sqlite');
    const signer = KeySigner.fresh();
    const checkpoints = await fill(path, signer);
    const keys = toTrustedKeys(signer.verificationKeys());
    const log = SqliteLogReader.open(path);
    try {
      return await compare(`verify a log of ${EVENTS} events`, 'events/s', '>= 0.4', {
        raw: async () => EVENTS / (await secondsOf(() => readAndHash(path))),
        ours: async () =>
          EVENTS /
          (await secondsOf(async () => {
            const { fault, covered } = await verifyLog(log, { keys });
            assert(!fault && covered >= EVENTS, 'the log is whole and signed');
          })),
        note: `raw: iterate and SHA-256; ours with ${checkpoints} checkpoints`,
      });
    } finally {
      await log.close();
    }
  });

const readAndHash = (path: string): void => {
  const db = new Database(path, { readonly: true });
  for (const row of db.prepare<[], StoredEvent>('SELECT * FROM event ORDER BY position').iterate())
    createHash('sha256').update(`${row.stream}${row.id}${row.type}${row.data}${row.metadata}`).digest('hex');
  db.close();
};

/** A month of everybody at a time, and a checkpoint whenever one is full; gives how many. */
const fill = async (path: string, signer: KeySigner): Promise<number> => {
  const store = SqliteEventStore.open(path);
  const tips = new Map<string, Tip>();
  const heads: SignedHead[] = [];
  let leaves: Leaf[] = [];
  const record = async (stream: string, events: readonly NewEvent[]): Promise<void> => {
    const { revision } = tips.get(stream) ?? NO_STREAM;
    const appended = await store.append(stream, revision ?? 'no-stream', events);
    assert(appended.ok, 'nobody else writes');
    const stored = events.map((event, i) => ({
      ...event,
      stream,
      revision: appended.value.revision - BigInt(events.length - 1 - i),
      position: appended.value.position,
    }));
    tips.set(stream, tipOf(stored));
    leaves.push(...stored.map(leafOf));
  };
  const sign = async (): Promise<void> => {
    const made = toCheckpoint(heads.at(-1), { leaves }, '2025-07-10T08:00:00.000Z' as Instant, signer);
    heads.push(made.data);
    leaves = [];
    await record(
      CHECKPOINT_STREAM,
      seal(CHECKPOINT_STREAM, tips.get(CHECKPOINT_STREAM) ?? NO_STREAM, [made], context(`c${heads.length}`)),
    );
  };
  for (let month = 0; month < MONTHS; month++) {
    const content = contributionOf(addMonths(toMonth('2016-01'), month), 1);
    const people = Array.from({ length: PEOPLE }, (_, n) => `individual-${n.toString().padStart(26, 'a')}`);
    await Promise.all(
      people.map((stream) =>
        record(stream, seal(stream, tips.get(stream) ?? NO_STREAM, [content], context(`m${month}`))),
      ),
    );
    if (leaves.length + PEOPLE > LEAVES_MAX || month === MONTHS - 1) await sign();
  }
  await store.close();
  return heads.length;
};
