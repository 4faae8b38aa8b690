import { FIELDS } from './columns.js';
import type { RowField, SubmissionReceived } from './events.js';
import { CELL_CHARACTERS_MAX, type RosterRow } from './roster.js';

export const ROWS_MAX = 100_000;

export type FileProblemCode =
  | 'file-too-large'
  | 'file-not-text'
  | 'file-encoding'
  | 'file-empty'
  | 'file-without-rows'
  | 'file-type-unsupported'
  | 'file-xls'
  | 'file-encrypted'
  | 'workbook-malformed'
  | 'workbook-too-large'
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

/** One character more than a cell may have tells that it was longer; the rest is not kept. */
const CUT_AT = CELL_CHARACTERS_MAX + 1;
export const cutCell = (cell: string): string => {
  if (cell.length <= CELL_CHARACTERS_MAX) return cell;
  const kept = cell.slice(0, CUT_AT);
  // Half a surrogate pair could be written nowhere.
  return kept.isWellFormed() ? kept : `${kept.slice(0, -1)}…`;
};

export const toRosterRow = (line: number, cell: (field: RowField) => string): RosterRow => {
  const [ssn, name, wage, employment, insurances, change, changeDate, reason] = FIELDS.map((field) =>
    cutCell(cell(field)),
  ) as [string, string, string, string, string, string, string, string];
  return [line, ssn, name, wage, employment, insurances, change, changeDate, reason];
};

/** Whether a decoder says that bytes are not of its encoding. */
export const isInvalidText = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
