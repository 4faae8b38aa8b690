import { logSourceOf, openLogReader } from '../../src/engines.js';
import type { LogReader, StoredEvent } from '../../src/event-store/event-store.js';
import { pagesOf } from '../../src/event-store/pages.js';
import { startEventStoreDb, type EventStoreDbServer } from './eventstoredb/server.js';

/** Engines that the whole application is run on; the second is the protocol server of the tests. */
export const ENGINES = ['sqlite', 'eventstoredb'] as const;
export type EngineName = (typeof ENGINES)[number];

/** Where one log lives while applications over it come and go: in their data folder, or in a server of its own. */
export type TestLog = Readonly<{
  /** As in `Config`, and as the environment of a process. */
  settings: Readonly<{ eventStoreDbUrl?: string }>;
  env: Readonly<Record<string, string>>;
  /** Only of EventStoreDB: to stop it, start it and make it misbehave. */
  server: EventStoreDbServer | undefined;
  /** Beside whoever writes it. */
  open: (dataDir: string) => LogReader;
  close: () => Promise<void>;
}>;

export const startLog = async (engine: EngineName): Promise<TestLog> => {
  switch (engine) {
    case 'sqlite':
      return toLog({}, undefined);
    case 'eventstoredb': {
      const server = await startEventStoreDb();
      return toLog({ eventStoreDbUrl: server.url }, server);
    }
  }
};

const toLog = (settings: TestLog['settings'], server: EventStoreDbServer | undefined): TestLog => ({
  settings,
  env: settings.eventStoreDbUrl === undefined ? {} : { EVENTSTOREDB_URL: settings.eventStoreDbUrl },
  server,
  open: (dataDir) => openLogReader(logSourceOf({ dataDir, ...settings })),
  close: async () => server?.close(),
});

/** Every event of a log, in order. */
export const eventsOf = async (log: LogReader): Promise<readonly StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for await (const page of pagesOf(log)) events.push(...page);
  return events;
};
