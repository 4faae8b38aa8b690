import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { counted, counter, totals } from '../../test/support/counting.js';
import { logOf, record } from '../../test/support/log.js';
import { newEvents } from '../../test/support/new-event.js';
import { SwappedStore } from '../../test/support/swapped-store.js';
import { until } from '../../test/support/until.js';
import { StoreUnavailable } from '../event-store/event-store.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import { Continuity } from './continuity.js';
import { GuardedEventStore } from './guarded.js';
import { ProjectionRunner } from './projection.runner.js';
import { ReadModelsStale } from './read-models.js';
import { rebuild } from './rebuild.js';
import { SqliteGenerations } from './sqlite.adapter.js';

const A = ['a', counted(1, 2)] as const;

/** What a backup holds: the first events of a log, the very same ones. */
const firstOf = async (log: MemoryEventStore, count: number): Promise<MemoryEventStore> => {
  const backup = MemoryEventStore.open();
  for (const { stream, id, type, data, metadata } of await log.readAll({ max: count }))
    await backup.append(stream, 'any', [{ id, type, data, metadata }]);
  return backup;
};

describe('a log that is not the one that the rows were made from', () => {
  let folder: string;
  let log: MemoryEventStore;
  let swapped: SwappedStore;
  let store: GuardedEventStore;
  let runner: ProjectionRunner;
  const lines: string[] = [];

  const start = async (): Promise<void> => {
    const continuity = new Continuity(swapped);
    store = new GuardedEventStore(swapped, continuity);
    const generations = SqliteGenerations.open(folder);
    runner = await ProjectionRunner.open(store, generations, [counter()], undefined, continuity);
    runner.start();
  };
  const stop = async (): Promise<void> => {
    await runner.stop();
    await runner.onApplicationShutdown();
  };
  const rows = (): Promise<Record<string, bigint>> => totals(runner.live().generation.reader);
  const faultIs = (fault: string | undefined): Promise<true> =>
    until(() => (runner.fault() === fault ? true : undefined));
  const expectNothingServed = async (): Promise<void> => {
    const { readModels } = runner;
    expect(() => readModels.db()).toThrow(ReadModelsStale);
    for (const asked of [
      () => readModels.freshness(),
      () => readModels.waitFor(1n),
      () => readModels.waitForHead(),
      () => readModels.assertCurrent(),
    ])
      await expect(asked()).rejects.toThrow(ReadModelsStale);
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'continuity-'));
    lines.length = 0;
    Logger.overrideLogger({
      log: () => undefined,
      warn: () => undefined,
      error: (line: string) => void lines.push(line),
    });
    log = await logOf(A, ['b', counted(4)]);
    swapped = new SwappedStore(log);
    await start();
    await runner.readModels.waitForHead();
  });
  afterEach(async () => {
    await stop();
    rmSync(folder, { recursive: true });
    Logger.overrideLogger(['error']);
  });

  it.each<[string, () => Promise<MemoryEventStore>]>([
    ['restored to an earlier point', () => firstOf(log, 2)],
    [
      'restored and grown past the old point again',
      async () => {
        const restored = await firstOf(log, 2);
        await record(restored, 'b', counted(8, 16));
        return restored;
      },
    ],
    ['another one', () => logOf(A, ['b', counted(4)])],
    ['empty', async () => MemoryEventStore.open()],
  ])('is noticed at the start: %s', async (_, other) => {
    await stop();
    swapped.comeBack(await other());
    await start();
    expect(runner.fault()).toBe('ReadModelsStale');
    await record(swapped, 'c', counted(32));
    await expectNothingServed();
    expect(await rows()).toEqual({ a: 3n, b: 4n });
    expect(lines.filter((line) => line.includes('shebao rebuild'))).toHaveLength(1);
  });

  it('is noticed when it comes back after an outage, and the right one is too', async () => {
    swapped.goAway();
    await faultIs('StoreUnavailable');
    swapped.comeBack(await firstOf(log, 2));
    await faultIs('ReadModelsStale');
    await record(swapped, 'c', counted(32));
    await expectNothingServed();
    swapped.comeBack(log);
    await faultIs(undefined);
    await record(store, 'b', counted(64));
    expect(await runner.readModels.waitForHead()).toEqual({ ok: true, value: undefined });
    expect(await rows()).toEqual({ a: 3n, b: 68n });
  });

  it('is noticed when the subscription goes on as if nothing had been: before a batch of it', async () => {
    const restored = await firstOf(log, 2);
    await record(restored, 'b', counted(8, 16));
    await swapped.swapUnseen(restored);
    await faultIs('ReadModelsStale');
    await expectNothingServed();
    expect(await rows()).toEqual({ a: 3n, b: 4n });
  });

  it('is noticed after a while when nothing comes', async () => {
    await swapped.swapUnseen(await firstOf(log, 2));
    await faultIs('ReadModelsStale');
    await expectNothingServed();
  });

  it('takes no events, and is read', async () => {
    swapped.goAway();
    await expect(store.head()).rejects.toThrow(StoreUnavailable);
    const restored = await firstOf(log, 2);
    swapped.comeBack(restored);
    await expect(store.append('c', 'any', newEvents('x'))).rejects.toThrow(ReadModelsStale);
    const many = [{ stream: 'c', expected: 'any', events: newEvents('x') }] as const;
    await expect(store.appendMany(many)).rejects.toThrow(ReadModelsStale);
    expect(await restored.head()).toBe(2n);
    expect((await store.read('a')).length).toBe(2);
  });

  it('is accepted by a rebuild', async () => {
    await stop();
    const restored = await firstOf(log, 2);
    swapped.comeBack(restored);
    const generations = SqliteGenerations.open(folder);
    expect(await rebuild(restored, generations, [counter()], { compare: true })).toMatchObject({
      events: 2,
      compared: false,
    });
    await generations.close();
    await start();
    await record(store, 'b', counted(8));
    await runner.readModels.waitForHead();
    expect(await totals(runner.readModels.db())).toEqual({ a: 3n, b: 8n });
  });

  describe('is not a log that cannot be read', () => {
    it('while it runs: rows are served, and it goes on by itself, also when nothing is new', async () => {
      swapped.goAway();
      await faultIs('StoreUnavailable');
      expect(await totals(runner.readModels.db())).toEqual({ a: 3n, b: 4n });
      await expect(runner.readModels.freshness()).rejects.toThrow(StoreUnavailable);
      await expect(store.append('c', 'any', newEvents('x'))).rejects.toThrow(StoreUnavailable);
      swapped.comeBack();
      await faultIs(undefined);
      expect(await runner.readModels.freshness()).toMatchObject({ behind: 0 });
    });

    it('at the start: it waits', async () => {
      await stop();
      await record(swapped, 'a', counted(8));
      swapped.goAway();
      await start();
      expect(runner.fault()).toBe('StoreUnavailable');
      swapped.comeBack();
      await faultIs(undefined);
      await runner.readModels.waitForHead();
      expect(await totals(runner.readModels.db())).toEqual({ a: 11n, b: 4n });
    });
  });
});
