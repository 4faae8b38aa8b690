import { addMonths, daysBetween, lastDayOf, toDay, toMonth, type Day } from '../kernel/calendar.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { Column } from './columns.js';
import { faultOfFile, type FileFault, type RosterFile } from './roster.file.js';
import { TableReader } from './roster.table.js';
import { openWorkbook } from './workbook.parts.js';
import { readSheet, type SheetCell } from './workbook.sheet.js';
import { WorkbookFault } from './workbook.zip.js';

/** Reads a roster from a workbook: the first visible sheet, a piece at a time, whatever program wrote it. */
export const readRosterXlsx = async (
  bytes: Buffer,
): Promise<Result<Pick<RosterFile, 'format' | 'rows'>, FileFault>> => {
  try {
    const workbook = await openWorkbook(bytes);
    const textOf = (cell: SheetCell, column: Column | undefined): string =>
      toCellText(cell, column, workbook.from1904);
    const table = new TableReader<SheetCell>({ textOf, endsEarly: true });
    for await (const rows of readSheet(workbook))
      for (const { line, cells } of rows) {
        const fault = table.take(cells, line);
        if (fault) return err(fault);
      }
    const read = table.finish();
    if (!read.ok) return read;
    const { header, rows } = read.value;
    return ok({ format: { kind: 'xlsx', encoding: 'utf-8', header }, rows });
  } catch (error) {
    if (error instanceof WorkbookFault) return err(faultOfFile(error.code));
    throw error;
  }
};

/** What a cell says in its column: the same number is a wage in the one and a day in the other. */
const toCellText = ({ kind, text }: SheetCell, column: Column | undefined, from1904: boolean): string => {
  if (kind !== 'number') return text;
  const value = Number(text);
  switch (column) {
    case 'ssn':
      return toNumberText(value, text);
    case 'wage':
      return toWageText(value);
    case 'changeDate':
      return toDayText(value, from1904);
    case 'name':
    case 'employment':
    case 'insurances':
    case 'change':
    case 'reason':
    case 'error':
    case 'aside':
    case undefined:
      return String(value);
  }
};

/** A spreadsheet's number holds fifteen digits. A longer one has lost its end, also where digits stand there. */
const EXACT_BELOW = 1e15;
const toNumberText = (value: number, text: string): string => {
  if (Number.isInteger(value) && value >= 0 && value < EXACT_BELOW) return String(value);
  return value >= EXACT_BELOW ? value.toExponential().toUpperCase() : text;
};

/** How far a binary fraction may lie off two decimals: 8000.1 is kept as 8000.1000000000004 by some programs. */
const NOISE = 1e-6;
const toWageText = (value: number): string => {
  const rounded = value.toFixed(2);
  return Math.abs(Number(rounded) - value) <= NOISE ? rounded.replace(/[.]00$/, '') : String(value);
};

/** Day 61 of the count is 1 March 1900; before it the count holds a 29 February that never was. */
const FIRST_DAY = toDay('1900-03-01');
const FIRST_SERIAL = 61;
/** Days between the two ways of counting. */
const DAYS_TO_1904 = 1_462;
const LAST_SERIAL = 73_050;
const toDayText = (value: number, from1904: boolean): string => {
  const serial = Math.floor(value) + (from1904 ? DAYS_TO_1904 : 0);
  return serial < FIRST_SERIAL || serial > LAST_SERIAL ? String(value) : dayAfter(serial - FIRST_SERIAL);
};

const DAYS_IN_MONTH_MAX = 31;
const dayAfter = (days: number): Day => {
  let month = addMonths(toMonth('1900-03'), Math.floor(days / DAYS_IN_MONTH_MAX));
  while (daysBetween(FIRST_DAY, lastDayOf(month)) < days) month = addMonths(month, 1);
  const date = days - daysBetween(FIRST_DAY, toDay(`${month}-01`)) + 1;
  return toDay(`${month}-${String(date).padStart(2, '0')}`);
};
