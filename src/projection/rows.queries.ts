import { sql } from 'kysely';
import assert from 'node:assert';
import type { ReadDatabase } from './projection.js';

const ROWS_A_PAGE = 2_000;

type RowOf = Readonly<Record<string, unknown>>;
/** Where two generations differ: a table and how many of its rows, by primary key. */
export type Difference = Readonly<{ table: string; rows: number }>;

/** Columns of a table's primary key, in their order. */
const primaryKeyOf = async (db: ReadDatabase, table: string): Promise<readonly string[]> => {
  const { rows } = await sql<{ name: string }>`
    select name from pragma_table_info(${table}) where pk > 0 order by pk`.execute(db);
  assert(rows.length > 0, `table ${table} has a primary key`);
  return rows.map(({ name }) => name);
};

/** All rows of a table in the order of its primary key, page by page, each page found by the last key. */
export const readRows = async function* (db: ReadDatabase, table: string): AsyncGenerator<RowOf> {
  const key = await primaryKeyOf(db, table);
  const columns = sql.join(key.map((name) => sql.ref(name)));
  for (let last: RowOf | undefined; ;) {
    const after = last;
    const from = after ? sql`where (${columns}) > (${sql.join(key.map((name) => after[name]))})` : sql``;
    const { rows } = await sql<RowOf>`
      select * from ${sql.table(table)} ${from} order by ${columns} limit ${ROWS_A_PAGE}`.execute(db);
    yield* rows;
    last = rows.at(-1);
    if (rows.length < ROWS_A_PAGE) return;
  }
};

const textOf = (row: RowOf): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

/** Compares the tables of two generations that stand at the same position, row for row; equal ones are left out. */
export const compareRows = async (
  one: ReadDatabase,
  other: ReadDatabase,
  tables: readonly string[],
): Promise<readonly Difference[]> => {
  const differences: Difference[] = [];
  for (const table of tables) {
    const rows = await countDifferent(readRows(one, table), readRows(other, table));
    if (rows > 0) differences.push({ table, rows });
  }
  return differences;
};

/** Rows of either side that the other lacks; a row that changed counts once on each side and so is halved. */
const countDifferent = async (
  ones: AsyncGenerator<RowOf>,
  others: AsyncGenerator<RowOf>,
): Promise<number> => {
  const unmatched = new Map<string, number>();
  const count = (row: RowOf, by: number): void => {
    const text = textOf(row);
    const times = (unmatched.get(text) ?? 0) + by;
    if (times === 0) unmatched.delete(text);
    else unmatched.set(text, times);
  };
  for (;;) {
    const [one, other] = [await ones.next(), await others.next()];
    if (one.done && other.done) break;
    if (!one.done) count(one.value, 1);
    if (!other.done) count(other.value, -1);
  }
  const sides = [...unmatched.values()];
  return Math.max(sides.filter((times) => times > 0).length, sides.filter((times) => times < 0).length);
};
