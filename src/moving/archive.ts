import { CATEGORIES } from '../event-store/categories.js';
import { APPEND_BYTES_MAX, type StoredEvent } from '../event-store/event-store.js';
import { bytesOf } from '../event-store/positional.js';

export const ARCHIVE_FORMAT = 'shebao-ledger/log/1';
/** A line is longer than its event, whose quotation marks it escapes: an append at its bound still fits well. */
export const LINE_BYTES_MAX = 4_000_000;

/** An event as it is carried: positions are the engine's own, so the order of the lines is the order of the log. */
export type ArchivedEvent = Omit<StoredEvent, 'position'>;
/** The last event of a log; `revision` is decimal text, as it may pass 2^53. */
export type Last = Readonly<{ stream: string; revision: string; hash: string }>;
/** First line. `engine`: where the log was; it is told and nothing depends on it. */
export type Header = Readonly<{ format: typeof ARCHIVE_FORMAT; madeAt: string; engine: string }>;
/** Last line. `head`: RFC 6962 over all events in order, as `verify` gives it. `last` is null for an empty log. */
export type Trailer = Readonly<{
  events: number;
  streams: number;
  head: Readonly<{ size: number; root: string }>;
  last: Last | null;
}>;

/** The archive cannot be taken: cut short, changed, or none of ours. The message names the line, counted from 1. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';

  constructor(
    why: string,
    /** Undefined where no line is to blame. */
    readonly line?: number,
  ) {
    super(line === undefined ? `the archive ${why}` : `line ${line} of the archive ${why}`);
  }
}

const toHeaderLine = ({ format, madeAt, engine }: Header): string =>
  JSON.stringify({ format, madeAt, engine });
const toEventLine = ({ stream, revision, id, type, data, metadata }: ArchivedEvent): string =>
  JSON.stringify({ stream, revision: revision.toString(), id, type, data, metadata });
const toTrailerLine = ({ events, streams, head: { size, root }, last }: Trailer): string =>
  JSON.stringify({
    events,
    streams,
    head: { size, root },
    last: last && { stream: last.stream, revision: last.revision, hash: last.hash },
  });
/** One line each, without the line feed. `data` and `metadata` are the stored text as JSON strings. */
export const archiveLines = { header: toHeaderLine, event: toEventLine, trailer: toTrailerLine };

type Unknowns = Readonly<Record<string, unknown>>;
const toRecord = (line: string, number: number): Unknowns => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ArchiveRefused('is no JSON', number);
  }
  if (typeof value !== 'object' || value === null) throw new ArchiveRefused('is no JSON object', number);
  return value as Unknowns;
};

/** What was read must print as it stood, so that nothing can hide in a member that is not looked at. */
const assertPrintsAs = (printed: string, line: string, number: number): void => {
  if (printed !== line) throw new ArchiveRefused('is not written as an archive of this version is', number);
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string';
const HASH = /^[0-9a-f]{64}$/;
const REVISION = /^(?:0|[1-9]\d{0,18})$/;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const readHeader = (line: string): Header => {
  const { format, madeAt, engine } = toRecord(line, 1);
  if (format !== ARCHIVE_FORMAT) {
    const known = isText(format) && format.startsWith('shebao-ledger/log/');
    throw new ArchiveRefused(
      known
        ? `is of the format ${format}, this program knows ${ARCHIVE_FORMAT}`
        : 'begins no archive of a log',
      1,
    );
  }
  if (!isText(madeAt) || !isText(engine)) throw new ArchiveRefused('lacks when or where it was made', 1);
  const header = { format, madeAt, engine } as const;
  assertPrintsAs(toHeaderLine(header), line, 1);
  return header;
};

/** An event or the trailer, which has no stream of its own. */
export const readLine = (
  line: string,
  number: number,
): Readonly<{ event: ArchivedEvent }> | Readonly<{ trailer: Trailer }> => {
  const record = toRecord(line, number);
  return 'stream' in record
    ? { event: toEvent(record, line, number) }
    : { trailer: toTrailer(record, line, number) };
};

const toEvent = (record: Unknowns, line: string, number: number): ArchivedEvent => {
  const { stream, revision, id, type, data, metadata } = record;
  if (!isText(stream) || !isText(type) || !isText(data) || !isText(metadata))
    throw new ArchiveRefused('is no event', number);
  if (!isText(revision) || !REVISION.test(revision) || !isText(id) || !ID.test(id) || type === '')
    throw new ArchiveRefused('is an event without a proper revision, id or type', number);
  if (!CATEGORIES.some((category) => stream.startsWith(category)))
    throw new ArchiveRefused('is of a stream that no log of ours has', number);
  const event = { stream, revision: BigInt(revision), id, type, data, metadata };
  assertPrintsAs(toEventLine(event), line, number);
  if (bytesOf([event]) > APPEND_BYTES_MAX)
    throw new ArchiveRefused(`is an event over ${APPEND_BYTES_MAX} bytes, more than a store takes`, number);
  if (!isJson(data)) throw new ArchiveRefused('is an event whose data is no JSON', number);
  return event;
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const toTrailer = (record: Unknowns, line: string, number: number): Trailer => {
  const { events, streams } = record;
  const { size, root } = Object(record['head']) as Unknowns;
  if (!isCount(events) || !isCount(streams) || !isCount(size) || !isText(root) || !HASH.test(root))
    throw new ArchiveRefused('is neither an event nor the end of an archive', number);
  const last = record['last'] === null ? null : toLast(record['last'], number);
  const trailer = { events, streams, head: { size, root }, last };
  assertPrintsAs(toTrailerLine(trailer), line, number);
  return trailer;
};

const toLast = (value: unknown, number: number): Last => {
  const { stream, revision, hash } = Object(value) as Unknowns;
  if (!isText(stream) || !isText(revision) || !REVISION.test(revision) || !isText(hash) || !HASH.test(hash))
    throw new ArchiveRefused('does not say which event was the last', number);
  return { stream, revision, hash };
};
