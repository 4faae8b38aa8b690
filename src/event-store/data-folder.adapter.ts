import Database from 'better-sqlite3';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteCodeOf } from './sqlite-statements.adapter.js';

/** Another process serves this data folder. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';

  constructor(path: string) {
    super(`${path} is in use by another process: stop it first, or choose another DATA_DIR`);
  }
}

/** An import into this data folder was cut short: what stands is the beginning of a log and not the log. */
export class ImportUnfinished extends Error {
  override readonly name = 'ImportUnfinished';

  constructor(path: string) {
    super(
      `an import into ${path} has not ended: run shebao import with --resume, or begin anew in an empty folder`,
    );
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

  /** From here on the folder cannot be served, until the import that fills its log says that it has ended. */
  beginImport(): void {
    writeFileSync(this.importMark, '', { flush: true });
  }

  endImport(): void {
    rmSync(this.importMark, { force: true });
  }

  /** Fails with ImportUnfinished. */
  assertWhole(): void {
    if (existsSync(this.importMark)) throw new ImportUnfinished(this.path);
  }

  private get importMark(): string {
    return join(this.path, 'importing');
  }

  close(): void {
    this.lock.close();
  }
}
