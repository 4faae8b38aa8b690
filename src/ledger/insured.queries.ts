import type { Month } from '../kernel/calendar.js';
import { fen } from '../kernel/money.js';
import type { ReadDatabase } from '../projection/projection.js';
import type { ContributionTables } from './contribution-month.projection.js';
import type { Insured } from './insured.messages.js';

type Count = bigint | string | number;

const standingOf = (db: ReadDatabase, employer: string, month: Month) =>
  db
    .withTables<ContributionTables>()
    .selectFrom('contribution_month')
    .where('employer', '=', employer)
    .where('month', '=', month)
    .where('state', '<>', 'reversed');

/**
 * Persons and their bases by insurance, of what stands for an employer's month. Of a person's month one row stands for each
 * insurance, so rows are persons.
 */
export const countInsured = async (db: ReadDatabase, employer: string, month: Month): Promise<Insured> => {
  const standing = standingOf(db, employer, month);
  const { persons } = await db
    .selectFrom(standing.select('id').distinct().as('person'))
    .select(({ fn }) => fn.countAll<Count>().as('persons'))
    .executeTakeFirstOrThrow();
  const insurances = await standing
    .groupBy('insurance')
    .select(({ fn }) => [
      'insurance',
      fn.countAll<Count>().as('persons'),
      fn.sum<Count>('base_fen').as('base'),
    ])
    .orderBy('insurance')
    .execute();
  return {
    persons: Number(persons),
    insurances: insurances.map(({ insurance, persons: counted, base }) => ({
      insurance,
      persons: Number(counted),
      base: fen(BigInt(base)),
    })),
  };
};
