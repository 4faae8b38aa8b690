import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteCodeOf } from './sqlite-statements.adapter.js';

/** Another process serves this data folder. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';

  constructor(path: string) {
    super(`${path} is in use by another process: stop it first, or choose another DATA_DIR`);
  }
}

/** The folder that holds all of an installation. One process at a time has it open. */
export class DataFolder {
  readonly events: string;
  readonly readModels: string;
  readonly keyring: string;
  /** The newest signed head, remembered outside the log. */
  readonly checkpoint: string;

  private constructor(
    readonly path: string,
    private readonly lock: Database.Database,
  ) {
    this.events = join(path, 'events.sqlite');
    this.readModels = join(path, 'read-models.sqlite');
    this.keyring = join(path, 'keyring.json');
    this.checkpoint = join(path, 'checkpoint.json');
  }

  /** Opens the folder or makes it. The lock is the operating system's, so it ends with the process, however it ends. */
  static open(path: string): DataFolder {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const lock = new Database(join(path, 'lock.sqlite'), { timeout: 0 });
    try {
      lock.pragma('locking_mode = EXCLUSIVE');
      lock.exec('BEGIN EXCLUSIVE');
    } catch (reason) {
      lock.close();
      throw sqliteCodeOf(reason)?.startsWith('SQLITE_BUSY') ? new DataFolderInUse(path) : reason;
    }
    return new DataFolder(path, lock);
  }

  close(): void {
    this.lock.close();
  }
}
