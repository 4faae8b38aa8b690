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

type OpenWanted = Readonly<{ usccs: readonly string[]; months: readonly string[]; limit: number }>;
/**
 * Bills of which something may be left to pay, of some employers or for some months: the first of them by employer and month,
 * and how many there are.
 */
export const listOpenBillsOf = async (
  db: ReadDatabase,
  { usccs, months, limit }: OpenWanted,
): Promise<Readonly<{ bills: readonly KnownBill[]; total: number }>> => {
  const open = db
    .withTables<AccountTables>()
    .selectFrom('bill')
    .where('state', 'in', ['assessed', 'part-paid'])
    // What was taken back whole asks for nothing.
    .where((where) => where.or([where('amount_fen', '>', 0n), where('state', '=', 'part-paid')]))
    .where((where) => where.or([where('uscc', 'in', usccs), where('month', 'in', months)]));
  const { count } = await open
    .select(({ fn }) => fn.countAll<bigint | string>().as('count'))
    .executeTakeFirstOrThrow();
  const records = await open
    .selectAll()
    .orderBy('uscc')
    .orderBy('month')
    .orderBy('bill')
    .limit(limit)
    .execute();
  return { bills: await readCells(db, records), total: Number(count) };
};
