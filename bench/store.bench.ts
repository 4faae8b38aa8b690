import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { NO_STREAM, seal } from '../src/event-store/chain.js';
import type { NewEvent } from '../src/event-store/event-store.js';
import { SqliteEventStore } from '../src/event-store/sqlite.adapter.js';
import { compare, inFolder, secondsOf, type Line } from './measure.js';
import { RawLog } from './raw.js';
import { context, contributionOf } from './sample.js';

const sampleEvent = (): NewEvent => {
  const [event] = seal('individual-sample', NO_STREAM, [contributionOf('2025-07', 1)], context('bench'));
  if (!event) throw new Error('sealing one event gives one event');
  return event;
};
const event = sampleEvent();
const fresh = (): NewEvent => ({ ...event, id: randomUUID() });

const withRaw = <T>(work: (raw: RawLog) => Promise<T> | T): Promise<T> =>
  inFolder(async (folder) => {
    const raw = new RawLog(folder);
    try {
      return await work(raw);
    } finally {
      raw.close();
    }
  });
const withStore = <T>(work: (store: SqliteEventStore) => Promise<T>): Promise<T> =>
  inFolder(async (folder) => {
    const store = SqliteEventStore.open(join(folder, 'events.sqlite'));
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  });

const rawSingles = (count: number): Promise<number> =>
  withRaw(async (raw) => {
    const seconds = await secondsOf(() => {
      for (let i = 0; i < count; i++) raw.append('stream-a', i, fresh());
    });
    return count / seconds;
  });
/** Durable single appends a second: the unit in which a submission is measured too. */
export const rawSingleAppends = (): Promise<number> => rawSingles(1_500);

const oneAfterAnother = (): Promise<Line> =>
  compare('append, one after another', 'appends/s', '>= 0.8', {
    raw: rawSingleAppends,
    ours: () =>
      withStore(async (store) => {
        const count = 1_500;
        const seconds = await secondsOf(async () => {
          for (let i = 0; i < count; i++)
            await store.append('stream-a', i === 0 ? 'no-stream' : BigInt(i - 1), [fresh()]);
        });
        return count / seconds;
      }),
  });

const manyCallers = (): Promise<Line> =>
  compare('append, 64 callers at once', 'appends/s', '>= 6', {
    raw: rawSingleAppends,
    ours: () =>
      withStore(async (store) => {
        const [callers, each] = [64, 400];
        const call = async (caller: number): Promise<void> => {
          for (let i = 0; i < each; i++)
            await store.append(`stream-${caller}`, i === 0 ? 'no-stream' : BigInt(i - 1), [fresh()]);
        };
        const seconds = await secondsOf(async () => {
          await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
        });
        return (callers * each) / seconds;
      }),
    note: 'raw: one durable append after another',
  });

const STREAMS = 10_000;
const overManyStreams = (): Promise<Line> =>
  compare('appendMany, 10,000 streams', 'events/s', '>= 0.5', {
    raw: () =>
      withRaw(async (raw) => {
        const events = Array.from({ length: STREAMS }, fresh);
        const seconds = await secondsOf(() => {
          raw.transaction(() => {
            events.forEach((one, i) => {
              raw.append(`individual-stream-number-${i}`, 0, one);
            });
          });
        });
        return STREAMS / seconds;
      }),
    ours: () =>
      withStore(async (store) => {
        const appends = Array.from({ length: STREAMS }, (_, i) => ({
          stream: `individual-stream-number-${i}`,
          expected: 'no-stream' as const,
          events: [fresh()],
        }));
        const seconds = await secondsOf(async () => {
          await store.appendMany(appends);
        });
        return STREAMS / seconds;
      }),
    note: 'raw: all in one transaction',
  });

export const storeLines = async (): Promise<readonly Line[]> => [
  await oneAfterAnother(),
  await manyCallers(),
  await overManyStreams(),
];
