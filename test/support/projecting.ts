import type { EventStore, StoredEvent } from '../../src/event-store/event-store.js';
import type { Projection, ReadDatabase } from '../../src/projection/projection.js';
import { Projector, toProjected } from '../../src/projection/projector.js';
import { readRows } from '../../src/projection/rows.queries.js';
import { MemoryGenerations } from '../../src/projection/sqlite.adapter.js';
import { readLog } from './log.js';

export type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** Every row of the tables named, in the order of their keys. */
export const rowsOf = async (db: ReadDatabase, tables: readonly string[]): Promise<Rows> => {
  const rows: Record<string, Readonly<Record<string, unknown>>[]> = {};
  for (const table of tables) {
    const found = (rows[table] = [] as Readonly<Record<string, unknown>>[]);
    for await (const row of readRows(db, table)) found.push(row);
  }
  return rows;
};

/** Projects a log into empty read models in memory, in batches of a size, and gives every row of the projections. */
export const project = async (
  log: EventStore | readonly StoredEvent[],
  projections: readonly Projection[],
  batchMax = 1_000,
): Promise<Rows> => {
  const events = Array.isArray(log) ? (log as readonly StoredEvent[]) : await readLog(log as EventStore);
  const generations = new MemoryGenerations();
  const projector = await Projector.open(await generations.live(), projections);
  for (let from = 0; from < events.length; from += batchMax)
    await projector.apply(events.slice(from, from + batchMax));
  if (projector.parkedCount() > 0) throw new Error(`${projector.parkedCount()} events were parked`);
  const rows = await rowsOf(
    projector.generation.reader,
    projections.flatMap(({ tables }) => tables),
  );
  await generations.close();
  return rows;
};

/**
 * The same of one projection, in batches that end after so many events. A batch that fails fails, where a projector would
 * go on event by event: so it is seen whether the batch by itself is right.
 */
export const projectInBatches = async (
  log: EventStore,
  projection: Projection,
  ends: readonly number[],
): Promise<Rows> => {
  const events = (await readLog(log)).filter(({ type }) => projection.types.includes(type)).map(toProjected);
  const generations = new MemoryGenerations();
  const { writer, reader } = await generations.live();
  await projection.createTables(writer);
  for (const [index, end] of [...ends, events.length].entries())
    await writer
      .transaction()
      .execute((tx) => projection.project(events.slice(ends[index - 1] ?? 0, end), tx));
  const rows = await rowsOf(reader, projection.tables);
  await generations.close();
  return rows;
};
