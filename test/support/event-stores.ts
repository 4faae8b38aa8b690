import { afterEach, beforeEach } from '@jest/globals';
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { EventStore } from '../../src/event-store/event-store.js';
import { MemoryEventStore } from '../../src/event-store/memory.adapter.js';
import { SqliteEventStore } from '../../src/event-store/sqlite.adapter.js';
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
export type StoreFactory = (options?: OpenOptions) => StoreUnderTest;

export const CRASH_STREAMS = 10;
const CRASH_AFTER = 200;

/** Memory has nothing that outlives it: what was acknowledged is looked for in the same instance. */
const memory: StoreFactory = (options = {}) => {
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

const sqlite: StoreFactory = (options = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'events-'));
  const path = join(folder, 'events.sqlite');
  let store = SqliteEventStore.open(path, options);
  const crash = async () => {
    await store.close();
    const acknowledged = await killedWriter(path);
    store = SqliteEventStore.open(path, options);
    return { acknowledged, store };
  };
  const dispose = async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  };
  return { store, crash, dispose };
};

/** Eight writers side by side; each tells an id as soon as its append was answered. */
const WRITER = `
  const [module, path] = process.argv.slice(1);
  const { SqliteEventStore } = await import(module);
  const { randomUUID } = await import('node:crypto');
  const { writeSync } = await import('node:fs');
  const store = SqliteEventStore.open(path);
  let n = 0;
  const write = async () => {
    for (;;) {
      const event = { id: randomUUID(), type: 'Noted', data: '{}', metadata: '{}' };
      const { ok } = await store.append('crash-' + (n++ % ${CRASH_STREAMS}), 'any', [event]);
      if (ok) writeSync(1, event.id + '\\n');
    }
  };
  for (let i = 0; i < 8; i++) void write();`;

const killedWriter = async (path: string): Promise<readonly string[]> => {
  const module = resolve('dist/event-store/sqlite.adapter.js');
  assert(existsSync(module), 'the writer that is killed runs as built: npm run build');
  const writer = spawn(
    process.execPath,
    ['--input-type=module', '-e', WRITER, pathToFileURL(module).href, path],
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

export const STORES: readonly (readonly [string, StoreFactory])[] = [
  ['memory', memory],
  ['SQLite', sqlite],
];

/** A store of its own for each test, taken away afterwards. */
export const useStore = (open: StoreFactory, hand: (opened: StoreUnderTest) => void): void => {
  let opened: StoreUnderTest;
  beforeEach(() => {
    opened = open();
    hand(opened);
  });
  afterEach(() => opened.dispose());
};
