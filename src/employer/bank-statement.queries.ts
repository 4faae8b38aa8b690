import type { ReadDatabase } from '../projection/projection.js';
import { readCells } from './account.queries.js';
import type { AccountTables } from './account.rows.js';
import type { BankStatementTables } from './bank-statement.projection.js';
import type { KnownBill } from './bill.rows.js';

/** Statements whose lines are not all matched, oldest first. */
export const findUnmatchedStatements = async (db: ReadDatabase): Promise<readonly string[]> => {
  const records = await db
    .withTables<BankStatementTables>()
    .selectFrom('bank_statement')
    .select('id')
    .where('chunks_missing', '=', 0n)
    .whereRef('lines_matched', '<', 'lines_total')
    .orderBy('received_position')
    .execute();
  return records.map(({ id }) => id);
};

/** Names in one query; an engine bounds how many values it takes. */
const NAMES_AT_ONCE = 500;

/** Bills of employers of which something may be left to pay, by employer and month, at most `limit`, and how many there are. */
export const listOpenBillsOf = async (
  db: ReadDatabase,
  usccs: readonly string[],
  limit: number,
): Promise<Readonly<{ bills: readonly KnownBill[]; total: number }>> => {
  const bills: KnownBill[] = [];
  let total = 0;
  for (let from = 0; from < usccs.length; from += NAMES_AT_ONCE) {
    const open = db
      .withTables<AccountTables>()
      .selectFrom('bill')
      .where('uscc', 'in', usccs.slice(from, from + NAMES_AT_ONCE))
      .where('state', 'in', ['assessed', 'part-paid'])
      .where((where) => where.or([where('amount_fen', '>', 0n), where('state', '=', 'part-paid')]));
    const { count } = await open
      .select(({ fn }) => fn.countAll<bigint | string>().as('count'))
      .executeTakeFirstOrThrow();
    total += Number(count);
    const left = limit - bills.length;
    if (left <= 0) continue;
    const records = await open
      .selectAll()
      .orderBy('uscc')
      .orderBy('month')
      .orderBy('bill')
      .limit(left)
      .execute();
    bills.push(...(await readCells(db, records)));
  }
  return { bills, total };
};
