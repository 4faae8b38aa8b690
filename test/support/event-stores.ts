import { afterEach, beforeEach } from '@jest/globals';
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { EventStore } from '../../src/event-store/event-store.js';
import { EventStoreDbStore } from '../../src/event-store/eventstoredb.adapter.js';
import { MemoryEventStore } from '../../src/event-store/memory.adapter.js';
import { SqliteEventStore } from '../../src/event-store/sqlite.adapter.js';
import { startEventStoreDb } from './eventstoredb/server.js';
import { newEvent } from './new-event.js';

type OpenOptions = Readonly<{ firstPosition?: bigint }>;
/** A store to put through the contract, and the ways to break it. */
export type StoreUnderTest = Readonly<{
  store: EventStore;
  /**
   * Lets a writer append single events to a stream (`crash-0`, `crash-1`, ... by turns of ten streams) and be cut off
   * without warning; gives the ids that were acknowledged, and the store as it is found afterwards.
   */
  crash: () => Promise<Readonly<{ acknowledged: readonly string[]; store: EventStore }>>;
  dispose: () => Promise<void>;
}>;
export type StoreFactory = (options?: OpenOptions) => Promise<StoreUnderTest>;

export const CRASH_STREAMS = 10;
const CRASH_AFTER = 200;

/** Memory has nothing that outlives it: what was acknowledged is looked for in the same instance. */
const memory: StoreFactory = async (options = {}) => {
  const store = MemoryEventStore.open(options);
  const crash = async () => {
    const acknowledged: string[] = [];
    for (let i = 0; i < CRASH_AFTER; i++) {
      const event = newEvent(`crash ${i}`);
      const { ok } = await store.append(`crash-${i % CRASH_STREAMS}`, 'any', [event]);
      if (ok) acknowledged.push(event.id);
    }
    return { acknowledged, store };
  };
  return { store, crash, dispose: () => store.close() };
};

const sqlite: StoreFactory = async (options = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'events-'));
  const path = join(folder, 'events.sqlite');
  let store = SqliteEventStore.open(path, options);
  const crash = async () => {
    await store.close();
    const acknowledged = await killedWriter(
      'sqlite.adapter',
      `SqliteEventStore.open(${JSON.stringify(path)})`,
    );
    store = SqliteEventStore.open(path, options);
    return { acknowledged, store };
  };
  const dispose = async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  };
  return { store, crash, dispose };
};

/** The adapter over the protocol server of the tests, which outlives its writers. */
const eventStoreDb: StoreFactory = async (options = {}) => {
  const server = await startEventStoreDb(options);
  const opened = overServer(server.url, 'contract-');
  const dispose = async () => {
    await opened.dispose();
    await server.close();
  };
  return { ...opened, dispose };
};

/** A namespace of its own keeps a test's events apart from all others on a shared server. */
const realServer =
  (url: string): StoreFactory =>
  async () =>
    overServer(url, `contract-${randomUUID()}-`);

/** The contract names its streams as it likes, so every name in the namespace is ours. */
const overServer = (url: string, namespace: string): StoreUnderTest => {
  const options = { namespace, categories: [''] };
  const store = EventStoreDbStore.open(url, options);
  const crash = async () => {
    const open = `EventStoreDbStore.open(${JSON.stringify(url)}, ${JSON.stringify(options)})`;
    return { acknowledged: await killedWriter('eventstoredb.adapter', open), store };
  };
  return { store, crash, dispose: () => store.close() };
};

/** Eight writers side by side; each tells an id as soon as its append was answered. */
const writerOf = (open: string): string => `
  const [module] = process.argv.slice(1);
  const { SqliteEventStore, EventStoreDbStore } = await import(module);
  const { randomUUID } = await import('node:crypto');
  const { writeSync } = await import('node:fs');
  const store = ${open};
  let n = 0;
  const write = async () => {
    for (;;) {
      const event = { id: randomUUID(), type: 'Noted', data: '{}', metadata: '{}' };
      const { ok } = await store.append('crash-' + (n++ % ${CRASH_STREAMS}), 'any', [event]);
      if (ok) writeSync(1, event.id + '\\n');
    }
  };
  for (let i = 0; i < 8; i++) void write();`;

const killedWriter = async (adapter: string, open: string): Promise<readonly string[]> => {
  const module = resolve(`dist/event-store/${adapter}.js`);
  assert(existsSync(module), 'the writer that is killed runs as built: npm run build');
  const writer = spawn(
    process.execPath,
    ['--input-type=module', '-e', writerOf(open), pathToFileURL(module).href],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exit = once(writer, 'exit');
  const acknowledged: string[] = [];
  for await (const id of createInterface(writer.stdout)) {
    acknowledged.push(id);
    if (acknowledged.length === CRASH_AFTER) writer.kill('SIGKILL');
  }
  await exit;
  return acknowledged;
};

type Named = readonly (readonly [string, StoreFactory])[];
/** Stores whose log can be made to begin at a given position. */
export const STORES_FROM_ANYWHERE: Named = [
  ['memory', memory],
  ['SQLite', sqlite],
  ['EventStoreDB', eventStoreDb],
];
const realUrl = process.env['TEST_EVENTSTOREDB_URL'];
export const STORES: Named = [
  ...STORES_FROM_ANYWHERE,
  ...(realUrl ? [['EventStoreDB, a real server', realServer(realUrl)] as const] : []),
];

/** A store of its own for each test, taken away afterwards. */
export const useStore = (open: StoreFactory, hand: (opened: StoreUnderTest) => void): void => {
  let opened: StoreUnderTest;
  beforeEach(async () => {
    opened = await open();
    hand(opened);
  });
  afterEach(() => opened.dispose());
};
