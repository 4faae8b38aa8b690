import { sql } from 'kysely';
import type { Instant } from '../kernel/calendar.js';
import type { Projection, ReadDatabase, ReadTransaction } from './projection.js';

/**
 * The last event that a generation includes: the head of the log that it was built on. `eventId` tells another log with
 * the same positions apart; `stream` and `revision` find the event there, which a position alone does not in every engine.
 */
export type Checkpoint = Readonly<{
  position: bigint;
  recordedAt: Instant;
  eventId: string;
  stream: string;
  revision: bigint;
}>;

/** An event that a projection could not take, or one that had to wait behind it. `reason` is a code, never a text of the event. */
export type Parked = Readonly<{ projection: string; stream: string; position: bigint; reason: string }>;

type Tables = {
  checkpoint: {
    name: string;
    position: bigint;
    recorded_at: string;
    event_id: string;
    stream: string;
    revision: bigint;
  };
  parked: Parked;
  projected: { name: string; shape: string };
};

const ALL = 'all';
/** Counts as a projection in the shape of the rows, so that rows with a checkpoint of another form are made anew. */
const CHECKPOINT_SHAPE = ['checkpoint', 'position recorded_at event_id stream revision'] as const;

export const createCheckpointTables = async (db: ReadDatabase): Promise<void> => {
  await sql`create table if not exists checkpoint (
    name text primary key, position bigint not null, recorded_at text not null, event_id text not null,
    stream text not null, revision bigint not null)`.execute(db);
  await sql`create table if not exists parked (
    projection text not null, stream text not null, position bigint not null, reason text not null,
    primary key (projection, stream, position))`.execute(db);
  await sql`create table if not exists projected (name text primary key, shape text not null)`.execute(db);
};

export const findCheckpoint = async (db: ReadDatabase): Promise<Checkpoint | undefined> => {
  const row = await db.withTables<Tables>().selectFrom('checkpoint').selectAll().executeTakeFirst();
  if (!row) return undefined;
  const { position, recorded_at: recordedAt, event_id: eventId, stream, revision } = row;
  return { position, recordedAt: recordedAt as Instant, eventId, stream, revision };
};

export const saveCheckpoint = async (tx: ReadTransaction, checkpoint: Checkpoint): Promise<void> => {
  const row = {
    position: checkpoint.position,
    recorded_at: checkpoint.recordedAt,
    event_id: checkpoint.eventId,
    stream: checkpoint.stream,
    revision: checkpoint.revision,
  };
  await tx
    .withTables<Tables>()
    .insertInto('checkpoint')
    .values({ name: ALL, ...row })
    .onConflict((found) => found.column('name').doUpdateSet(row))
    .execute();
};

/** Rows of an older version that hold nothing yet take today's form. */
export const recreateCheckpoint = async (db: ReadDatabase): Promise<void> => {
  await sql`drop table checkpoint`.execute(db);
  await createCheckpointTables(db);
};

/** Which projections made these rows, by name and tables. */
export const shapeOf = (projections: readonly Projection[]): ReadonlyMap<string, string> =>
  new Map([
    CHECKPOINT_SHAPE,
    ...projections.map(
      ({ name, tables, types }) => [name, `${tables.join(' ')} < ${types.join(' ')}`] as const,
    ),
  ]);

export const readShape = async (db: ReadDatabase): Promise<ReadonlyMap<string, string>> => {
  const rows = await db.withTables<Tables>().selectFrom('projected').selectAll().execute();
  return new Map(rows.map(({ name, shape }) => [name, shape]));
};

export const saveShape = async (db: ReadDatabase, shape: ReadonlyMap<string, string>): Promise<void> => {
  const tables = db.withTables<Tables>();
  await tables.deleteFrom('projected').execute();
  for (const [name, text] of shape)
    await tables.insertInto('projected').values({ name, shape: text }).execute();
};

/** In the order in which they must be replayed. */
export const listParked = (db: ReadDatabase): Promise<Parked[]> =>
  db
    .withTables<Tables>()
    .selectFrom('parked')
    .selectAll()
    .orderBy('projection')
    .orderBy('stream')
    .orderBy('position')
    .execute();

export const park = async (tx: ReadTransaction, parked: Parked): Promise<void> => {
  await tx
    .withTables<Tables>()
    .insertInto('parked')
    .values(parked)
    .onConflict((found) =>
      found.columns(['projection', 'stream', 'position']).doUpdateSet({ reason: parked.reason }),
    )
    .execute();
};

export const unpark = async (
  tx: ReadTransaction,
  { projection, stream, position }: Parked,
): Promise<void> => {
  await tx
    .withTables<Tables>()
    .deleteFrom('parked')
    .where('projection', '=', projection)
    .where('stream', '=', stream)
    .where('position', '=', position)
    .execute();
};
