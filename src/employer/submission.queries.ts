import type { ReadDatabase } from '../projection/projection.js';
import type { AccountTables } from './account.rows.js';
import type { EmployerTables } from './employer.projection.js';
import type { Verdict } from './events.js';
import type { SubmissionTables } from './submission.projection.js';
import type { SubmissionRecord, SubmissionRowRecord } from './submission.rows.js';

type EmployerRecord = EmployerTables['employer'];

export const findEmployerRecord = async (
  db: ReadDatabase,
  uscc: string,
): Promise<EmployerRecord | undefined> =>
  db
    .withTables<EmployerTables>()
    .selectFrom('employer')
    .selectAll()
    .where('uscc', '=', uscc)
    .executeTakeFirst();

export const findSubmission = async (db: ReadDatabase, id: string): Promise<SubmissionRecord | undefined> =>
  db
    .withTables<SubmissionTables>()
    .selectFrom('submission')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();

/** Submissions that the process has not finished, oldest first. */
export const findUnfinished = async (db: ReadDatabase): Promise<readonly string[]> => {
  const records = await db
    .withTables<SubmissionTables>()
    .selectFrom('submission')
    .select('id')
    .where('unfinished', '=', 1n)
    .orderBy('received_position')
    .execute();
  return records.map(({ id }) => id);
};

/** Submissions whose bill was withdrawn and of which the file does not know it: stopped between the two. */
export const findHalfWithdrawn = async (db: ReadDatabase): Promise<readonly string[]> => {
  const records = await db
    .withTables<SubmissionTables & AccountTables>()
    .selectFrom('bill')
    .innerJoin('submission', 'submission.id', 'bill.bill')
    .select('submission.id')
    .where('bill.state', '=', 'withdrawn')
    .where('submission.state', '=', 'assessed')
    .execute();
  return records.map(({ id }) => id);
};

/** Files that declare a month, of which a row stands or may come to stand, oldest first. Withdrawn ones declare nothing. */
export const listDeclared = async (
  db: ReadDatabase,
  uscc: string,
  month: string,
): Promise<readonly string[]> => {
  const records = await db
    .withTables<SubmissionTables>()
    .selectFrom('submission')
    .select('id')
    .where('uscc', '=', uscc)
    .where('month', '=', month)
    .where('kind', 'in', ['normal', 'back'])
    .where('state', '<>', 'withdrawn')
    .where((where) => where.or([where('accepted', '>', 0n), where('unfinished', '=', 1n)]))
    .orderBy('received_position')
    .execute();
  return records.map(({ id }) => id);
};

type RowsWanted = Readonly<{ verdict?: Verdict; afterLine: number; limit: number }>;
/** Verdicts in the order of the file, after a line. */
export const findRows = async (
  db: ReadDatabase,
  submission: string,
  { verdict, afterLine, limit }: RowsWanted,
): Promise<readonly SubmissionRowRecord[]> => {
  const rows = db
    .withTables<SubmissionTables>()
    .selectFrom('submission_row')
    .selectAll()
    .where('submission', '=', submission)
    .where('line', '>', BigInt(afterLine));
  return (verdict ? rows.where('verdict', '=', verdict) : rows).orderBy('line').limit(limit).execute();
};

/** Rejected rows between two lines, both included. */
export const findRejected = async (
  db: ReadDatabase,
  submission: string,
  fromLine: number,
  toLine: number,
): Promise<readonly SubmissionRowRecord[]> =>
  db
    .withTables<SubmissionTables>()
    .selectFrom('submission_row')
    .selectAll()
    .where('submission', '=', submission)
    .where('verdict', '=', 'rejected')
    .where('line', '>=', BigInt(fromLine))
    .where('line', '<=', BigInt(toLine))
    .orderBy('line')
    .execute();
