import { err, ok, type Result } from '../kernel/result.js';

/** Columns of a roster. `error` is what errors.csv adds: it is read past when the mended file comes back. */
const COLUMNS = ['ssn', 'name', 'wage', 'employment', 'insurances', 'error'] as const;
export type Column = (typeof COLUMNS)[number];
const REQUIRED: readonly Column[] = ['ssn', 'name', 'wage'];

const CHINESE: Readonly<Record<Column, string>> = {
  ssn: '社会保障号码',
  name: '姓名',
  wage: '缴费工资',
  employment: '用工形式',
  insurances: '险种',
  error: '错误',
};
const BY_TITLE: ReadonlyMap<string, Column> = new Map(
  COLUMNS.flatMap((column) => [
    [column, column],
    [CHINESE[column], column],
  ]),
);
export const columnOf = (title: string): Column | undefined => BY_TITLE.get(title.trim().toLowerCase());

/** Header of a template in the language asked for. */
export const DEFAULT_HEADER: readonly string[] = ['ssn', 'name', 'wage', 'employment', 'insurances'];
export const isChineseHeader = (header: readonly string[]): boolean =>
  header.some((title) => /\p{Script=Han}/u.test(title));
export const errorTitle = (header: readonly string[]): string =>
  isChineseHeader(header) ? CHINESE.error : 'error';

export type HeaderProblem = Readonly<{
  field: string;
  code: 'column-missing' | 'column-unknown' | 'column-duplicate';
}>;

/**
 * Which column stands where. An unknown title is told by its place, never by its text: in a file without a header the
 * first row is somebody's number and name.
 */
export const readHeader = (
  titles: readonly string[],
): Result<readonly Column[], readonly HeaderProblem[]> => {
  const found = titles.map(columnOf);
  const missing = REQUIRED.filter((column) => !found.includes(column)).map(
    (field) => ({ field, code: 'column-missing' }) as const,
  );
  const strange = found.flatMap((column, index): readonly HeaderProblem[] => {
    const field = `columns[${index}]`;
    if (column === undefined) return [{ field, code: 'column-unknown' }];
    return found.indexOf(column) < index ? [{ field, code: 'column-duplicate' }] : [];
  });
  const problems = [...missing, ...strange];
  const columns = found.filter((column) => column !== undefined);
  return problems.length > 0 ? err(problems) : ok(columns);
};

const FORMULA = /^[=+\-@]/;
const ESCAPED_FORMULA = /^'(?=[=+\-@])/;

/** A spreadsheet would run a cell that begins like a formula: an apostrophe goes before it, and `toCell` takes it away. */
export const escapeFormula = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);
export const unescapeFormula = (cell: string): string => cell.replace(ESCAPED_FORMULA, '');

/** One line of CSV (RFC 4180), without its line end. */
export const toCsvLine = (cells: readonly string[]): string =>
  cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
