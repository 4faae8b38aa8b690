import Database from 'better-sqlite3';
import type { EventStore, ReadAllOptions, StoredEvent } from './event-store.js';
import { toStatements, type Statements } from './sqlite-statements.adapter.js';

const REVISION_MAX = 2n ** 63n - 1n;
const BEFORE_ALL = -1n;

/** A log that another thread writes, on a connection that cannot write: it sees what is committed. */
export class SqliteLogReader implements Pick<EventStore, 'read' | 'readAll'> {
  private readonly statements: Statements;

  private constructor(private readonly db: Database.Database) {
    db.defaultSafeIntegers(true);
    this.statements = toStatements(db);
  }

  /** The file must be there: its writer makes it. */
  static open(path: string): SqliteLogReader {
    return new SqliteLogReader(new Database(path, { readonly: true, fileMustExist: true }));
  }

  async read(stream: string): Promise<readonly StoredEvent[]> {
    return this.statements.forwards.all(stream, 0n, REVISION_MAX, -1);
  }

  async readAll({ after = BEFORE_ALL, max }: ReadAllOptions): Promise<readonly StoredEvent[]> {
    return this.statements.all.all(after, max);
  }

  close(): void {
    this.db.close();
  }
}
