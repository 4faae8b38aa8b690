import type { Day } from '../kernel/calendar.js';
import type { ReadDatabase } from '../projection/projection.js';
import type { IdentityTables } from './identity.projection.js';
import type { Movements } from './movements.messages.js';

type Count = bigint | string | number;

/** Persons whose cover by an employer began, where no other cover by it was in force on that day. */
const countJoined = async (db: ReadDatabase, employer: string, from: Day, to: Day): Promise<number> => {
  const { persons } = await db
    .withTables<IdentityTables>()
    .selectFrom('coverage as begun')
    .where('begun.employer', '=', employer)
    .where('begun.since', '>=', from)
    .where('begun.since', '<=', to)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('coverage as other')
            .select('other.id')
            .whereRef('other.id', '=', 'begun.id')
            .whereRef('other.employer', '=', 'begun.employer')
            .whereRef('other.since', '<', 'begun.since')
            .where((other) =>
              other.or([
                other('other.until', 'is', null),
                other('other.until', '>=', other.ref('begun.since')),
              ]),
            ),
        ),
      ),
    )
    .select(({ fn }) => fn.count<Count>('begun.id').distinct().as('persons'))
    .executeTakeFirstOrThrow();
  return Number(persons);
};

/** Persons whose cover by an employer ended, where no other cover by it goes on after that day. */
const countLeft = async (db: ReadDatabase, employer: string, from: Day, to: Day): Promise<number> => {
  const { persons } = await db
    .withTables<IdentityTables>()
    .selectFrom('coverage as ended')
    .where('ended.employer', '=', employer)
    .where('ended.until', '>=', from)
    .where('ended.until', '<=', to)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('coverage as other')
            .select('other.id')
            .whereRef('other.id', '=', 'ended.id')
            .whereRef('other.employer', '=', 'ended.employer')
            .where((other) =>
              other.or([
                other('other.until', 'is', null),
                other('other.until', '>', other.ref('ended.until')),
              ]),
            )
            .where((other) => other('other.since', '<=', other.ref('ended.until'))),
        ),
      ),
    )
    .select(({ fn }) => fn.count<Count>('ended.id').distinct().as('persons'))
    .executeTakeFirstOrThrow();
  return Number(persons);
};

export const countMovements = async (
  db: ReadDatabase,
  employer: string,
  from: Day,
  to: Day,
): Promise<Movements> => ({
  joined: await countJoined(db, employer, from, to),
  left: await countLeft(db, employer, from, to),
});
