import Database from 'better-sqlite3';
import { join } from 'node:path';
import type { NewEvent } from '../src/event-store/event-store.js';

/** Raw better-sqlite3 over the same table, with the same durability: what the store is measured against. */
export class RawLog {
  readonly db: Database.Database;
  private readonly insert: Database.Statement;

  constructor(folder: string) {
    this.db = new Database(join(folder, `raw-${process.hrtime.bigint()}.sqlite`));
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = FULL');
    this.db.exec(`CREATE TABLE event (
      position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, revision INTEGER NOT NULL, id TEXT NOT NULL,
      type TEXT NOT NULL, data TEXT NOT NULL, metadata TEXT NOT NULL, UNIQUE (stream, revision))`);
    this.insert = this.db.prepare(
      'INSERT INTO event (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)',
    );
  }

  append(stream: string, revision: number, event: NewEvent): void {
    this.insert.run(stream, revision, event.id, event.type, event.data, event.metadata);
  }

  transaction(work: () => void): void {
    this.db.transaction(work)();
  }

  close(): void {
    this.db.close();
  }
}
