import assert from 'node:assert';
import { updateMany, upsertMany } from '../projection/bulk.queries.js';
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
  'SubmissionWithdrawn',
  'SubmissionClosed',
  'RowMoved',
] as const satisfies readonly SubmissionEvent['type'][];

const TEXTS: readonly string[] = [
  'uscc',
  'region',
  'month',
  'kind',
  'file_sha256',
  'due_on',
  'state',
  'withdrawal_reason',
  'by_insurance',
] satisfies readonly (keyof SubmissionRecord)[];

const createTables = async (db: ReadDatabase): Promise<void> => {
  let submission = db.schema
    .createTable('submission')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey());
  for (const name of SUBMISSION_COLUMNS.slice(1)) {
    submission = submission.addColumn(name, TEXTS.includes(name) ? 'text' : 'bigint', (column) =>
      name === 'withdrawal_reason' ? column : column.notNull(),
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
  await db.schema
    .createIndex('submission_by_employer')
    .ifNotExists()
    .on('submission')
    .columns(['uscc', 'month', 'received_position'])
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

/** Verdicts of a batch, and lines of before that went to another person. */
class RowFold {
  private readonly judged = new Map<string, SubmissionRowRecord>();
  private readonly moved = new Map<string, Pick<SubmissionRowRecord, 'submission' | 'line' | 'individual'>>();

  take(event: SubmissionEvent): void {
    const { submission } = event.data;
    if (event.type === 'SubmissionRowsJudged')
      for (const row of event.data.rows)
        this.judged.set(`${submission} ${row.line}`, toRowRecord(submission, row));
    if (event.type === 'RowMoved') this.move(submission, event.data.line, event.data.to);
  }

  private move(submission: string, line: number, individual: string): void {
    const key = `${submission} ${line}`;
    const row = this.judged.get(key);
    if (row) this.judged.set(key, { ...row, individual });
    else this.moved.set(key, { submission, line: BigInt(line), individual });
  }

  async write(tx: ReadTransaction): Promise<void> {
    await upsertMany(tx, 'submission_row', ROW_COLUMNS, [...this.judged.values()], {
      conflict: ['submission', 'line'],
      set: ROW_COLUMNS.slice(2),
    });
    const key = ['submission', 'line'] as const;
    const moved = [...this.moved.values()];
    const found = await updateMany(tx, 'submission_row', key, ['individual'], moved);
    assert(found === moved.length, 'a line that is moved was judged');
  }
}

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
    const rows = new RowFold();
    for (const event of events) {
      const { submission } = event.data;
      records.set(submission, applyToRecord(records.get(submission), event, event.position));
      rows.take(event);
    }
    const set = SUBMISSION_COLUMNS.slice(1);
    await upsertMany(tx, 'submission', SUBMISSION_COLUMNS, [...records.values()], { conflict: ['id'], set });
    await rows.write(tx);
  },
};
