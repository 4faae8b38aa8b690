import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { counted, counter, totals, type Hook } from '../../test/support/counting.js';
import { logOf, record } from '../../test/support/log.js';
import type { EventStore } from '../event-store/event-store.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import { Continuity } from './continuity.js';
import { LiveReadModels } from './live-read-models.js';
import type { Projection } from './projection.js';
import { ProjectionRunner } from './projection.runner.js';
import { Projector, ProjectionsDiffer } from './projector.js';
import { SqliteGenerations } from './sqlite.adapter.js';

describe('the runner', () => {
  let folder: string;
  const open: ProjectionRunner[] = [];
  const closeAll = async (): Promise<void> => {
    for (const runner of open.splice(0)) {
      await runner.beforeApplicationShutdown();
      await runner.onApplicationShutdown();
    }
  };
  const run = async (store: EventStore, ...projections: readonly Projection[]): Promise<ProjectionRunner> => {
    const runner = await ProjectionRunner.open(store, SqliteGenerations.open(folder), projections);
    open.push(runner);
    runner.start();
    return runner;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'read-models-'));
    Logger.overrideLogger(false);
  });
  afterEach(async () => {
    await closeAll();
    rmSync(folder, { recursive: true });
    Logger.overrideLogger(['error']);
  });

  it('takes what is in the log and then each event as it comes', async () => {
    const store = await logOf(['a', counted(1, 2)]);
    const { readModels } = await run(store, counter());
    await readModels.waitForHead();
    expect(await totals(readModels.db())).toEqual({ a: 3n });
    const position = await record(store, 'b', counted(5));
    expect(await readModels.waitFor(position)).toEqual({ ok: true, value: undefined });
    expect(await totals(readModels.db())).toEqual({ a: 3n, b: 5n });
  });

  it('passes a projection the types that it wants and no others', async () => {
    const seen: string[] = [];
    const store = await logOf(['a', [{ type: 'Other', data: { amount: 7 } }, ...counted(1)]]);
    const { readModels } = await run(
      store,
      counter((event) => void seen.push(event.type)),
    );
    await readModels.waitForHead();
    expect(seen).toEqual(['Counted']);
  });

  it('goes on after a restart where it was, each event once', async () => {
    const store = await logOf(['a', counted(1, 2)]);
    await (await run(store, counter())).readModels.waitForHead();
    await closeAll();
    await record(store, 'a', counted(4));
    const { readModels } = await run(store, counter());
    await readModels.waitForHead();
    expect(await totals(readModels.db())).toEqual({ a: 7n });
  });

  it('takes each event once when it died after the rows and before the checkpoint', async () => {
    const store = await logOf(['a', counted(1, 2, 4)]);
    const generations = SqliteGenerations.open(folder);
    const generation = await generations.live();
    const dying = counter(async ({ revision }) => {
      if (revision === 2n) await generation.writer.destroy(); // the connection is gone, as after kill -9
    });
    const projector = await Projector.open(generation, [dying]);
    await expect(projector.apply(await store.readAll({ max: 9 }))).rejects.toThrow();
    await generation.reader.destroy();
    const { readModels } = await run(store, counter());
    await readModels.waitForHead();
    expect(await totals(readModels.db())).toEqual({ a: 7n });
  });

  it('passes over what it includes already when a batch comes twice', async () => {
    const events = await (await logOf(['a', counted(1, 2)])).readAll({ max: 9 });
    const generations = SqliteGenerations.open(folder);
    const projector = await Projector.open(await generations.live(), [counter()]);
    await projector.apply(events);
    await projector.apply(events);
    expect(await totals(projector.generation.reader)).toEqual({ a: 3n });
    await generations.close();
  });

  it('tells how fresh it is', async () => {
    const store = MemoryEventStore.open();
    const runner = await run(store, counter());
    expect(await runner.readModels.freshness()).toEqual({ position: '0', recordedAt: null, behind: 0 });
    await record(store, 'a', counted(1, 1));
    await runner.readModels.waitForHead();
    await runner.stop();
    await record(store, 'a', counted(1));
    expect(await runner.readModels.freshness()).toEqual({
      position: '2',
      recordedAt: '2025-07-15T02:00:00.000Z',
      behind: 1,
    });
  });

  it('tells a reader that waits in vain', async () => {
    const store = await logOf(['a', counted(1)]);
    const projector = await Projector.open(await SqliteGenerations.open(folder).live(), [counter()]);
    const readModels = new LiveReadModels(store, new Continuity(store), 5);
    readModels.serve(projector);
    const expected = { ok: false, error: { type: 'NotYetVisible', wanted: '1', position: '0' } };
    expect(await readModels.waitForHead()).toEqual(expected);
  });

  it('parks a stream that cannot be projected, in order, and not its neighbours', async () => {
    const store = await logOf(['a', counted(1)], ['b', counted(10)], ['a', counted(2)], ['b', counted(20)]);
    let mended = false;
    const poison: Hook = ({ stream, revision }) => {
      if (!mended && stream === 'a' && revision === 1n)
        throw new RangeError('the amount of 310101199001011234');
    };
    const runner = await run(store, counter(poison), counter(undefined, 'other'));
    const { readModels } = runner;
    await record(store, 'a', counted(4));
    await readModels.waitForHead();
    expect(await totals(readModels.db())).toEqual({ a: 1n, b: 30n });
    expect(await totals(readModels.db(), 'other')).toEqual({ a: 7n, b: 30n });
    await record(store, 'a', counted(8));
    await record(store, 'b', counted(40));
    await readModels.waitForHead();
    expect(await totals(readModels.db())).toEqual({ a: 1n, b: 70n });
    expect(runner.parkedCount()).toBe(3);
    const { rows } = await sql`select * from parked order by position`.execute(readModels.db());
    expect(rows).toEqual([
      { projection: 'counter', stream: 'a', position: 3n, reason: 'RangeError' },
      { projection: 'counter', stream: 'a', position: 5n, reason: 'behind-parked' },
      { projection: 'counter', stream: 'a', position: 6n, reason: 'behind-parked' },
    ]);

    expect(await runner.replayParked()).toEqual({ replayed: 0, parked: 3 });
    mended = true;
    expect(await runner.replayParked()).toEqual({ replayed: 3, parked: 0 });
    await record(store, 'a', counted(16));
    await readModels.waitForHead();
    expect(await totals(readModels.db())).toEqual({ a: 31n, b: 70n });
  });

  it('keeps what is parked over a restart', async () => {
    const store = await logOf(['a', counted(1)]);
    const poison: Hook = () => {
      throw new TypeError();
    };
    const first = await run(store, counter(poison));
    await first.readModels.waitForHead();
    await closeAll();
    await record(store, 'a', counted(2));
    const second = await run(store, counter());
    await second.readModels.waitForHead();
    expect(second.parkedCount()).toBe(2);
    expect(await second.replayParked()).toEqual({ replayed: 2, parked: 0 });
    expect(await totals(second.readModels.db())).toEqual({ a: 3n });
  });

  it('parks nothing when the database is at fault, and tries again', async () => {
    const store = await logOf(['a', counted(1)]);
    let full = true;
    const hook: Hook = () => {
      if (full) throw Object.assign(new Error('disk'), { code: 'SQLITE_FULL' });
    };
    const runner = await run(store, counter(hook));
    const { readModels } = runner;
    const outage = new Promise<void>((resolve) => {
      const look = (): void => (runner.fault() ? resolve() : void setImmediate(look));
      look();
    });
    await outage;
    full = false;
    await readModels.waitForHead();
    expect(await totals(readModels.db())).toEqual({ a: 1n });
    expect([runner.parkedCount(), runner.fault()]).toEqual([0, undefined]);
  });

  it('refuses rows of another set of projections', async () => {
    const store = await logOf(['a', counted(1)]);
    await (await run(store, counter())).readModels.waitForHead();
    await closeAll();
    const now = [counter(), counter(undefined, 'other')];
    await expect(ProjectionRunner.open(store, SqliteGenerations.open(folder), now)).rejects.toThrow(
      ProjectionsDiffer,
    );
  });
});
