import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';

/** Between two steps the event loop goes round, so that a bar can move: 8 MiB of pages of 4 KiB. */
const STEP_PAGES = 2_000;

/** The copy is damaged as a database. */
export class CopyDamaged extends Error {
  override readonly name = 'CopyDamaged';
}

/**
 * Copies a log that a server may be writing, by SQLite's online backup. A backup begins anew whenever another process
 * writes between two of its steps: beside a busy server (20 events every 2 ms, 140 MB) it had not ended after 40 s. So a
 * read transaction is held over all steps: they see the log as it was when it began, and took 1.1 s; one step for the
 * whole file took 1.4 s and VACUUM INTO 1.3 s, and neither can show how far it is. The server goes on writing
 * meanwhile; its write-ahead log is folded in again when the transaction has ended.
 *
 * The copy is one file with nothing beside it: it leaves WAL mode, and the server that opens it sets it again.
 */
export const copySqliteLog = async (
  source: string,
  target: string,
  onProgress?: (pages: number, total: number) => void,
): Promise<void> => {
  if (!existsSync(source)) throw new Error(`there is no event log at ${source}`);
  const db = new Database(source, { readonly: true, fileMustExist: true });
  try {
    db.exec('BEGIN');
    // The snapshot is taken by the first read.
    db.prepare('SELECT 1 FROM event LIMIT 1').get();
    await db.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress?.(totalPages - remainingPages, totalPages);
        return STEP_PAGES;
      },
    });
  } finally {
    db.close();
  }
  settle(target);
};

const settle = (path: string): void => {
  const copy = new Database(path, { fileMustExist: true });
  try {
    copy.pragma('synchronous = FULL');
    copy.pragma('journal_mode = DELETE');
    const found = copy.pragma('integrity_check', { simple: true });
    if (found !== 'ok') throw new CopyDamaged(`the copy of the log is damaged: ${String(found)}`);
  } finally {
    copy.close();
  }
};
