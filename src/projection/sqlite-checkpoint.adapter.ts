import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findCheckpoint, type Checkpoint } from './checkpoint.queries.js';

/**
 * What the live read models of a data folder were built on, read beside a running server. Undefined when there are none,
 * or they are of an older form that does not tell.
 */
export const findBuiltOn = async (folder: string): Promise<Checkpoint | undefined> => {
  const control = openReadOnly(join(folder, 'read-models.sqlite'));
  if (!control) return undefined;
  const number = control.prepare<[], bigint>('select number from live').pluck().get();
  control.close();
  const database = openReadOnly(join(folder, `read-models.${number}.sqlite`));
  if (!database) return undefined;
  const kysely = new Kysely<object>({ dialect: new SqliteDialect({ database }) });
  try {
    return hasCheckpoint(database) ? await findCheckpoint(kysely) : undefined;
  } finally {
    await kysely.destroy();
  }
};

const openReadOnly = (file: string): Database.Database | undefined => {
  if (!existsSync(file)) return undefined;
  return new Database(file, { readonly: true }).defaultSafeIntegers(true);
};

const hasCheckpoint = (database: Database.Database): boolean =>
  database.prepare("select 1 from pragma_table_info('checkpoint') where name = 'revision'").get() !==
  undefined;
