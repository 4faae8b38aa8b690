import { createHash } from 'node:crypto';
import { toCanonical } from '../event-store/canonical.js';
import { err, ok, type Result } from '../kernel/result.js';
import { BANK_FIELDS, type BankField, type BankRow } from './bank-line.js';
import type { BankStatementReceived } from './bank-statement.js';
import { unescapeFormula } from './columns.js';
import { readCsv } from './roster.csv.js';
import { faultOfFile, type FileFault } from './roster.file.js';
import type { BodyFault } from './roster.json.js';
import { kindOf, receive } from './roster.reader.js';

export const STATEMENT_BYTES_MAX = 8 * 1024 * 1024;
export const STATEMENT_LINES_MAX = 10_000;
/** After so many faulty lines the rest is not listed: the file is of another kind. */
const MALFORMED_LINES_MAX = 100;
const CELL_CHARACTERS_MAX = 1_000;

export type BankStatementFile = Readonly<{
  /** SHA-256 of the bytes as sent, or of the lines of a JSON body in canonical form. */
  fileSha256: string;
  format: BankStatementReceived['data']['format'];
  rows: readonly BankRow[];
}>;

/** Titles as banks and tax offices write them. Columns of other titles are read past and not kept: account numbers, balances. */
const TITLES: Readonly<Record<BankField, string>> = {
  date: '日期 交易日期 记账日期 入账日期 到账日期 缴款日期 入库日期 缴费日期 交易时间 paidon',
  amount: '金额 交易金额 贷方金额 贷方发生额 收入金额 实缴金额 缴款金额 缴费金额 入库金额',
  reference: '流水号 交易流水号 银行流水号 凭证号 电子税票号码 税票号码 回单号 回单编号 serial',
  uscc: '付款方代码 统一社会信用代码 社会信用代码 缴费单位代码 纳税人识别号 单位代码 payercode creditcode',
  payer: '付款方 付款人 付款方名称 付款人名称 付款单位 对方户名 缴费单位 缴费单位名称 payername',
  remark: '摘要 附言 备注 用途 交易附言 摘要备注 remarks memo purpose',
};
const REQUIRED: readonly BankField[] = ['date', 'amount', 'reference'];
/** One of these says whose money it is. */
const NAMING: readonly BankField[] = ['uscc', 'payer', 'remark'];

const BY_TITLE: ReadonlyMap<string, BankField> = new Map(
  BANK_FIELDS.flatMap((field) =>
    [field, ...TITLES[field].split(' ')].map((title): [string, BankField] => [title, field]),
  ),
);
/** Units and the like in brackets do not count. */
const fieldOf = (title: string): BankField | undefined =>
  BY_TITLE.get(
    title
      .normalize('NFKC')
      .toLowerCase()
      .replace(/\(.*?\)|\[.*?\]|[\s*:_./-]/gu, ''),
  );
const countTitles = (titles: readonly string[]): number =>
  new Set(titles.map(fieldOf).filter((field) => field !== undefined)).size;

/** Reads a statement as text with delimiters (UTF-8 or GB18030; comma, semicolon or tab). */
export const readBankStatement = async (
  bytes: AsyncIterable<Uint8Array>,
): Promise<Result<BankStatementFile, FileFault>> => {
  const received = await receive(bytes, STATEMENT_BYTES_MAX);
  if (!received.ok) return received;
  const { parts, fileSha256 } = received.value;
  const kind = kindOf(parts);
  if (kind !== 'text') return err(faultOfFile(kind === 'zip' ? 'file-type-unsupported' : kind));
  const lines = new StatementReader();
  const read = await readCsv(parts, countTitles, (record, line) => lines.take(record, line));
  if (!read.ok) return read;
  const rows = lines.finish();
  return rows.ok ? ok({ fileSha256, format: { kind: 'csv', ...read.value }, rows: rows.value }) : rows;
};

/** The header stands below what a bank writes above it: its own name, the account, the period. */
const HEADER_WITHIN_ROWS = 20;
const TITLES_MIN = 2;
const isBlank = (text: string): boolean => text.trim() === '';

/** Takes the records of a statement one by one. */
class StatementReader {
  private columns: readonly (BankField | undefined)[] | undefined;
  private best: readonly string[] = [];
  private seen = 0;
  private readonly rows: BankRow[] = [];
  private readonly malformed: string[] = [];

  /** A fault that ends the reading, if any. */
  take(record: readonly string[], line: number): FileFault | undefined {
    if (!this.columns) return this.lookForHeader(record);
    if (record.every(isBlank)) return undefined;
    if (!this.fits(record)) {
      this.malformed.push(`line ${line}`);
      return this.malformed.length >= MALFORMED_LINES_MAX
        ? faultOfFile('row-malformed', ...this.malformed)
        : undefined;
    }
    const { columns } = this;
    this.rows.push(toBankRow(line, (field) => unescapeFormula(record[columns.indexOf(field)] ?? '')));
    return this.rows.length > STATEMENT_LINES_MAX ? faultOfFile('too-many-rows') : undefined;
  }

  finish(): Result<readonly BankRow[], FileFault> {
    if (this.malformed.length > 0) return err(faultOfFile('row-malformed', ...this.malformed));
    if (!this.columns) return err(this.seen === 0 ? faultOfFile('file-empty') : this.lacking(this.best));
    return this.rows.length === 0 ? err(faultOfFile('file-without-rows')) : ok(this.rows);
  }

  /** As many cells as titles, where a bank leaves out nothing but empty cells at the end. */
  private fits(record: readonly string[]): boolean {
    const columns = this.columns ?? [];
    const last = Math.max(...REQUIRED.map((field) => columns.indexOf(field)));
    return (
      record.length > last &&
      record.slice(columns.length).every(isBlank) &&
      record.every((cell) => cell.length <= CELL_CHARACTERS_MAX)
    );
  }

  private lookForHeader(record: readonly string[]): FileFault | undefined {
    if (record.every(isBlank)) return undefined;
    this.seen += 1;
    if (countTitles(record) >= countTitles(this.best)) this.best = record;
    if (countTitles(record) < TITLES_MIN)
      return this.seen >= HEADER_WITHIN_ROWS ? this.lacking(this.best) : undefined;
    const columns = record.map(fieldOf);
    const twice = columns.flatMap((field, place) =>
      field !== undefined && columns.indexOf(field) < place ? [`columns[${place}]`] : [],
    );
    if (twice.length > 0) return faultOfFile('column-duplicate', ...twice);
    if (missingOf(columns).length > 0) return this.lacking(record);
    this.columns = columns;
    return undefined;
  }

  private lacking(titles: readonly string[]): FileFault {
    return faultOfFile('column-missing', ...missingOf(titles.map(fieldOf)));
  }
}

const missingOf = (columns: readonly (BankField | undefined)[]): readonly string[] => [
  ...REQUIRED.filter((field) => !columns.includes(field)),
  ...(NAMING.some((field) => columns.includes(field)) ? [] : ['uscc']),
];

const toBankRow = (line: number, cell: (field: BankField) => string): BankRow => {
  const [date, amount, reference, uscc, payer, remark] = BANK_FIELDS.map(cell) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return [line, date, amount, reference, uscc, payer, remark];
};

const PROBLEMS_MAX = 1_000;
type FieldProblem = BodyFault['problems'][number];
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads `{lines: [{date, amount, reference, uscc?, payer?, remark?}]}`, all text. A line is its place, counted from 1; a cell
 * that is missing is judged with its line.
 */
export const readBankStatementJson = (body: unknown): Result<BankStatementFile, BodyFault | FileFault> => {
  if (!isObject(body)) return err({ type: 'body', problems: [{ field: 'body', code: 'not-an-object' }] });
  const problems: FieldProblem[] = Object.keys(body).some((name) => name !== 'lines')
    ? [{ field: '(unknown)', code: 'unknown-field' }]
    : [];
  const { lines } = body;
  if (!Array.isArray(lines)) {
    const code = lines === undefined ? 'required' : 'not-a-list';
    return err({ type: 'body', problems: [...problems, { field: 'lines', code }] });
  }
  if (lines.length > STATEMENT_LINES_MAX) return err(faultOfFile('too-many-rows'));
  for (const [index, line] of lines.entries()) {
    problems.push(...problemsOf(line, `lines[${index}]`));
    if (problems.length >= PROBLEMS_MAX) break;
  }
  if (problems.length > 0) return err({ type: 'body', problems });
  if (lines.length === 0) return err(faultOfFile('file-without-rows'));
  const rows = (lines as readonly Readonly<Partial<Record<BankField, string | null>>>[]).map((line, index) =>
    toBankRow(index + 1, (field) => line[field] ?? ''),
  );
  const fileSha256 = createHash('sha256').update(toCanonical(rows)).digest('hex');
  return ok({ fileSha256, format: { kind: 'json', encoding: 'utf-8' }, rows });
};

const isField = (name: string): name is BankField => (BANK_FIELDS as readonly string[]).includes(name);
const problemsOf = (line: unknown, path: string): readonly FieldProblem[] => {
  if (!isObject(line)) return [{ field: path, code: 'not-an-object' }];
  return Object.entries(line).flatMap(([name, value]) => {
    if (!isField(name)) return [{ field: `${path}.(unknown)`, code: 'unknown-field' }];
    if (value === null || value === undefined) return [];
    if (typeof value !== 'string')
      return [{ field: `${path}.${name}`, code: name === 'amount' ? 'money-not-text' : 'not-text' }];
    return value.length > CELL_CHARACTERS_MAX
      ? [{ field: `${path}.${name}`, code: 'length-out-of-range' }]
      : [];
  });
};
