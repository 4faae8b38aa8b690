import { CsvError, parse, type Info } from 'csv-parse';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { FILE_BYTES_MAX } from '../http/content-types.js';
import { err, ok, type Result } from '../kernel/result.js';
import { readHeader, unescapeFormula, type Column } from './columns.js';
import type { SubmissionReceived } from './events.js';
import type { RosterRow } from './roster.js';

export const ROWS_MAX = 100_000;
/** After so many faulty lines the rest is not listed: the file is of another kind. */
const MALFORMED_LINES_MAX = 100;
/** A client hears of a refusal only when its body has been read; beyond this the connection is cut. */
const DRAIN_BYTES_MAX = 4 * FILE_BYTES_MAX;
const RECORD_CHARACTERS_MAX = 4_000;

export type FileProblemCode =
  | 'file-too-large'
  | 'file-not-text'
  | 'file-encoding'
  | 'file-empty'
  | 'file-without-rows'
  | 'column-missing'
  | 'column-unknown'
  | 'column-duplicate'
  | 'row-malformed'
  | 'too-many-rows';
/** Refused as a whole. `problems` names each fault: a column, a place in the header or a line. */
export type FileFault = Readonly<{
  type: FileProblemCode;
  problems: readonly Readonly<{ field: string; code: FileProblemCode }>[];
}>;
export type RosterFile = Readonly<{
  /** SHA-256 of the bytes as sent, lower-case hex. */
  fileSha256: string;
  format: SubmissionReceived['data']['format'];
  rows: readonly RosterRow[];
}>;

export const faultOfFile = (type: FileProblemCode, ...fields: readonly string[]): FileFault => ({
  type,
  problems: (fields.length > 0 ? fields : ['file']).map((field) => ({ field, code: type })),
});

/** Reads a CSV roster from its bytes: hashes while reading, finds the encoding, refuses what is not a roster. */
export const readRosterCsv = async (
  bytes: AsyncIterable<Uint8Array>,
): Promise<Result<RosterFile, FileFault>> => {
  const received = await receive(bytes);
  if (!received.ok) return received;
  const { parts, fileSha256 } = received.value;
  const text = decode(parts);
  if (!text.ok) return text;
  const { encoding } = text.value;
  const table = await parseTable(text.value.parts);
  if (!table.ok) return table;
  const { header, rows } = table.value;
  return ok({ fileSha256, format: { kind: 'csv', encoding, header }, rows });
};

type Received = Readonly<{ parts: readonly Uint8Array[]; fileSha256: string }>;
const receive = async (bytes: AsyncIterable<Uint8Array>): Promise<Result<Received, FileFault>> => {
  const hash = createHash('sha256');
  const parts: Uint8Array[] = [];
  let size = 0;
  let isText = true;
  for await (const part of bytes) {
    size += part.length;
    if (size > DRAIN_BYTES_MAX) break;
    if (size > FILE_BYTES_MAX) {
      parts.length = 0;
      continue;
    }
    isText &&= !hasControlBytes(part);
    hash.update(part);
    parts.push(part);
  }
  if (size > FILE_BYTES_MAX) return err(faultOfFile('file-too-large'));
  if (!isText) return err(faultOfFile('file-not-text'));
  return ok({ parts, fileSha256: hash.digest('hex') });
};

/** Control bytes other than tab and line ends are in no text file; in UTF-8 and GB18030 they are never part of a character. */
const hasControlBytes = (part: Uint8Array): boolean =>
  part.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);

/** Left in by the decoder of GB18030. */
const MARK = '\ufeff';

type Decoded = Readonly<{ encoding: 'utf-8' | 'gb18030'; parts: readonly string[] }>;

/** UTF-8 unless its bytes do not fit, then GB18030; a byte order mark settles it and is taken off. */
const decode = (parts: readonly Uint8Array[]): Result<Decoded, FileFault> => {
  const bom = Buffer.concat(parts.slice(0, 4).map((part) => part.subarray(0, 4))).subarray(0, 4);
  const marked = markOf(bom);
  for (const encoding of marked ? [marked] : (['utf-8', 'gb18030'] as const)) {
    const decoded = decodeAs(encoding, parts);
    if (decoded) return ok({ encoding, parts: decoded });
  }
  return err(faultOfFile('file-encoding'));
};

const markOf = (start: Buffer): 'utf-8' | 'gb18030' | undefined => {
  if (start.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return 'utf-8';
  return start.equals(Buffer.from([0x84, 0x31, 0x95, 0x33])) ? 'gb18030' : undefined;
};

const decodeAs = (encoding: string, parts: readonly Uint8Array[]): readonly string[] | undefined => {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    const texts = parts.map((part) => decoder.decode(part, { stream: true }));
    texts.push(decoder.decode());
    const first = texts.findIndex((text) => text !== '');
    if (texts[first]?.startsWith(MARK)) texts[first] = texts[first].slice(MARK.length);
    return texts;
  } catch (error) {
    if (isInvalidData(error)) return undefined;
    throw error;
  }
};

const isInvalidData = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';

type Table = Readonly<{ header: readonly string[]; rows: readonly RosterRow[] }>;
type CsvRecord = Readonly<{ record: readonly string[]; info: Info }>;

const parseTable = async (texts: readonly string[]): Promise<Result<Table, FileFault>> => {
  const parser = Readable.from(texts, { objectMode: false }).pipe(
    parse({
      info: true,
      relax_column_count: true,
      skip_records_with_empty_values: true,
      max_record_size: RECORD_CHARACTERS_MAX,
    }),
  );
  const table = new TableReader();
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      const fault = table.take(record, info.lines);
      if (fault) return err(fault);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return err(faultOfFile('row-malformed', `line ${String(error['lines'])}`));
  }
  return table.finish();
};

/** Takes records one by one: the header, then rows. */
class TableReader {
  private header: readonly string[] | undefined;
  private columns: readonly Column[] = [];
  private readonly rows: RosterRow[] = [];
  private readonly malformed: string[] = [];

  /** A fault that ends the reading, if any. */
  take(record: readonly string[], line: number): FileFault | undefined {
    if (!this.header) return this.takeHeader(record);
    if (record.length !== this.columns.length) {
      this.malformed.push(`line ${line}`);
      return this.malformed.length >= MALFORMED_LINES_MAX
        ? faultOfFile('row-malformed', ...this.malformed)
        : undefined;
    }
    this.rows.push(toRow(line, this.columns, record));
    return this.rows.length > ROWS_MAX ? faultOfFile('too-many-rows') : undefined;
  }

  private takeHeader(titles: readonly string[]): FileFault | undefined {
    const columns = readHeader(titles);
    if (!columns.ok) {
      const [first] = columns.error;
      return { type: first?.code ?? 'column-missing', problems: columns.error };
    }
    this.header = titles.map((title) => title.trim());
    this.columns = columns.value;
    return undefined;
  }

  finish(): Result<Table, FileFault> {
    if (this.malformed.length > 0) return err(faultOfFile('row-malformed', ...this.malformed));
    if (!this.header) return err(faultOfFile('file-empty'));
    if (this.rows.length === 0) return err(faultOfFile('file-without-rows'));
    return ok({ header: this.header, rows: this.rows });
  }
}

const toRow = (line: number, columns: readonly Column[], record: readonly string[]): RosterRow => {
  const cell = (column: Column): string => unescapeFormula(record[columns.indexOf(column)] ?? '');
  return [line, cell('ssn'), cell('name'), cell('wage'), cell('employment'), cell('insurances')];
};
