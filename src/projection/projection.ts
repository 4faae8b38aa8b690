import type { Kysely, Transaction } from 'kysely';
import type { Metadata } from '../event-store/metadata.js';

/** An event as a projection meets it: parsed, with its place in the log. */
export type ProjectedEvent<Type extends string = string, Data = unknown> = Readonly<{
  position: bigint;
  stream: string;
  revision: bigint;
  id: string;
  type: Type;
  data: Data;
  metadata: Metadata;
}>;

/** No table is known here: a projection names its own with `withTables<OwnTables>()`. */
export type ReadDatabase = Kysely<object>;
export type ReadTransaction = Transaction<object>;

/**
 * Rows made from events. All projections' rows and the checkpoint of a batch are one transaction, so what a projection
 * writes is exactly-once. It reads its own rows and the events, and never a clock.
 */
export type Projection = Readonly<{
  name: string;
  /** Event types it wants; the runner passes no others. */
  types: readonly string[];
  /** Its tables, for creating, comparing and dropping; every one has a primary key. */
  tables: readonly string[];
  createTables: (db: ReadDatabase) => Promise<void>;
  project: (events: readonly ProjectedEvent[], tx: ReadTransaction) => Promise<void>;
}>;
