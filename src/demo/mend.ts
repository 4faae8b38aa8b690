import assert from 'node:assert';
import { parse } from 'csv-parse/sync';
import { columnOf } from './roster.js';

/** Cells as they should be, by line of the file (its header is line 1). */
export type Corrections = ReadonlyMap<number, Readonly<Record<string, string>>>;

export const readCorrections = (csv: string): Corrections => {
  const rows = parse<Record<string, string>>(csv, { columns: true });
  return new Map(rows.map((row) => [Number(row['line']), row]));
};

/**
 * What a clerk does with errors.csv: puts each row right and takes off the column that says what was wrong. `lines`
 * are the places of its rows in the file, in the same order. Gives the lines as they go back into the file.
 */
export const mendRows = (
  errorsCsv: string,
  lines: readonly number[],
  corrections: Corrections,
): ReadonlyMap<number, string> => {
  const [titles = [], ...rows] = parse(errorsCsv, { bom: true });
  assert(rows.length === lines.length, `errors.csv has ${rows.length} rows, ${lines.length} were rejected`);
  const columns = titles.map(columnOf).filter((column) => column !== undefined);
  assert(
    columns.length === titles.length - 1,
    'errors.csv has the columns of the file and one that names the error',
  );
  return new Map(
    lines.map((line) => {
      const right = corrections.get(line);
      assert(right, `line ${line} was rejected, and nobody has a correction for it`);
      return [line, columns.map((column) => right[column] ?? '').join(',')];
    }),
  );
};

/** The file with some lines replaced, everything else as it was. */
export const replaceLines = (file: string, mended: ReadonlyMap<number, string>): string =>
  file
    .split('\n')
    .map((text, i) => mended.get(i + 1) ?? text)
    .join('\n');
