import type { ReadDatabase } from '../projection/projection.js';
import type { CoverageTable, IdentityTable, IdentityTables } from './identity.projection.js';

export const findIdentity = (db: ReadDatabase, id: string): Promise<IdentityTable | undefined> =>
  db.withTables<IdentityTables>().selectFrom('identity').selectAll().where('id', '=', id).executeTakeFirst();

/** Starts of cover by insurance, the one in force last. */
export const listCoverage = (db: ReadDatabase, id: string): Promise<CoverageTable[]> =>
  db
    .withTables<IdentityTables>()
    .selectFrom('coverage')
    .selectAll()
    .where('id', '=', id)
    .orderBy('insurance')
    .orderBy('since')
    .orderBy('position')
    .execute();

export const listIds = async (db: ReadDatabase, after: string, max: number): Promise<readonly string[]> => {
  const rows = await db
    .withTables<IdentityTables>()
    .selectFrom('identity')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(max)
    .execute();
  return rows.map(({ id }) => id);
};

export const countIds = async (db: ReadDatabase): Promise<number> => {
  const { count } = await db
    .withTables<IdentityTables>()
    .selectFrom('identity')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
};
