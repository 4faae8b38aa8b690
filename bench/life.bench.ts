import { join } from 'node:path';
import { NO_STREAM, seal, type DomainEvent } from '../src/event-store/chain.js';
import { SqliteEventStore } from '../src/event-store/sqlite.adapter.js';
import { toDomain } from '../src/event-store/transact.js';
import type { IndividualEvent } from '../src/individual/events.js';
import { individual } from '../src/individual/individual.js';
import { compare, inFolder, secondsOf, type Line } from './measure.js';
import { appendLife, context, lifeOf } from './sample.js';

const EVENTS = 2_500;
const STREAM = 'individual-bench';
const READS = 20;

/** Reading one long life and folding it into the person's state. */
export const lifeLine = (): Promise<Line> =>
  inFolder(async (folder) => {
    const path = join(folder, 'events.sqlite');
    const store = SqliteEventStore.open(path);
    const life: readonly DomainEvent[] = lifeOf(EVENTS);
    await appendLife(store, STREAM, seal(STREAM, NO_STREAM, life, context('bench')));
    const raw = await rawReader(path);
    try {
      return await compare(`read and fold a stream of ${EVENTS} events`, 'reads/s', '>= 0.5', {
        raw: async () => READS / (await secondsOf(() => repeat(raw.read))),
        ours: async () =>
          READS /
          (await secondsOf(async () => {
            for (let i = 0; i < READS; i++) {
              const stored = await store.read(STREAM);
              individual.replay(stored.map(toDomain<IndividualEvent>));
            }
          })),
        note: 'raw: select and JSON.parse of data',
      });
    } finally {
      raw.close();
      await store.close();
    }
  });

const repeat = (work: () => void): void => {
  for (let i = 0; i < READS; i++) work();
};

const rawReader = async (path: string): Promise<Readonly<{ read: () => void; close: () => void }>> => {
  const { default: Database } = await import('better-sqlite3');
  const db = new Database(path, { readonly: true });
  const select = db.prepare<[string], { data: string }>(
    'SELECT * FROM event WHERE stream = ? ORDER BY revision',
  );
  return {
    read: () => {
      for (const { data } of select.all(STREAM)) JSON.parse(data);
    },
    close: () => db.close(),
  };
};
