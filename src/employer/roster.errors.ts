import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { PassThrough, type Readable } from 'node:stream';
import {
  columnOf,
  errorTitle,
  escapeFormula,
  FIELDS,
  fieldOf,
  isChineseHeader,
  toCsvLine,
} from './columns.js';
import type { RowProblem } from './events.js';
import type { RosterFile } from './roster.file.js';
import type { RosterRow } from './roster.js';
import { sheetColumns, SHEET_NAME } from './roster.template.js';
import { textOf } from './row.texts.js';

export type RejectedRow = Readonly<{ row: RosterRow; problems: readonly RowProblem[] }>;
type Format = RosterFile['format'];
type Pages = AsyncIterable<readonly RejectedRow[]>;

/**
 * Rejected rows as the template they came in, with an error column: header, order, language, delimiter and encoding as
 * sent, a byte order mark before UTF-8 so that a spreadsheet reads it. Mended, it may be sent as it is.
 */
export const toErrorsCsv = async function* (format: Format, pages: Pages): AsyncGenerator<Buffer> {
  const { encoding, delimiter = ',' } = format;
  const titles = titlesOf(format);
  const encode = (text: string, isFirst = false): Buffer =>
    iconv.encode(text, encoding, { addBOM: isFirst && encoding === 'utf-8' });
  yield encode(`${toCsvLine([...titles, errorTitle(titles)], delimiter)}\r\n`, true);
  for await (const page of pages) {
    const lines = page.map(
      (rejected) => `${toCsvLine(cellsOf(titles, rejected).map(escapeFormula), delimiter)}\r\n`,
    );
    if (lines.length > 0) yield encode(lines.join(''));
  }
};

/** The same as a workbook. Numbers of persons are text, so that a spreadsheet leaves them as they are. */
export const toErrorsXlsx = (format: Format, pages: Pages): Readable => {
  const out = new PassThrough();
  const titles = titlesOf(format);
  const write = async (): Promise<void> => {
    const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useStyles: true });
    const sheet = workbook.addWorksheet(SHEET_NAME[isChineseHeader(titles) ? 'zh' : 'en'], {
      views: [{ state: 'frozen', ySplit: 1 }],
    });
    sheet.columns = sheetColumns([...titles, errorTitle(titles)]);
    for await (const page of pages)
      for (const rejected of page) sheet.addRow(cellsOf(titles, rejected)).commit();
    sheet.commit();
    await workbook.commit();
  };
  write().catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error('not written')));
  return out;
};

const titlesOf = ({ header }: Format): readonly string[] =>
  header.filter((title) => columnOf(title) !== 'error');

const cellsOf = (titles: readonly string[], { row, problems }: RejectedRow): readonly string[] => [
  ...titles.map((title) => {
    const field = fieldOf(title);
    return field ? String(row[FIELDS.indexOf(field) + 1] ?? '') : '';
  }),
  messageOf(problems, isChineseHeader(titles)),
];

const messageOf = (problems: readonly RowProblem[], isChinese: boolean): string =>
  problems.map((problem) => textOf(problem)[isChinese ? 'zh' : 'en']).join(isChinese ? '；' : '; ');
