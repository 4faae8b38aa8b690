import Database from 'better-sqlite3';
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import assert from 'node:assert';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Generations, type Generation } from './generations.js';
import type { ReadDatabase } from './projection.js';

/** Which generation is live. Its folder also holds the generations, `read-models.<n>.sqlite`. */
const CONTROL_FILE = 'read-models.sqlite';
const GENERATION_FILE = /^read-models\.(\d+)\.sqlite(?:-wal|-shm)?$/;
const STATEMENTS_MAX = 400;
const BUSY_MS = 5_000;

type Control = Readonly<{ number: bigint }>;

/**
 * Read models in SQLite files, WAL. They can be made anew from the log, so `synchronous` is NORMAL: after a loss of
 * power the last batches may be missing, and the runner reads them again from the checkpoint beside them.
 */
export class SqliteGenerations extends Generations {
  private current: Generation | undefined;
  private readonly retired: ReadDatabase[] = [];

  private constructor(
    private readonly folder: string,
    private readonly control: Database.Database,
  ) {
    super();
  }

  /** Opens the read models of a data folder, which is made when it is not there. */
  static open(folder: string): SqliteGenerations {
    mkdirSync(folder, { recursive: true });
    const control = new Database(join(folder, CONTROL_FILE));
    control.pragma('journal_mode = WAL');
    control.pragma('synchronous = FULL');
    control.defaultSafeIntegers(true);
    control.exec(
      'create table if not exists live (one integer primary key check (one = 1), number integer not null)',
    );
    control.exec('insert into live (one, number) values (1, 1) on conflict (one) do nothing');
    return new SqliteGenerations(folder, control);
  }

  async live(): Promise<Generation> {
    if (!this.current) {
      this.dropLeftovers();
      this.current = openGeneration(this.folder, this.liveNumber());
    }
    return this.current;
  }

  async begin(): Promise<Generation> {
    await this.live();
    this.dropLeftovers();
    return openGeneration(this.folder, this.liveNumber() + 1n);
  }

  async switchTo(next: Generation): Promise<void> {
    const old = await this.live();
    this.control.prepare('update live set number = ?').run(numberOf(next));
    this.current = next;
    this.retired.push(old.reader);
    await old.writer.destroy();
    this.dropLeftovers();
  }

  async abandon(next: Generation): Promise<void> {
    await closeGeneration(next);
    this.dropLeftovers();
  }

  async close(): Promise<void> {
    if (this.current) await closeGeneration(this.current);
    for (const reader of this.retired.splice(0)) await reader.destroy();
    this.current = undefined;
    this.control.close();
  }

  private liveNumber(): bigint {
    const row = this.control.prepare<[], Control>('select number from live').get();
    assert(row, 'the control file names the live generation');
    return row.number;
  }

  /** Files of generations that are not live: an old one, or one whose rebuild was cut short. */
  private dropLeftovers(): void {
    const live = this.liveNumber().toString();
    for (const file of readdirSync(this.folder)) {
      const [, number] = GENERATION_FILE.exec(file) ?? [];
      if (number !== undefined && number !== live) rmSync(join(this.folder, file), { force: true });
    }
  }
}

/** Read models that live as long as the process: for tests, and for commands that need none. */
export class MemoryGenerations extends Generations {
  private current: Generation | undefined;
  private made = 0n;

  async live(): Promise<Generation> {
    this.current ??= await this.begin();
    return this.current;
  }

  async begin(): Promise<Generation> {
    this.made += 1n;
    const database = toKysely(openDatabase(':memory:'));
    return { name: this.made.toString(), reader: database, writer: database };
  }

  async switchTo(next: Generation): Promise<void> {
    this.current = next;
  }

  async abandon(next: Generation): Promise<void> {
    await next.writer.destroy();
  }

  async close(): Promise<void> {
    await this.current?.writer.destroy();
    this.current = undefined;
  }
}

const openGeneration = (folder: string, number: bigint): Generation => {
  const name = number.toString();
  const writer = openWriter(folder, name);
  const reader = openDatabase(fileOf(folder, name));
  reader.pragma('query_only = ON');
  return { name, reader: toKysely(reader), writer };
};

/** The writing connection of a generation, for the one thread that projects into it. */
export const openWriter = (folder: string, name: string): ReadDatabase => {
  const writer = openDatabase(fileOf(folder, name));
  writer.pragma('wal_autocheckpoint = 4000');
  return toKysely(writer);
};

const fileOf = (folder: string, name: string): string => join(folder, `read-models.${name}.sqlite`);

const numberOf = (generation: Generation): bigint => BigInt(generation.name);

const closeGeneration = async ({ reader, writer }: Generation): Promise<void> => {
  await reader.destroy();
  await writer.destroy();
};

/** Integers come back as bigint, always: fen and positions may pass 2^53. */
const openDatabase = (file: string): Database.Database => {
  const database = new Database(file, { timeout: BUSY_MS });
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('cache_size = -32000');
  database.defaultSafeIntegers(true);
  return database;
};

const toKysely = (database: Database.Database): ReadDatabase =>
  new Kysely<object>({ dialect: new SqliteDialect({ database: keepingStatements(database) }) });

/** Kysely prepares a statement anew each time; here the texts used last stay prepared. */
const keepingStatements = (database: Database.Database): SqliteDatabase => {
  const kept = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const found = kept.get(sql);
      if (found) return found;
      const made = database.prepare(sql) as unknown as SqliteStatement;
      if (kept.size >= STATEMENTS_MAX) kept.clear();
      kept.set(sql, made);
      return made;
    },
  };
};
