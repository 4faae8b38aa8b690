import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStore, LogReader } from './event-store/event-store.js';
import { SqliteLogReader } from './event-store/sqlite-reader.adapter.js';
import { SqliteEventStore } from './event-store/sqlite.adapter.js';

/** Where a log is: a file of the embedded store. */
export type LogSource = Readonly<{ engine: 'sqlite'; file: string }>;

/** The log that a data folder and its settings speak of. */
export const logSourceOf = ({ dataDir }: Readonly<{ dataDir: string }>): LogSource => ({
  engine: 'sqlite',
  file: join(dataDir, 'events.sqlite'),
});

/** Opens the log for writing; nobody else may write it meanwhile where the engine is a file. */
export const openEventStore = (source: LogSource): EventStore => {
  switch (source.engine) {
    case 'sqlite':
      return SqliteEventStore.open(source.file);
  }
};

/** Opens the log so that nothing can be written: also beside a running server. */
export const openLogReader = (source: LogSource): LogReader => {
  switch (source.engine) {
    case 'sqlite':
      if (!existsSync(source.file)) throw new Error(`there is no event log at ${source.file}`);
      return SqliteLogReader.open(source.file);
  }
};
