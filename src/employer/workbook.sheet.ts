import { cutCell } from './roster.file.js';
import { ownText, SHEET_BYTES_MAX, TextReading, type Workbook } from './workbook.parts.js';
import { parseXml } from './workbook.xml.js';
import { unpack, WorkbookFault } from './workbook.zip.js';

/** A cell by its value, also where a formula gives it. `text` is as the file has it: a number keeps every digit. */
export type SheetCell = Readonly<{ kind: 'text' | 'number' | 'error'; text: string }>;
/** Cells by column, those without a value left out. `line` is the number of the row as a spreadsheet shows it. */
export type SheetRow = Readonly<{ line: number; cells: readonly (SheetCell | undefined)[] }>;

const LINES_MAX = 1_048_576;
/** What stands further right counts as standing here: a roster has a dozen columns. */
const COLUMNS_MAX = 64;

/** The rows of the first visible sheet in order, a piece of the file at a time, hidden rows too, formatting left aside. */
export const readSheet = async function* (workbook: Workbook): AsyncGenerator<readonly SheetRow[]> {
  const reading = new SheetReading(workbook.texts);
  const pieces = unpack(workbook.bytes, workbook.sheet, SHEET_BYTES_MAX);
  yield* parseXml(pieces, reading, () => reading.takeRows());
};

/** How a cell says what it holds (ECMA-376 part 1, 18.18.11); `t` absent: a number. */
const VALUE_ERROR: SheetCell = { kind: 'error', text: '#VALUE!' };

class SheetReading {
  private rows: SheetRow[] = [];
  private line = 0;
  private cells: (SheetCell | undefined)[] = [];
  private column = -1;
  private type = 'n';
  private hasFormula = false;
  private value: string | undefined;
  private inValue = false;
  private inline: TextReading | undefined;

  constructor(private readonly texts: readonly string[]) {}

  takeRows(): readonly SheetRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  readonly open = (name: string, attributes: Readonly<Record<string, string>>): void => {
    switch (name) {
      case 'row':
        this.beginRow(attributes['r']);
        break;
      case 'c':
        this.beginCell(attributes);
        break;
      case 'f':
        this.hasFormula = true;
        break;
      case 'v':
        this.inValue = true;
        this.value ??= '';
        break;
      case 'is':
        this.inline = new TextReading();
        break;
      default:
        this.inline?.open(name);
    }
  };

  readonly text = (text: string): void => {
    if (this.inValue) this.value = cutCell((this.value ?? '') + text);
    else this.inline?.add(text);
  };

  readonly close = (name: string): void => {
    switch (name) {
      case 'v':
        this.inValue = false;
        break;
      case 'c':
        this.endCell();
        break;
      case 'row':
        if (this.cells.length > 0) this.rows.push({ line: this.line, cells: this.cells });
        break;
      default:
        this.inline?.close(name);
    }
  };

  private beginRow(given: string | undefined): void {
    const line = given === undefined ? this.line + 1 : Number(given);
    if (!Number.isInteger(line) || line <= this.line || line > LINES_MAX)
      throw new WorkbookFault('workbook-malformed');
    this.line = line;
    this.cells = [];
    this.column = -1;
  }

  private beginCell({ r, t = 'n' }: Readonly<Record<string, string>>): void {
    this.column = r === undefined ? this.column + 1 : columnOfReference(r);
    this.type = t;
    this.hasFormula = false;
    this.value = undefined;
    this.inValue = false;
    this.inline = undefined;
  }

  private endCell(): void {
    const cell = this.read();
    if (cell) this.cells[Math.min(this.column, COLUMNS_MAX)] = cell;
    this.inline = undefined;
  }

  private read(): SheetCell | undefined {
    const { type, value, inline, hasFormula } = this;
    if (type === 'inlineStr') return inline && toText(inline.end());
    // A program that writes formulas and does not work them out leaves no value: it is not the same as an empty cell.
    if (value === undefined || (value === '' && type !== 'str')) return hasFormula ? VALUE_ERROR : undefined;
    switch (type) {
      case 's':
        return toText(this.texts[Number(value)] ?? VALUE_ERROR.text);
      case 'str':
      case 'd':
        return toText(ownText(value.toWellFormed()));
      case 'e':
        return { kind: 'error', text: ownText(value) };
      case 'b':
        return toText(value === '0' ? 'FALSE' : 'TRUE');
      case 'n':
        return Number.isFinite(Number(value)) ? { kind: 'number', text: ownText(value) } : VALUE_ERROR;
      default:
        return VALUE_ERROR;
    }
  }
}

const toText = (text: string): SheetCell | undefined => (text === '' ? undefined : { kind: 'text', text });

const REFERENCE = /^([A-Z]{1,3})\d+$/;
const LETTERS = 26;
/** Counted from nought: `C7` stands in 2. */
const columnOfReference = (reference: string): number => {
  const [, letters] = REFERENCE.exec(reference) ?? [];
  if (!letters) throw new WorkbookFault('workbook-malformed');
  return [...letters].reduce((column, letter) => column * LETTERS + letter.charCodeAt(0) - 64, 0) - 1;
};
