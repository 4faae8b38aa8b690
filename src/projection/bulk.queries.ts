import { CompiledQuery } from 'kysely';
import type { ReadTransaction } from './projection.js';

/** What a column holds: text, a whole number (fen and positions as bigint) or nothing. */
export type SqlValue = string | bigint | number | null;
export type Row<Column extends string> = Readonly<Record<Column, SqlValue>>;

/**
 * What to do with a row that is there already: `set` takes the new values, `add` adds them to what stands (balances).
 * Neither: the row that is there stays.
 */
export type OnConflict<Column extends string> = Readonly<{
  conflict: readonly Column[];
  set?: readonly Column[];
  add?: readonly Column[];
}>;

/**
 * Rows a statement. Powers of four, so that a batch of any size is written by at most four different texts, which the
 * connection keeps prepared. Against json_each with json_extract no firm gap was measured; this text runs on PostgreSQL
 * too, and that decided.
 */
const RUNS = [64, 16, 4, 1] as const;

/**
 * Inserts rows or changes those that are there: `insert into … values … on conflict … do update`. Names of tables and
 * columns come from the code, never from outside; each key may occur only once in `rows`, so fold a batch in memory
 * first. Without `onConflict` a key that is there already is an error.
 */
export const upsertMany = async <Column extends string>(
  tx: ReadTransaction,
  table: string,
  columns: readonly Column[],
  rows: readonly Row<Column>[],
  onConflict: OnConflict<Column> | undefined,
): Promise<void> => {
  const end = onConflict ? conflictClause(table, onConflict) : '';
  await inRuns(rows, async (run) => {
    const sql = `insert into ${table} (${columns.join(', ')}) values ${placeholders(columns.length, run.length)} ${end}`;
    await tx.executeQuery(CompiledQuery.raw(sql, parametersOf(columns, run)));
  });
};

/** SQL from the code; the row that is there goes by the name of its table, the new values by `changed`. */
type Updating<Column extends string> = Readonly<{
  /** What a column becomes when it is not the new value as it is. */
  as?: Readonly<Partial<Record<Column, string>>>;
  /** Only rows that hold to this as well, which may compare with further columns. */
  where?: string;
  compared?: readonly Column[];
}>;

/**
 * Changes rows that must be there already, found by `key`. Gives how many were found: fewer than asked for means that
 * the log holds an event on something that never began, and the caller must fail.
 */
export const updateMany = async <Column extends string>(
  tx: ReadTransaction,
  table: string,
  key: readonly Column[],
  set: readonly Column[],
  rows: readonly Row<Column>[],
  { as, where, compared = [] }: Updating<Column> = {},
): Promise<number> => {
  const columns = [...key, ...set, ...compared];
  const assignments = set.map((column) => `${column} = ${as?.[column] ?? `changed.${column}`}`).join(', ');
  const same = [
    ...key.map((column) => `${table}.${column} = changed.${column}`),
    ...(where === undefined ? [] : [where]),
  ].join(' and ');
  let found = 0n;
  await inRuns(rows, async (run) => {
    const changed = `with changed (${columns.join(', ')}) as (values ${placeholders(columns.length, run.length)})`;
    const sql = `${changed} update ${table} set ${assignments} from changed where ${same}`;
    const { numAffectedRows } = await tx.executeQuery(CompiledQuery.raw(sql, parametersOf(columns, run)));
    found += numAffectedRows ?? 0n;
  });
  return Number(found);
};

const conflictClause = <Column extends string>(
  table: string,
  { conflict, set = [], add = [] }: OnConflict<Column>,
): string => {
  const changes = [
    ...set.map((column) => `${column} = excluded.${column}`),
    ...add.map((column) => `${column} = ${table}.${column} + excluded.${column}`),
  ];
  const action = changes.length > 0 ? `update set ${changes.join(', ')}` : 'nothing';
  return `on conflict (${conflict.join(', ')}) do ${action}`;
};

const placeholders = (columns: number, rows: number): string => {
  const row = `(${Array<string>(columns).fill('?').join(', ')})`;
  return Array<string>(rows).fill(row).join(', ');
};

const parametersOf = <Column extends string>(
  columns: readonly Column[],
  rows: readonly Row<Column>[],
): SqlValue[] => {
  const parameters: SqlValue[] = [];
  for (const row of rows) for (const column of columns) parameters.push(row[column]);
  return parameters;
};

const inRuns = async <T>(rows: readonly T[], write: (run: readonly T[]) => Promise<void>): Promise<void> => {
  let from = 0;
  for (const size of RUNS) {
    for (; rows.length - from >= size; from += size) await write(rows.slice(from, from + size));
  }
};
