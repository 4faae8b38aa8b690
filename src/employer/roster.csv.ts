import { CsvError, parse, type Info } from 'csv-parse';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { err, ok, type Result } from '../kernel/result.js';
import { countTitles, DELIMITERS, unescapeFormula, type Delimiter } from './columns.js';
import { faultOfFile, isInvalidText, type FileFault, type RosterFile } from './roster.file.js';
import { TableReader } from './roster.table.js';

/** A quotation mark that is never closed makes one cell of all that follows. */
const RECORD_CHARACTERS_MAX = 1_000_000;
/** In which the header is looked for. */
const HEAD_CHARACTERS = 65_536;
const HEAD_LINES = 20;
/** After so much other work is done: a stream alone would not let it in. */
const PIECE_BYTES = 16_384;
const PAUSE_RECORDS = 250;

type Format = RosterFile['format'];

/** Reads a roster as text with delimiters: finds its encoding and its delimiter, then its header and rows. */
export const readRosterCsv = async (
  parts: readonly Uint8Array[],
): Promise<Result<Readonly<{ format: Format; rows: RosterFile['rows'] }>, FileFault>> => {
  const table = new TableReader<string>({ textOf: unescapeFormula, endsEarly: false });
  const read = await readCsv(parts, countTitles, (record, line) => table.take(record, line));
  if (!read.ok) return read;
  const finished = table.finish();
  if (!finished.ok) return finished;
  const { header, rows } = finished.value;
  return ok({ format: { kind: 'csv', ...read.value, header }, rows });
};

/** Whether a line may be the header: how many titles it holds. */
type CountTitles = (titles: readonly string[]) => number;

/**
 * Text with delimiters, record by record: its encoding is found, and its delimiter by the line near the top that falls into
 * the most titles. A fault that `take` gives ends the reading.
 */
export const readCsv = async (
  parts: readonly Uint8Array[],
  titlesIn: CountTitles,
  take: (record: readonly string[], line: number) => FileFault | undefined,
): Promise<Result<Readonly<{ encoding: Encoding; delimiter: Delimiter }>, FileFault>> => {
  const encoding = await findEncoding(parts);
  if (!encoding) return err(faultOfFile('file-encoding'));
  const delimiter = findDelimiter(headOf(encoding, parts), titlesIn);
  const fault = await takeRecords(decode(encoding, parts), delimiter, take);
  return fault ? err(fault) : ok({ encoding, delimiter });
};

/** Left in by the decoder of GB18030. */
const MARK = '\ufeff';
type Encoding = Format['encoding'];

/** UTF-8 unless its bytes do not fit, then GB18030; a byte order mark settles it and is taken off. */
const findEncoding = async (parts: readonly Uint8Array[]): Promise<Encoding | undefined> => {
  const bom = Buffer.concat(parts.slice(0, 4).map((part) => part.subarray(0, 4))).subarray(0, 4);
  const marked = markOf(bom);
  for (const encoding of marked ? [marked] : (['utf-8', 'gb18030'] as const))
    if (await fits(encoding, parts)) return encoding;
  return undefined;
};

const markOf = (start: Buffer): Encoding | undefined => {
  if (start.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return 'utf-8';
  return start.equals(Buffer.from([0x84, 0x31, 0x95, 0x33])) ? 'gb18030' : undefined;
};

const fits = async (encoding: Encoding, parts: readonly Uint8Array[]): Promise<boolean> => {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for (const part of parts) {
      decoder.decode(part, { stream: true });
      await setImmediate();
    }
    decoder.decode();
    return true;
  } catch (error) {
    if (isInvalidText(error)) return false;
    throw error;
  }
};

/** The text in pieces, without a byte order mark. Other work is done between them. */
const decode = async function* (encoding: Encoding, parts: readonly Uint8Array[]): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  let isFirst = true;
  for (const part of piecesOf(parts)) {
    const text = decoder.decode(part, { stream: true });
    if (text === '') continue;
    yield isFirst && text.startsWith(MARK) ? text.slice(MARK.length) : text;
    isFirst = false;
    await setImmediate();
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
};

const piecesOf = function* (parts: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const part of parts)
    for (let from = 0; from < part.length; from += PIECE_BYTES) yield part.subarray(from, from + PIECE_BYTES);
};

const headOf = (encoding: Encoding, parts: readonly Uint8Array[]): string => {
  const decoder = new TextDecoder(encoding);
  let head = '';
  for (const part of parts) {
    head += decoder.decode(part, { stream: true });
    if (head.length >= HEAD_CHARACTERS) break;
  }
  return head.slice(0, HEAD_CHARACTERS);
};

/** The one by which a line near the top falls into the most titles; a comma when none does. */
const findDelimiter = (head: string, titlesIn: CountTitles): Delimiter => {
  const lines = head.replace(MARK, '').split(/\r\n|\r|\n/, HEAD_LINES);
  const titles = (delimiter: Delimiter): number =>
    Math.max(...lines.map((line) => titlesIn(line.split(delimiter).map(unquote))));
  const [best = ','] = [...DELIMITERS].sort((a, b) => titles(b) - titles(a));
  return best;
};
const unquote = (cell: string): string => cell.trim().replace(/^"(.*)"$/u, '$1');

type CsvRecord = Readonly<{ record: readonly string[]; info: Info }>;

const takeRecords = async (
  texts: AsyncIterable<string>,
  delimiter: Delimiter,
  take: (record: readonly string[], line: number) => FileFault | undefined,
): Promise<FileFault | undefined> => {
  const parser = Readable.from(texts, { objectMode: false }).pipe(
    parse({
      delimiter,
      info: true,
      relax_column_count: true,
      skip_records_with_empty_values: true,
      max_record_size: RECORD_CHARACTERS_MAX,
    }),
  );
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      const fault = take(record, info.lines);
      if (fault) return fault;
      if (info.records % PAUSE_RECORDS === 0) await setImmediate();
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return faultOfFile('row-malformed', `line ${String(error['lines'])}`);
  }
  return undefined;
};
