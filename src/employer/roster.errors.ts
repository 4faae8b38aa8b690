import iconv from 'iconv-lite';
import { columnOf, errorTitle, escapeFormula, isChineseHeader, toCsvLine } from './columns.js';
import type { RowProblem } from './events.js';
import type { RosterFile } from './roster.file.js';
import type { RosterRow } from './roster.js';
import { textOf } from './row.texts.js';

export type RejectedRow = Readonly<{ row: RosterRow; problems: readonly RowProblem[] }>;

/**
 * Rejected rows as the template they came in, with an error column: header, order, language and encoding as sent, a
 * byte order mark before UTF-8 so that a spreadsheet reads it. Mended, it may be sent as it is.
 */
export const toErrorsCsv = async function* (
  format: RosterFile['format'],
  pages: AsyncIterable<readonly RejectedRow[]>,
): AsyncGenerator<Buffer> {
  const titles = format.header.filter((title) => columnOf(title) !== 'error');
  const encode = (text: string, isFirst = false): Buffer =>
    iconv.encode(text, format.encoding, { addBOM: isFirst && format.encoding === 'utf-8' });
  yield encode(`${toCsvLine([...titles, errorTitle(titles)])}\r\n`, true);
  const isChinese = isChineseHeader(titles);
  for await (const page of pages) {
    const lines = page.map(
      ({ row, problems }) => `${toCsvLine([...cellsOf(titles, row), messageOf(problems, isChinese)])}\r\n`,
    );
    if (lines.length > 0) yield encode(lines.join(''));
  }
};

const PLACES = { ssn: 1, name: 2, wage: 3, employment: 4, insurances: 5 } as const;

const cellsOf = (titles: readonly string[], row: RosterRow): readonly string[] =>
  titles.map((title) => {
    const column = columnOf(title);
    return column === undefined || column === 'error' ? '' : escapeFormula(row[PLACES[column]]);
  });

const messageOf = (problems: readonly RowProblem[], isChinese: boolean): string =>
  problems.map((problem) => textOf(problem)[isChinese ? 'zh' : 'en']).join(isChinese ? '；' : '; ');
