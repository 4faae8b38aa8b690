import { sql } from 'kysely';
import { upsertMany } from '../../src/projection/bulk.queries.js';
import type { ProjectedEvent, Projection, ReadDatabase } from '../../src/projection/projection.js';

type Counted = Readonly<{ amount: number }>;
export type Hook = (event: ProjectedEvent) => Promise<void> | void;

/** Sums what a stream counted, by adding: an event taken twice or passed over shows in the sum. */
export const counter = (hook: Hook = () => undefined, name = 'counter'): Projection => ({
  name,
  types: ['Counted'],
  tables: [name],
  createTables: async (db) => {
    await sql
      .raw(`create table if not exists ${name} (stream text primary key, total integer not null)`)
      .execute(db);
  },
  project: async (events, tx) => {
    for (const event of events) {
      await hook(event);
      const row = { stream: event.stream, total: BigInt((event.data as Counted).amount) };
      await upsertMany(tx, name, ['stream', 'total'], [row], { conflict: ['stream'], add: ['total'] });
    }
  },
});
export const counted = (...amounts: readonly number[]) =>
  amounts.map((amount) => ({ type: 'Counted', data: { amount } }));
export const totals = async (db: ReadDatabase, name = 'counter'): Promise<Record<string, bigint>> => {
  const { rows } = await sql<{
    stream: string;
    total: bigint;
  }>`select * from ${sql.table(name)} order by stream`.execute(db);
  return Object.fromEntries(rows.map(({ stream, total }) => [stream, total]));
};
