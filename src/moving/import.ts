import { verifyLog, type Verification } from '../audit/verification.js';
import {
  APPEND_BYTES_MAX,
  StoreUnavailable,
  type EventStore,
  type LogReader,
  type StoredEvent,
  type StreamAppend,
} from '../event-store/event-store.js';
import { pagesOf } from '../event-store/pages.js';
import { bytesOf } from '../event-store/positional.js';
import type { ArchivedEvent, Trailer } from './archive.js';
import { eventsOf } from './archive.reader.js';

/** What one call of the store takes at most: bounds memory, and what is on its way to a server. */
const BATCH_EVENTS = 2_000;
const BATCH_BYTES = 4_000_000;

/** Why the store did not take the archive, or not all of it. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
}

export type ImportOptions = Readonly<{
  file: string;
  /** Goes on with an import of this archive that was cut short: what stands must be its very beginning. */
  resume?: boolean;
  /** Bytes of the file taken so far. */
  onBytes?: (bytes: number) => void;
  /** Events of the store read so far, once all is stored. */
  onVerified?: (events: number) => void;
}>;

/** `stood`: events of the archive that the store held already. */
export type Imported = Readonly<{ trailer: Trailer; stood: number; verification: Verification }>;

/**
 * Fills a store from an archive, which the caller has checked whole before (`checkArchive`) and which is checked again as
 * it is read. At the end the store's own log is walked, and its head must be the archive's.
 */
export const importLog = async (store: EventStore, options: ImportOptions): Promise<Imported> => {
  const { file, resume = false, onBytes, onVerified } = options;
  if (!resume) await assertEmpty(store);
  const filling = new Filling(store);
  const walk = eventsOf(file, { chain: true, ...(onBytes && { onBytes }) });
  for (;;) {
    const { value, done } = await walk.next();
    if (done)
      return {
        trailer: value,
        stood: await filling.end(),
        verification: await prove(store, value, onVerified),
      };
    for (const event of value) await filling.take(event);
  }
};

/** A store in use is not filled: two logs would be mixed. */
export const assertEmpty = async (log: Pick<LogReader, 'head'>): Promise<void> => {
  if ((await log.head()) !== undefined)
    throw new ImportRefused(
      'the store holds events already: an archive goes into an empty one (--resume goes on with an import of the same archive that was cut short)',
    );
};

const prove = async (
  store: EventStore,
  { head }: Trailer,
  onProgress?: (events: number) => void,
): Promise<Verification> => {
  const verification = await verifyLog(store, onProgress ? { onProgress } : {});
  const { fault } = verification;
  if (fault)
    throw new ImportRefused(
      `the store does not hold what was stored: ${fault.kind} (${fault.check}) at revision ${fault.revision} of ${fault.stream}`,
    );
  if (verification.head.root !== head.root)
    throw new ImportRefused(
      `the store has the head ${verification.head.root} and the archive ${head.root}: somebody else writes it`,
    );
  return verification;
};

/** First compares what stands already with the archive, then stores what follows. */
class Filling {
  private readonly standing: AsyncIterator<readonly StoredEvent[], unknown>;
  private page: readonly StoredEvent[] = [];
  private next = 0;
  private stood = 0;
  private over = false;
  private batch = new Batch();

  constructor(private readonly store: EventStore) {
    this.standing = pagesOf(store);
  }

  async take(event: ArchivedEvent): Promise<void> {
    if (!this.over && (await this.meet(event))) return;
    if (!this.batch.fits(event)) await this.flush();
    this.batch.add(event);
  }

  /** Gives how many events stood already. */
  async end(): Promise<number> {
    const more = this.over ? undefined : await this.findStanding();
    if (more) throw differing(more, this.stood, 'the archive has ended before it');
    await this.flush();
    return this.stood;
  }

  /** Whether the event stands in the store at this place. */
  private async meet(event: ArchivedEvent): Promise<boolean> {
    const standing = await this.findStanding();
    if (!standing) {
      this.over = true;
      return false;
    }
    if (!isSame(standing, event))
      throw differing(
        standing,
        this.stood,
        `the archive has revision ${event.revision} of ${event.stream}, id ${event.id}`,
      );
    this.stood++;
    this.next++;
    return true;
  }

  private async findStanding(): Promise<StoredEvent | undefined> {
    if (this.next === this.page.length) {
      const next = await this.standing.next();
      this.page = next.done ? [] : next.value;
      this.next = 0;
    }
    return this.page[this.next];
  }

  private async flush(): Promise<void> {
    const { appends } = this.batch;
    this.batch = new Batch();
    for (const verdict of await this.store.appendMany(appends).catch(stop))
      if (!verdict.ok)
        throw new ImportRefused(
          `somebody else writes the store: ${verdict.error.stream} stands at ${verdict.error.actual}`,
        );
  }
}

/** What the store says is all there is to say, save how to go on. */
const stop = (cause: unknown): never => {
  if (!(cause instanceof StoreUnavailable)) throw cause;
  const reason = cause.cause instanceof Error ? ` (${cause.cause.message})` : '';
  throw new ImportRefused(
    `${cause.message}${reason}; what was stored stays, and --resume goes on from there`,
    {
      cause,
    },
  );
};

const isSame = (a: ArchivedEvent, b: ArchivedEvent): boolean =>
  a.id === b.id &&
  a.stream === b.stream &&
  a.revision === b.revision &&
  a.type === b.type &&
  a.data === b.data &&
  a.metadata === b.metadata;

const differing = ({ stream, revision, id }: StoredEvent, ordinal: number, instead: string): ImportRefused =>
  new ImportRefused(
    `the store is not the beginning of this archive: its event ${ordinal + 1} is revision ${revision} of ${stream}, id ${id}; ${instead}`,
  );

/** Appends for one call. Events of one stream that follow on one another share one. */
class Batch {
  readonly appends: (StreamAppend & Readonly<{ events: ArchivedEvent[] }>)[] = [];
  private events = 0;
  private bytes = 0;
  /** Of the last append. */
  private appendBytes = 0;

  fits(event: ArchivedEvent): boolean {
    return this.events < BATCH_EVENTS && this.bytes + bytesOf([event]) <= BATCH_BYTES;
  }

  add(event: ArchivedEvent): void {
    const { stream, revision } = event;
    const bytes = bytesOf([event]);
    const last = this.appends.at(-1);
    if (last?.stream === stream && this.appendBytes + bytes <= APPEND_BYTES_MAX) {
      last.events.push(event);
      this.appendBytes += bytes;
    } else {
      this.appends.push({ stream, expected: revision === 0n ? 'no-stream' : revision - 1n, events: [event] });
      this.appendBytes = bytes;
    }
    this.events++;
    this.bytes += bytes;
  }
}
