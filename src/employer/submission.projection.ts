import { upsertMany } from '../projection/bulk.queries.js';
import type { ProjectedEvent, Projection, ReadDatabase, ReadTransaction } from '../projection/projection.js';
import type { SubmissionEvent } from './events.js';
import {
  applyToRecord,
  ROW_COLUMNS,
  SUBMISSION_COLUMNS,
  toRowRecord,
  type SubmissionRecord,
  type SubmissionRowRecord,
} from './submission.rows.js';

export type SubmissionTables = { submission: SubmissionRecord; submission_row: SubmissionRowRecord };

const TYPES = [
  'SubmissionReceived',
  'SubmissionRowsStored',
  'SubmissionRowsJudged',
  'SubmissionAssessed',
  'PaymentReceived',
  'SubmissionPaid',
] as const satisfies readonly SubmissionEvent['type'][];

const TEXTS: readonly string[] = [
  'uscc',
  'region',
  'month',
  'file_sha256',
  'due_on',
  'state',
  'by_insurance',
] satisfies readonly (keyof SubmissionRecord)[];

const createTables = async (db: ReadDatabase): Promise<void> => {
  let submission = db.schema
    .createTable('submission')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey());
  for (const name of SUBMISSION_COLUMNS.slice(1)) {
    const type = TEXTS.includes(name) || name === 'paid_on' ? 'text' : 'bigint';
    submission = submission.addColumn(name, type, (column) =>
      name === 'paid_on' ? column : column.notNull(),
    );
  }
  await submission.execute();
  await db.schema
    .createTable('submission_row')
    .ifNotExists()
    .addColumn('submission', 'text', (column) => column.notNull())
    .addColumn('line', 'bigint', (column) => column.notNull())
    .addColumn('verdict', 'text', (column) => column.notNull())
    .addColumn('problems', 'text', (column) => column.notNull())
    .addColumn('registered', 'bigint', (column) => column.notNull())
    .addColumn('individual', 'text')
    .addColumn('employer_fen', 'bigint')
    .addColumn('employee_fen', 'bigint')
    .addColumn('total_fen', 'bigint')
    .addPrimaryKeyConstraint('submission_row_key', ['submission', 'line'])
    .execute();
  await db.schema
    .createIndex('submission_row_by_verdict')
    .ifNotExists()
    .on('submission_row')
    .columns(['submission', 'verdict', 'line'])
    .execute();
  await db.schema
    .createIndex('submission_unfinished')
    .ifNotExists()
    .on('submission')
    .columns(['unfinished', 'received_position'])
    .execute();
};

const findRecords = async (
  ids: readonly string[],
  tx: ReadTransaction,
): Promise<Map<string, SubmissionRecord>> => {
  const records = await tx
    .withTables<SubmissionTables>()
    .selectFrom('submission')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
  return new Map(records.map((record) => [record.id, record]));
};

/** Submissions with their counts and sums, and the verdict on every row. No cell of a row comes here. */
export const submissionProjection: Projection = {
  name: 'submission',
  types: TYPES,
  tables: ['submission', 'submission_row'],
  createTables,
  project: async (batch, tx) => {
    const events = batch as readonly (ProjectedEvent & SubmissionEvent)[];
    const ids = [...new Set(events.map(({ data }) => data.submission))];
    const records = await findRecords(ids, tx);
    const rows: SubmissionRowRecord[] = [];
    for (const event of events) {
      const { submission } = event.data;
      records.set(submission, applyToRecord(records.get(submission), event, event.position));
      if (event.type === 'SubmissionRowsJudged')
        for (const row of event.data.rows) rows.push(toRowRecord(submission, row));
    }
    const set = SUBMISSION_COLUMNS.slice(1);
    await upsertMany(tx, 'submission', SUBMISSION_COLUMNS, [...records.values()], { conflict: ['id'], set });
    const changed = ROW_COLUMNS.slice(2);
    await upsertMany(tx, 'submission_row', ROW_COLUMNS, rows, {
      conflict: ['submission', 'line'],
      set: changed,
    });
  },
};
