import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStore, LogReader } from './event-store/event-store.js';
import { EventStoreDbStore } from './event-store/eventstoredb.adapter.js';
import { isConnectionString } from './event-store/eventstoredb-url.adapter.js';
import type { StoreMeter } from './event-store/metered.js';
import { SqliteLogReader } from './event-store/sqlite-reader.adapter.js';
import { SqliteEventStore } from './event-store/sqlite.adapter.js';

/** Where a log is: a file of the embedded store, or a server. The `url` may hold a password: it is never printed. */
export type LogSource =
  Readonly<{ engine: 'sqlite'; file: string }> | Readonly<{ engine: 'eventstoredb'; url: string }>;

/** Whether a text can be `eventStoreDbUrl`. */
export const isEventStoreDbUrl = (text: string): boolean => isConnectionString(text);

/** The log that a data folder and its settings speak of. */
export const logSourceOf = ({
  dataDir,
  eventStoreDbUrl,
}: Readonly<{ dataDir: string; eventStoreDbUrl?: string }>): LogSource =>
  eventStoreDbUrl === undefined
    ? { engine: 'sqlite', file: join(dataDir, 'events.sqlite') }
    : { engine: 'eventstoredb', url: eventStoreDbUrl };

/** Opens the log for writing; nobody else may write it meanwhile where the engine is a file. */
export const openEventStore = (source: LogSource, meter?: StoreMeter): EventStore => {
  switch (source.engine) {
    case 'sqlite':
      return SqliteEventStore.open(source.file);
    case 'eventstoredb':
      return EventStoreDbStore.open(source.url, { ...(meter && { meter }) });
  }
};

/** Opens the log so that nothing can be written: also beside a running server. */
export const openLogReader = (source: LogSource): LogReader => {
  switch (source.engine) {
    case 'sqlite':
      if (!existsSync(source.file)) throw new Error(`there is no event log at ${source.file}`);
      return SqliteLogReader.open(source.file);
    case 'eventstoredb':
      return EventStoreDbStore.open(source.url);
  }
};

/** The server that was chosen does not answer: a start stops rather than wait for it. */
export class EventStoreUnreachable extends Error {
  override readonly name = 'EventStoreUnreachable';
}

/** Asks the log for its head once, within the bounds of its adapter. */
export const assertReachable = async (source: LogSource, log: Pick<LogReader, 'head'>): Promise<void> => {
  switch (source.engine) {
    case 'sqlite':
      return;
    case 'eventstoredb':
      try {
        await log.head();
      } catch (cause) {
        throw new EventStoreUnreachable('the server that EVENTSTOREDB_URL names cannot be reached', {
          cause,
        });
      }
  }
};
