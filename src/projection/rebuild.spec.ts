import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as account from '../../test/support/account-life.js';
import * as life from '../../test/support/life.js';
import { logOf, record } from '../../test/support/log.js';
import { rowsOf } from '../../test/support/projecting.js';
import type { MemoryEventStore } from '../event-store/memory.adapter.js';
import { identityProjection } from '../identity/identity.projection.js';
import { contributionMonthProjection } from '../ledger/contribution-month.projection.js';
import { postingsProjection } from '../ledger/postings.projection.js';
import { ProjectionRunner } from './projection.runner.js';
import { rebuild, type RebuildProgress } from './rebuild.js';
import { SqliteGenerations } from './sqlite.adapter.js';

const PROJECTIONS = [identityProjection, contributionMonthProjection, postingsProjection];
const TABLES = PROJECTIONS.flatMap(({ tables }) => tables);
const LIFE = life.ofEachType();
const ACCOUNT = account.ofEachType();
const EVENTS = LIFE.length * 2 + ACCOUNT.length;

describe('a rebuild', () => {
  let folder: string;
  let store: MemoryEventStore;
  let generations: SqliteGenerations;
  beforeEach(async () => {
    Logger.overrideLogger(false);
    folder = mkdtempSync(join(tmpdir(), 'rebuild-'));
    generations = SqliteGenerations.open(folder);
    store = await logOf(['individual-a', LIFE], [`employer-${life.USCC}`, ACCOUNT], ['individual-b', LIFE]);
  });
  afterEach(async () => {
    await generations.close();
    rmSync(folder, { recursive: true });
    Logger.overrideLogger(['error']);
  });
  const open = async (): Promise<ProjectionRunner> => {
    const runner = await ProjectionRunner.open(store, generations, PROJECTIONS);
    runner.start();
    await runner.readModels.waitForHead();
    return runner;
  };
  const files = (): readonly string[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.sqlite'))
      .sort();

  it('gives the live rows again, row for row, and switches to them', async () => {
    const runner = await open();
    const before = await rowsOf(runner.readModels.db(), TABLES);
    for (const table of TABLES) expect(before[table]).not.toEqual([]);
    await runner.stop();
    const told: RebuildProgress[] = [];
    const rebuilt = await rebuild(store, generations, PROJECTIONS, {
      compare: true,
      onProgress: (progress) => told.push(progress),
    });
    expect(rebuilt).toEqual({ generation: '2', events: EVENTS, parked: 0, compared: true, differences: [] });
    expect(told).toEqual([{ events: EVENTS, total: EVENTS }]);
    expect(await rowsOf((await generations.live()).reader, TABLES)).toEqual(before);
    expect(files()).toEqual(['read-models.2.sqlite', 'read-models.sqlite']);
  });

  it('names the rows that differ, and mends them', async () => {
    const runner = await open();
    const live = (await generations.live()).writer;
    await sql`update account_balance set balance_fen = 1 where id = 'a' and account = 'pension'`.execute(
      live,
    );
    await sql`delete from identity where id = 'b'`.execute(live);
    await runner.stop();
    const { differences } = await rebuild(store, generations, PROJECTIONS, { compare: true });
    expect(differences).toEqual([
      { table: 'identity', rows: 1 },
      { table: 'account_balance', rows: 1 },
    ]);
    const { account_balance: balances } = await rowsOf((await generations.live()).reader, TABLES);
    expect(balances?.find(({ id, account }) => id === 'a' && account === 'pension')?.['balance_fen']).toBe(
      74_000n,
    );
  });

  it('goes on beside a runner, which then writes the new generation', async () => {
    const runner = await open();
    const appended: Promise<bigint>[] = [];
    const rebuilt = await rebuild(store, generations, PROJECTIONS, {
      compare: true,
      runner,
      onProgress: () => appended.push(record(store, `individual-c${appended.length}`, LIFE)),
    });
    expect([rebuilt.compared, rebuilt.differences]).toEqual([true, []]);
    await Promise.all(appended);
    await record(store, 'individual-d', LIFE);
    await runner.readModels.waitForHead();
    expect(runner.live().generation.name).toBe('2');
    const { identity } = await rowsOf(runner.readModels.db(), ['identity']);
    expect(identity?.map(({ id }) => id)).toEqual(['a', 'b', 'c0', 'd']);
    await runner.stop();
  });

  it('serves when the rows are of other projections, without comparing', async () => {
    const runner = await ProjectionRunner.open(store, generations, [identityProjection]);
    runner.start();
    await runner.readModels.waitForHead();
    await runner.stop();
    const { compared, events } = await rebuild(store, generations, PROJECTIONS, { compare: true });
    expect([compared, events]).toEqual([false, EVENTS]);
    await (await open()).stop();
  });

  it('serves when the log was restored to an earlier point', async () => {
    await (await open()).stop();
    store = await logOf(['individual-a', LIFE]);
    expect(await rebuild(store, generations, PROJECTIONS, { compare: true })).toMatchObject({
      compared: false,
      events: LIFE.length,
    });
    await (await open()).stop();
  });

  it('leaves the live rows alone when it fails, and no file behind', async () => {
    await (await open()).stop();
    const failing = {
      ...identityProjection,
      project: () => Promise.reject(Object.assign(new Error(), { code: 'SQLITE_FULL' })),
    };
    await expect(rebuild(store, generations, [failing, ...PROJECTIONS.slice(1)])).rejects.toThrow();
    expect(files()).toEqual(['read-models.1.sqlite', 'read-models.sqlite']);
    await (await open()).stop();
  });
});
