import ExcelJS from 'exceljs';
import { CHINESE_HEADER, columnOf, DEFAULT_HEADER, toCsvLine, type Column } from './columns.js';

export type TemplateLanguage = 'zh' | 'en';
export const SHEET_NAME: Readonly<Record<TemplateLanguage, string>> = { zh: '参保人员', en: 'Roster' };
const HEADERS: Readonly<Record<TemplateLanguage, readonly string[]>> = {
  zh: CHINESE_HEADER,
  en: DEFAULT_HEADER,
};

/** The header alone, with a byte order mark so that a spreadsheet reads it as UTF-8. */
export const templateCsv = (language: TemplateLanguage): Buffer =>
  Buffer.from(`\ufeff${toCsvLine(HEADERS[language])}\r\n`);

/** The header alone, as a workbook that leaves numbers of persons as they are typed. */
export const templateXlsx = async (language: TemplateLanguage): Promise<Buffer> => {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet(SHEET_NAME[language], { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = sheetColumns(HEADERS[language]);
  sheet.getRow(1).font = { bold: true };
  return Buffer.from(await workbook.xlsx.writeBuffer());
};

/** Characters wide; a Chinese character takes two. */
const WIDTHS: Readonly<Record<Column, number>> = {
  ssn: 24,
  name: 14,
  wage: 14,
  employment: 14,
  insurances: 24,
  change: 14,
  changeDate: 16,
  reason: 20,
  error: 60,
  aside: 12,
};
/** As text a spreadsheet keeps all eighteen digits, and a day as it is typed. */
const AS_TEXT = '@';

export const sheetColumns = (titles: readonly string[]): Partial<ExcelJS.Column>[] =>
  titles.map((title) => {
    const column = columnOf(title) ?? 'aside';
    return { header: title, width: WIDTHS[column], style: column === 'wage' ? {} : { numFmt: AS_TEXT } };
  });
