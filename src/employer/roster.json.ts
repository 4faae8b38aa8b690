import { createHash } from 'node:crypto';
import { toCanonical } from '../event-store/canonical.js';
import { err, ok, type Result } from '../kernel/result.js';
import { DEFAULT_HEADER, FIELDS } from './columns.js';
import type { RowField } from './events.js';
import { faultOfFile, ROWS_MAX, toRosterRow, type FileFault, type RosterFile } from './roster.file.js';
import type { RosterRow } from './roster.js';

/** A body that is not of the shape asked for: every bad field by its path. */
export type BodyFault = Readonly<{
  type: 'body';
  problems: readonly Readonly<{ field: string; code: string }>[];
}>;
export type JsonRoster = Readonly<{ month?: unknown; file: RosterFile }>;

const isField = (name: string): name is RowField => (FIELDS as readonly string[]).includes(name);
/** After so many the rest is not listed: the body is of another kind. */
const PROBLEMS_MAX = 1_000;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads `{month?, rows: [{ssn, name, wage, employment?, insurances?, change?, changeDate?, reason?}]}`; `insurances` is a list
 * or text. A row's line is its place, counted from 1, and `fileSha256` is that of the rows in canonical JSON. A missing cell,
 * and one that is too long, is judged with its row.
 */
export const readRosterJson = (body: unknown): Result<JsonRoster, BodyFault | FileFault> => {
  if (!isObject(body)) return err({ type: 'body', problems: [{ field: 'body', code: 'not-an-object' }] });
  const strange = Object.keys(body).some((name) => name !== 'month' && name !== 'rows');
  const problems = strange ? [{ field: '(unknown)', code: 'unknown-field' }] : [];
  const { rows: given, month } = body;
  if (!Array.isArray(given)) {
    const code = given === undefined ? 'required' : 'not-a-list';
    return err({ type: 'body', problems: [...problems, { field: 'rows', code }] });
  }
  if (given.length > ROWS_MAX) return err(faultOfFile('too-many-rows'));
  for (const [index, row] of given.entries()) {
    problems.push(...rowProblems(row, index));
    if (problems.length >= PROBLEMS_MAX) break;
  }
  if (problems.length > 0) return err({ type: 'body', problems });
  if (given.length === 0) return err(faultOfFile('file-without-rows'));
  const rows = given.map(toRow);
  const fileSha256 = createHash('sha256').update(toCanonical(rows)).digest('hex');
  const format = { kind: 'json', encoding: 'utf-8', header: DEFAULT_HEADER } as const;
  return ok({ month, file: { fileSha256, format, rows } });
};

const rowProblems = (row: unknown, index: number): readonly Readonly<{ field: string; code: string }>[] => {
  const path = `rows[${index}]`;
  if (!isObject(row)) return [{ field: path, code: 'not-an-object' }];
  return Object.entries(row).flatMap(([name, value]) => {
    if (!isField(name)) return [{ field: `${path}.(unknown)`, code: 'unknown-field' }];
    const code = cellProblem(name, value);
    return code ? [{ field: `${path}.${name}`, code }] : [];
  });
};

const cellProblem = (name: RowField, value: unknown): string | undefined => {
  if (value === null || value === undefined) return undefined;
  if (name === 'insurances' && Array.isArray(value))
    return value.every((word) => typeof word === 'string') ? undefined : 'not-text';
  if (typeof value === 'string') return undefined;
  return name === 'wage' ? 'money-not-text' : 'not-text';
};

const toRow = (
  row: Readonly<Record<RowField, string | readonly string[] | null | undefined>>,
  index: number,
): RosterRow =>
  toRosterRow(index + 1, (field) => {
    const value = row[field] ?? '';
    return typeof value === 'string' ? value : value.join(';');
  });
