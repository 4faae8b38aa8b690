import Database from 'better-sqlite3';
import type { ReadOptions, SinceLast, StoredEvent } from './event-store.js';
import { IDS_LOOKED_BACK, type Place } from './positional.js';

const SCHEMA_VERSION = 1n;
/** Positions are given by the store, one after another: AUTOINCREMENT would leave a gap for each lost race. */
const SCHEMA = `
  CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT`;

/** `SQLITE_FULL` and the like; undefined for what is not an error of SQLite. The class itself differs between module registries. */
export const sqliteCodeOf = (reason: unknown): string | undefined => {
  if (typeof reason !== 'object' || reason === null || !('code' in reason)) return undefined;
  const { code } = reason;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
};

/** Opens or makes the file: WAL, and an fsync for each commit. */
export const openEventFile = (path: string): Database.Database => {
  const db = new Database(path);
  try {
    db.defaultSafeIntegers(true);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    const version = db.pragma('user_version', { simple: true });
    if (version === 0n) {
      const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
      if (tables !== 0n) throw new Error('this SQLite file is not an event store of this system');
      db.transaction(() => {
        db.exec(SCHEMA);
        db.pragma(`user_version = ${SCHEMA_VERSION}`);
      }).immediate();
    } else if (version !== SCHEMA_VERSION)
      throw new Error(
        `the event store has schema version ${String(version)}, this program knows ${SCHEMA_VERSION}`,
      );
    return db;
  } catch (reason) {
    db.close();
    throw reason;
  }
};

const COLUMNS = 'position, stream, revision, id, type, data, metadata';
const INSERT = `INSERT INTO event (${COLUMNS})`;
const RANGE = `SELECT ${COLUMNS} FROM event WHERE stream = ? AND revision BETWEEN ? AND ?`;
/** The inner query walks the unique index back from the end and stops at the first of the type that it meets. */
const SINCE_LAST = `SELECT ${COLUMNS} FROM event WHERE stream = ? AND revision >= coalesce(
  (SELECT revision FROM event WHERE stream = ? AND type = ? ORDER BY revision DESC LIMIT 1), 0) ORDER BY revision`;
type Inserted = [bigint, string, bigint, string, string, string, string];
type Range = [string, bigint, bigint, number];

export type Statements = ReturnType<typeof toStatements>;
export const toStatements = (db: Database.Database) => ({
  begin: db.prepare('BEGIN IMMEDIATE'),
  beginRead: db.prepare('BEGIN'),
  commit: db.prepare('COMMIT'),
  rollback: db.prepare('ROLLBACK'),
  insert: db.prepare<Inserted>(`${INSERT} VALUES (?, ?, ?, ?, ?, ?, ?)`),
  insertFirst: db.prepare<Inserted>(
    `${INSERT} VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (stream, revision) DO NOTHING`,
  ),
  insertAfter: db.prepare<[...Inserted, string, bigint]>(
    `${INSERT} SELECT ?, ?, ?, ?, ?, ?, ?
     WHERE EXISTS (SELECT 1 FROM event WHERE stream = ? AND revision = ?) ON CONFLICT (stream, revision) DO NOTHING`,
  ),
  tip: db
    .prepare<[string], bigint>('SELECT revision FROM event WHERE stream = ? ORDER BY revision DESC LIMIT 1')
    .pluck(),
  at: db.prepare<[string, bigint], Place>(
    'SELECT id, revision, position FROM event WHERE stream = ? AND revision = ?',
  ),
  recent: db.prepare<[string], Place>(
    `SELECT id, revision, position FROM
       (SELECT * FROM event WHERE stream = ? ORDER BY revision DESC LIMIT ${IDS_LOOKED_BACK}) ORDER BY revision`,
  ),
  forwards: db.prepare<Range, StoredEvent>(`${RANGE} ORDER BY revision LIMIT ?`),
  backwards: db.prepare<Range, StoredEvent>(`${RANGE} ORDER BY revision DESC LIMIT ?`),
  sinceLast: db.prepare<[string, string, string], StoredEvent>(SINCE_LAST),
  all: db.prepare<[bigint, number], StoredEvent>(
    `SELECT ${COLUMNS} FROM event WHERE position > ? ORDER BY position LIMIT ?`,
  ),
  allOfTypes: db.prepare<[bigint, string, number], StoredEvent>(
    `SELECT ${COLUMNS} FROM event WHERE position > ? AND type IN (SELECT value FROM json_each(?))
     ORDER BY position LIMIT ?`,
  ),
  first: db.prepare<[], bigint>('SELECT position FROM event ORDER BY position LIMIT 1').pluck(),
  head: db.prepare<[], bigint>('SELECT position FROM event ORDER BY position DESC LIMIT 1').pluck(),
  countAfter: db.prepare<[bigint], bigint>('SELECT count(*) FROM event WHERE position > ?').pluck(),
});

const REVISION_MAX = 2n ** 63n - 1n;
/** A stream's events, or a part of them, in either direction. */
export const readRange = (
  { forwards, backwards, sinceLast }: Pick<Statements, 'forwards' | 'backwards' | 'sinceLast'>,
  stream: string,
  options: ReadOptions | SinceLast,
): readonly StoredEvent[] => {
  if ('sinceLast' in options) return sinceLast.all(stream, stream, options.sinceLast);
  const { from, to, direction = 'forwards', max = -1 } = options;
  return direction === 'forwards'
    ? forwards.all(stream, from ?? 0n, to ?? REVISION_MAX, max)
    : backwards.all(stream, to ?? 0n, from ?? REVISION_MAX, max);
};
