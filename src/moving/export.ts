import { createWriteStream, existsSync, statSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { linkOf, metadataOf } from '../event-store/chain.js';
import type { LogReader, StoredEvent } from '../event-store/event-store.js';
import { pagesOf } from '../event-store/pages.js';
import type { Clock } from '../kernel/clock.js';
import { ARCHIVE_FORMAT, archiveLines, type Trailer } from './archive.js';
import { checkArchive } from './archive.reader.js';
import { findState, isSame, writeState, type ExportState } from './export.state.js';
import { Tally } from './tally.js';

/** A part is closed when it holds so many events or characters: what a killed export loses is at most one. */
const PART_EVENTS = 10_000;
const PART_CHARS = 32 * 1024 * 1024;
const OWNER_ONLY = 0o600;

export type ExportOptions = Readonly<{
  file: string;
  engine: string;
  clock: Clock;
  /** Replaces a file that is there. */
  force?: boolean;
  /** Events written so far; then bytes read back, of so many. */
  onWritten?: (events: number) => void;
  onReadBack?: (bytes: number, total: number) => void;
  /** In a sentence, what an operator would want to know: where it goes on, or why it begins anew. */
  onNotice?: (notice: string) => void;
}>;

/** Why there is no archive. */
export class ExportRefused extends Error {
  override readonly name = 'ExportRefused';
}

/**
 * Writes the log, up to where it ends now, into a file of its own. It grows as `file.part`, a gzip member for each part,
 * and `file.state` remembers how far it is whole: an export that was killed goes on from there. It is read back before
 * it gets its name, so that a file of that name is an archive. Memory does not grow with the log, hence of the chain only
 * each event's own hash is checked; `verify` checks the rest.
 */
export const exportLog = async (
  log: Pick<LogReader, 'read' | 'readAll' | 'head'>,
  options: ExportOptions,
): Promise<Trailer> => {
  const { file, force = false } = options;
  if (!force && existsSync(file))
    throw new ExportRefused(`${file} is there already: choose another name, or replace it with --force`);
  const head = await log.head();
  const writing = await PartFile.open(log, options);
  try {
    for await (const part of partsOf(log, writing.position, head)) {
      await writing.add(part);
      options.onWritten?.(writing.events);
    }
    await writing.end();
  } catch (error) {
    throw isOfFiles(error) ? toStopped(file, error) : error;
  } finally {
    await writing.close();
  }
  return announce(options);
};

const isOfFiles = (error: unknown): error is NodeJS.ErrnoException =>
  typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error;
const toStopped = (file: string, cause: NodeJS.ErrnoException): ExportRefused =>
  new ExportRefused(
    `${cause.message}: ${namesOf(file).part} keeps what was written, and the same command goes on from there`,
    { cause },
  );

/** The events up to a head, a part at a time; each part reads its pages as it is written. */
const partsOf = async function* (
  log: Pick<LogReader, 'readAll'>,
  after: bigint | undefined,
  head: bigint | undefined,
): AsyncGenerator<AsyncIterable<readonly StoredEvent[]>> {
  if (head === undefined) return;
  const pages = pagesOf(log, after);
  let over = after !== undefined && after >= head;
  const partOf = async function* (): AsyncGenerator<readonly StoredEvent[]> {
    for (let [events, chars] = [0, 0]; events < PART_EVENTS && chars < PART_CHARS && !over;) {
      const wanted = (await nextOf(pages)).filter(({ position }) => position <= head);
      over = wanted.length === 0 || wanted.at(-1)?.position === head;
      events += wanted.length;
      for (const { data, metadata } of wanted) chars += data.length + metadata.length;
      if (wanted.length > 0) yield wanted;
    }
  };
  while (!over) yield partOf();
};

const nextOf = async (
  pages: AsyncIterator<readonly StoredEvent[], unknown>,
): Promise<readonly StoredEvent[]> => {
  const next = await pages.next();
  return next.done ? [] : next.value;
};

const namesOf = (file: string) => ({ part: `${file}.part`, state: `${file}.state` });

/** The archive in the making. */
class PartFile {
  private constructor(
    private readonly handle: FileHandle,
    private readonly file: string,
    private bytes: number,
    private tally: Tally,
    private last: bigint | undefined,
  ) {}

  static async open(log: Pick<LogReader, 'read'>, options: ExportOptions): Promise<PartFile> {
    const { file } = options;
    const { part, state: stateFile } = namesOf(file);
    const state = await findUsable(log, options);
    if (state) {
      const { bytes, tally, position } = state;
      const handle = await open(part, 'r+');
      await handle.truncate(bytes);
      options.onNotice?.(`goes on after ${tally.events} events that were exported before`);
      return new PartFile(handle, file, bytes, tally, position);
    }
    await rm(stateFile, { force: true });
    const handle = await open(part, 'w', OWNER_ONLY);
    const begun = new PartFile(handle, file, 0, Tally.empty(), undefined);
    const header = { format: ARCHIVE_FORMAT, madeAt: options.clock.now(), engine: options.engine } as const;
    await begun.write([`${archiveLines.header(header)}\n`]);
    return begun;
  }

  get events(): number {
    return this.tally.events;
  }
  get position(): bigint | undefined {
    return this.last;
  }

  async add(pages: AsyncIterable<readonly StoredEvent[]>): Promise<void> {
    await this.write(this.toChunks(pages));
    const { bytes, tally, last } = this;
    if (last !== undefined) await writeState(namesOf(this.file).state, { bytes, tally, position: last });
  }

  async end(): Promise<void> {
    await this.write([`${archiveLines.trailer(this.tally.toTrailer())}\n`]);
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  /** A gzip member of its own, durable when this resolves. */
  private async write(chunks: Iterable<string> | AsyncIterable<string>): Promise<void> {
    const start = this.bytes;
    const sink = createWriteStream(namesOf(this.file).part, { flags: 'r+', start });
    await pipeline(Readable.from(chunks), createGzip(), sink);
    await this.handle.sync();
    this.bytes = start + sink.bytesWritten;
  }

  private async *toChunks(pages: AsyncIterable<readonly StoredEvent[]>): AsyncGenerator<string> {
    for await (const page of pages) {
      let text = '';
      for (const event of page) {
        this.tally.add(event, hashOfWhole(event));
        text += `${archiveLines.event(event)}\n`;
      }
      this.last = page.at(-1)?.position ?? this.last;
      yield text;
    }
  }
}

/** The event's own hash, when it fits its bytes: an archive of anything else could not be imported. */
const hashOfWhole = (event: StoredEvent): string => {
  const { fits, hash } = linkOf(event);
  if (fits) return hash;
  const { stream, revision, position } = event;
  throw new ExportRefused(
    `the hash of revision ${revision} of ${stream} (position ${position}) does not fit its bytes: see shebao verify`,
  );
};

/** What an export that was cut short left, when all of it fits this log; else nothing, and the export begins anew. */
const findUsable = async (
  log: Pick<LogReader, 'read'>,
  { file, onNotice }: ExportOptions,
): Promise<ExportState | undefined> => {
  const { part, state: stateFile } = namesOf(file);
  if (!existsSync(part)) return undefined;
  const state = await findState(stateFile);
  const why = state ? await whyUnusable(log, part, state) : 'how far it was whole is not known';
  if (why === undefined) return state;
  onNotice?.(`begins anew: ${part} was left by an export before, but ${why}`);
  return undefined;
};

const whyUnusable = async (
  log: Pick<LogReader, 'read'>,
  part: string,
  { bytes, position, tally }: ExportState,
): Promise<string | undefined> => {
  if (statSync(part).size < bytes) return 'it was cut shorter since';
  const { last } = tally.toState();
  const from = BigInt(last?.revision ?? 0);
  const [event] = await log.read(last?.stream ?? '', { from, to: from, max: 1 });
  if (event?.position !== position) return 'it is of another log';
  const { stream, revision } = event;
  return isSame(last, { stream, revision: revision.toString(), hash: metadataOf(event).hash })
    ? undefined
    : 'it is of another log';
};

/** Reads the file back and gives it its name. */
const announce = async (options: ExportOptions): Promise<Trailer> => {
  const { file, force = false } = options;
  const { part, state } = namesOf(file);
  const trailer = await readBack(options);
  if (!force && existsSync(file))
    throw new ExportRefused(`${file} has come to be meanwhile; the archive is in ${part}`);
  await rename(part, file);
  await rm(state, { force: true });
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return trailer;
};

/** What does not read back is not gone on with either: it was changed after it was written. */
const readBack = async ({ file, onReadBack }: ExportOptions): Promise<Trailer> => {
  const { part, state } = namesOf(file);
  const { size } = statSync(part);
  try {
    return await checkArchive(part, { chain: false, onBytes: (bytes) => onReadBack?.(bytes, size) });
  } catch (error) {
    await rm(state, { force: true });
    throw error;
  }
};
