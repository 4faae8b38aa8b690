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
