import { err, ok, type Result } from '../kernel/result.js';
import { countTitles, isHeader, readHeader, type Column } from './columns.js';
import { faultOfFile, ROWS_MAX, toRosterRow, type FileFault } from './roster.file.js';
import type { RosterRow } from './roster.js';

/** After so many faulty lines the rest is not listed: the file is of another kind. */
const MALFORMED_LINES_MAX = 100;
/** Titles of the sheet, the employer's name and the like may stand above the header; further down there is none. */
const HEADER_WITHIN_ROWS = 20;

export type Table = Readonly<{ header: readonly string[]; rows: readonly RosterRow[] }>;

/** How a kind of file writes its cells. */
type Cells<C> = Readonly<{
  /** What a cell says in a column; a title where no column is given. */
  textOf: (cell: C, column: Column | undefined) => string;
  /** A sheet tells each cell's column, so that a row may end early; in CSV only columns that may be empty can be left out. */
  endsEarly: boolean;
}>;
/** Without one of these a row of CSV cannot be told from a row that lost a delimiter. */
const NEEDED: ReadonlySet<Column | undefined> = new Set(['ssn', 'name', 'wage']);

/** Takes the rows of a file one by one: what stands above the header, the header, then rows. */
export class TableReader<C> {
  private header: readonly string[] | undefined;
  private columns: readonly (Column | undefined)[] = [];
  private readonly above: (readonly string[])[] = [];
  private readonly rows: RosterRow[] = [];
  private readonly malformed: string[] = [];

  constructor(private readonly cells: Cells<C>) {}

  /** A fault that ends the reading, if any. */
  take(record: readonly (C | undefined)[], line: number): FileFault | undefined {
    if (!this.header) return this.lookForHeader(record);
    const texts = this.columns.map((column, place) => this.textAt(record, place, column));
    if (this.isMalformed(record, texts)) {
      this.malformed.push(`line ${line}`);
      return this.malformed.length >= MALFORMED_LINES_MAX
        ? faultOfFile('row-malformed', ...this.malformed)
        : undefined;
    }
    const row = toRosterRow(line, (field) => texts[this.columns.indexOf(field)] ?? '');
    if (row.slice(1).every((cell) => isBlank(cell as string))) return undefined;
    this.rows.push(row);
    return this.rows.length > ROWS_MAX ? faultOfFile('too-many-rows') : undefined;
  }

  finish(): Result<Table, FileFault> {
    const fault = this.header ? undefined : this.giveUpOnHeader();
    if (fault) return err(fault);
    if (this.malformed.length > 0) return err(faultOfFile('row-malformed', ...this.malformed));
    if (!this.header) return err(faultOfFile('file-empty'));
    if (this.rows.length === 0) return err(faultOfFile('file-without-rows'));
    return ok({ header: this.header, rows: this.rows });
  }

  private textAt(record: readonly (C | undefined)[], place: number, column: Column | undefined): string {
    const cell = record[place];
    return cell === undefined ? '' : this.cells.textOf(cell, column);
  }

  /** A cell without a title above it, or too few cells: nobody can say what stands where. */
  private isMalformed(record: readonly (C | undefined)[], texts: readonly string[]): boolean {
    const beyond = record
      .slice(this.columns.length)
      .some((cell) => cell !== undefined && !this.isEmpty(cell));
    const untitled = this.columns.some((column, place) => !column && !isBlank(texts[place] ?? ''));
    const missing =
      !this.cells.endsEarly && this.columns.slice(record.length).some((column) => NEEDED.has(column));
    return beyond || untitled || (missing && texts.some((text) => !isBlank(text)));
  }

  private isEmpty(cell: C): boolean {
    return isBlank(this.cells.textOf(cell, undefined));
  }

  private lookForHeader(record: readonly (C | undefined)[]): FileFault | undefined {
    const titles = withoutEnd(record.map((_, place) => this.textAt(record, place, undefined)));
    if (titles.length === 0) return undefined;
    if (isHeader(titles)) return this.takeHeader(titles);
    this.above.push(titles);
    return this.above.length >= HEADER_WITHIN_ROWS ? this.giveUpOnHeader() : undefined;
  }

  private takeHeader(titles: readonly string[]): FileFault | undefined {
    const columns = readHeader(titles);
    if (!columns.ok) {
      const [first] = columns.error;
      return { type: first?.code ?? 'column-missing', problems: columns.error };
    }
    this.header = titles.map((title) => title.trim()).filter((title) => title !== '');
    this.columns = columns.value;
    return undefined;
  }

  /** The row that is most like a header is told what it lacks. */
  private giveUpOnHeader(): FileFault | undefined {
    const [best] = [...this.above].sort((a, b) => countTitles(b) - countTitles(a));
    return best && this.takeHeader(best);
  }
}

const isBlank = (text: string): boolean => text.trim() === '';
/** Spreadsheets write delimiters, or formatted cells, as far as anything ever stood. */
const withoutEnd = (titles: readonly string[]): readonly string[] =>
  titles.slice(0, titles.findLastIndex((title) => !isBlank(title)) + 1);
