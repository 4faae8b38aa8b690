import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { EventStore, StoredEvent } from '../../src/event-store/event-store.js';
import { MemoryEventStore } from '../../src/event-store/memory.adapter.js';
import type { Instant } from '../../src/kernel/calendar.js';
import { checkArchive } from '../../src/moving/archive.reader.js';
import { importLog, type Imported, type ImportOptions } from '../../src/moving/import.js';
import { FixedClock } from './app.js';
import { record } from './log.js';

export const ARCHIVE_CLOCK = new FixedClock('2025-08-01T02:00:00.000Z' as Instant);

/** The lines of an archive, without the empty text after the last. */
export const linesIn = (file: string): string[] =>
  gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
export const writeLines = (file: string, lines: readonly string[]): void =>
  writeFileSync(file, gzipSync(lines.map((line) => `${line}\n`).join('')));

/** A memory log of so many events: runs of some in a stream, the streams by turns, with text that has to be escaped. */
export const logOfTurns = async (events: number, streams = 3, run = 1): Promise<MemoryEventStore> => {
  const store = MemoryEventStore.open();
  for (let first = 0; first < events; first += run) {
    const facts = Array.from({ length: run }, (_, i) => ({
      type: 'Counted',
      data: { amount: first + i, note: `"第 ${first + i}\\笔"\n` },
    }));
    await record(store, `individual-${(first / run) % streams}`, facts);
  }
  return store;
};

/** What is carried of an event. */
export const withoutPosition = (events: readonly StoredEvent[]) =>
  events.map(({ position: _, ...event }) => event);

/** As the command does it: the whole archive is checked before anything is stored. */
export const importInto = async (store: EventStore, options: ImportOptions): Promise<Imported> => {
  await checkArchive(options.file, { chain: true });
  return importLog(store, options);
};
