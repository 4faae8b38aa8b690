import type { ReadDatabase } from '../projection/projection.js';
import type { CorrectionTable, CorrectionTables } from './correction.projection.js';

/** Approved and not carried out yet, oldest first. */
export const findUnfinished = async (db: ReadDatabase): Promise<readonly string[]> => {
  const rows = await db
    .withTables<CorrectionTables>()
    .selectFrom('correction')
    .select('id')
    .where('state', '=', 'approved')
    .orderBy('requested_position')
    .execute();
  return rows.map(({ id }) => id);
};

export const findCorrection = async (db: ReadDatabase, id: string): Promise<CorrectionTable | undefined> =>
  db
    .withTables<CorrectionTables>()
    .selectFrom('correction')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();

type Wanted = Readonly<{ state?: CorrectionTable['state']; after: bigint; limit: number }>;
/** In the order in which they were asked for. */
export const listCorrections = async (
  db: ReadDatabase,
  { state, after, limit }: Wanted,
): Promise<readonly CorrectionTable[]> => {
  const rows = db
    .withTables<CorrectionTables>()
    .selectFrom('correction')
    .selectAll()
    .where('requested_position', '>', after);
  return (state ? rows.where('state', '=', state) : rows)
    .orderBy('requested_position')
    .limit(limit)
    .execute();
};
