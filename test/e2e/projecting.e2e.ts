import { logSourceOf, openEventStore } from '../../src/engines.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ProjectionRunner } from '../../src/projection/projection.runner.js';
import { rebuild } from '../../src/projection/rebuild.js';
import { SqliteGenerations } from '../../src/projection/sqlite.adapter.js';
import { inWorker } from '../../src/projection/worker.adapter.js';
import { PROJECTIONS } from '../../src/projections.js';
import { ENGINES, startLog, type EngineName, type TestLog } from '../support/engines.js';
import * as life from '../support/life.js';
import { record } from '../support/log.js';
import { project, rowsOf } from '../support/projecting.js';
import { until } from '../support/until.js';

/** As built: threads do not run the sources. */
const WORKER_FILE = resolve('dist/projector.worker.js');
const TABLES = PROJECTIONS.flatMap(({ tables }) => tables);
const LIFE = [life.registered(), life.covered(), life.assessed(), life.paid(), life.settled()];

/** Enough that the thread dies in the midst of them. */
const MANY_BY: Readonly<Record<EngineName, number>> = { sqlite: 2_000, eventstoredb: 600 };

describe.each(ENGINES)('projecting in a thread of its own, from %s', (engine) => {
  let folder: string;
  let log: TestLog;
  let store: EventStore;
  let generations: SqliteGenerations;
  let runner: ProjectionRunner;
  let started: Worker[];
  let source: string | URL;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    folder = mkdtempSync(join(tmpdir(), 'projecting-'));
    log = await startLog(engine);
    store = openEventStore(logSourceOf({ dataDir: folder, ...log.settings }));
    generations = SqliteGenerations.open(folder);
    started = [];
    source = WORKER_FILE;
  });
  afterEach(async () => {
    await runner.stop();
    await runner.onApplicationShutdown();
    await store.close();
    await log.close();
    rmSync(folder, { recursive: true });
    Logger.overrideLogger(['error']);
  });
  const run = async (): Promise<void> => {
    const start = (generation: string): Worker => {
      const workerData = {
        log: logSourceOf({ dataDir: folder, ...log.settings }),
        dataDir: folder,
        generation,
      };
      const worker = new Worker(source, { workerData });
      started.push(worker);
      return worker;
    };
    runner = await ProjectionRunner.open(store, generations, PROJECTIONS, inWorker(start));
    runner.start();
  };
  let people = 0;
  const registerOne = (): Promise<bigint> => record(store, `individual-${people++}`, LIFE);
  /** However long it takes: a thread that was lost comes back after a while. */
  const caughtUp = (): Promise<true> =>
    until(async () => ((await runner.readModels.freshness()).behind === 0 ? true : undefined));
  const expectRowsOfTheLog = async (): Promise<void> =>
    expect(await rowsOf(runner.readModels.db(), TABLES)).toEqual(await project(store, PROJECTIONS));

  it('takes what is in the log and then each event as it comes', async () => {
    for (let n = 0; n < 500; n++) await registerOne();
    await run();
    await caughtUp();
    await expectRowsOfTheLog();
    const position = await registerOne();
    expect(await runner.readModels.waitFor(position)).toMatchObject({ ok: true });
    await expectRowsOfTheLog();
    expect(started).toHaveLength(1);
  });

  it('notices a thread that dies when nothing is asked of it, and replaces it', async () => {
    await run();
    await registerOne();
    await caughtUp();
    await started[0]?.terminate();
    expect(await until(() => runner.fault())).toBe('ProjectorLost');
    await until(() => (runner.fault() === undefined ? true : undefined));
    expect(started).toHaveLength(2);
    await registerOne();
    await caughtUp();
    await expectRowsOfTheLog();
  });

  it('takes each event once when its thread dies in the midst of many', async () => {
    for (let n = 0; n < MANY_BY[engine]; n++) await registerOne();
    await run();
    await until(() => (runner.live().checkpoint === undefined ? undefined : true));
    await started[0]?.terminate();
    await caughtUp();
    await expectRowsOfTheLog();
    expect(started).toHaveLength(2);
  });

  it('stands still visibly while no thread can be started, tries again and still stops', async () => {
    source = new URL(
      `data:text/javascript,throw new RangeError('the wage of 310101199001011234 is out of range')`,
    );
    await run();
    await registerOne();
    expect(await until(() => runner.fault())).toBe('RangeError');
    await until(() => (started.length >= 3 ? true : undefined));
    expect(runner.live().checkpoint).toBeUndefined();
    source = WORKER_FILE;
    await caughtUp();
    expect(runner.fault()).toBeUndefined();
  });

  it('goes on in the generation that a rebuild filled beside it', async () => {
    await run();
    await registerOne();
    await caughtUp();
    const rebuilt = await rebuild(store, generations, PROJECTIONS, { compare: true, runner });
    expect(rebuilt).toMatchObject({ generation: '2', parked: 0, compared: true, differences: [] });
    await registerOne();
    await caughtUp();
    expect(runner.live().generation.name).toBe('2');
    await expectRowsOfTheLog();
    expect(await runner.replayParked()).toEqual({ replayed: 0, parked: 0 });
    expect(started).toHaveLength(2);
  });
});
