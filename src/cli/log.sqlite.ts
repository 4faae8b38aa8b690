import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredEvent } from '../event-store/event-store.js';

const PAGE_EVENTS = 1_000;

/** A log as it lies on the disk, opened so that nothing can be written: also beside a running server. */
export class LogFile {
  private constructor(private readonly db: Database.Database) {}

  static open(dataDir: string): LogFile {
    const path = join(dataDir, 'events.sqlite');
    if (!existsSync(path)) throw new Error(`there is no event log in ${dataDir}`);
    const db = new Database(path, { readonly: true, fileMustExist: true });
    db.defaultSafeIntegers(true);
    return new LogFile(db);
  }

  count(): number {
    return Number(this.db.prepare<[], bigint>('SELECT count(*) FROM event').pluck().get());
  }

  /** The whole log in order, as it stood when the first page was read. */
  async *pages(): AsyncGenerator<readonly StoredEvent[]> {
    let page: StoredEvent[] = [];
    const events = this.db.prepare<[], StoredEvent>(
      'SELECT position, stream, revision, id, type, data, metadata FROM event ORDER BY position',
    );
    for (const event of events.iterate()) {
      page.push(event);
      if (page.length < PAGE_EVENTS) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  close(): void {
    this.db.close();
  }
}
