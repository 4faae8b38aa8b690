import { err, ok, type Result } from '../kernel/result.js';
import type { RowField } from './events.js';

/** The cells of a row in the order in which they are kept. */
export const FIELDS = [
  'ssn',
  'name',
  'wage',
  'employment',
  'insurances',
  'change',
  'changeDate',
  'reason',
] as const satisfies readonly RowField[];
/**
 * Columns of a file. `error` is what errors.csv adds: it is read past when the mended file comes back. `aside` is what
 * employers keep beside a roster and nobody here needs.
 */
export type Column = RowField | 'error' | 'aside';
const REQUIRED: readonly Column[] = ['ssn', 'name', 'wage'];

const CHINESE: Readonly<Record<RowField | 'error', string>> = {
  ssn: '社会保障号码',
  name: '姓名',
  wage: '缴费工资',
  employment: '用工形式',
  insurances: '险种',
  change: '变动类型',
  changeDate: '变动日期',
  reason: '变动原因',
  error: '错误',
};

/** Titles as employers write them, beside the field's own name; case, spaces, brackets and marks do not count. */
const TITLES: Readonly<Record<Column, string>> = {
  ssn:
    '社会保障号码 社会保障号 社保号码 社保号 身份证号码 身份证号 身份证 公民身份号码 公民身份证号码 居民身份证号码 居民身份证号 ' +
    '证件号码 证件号 身份证件号码 socialsecuritynumber idnumber idcard',
  name: '姓名 职工姓名 员工姓名 参保人姓名 参保人员姓名 人员姓名 fullname',
  wage:
    '缴费工资 缴费基数 缴费工资基数 月缴费工资 月缴费基数 申报工资 申报基数 申报缴费工资 社保基数 社保缴费基数 工资 月工资 ' +
    'salary monthlywage contributionbase',
  employment: '用工形式 用工类型 用工性质 人员类别 就业形式 employmenttype',
  insurances: '险种 参保险种 缴费险种 险种类型 insurance',
  change: '变动类型 变动类别 变更类型 增减类型 增减员 增减员类型 增减变动 changetype',
  changeDate: '变动日期 变更日期 增减日期 增减员日期 变动时间',
  reason: '变动原因 变更原因 增减原因 增减员原因 changereason',
  error: '错误 错误信息 errors',
  aside:
    '序号 行号 编号 工号 部门 岗位 性别 备注 说明 no number row line department remark remarks note notes',
};
/** A title is some words; what is longer is no title. */
const TITLE_CHARACTERS_MAX = 60;

const plain = (title: string): string =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\(.*?\)|\[.*?\]/gsu, '')
    .replace(/[\s*:_.\-]/gu, '');
const BY_TITLE: ReadonlyMap<string, Column> = new Map(
  (Object.entries(TITLES) as [Column, string][]).flatMap(([column, titles]) =>
    [column.toLowerCase(), ...titles.split(' ')].map((title) => [title, column] as const),
  ),
);
export const columnOf = (title: string): Column | undefined =>
  title.length > TITLE_CHARACTERS_MAX ? undefined : BY_TITLE.get(plain(title));
const isField = (column: Column | undefined): column is RowField =>
  column !== undefined && column !== 'error' && column !== 'aside';
export const fieldOf = (title: string): RowField | undefined => {
  const column = columnOf(title);
  return isField(column) ? column : undefined;
};

/** Header of a template in the language asked for. */
export const DEFAULT_HEADER: readonly string[] = [...FIELDS];
export const CHINESE_HEADER: readonly string[] = FIELDS.map((field) => CHINESE[field]);
export const isChineseHeader = (header: readonly string[]): boolean =>
  header.some((title) => /\p{Script=Han}/u.test(title));
export const errorTitle = (header: readonly string[]): string =>
  isChineseHeader(header) ? CHINESE.error : 'error';

/** Whether a row may be the header: titles of a sheet stand above it, and these name at most one column by chance. */
const TITLES_MIN = 2;
export const countTitles = (titles: readonly string[]): number =>
  new Set(titles.map(columnOf).filter(isField)).size;
export const isHeader = (titles: readonly string[]): boolean => countTitles(titles) >= TITLES_MIN;

export type HeaderProblem = Readonly<{
  field: string;
  code: 'column-missing' | 'column-unknown' | 'column-duplicate';
}>;

/**
 * Which column stands where; `undefined` where no title stands. An unknown title is told by its place, never by its text:
 * in a file without a header the first row is somebody's number and name.
 */
export const readHeader = (
  titles: readonly string[],
): Result<readonly (Column | undefined)[], readonly HeaderProblem[]> => {
  const found = titles.map(columnOf);
  const missing = REQUIRED.filter((column) => !found.includes(column)).map(
    (field) => ({ field, code: 'column-missing' }) as const,
  );
  const strange = found.flatMap((column, index): readonly HeaderProblem[] => {
    const field = `columns[${index}]`;
    if (column === undefined) return titles[index]?.trim() === '' ? [] : [{ field, code: 'column-unknown' }];
    return isField(column) && found.indexOf(column) < index ? [{ field, code: 'column-duplicate' }] : [];
  });
  const problems = [...missing, ...strange];
  return problems.length > 0 ? err(problems) : ok(found);
};

const FORMULA = /^'*[=+\-@]/;
const ESCAPED_FORMULA = /^'(?='*[=+\-@])/;

/** A spreadsheet would run a cell that begins like a formula: an apostrophe goes before it, and reading takes one away. */
export const escapeFormula = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);
export const unescapeFormula = (cell: string): string => cell.replace(ESCAPED_FORMULA, '');

export type Delimiter = ',' | '\t' | ';';
export const DELIMITERS: readonly Delimiter[] = [',', '\t', ';'];

/** One line of CSV (RFC 4180), without its line end. */
export const toCsvLine = (cells: readonly string[], delimiter: Delimiter = ','): string =>
  cells
    .map((cell) =>
      /["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell,
    )
    .join(delimiter);
