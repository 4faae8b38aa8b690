import { sql } from 'kysely';
import type { Day, Month } from '../kernel/calendar.js';
import { fen, type Fen } from '../kernel/money.js';
import type { ReadDatabase } from '../projection/projection.js';
import type { Viewpoint } from '../projection/viewpoint.js';
import type { ContributionMonthTable, ContributionTables } from './contribution-month.projection.js';
import type { Entry, ListContributions, ListEntries } from './ledger.messages.js';
import type { PostingsTables } from './postings.projection.js';

type Tables = PostingsTables & ContributionTables & { identity: { id: string } };
const tablesOf = (db: ReadDatabase) => db.withTables<Tables>();

/** An aggregate is null over no rows, bigint in SQLite and decimal text in PostgreSQL. */
const toFen = (amount: bigint | string | number | null): Fen => fen(BigInt(amount ?? 0));

export const findPerson = (db: ReadDatabase, id: string): Promise<{ id: string } | undefined> =>
  tablesOf(db).selectFrom('identity').select('id').where('id', '=', id).executeTakeFirst();

/** Balances now, by account: one indexed row each. */
export const readBalances = async (db: ReadDatabase, id: string): Promise<ReadonlyMap<string, Fen>> => {
  const rows = await tablesOf(db)
    .selectFrom('account_balance')
    .select(['account', 'balance_fen'])
    .where('id', '=', id)
    .execute();
  return new Map(rows.map(({ account, balance_fen: balance }) => [account, fen(balance)]));
};

/** Balances as of a day of value, as known at an instant: the sum of the lines that both allow. */
export const readBalancesAsOf = async (
  db: ReadDatabase,
  id: string,
  { asOf, knownAt }: Viewpoint,
): Promise<ReadonlyMap<string, Fen>> => {
  let lines = tablesOf(db).selectFrom('posting').where('id', '=', id);
  if (asOf !== undefined) lines = lines.where('value_on', '<=', asOf);
  if (knownAt !== undefined) lines = lines.where('recorded_at', '<=', knownAt);
  const rows = await lines
    .groupBy('account')
    .select(({ fn }) => ['account', fn.sum<bigint | string | null>('delta_fen').as('balance')])
    .execute();
  return new Map(rows.map(({ account, balance }) => [account, toFen(balance)]));
};

/** Insurances and months that were paid and not taken back, from a viewpoint. */
export const readPaidMonths = async (
  db: ReadDatabase,
  id: string,
  { asOf, knownAt }: Viewpoint,
): Promise<readonly Readonly<{ insurance: string; month: Month }>[]> => {
  let rows = tablesOf(db)
    .selectFrom('contribution_month')
    .where('id', '=', id)
    .where('paid_on', 'is not', null);
  if (asOf === undefined && knownAt === undefined) rows = rows.where('state', '=', 'paid');
  if (asOf !== undefined) rows = rows.where('paid_on', '<=', asOf);
  if (knownAt !== undefined) rows = rows.where('paid_recorded_at', '<=', knownAt);
  if (asOf !== undefined || knownAt !== undefined)
    rows = rows.where((eb) =>
      eb.or([
        eb('reversed_on', 'is', null),
        ...(asOf === undefined ? [] : [eb('reversed_on', '>', asOf)]),
        ...(knownAt === undefined ? [] : [eb('reversed_recorded_at', '>', knownAt)]),
      ]),
    );
  const found = await rows.select(['insurance', 'month']).execute();
  return found.map(({ insurance, month }) => ({ insurance, month: month as Month }));
};

export const listContributionMonths = (
  db: ReadDatabase,
  { id, period: { from, to }, page: { limit, after } }: ListContributions,
): Promise<ContributionMonthTable[]> => {
  let rows = tablesOf(db).selectFrom('contribution_month').selectAll().where('id', '=', id);
  if (from !== undefined) rows = rows.where('month', '>=', from);
  if (to !== undefined) rows = rows.where('month', '<=', to);
  if (after) rows = rows.where(sql<boolean>`(month, insurance, submission) > (${sql.join([...after])})`);
  return rows.orderBy('month').orderBy('insurance').orderBy('submission').limit(limit).execute();
};

type EntryRow = Readonly<{
  account: string;
  value_on: string;
  position: bigint;
  seq: bigint;
  revision: bigint;
  booked_on: string;
  recorded_at: string;
  delta_fen: bigint;
  balance_fen: bigint | string;
  type: string;
  reference: string;
  month: string | null;
}>;

/** Account lines with the balance after each; the balance counts the lines before the period too. */
export const listEntries = async (
  db: ReadDatabase,
  { id, filter: { account, from, to }, page: { limit, after } }: ListEntries,
): Promise<readonly Readonly<{ entry: Entry; key: readonly string[] }>[]> => {
  const [valueOn, position, seq] = after ?? [];
  const isWanted = sql.join(
    [
      sql`true`,
      ...(from === undefined ? [] : [sql`value_on >= ${from}`]),
      ...(to === undefined ? [] : [sql`value_on <= ${to}`]),
      ...(valueOn === undefined || position === undefined || seq === undefined
        ? []
        : [sql`(value_on, position, seq) > (${valueOn}, ${BigInt(position)}, ${BigInt(seq)})`]),
    ],
    sql` and `,
  );
  const ofAccount = account === undefined ? sql`` : sql`and account = ${account}`;
  const { rows } = await sql<EntryRow>`
    select * from (
      select posting.*, sum(delta_fen) over (
        partition by account order by value_on, position, seq rows unbounded preceding) as balance_fen
      from posting where id = ${id} ${ofAccount}) as line
    where ${isWanted} order by value_on, position, seq limit ${limit}`.execute(db);
  return rows.map((row) => ({ entry: toEntry(row), key: [row.value_on, `${row.position}`, `${row.seq}`] }));
};

const toEntry = (row: EntryRow): Entry => ({
  account: row.account,
  valueDate: row.value_on,
  bookedOn: row.booked_on,
  recordedAt: row.recorded_at,
  delta: fen(row.delta_fen),
  balance: toFen(row.balance_fen),
  type: row.type,
  reference: row.reference,
  month: row.month,
  revision: row.revision,
  position: row.position,
});

/** Turnover of each account of the book with value up to a day. */
export const readTurnover = async (
  db: ReadDatabase,
  asOf: Day | undefined,
): Promise<readonly Readonly<{ account: string; debit: Fen; credit: Fen }>[]> => {
  const book = tablesOf(db).selectFrom('book');
  const rows = await (asOf === undefined ? book : book.where('value_on', '<=', asOf))
    .groupBy('account')
    .select(({ fn }) => [
      'account',
      fn.sum<bigint | string | null>('debit_fen').as('debit'),
      fn.sum<bigint | string | null>('credit_fen').as('credit'),
    ])
    .orderBy('account')
    .execute();
  return rows.map(({ account, debit, credit }) => ({ account, debit: toFen(debit), credit: toFen(credit) }));
};
