import Database from 'better-sqlite3';
import type { LogReader, ReadAllOptions, ReadOptions, SinceLast, StoredEvent } from './event-store.js';
import { readRange, toStatements, type Statements } from './sqlite-statements.adapter.js';

const BEFORE_ALL = -1n;

/** A log that another thread or process writes, on a connection that cannot write: it sees what is committed. */
export class SqliteLogReader implements LogReader {
  private readonly statements: Statements;

  private constructor(private readonly db: Database.Database) {
    db.defaultSafeIntegers(true);
    this.statements = toStatements(db);
  }

  /** The file must be there: its writer makes it. */
  static open(path: string): SqliteLogReader {
    return new SqliteLogReader(new Database(path, { readonly: true, fileMustExist: true }));
  }

  async read(stream: string, options: ReadOptions | SinceLast = {}): Promise<readonly StoredEvent[]> {
    return readRange(this.statements, stream, options);
  }

  async readAll({ after = BEFORE_ALL, types, max }: ReadAllOptions): Promise<readonly StoredEvent[]> {
    if (types) return this.statements.allOfTypes.all(after, JSON.stringify(types), max);
    return this.statements.all.all(after, max);
  }

  async head(): Promise<bigint | undefined> {
    return this.statements.head.get();
  }

  /** Counted, since a log whose rows were tampered with need not be dense. */
  async countAfter(position: bigint | undefined, max = Infinity): Promise<number> {
    return Math.min(Number(this.statements.countAfter.get(position ?? BEFORE_ALL)), max);
  }

  async close(): Promise<void> {
    this.db.close();
  }
}
