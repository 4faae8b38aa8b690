import { upsertMany } from '../projection/bulk.queries.js';
import type { ProjectedEvent, Projection } from '../projection/projection.js';
import type { BankStatementEvent } from './bank-statement.js';

export type BankStatementRecord = Readonly<{
  id: string;
  lines_total: bigint;
  /** Chunks of lines that are not stored yet: only who sent them can send them again. */
  chunks_missing: bigint;
  lines_matched: bigint;
  received_position: bigint;
}>;
export type BankStatementTables = { bank_statement: BankStatementRecord };

const COLUMNS = [
  'id',
  'lines_total',
  'chunks_missing',
  'lines_matched',
  'received_position',
] as const satisfies readonly (keyof BankStatementRecord)[];

const TYPES = [
  'BankStatementReceived',
  'BankStatementLinesStored',
  'BankLinesMatched',
] as const satisfies readonly BankStatementEvent['type'][];

/** How far each statement of the bank is. What its lines say stands in its stream, sealed. */
export const bankStatementProjection: Projection = {
  name: 'bank-statement',
  types: TYPES,
  tables: ['bank_statement'],
  createTables: async (db) => {
    await db.schema
      .createTable('bank_statement')
      .ifNotExists()
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('lines_total', 'bigint', (column) => column.notNull())
      .addColumn('chunks_missing', 'bigint', (column) => column.notNull())
      .addColumn('lines_matched', 'bigint', (column) => column.notNull())
      .addColumn('received_position', 'bigint', (column) => column.notNull())
      .execute();
  },
  project: async (batch, tx) => {
    const events = batch as readonly (ProjectedEvent & BankStatementEvent)[];
    const ids = [...new Set(events.map(({ data }) => data.statement))];
    const known = await tx
      .withTables<BankStatementTables>()
      .selectFrom('bank_statement')
      .selectAll()
      .where('id', 'in', ids)
      .execute();
    const records = new Map(known.map((record) => [record.id, record]));
    for (const event of events) {
      const { statement } = event.data;
      records.set(statement, applied(records.get(statement), event, event.position));
    }
    const set = COLUMNS.slice(1);
    await upsertMany(tx, 'bank_statement', COLUMNS, [...records.values()], { conflict: ['id'], set });
  },
};

const applied = (
  before: BankStatementRecord | undefined,
  event: BankStatementEvent,
  position: bigint,
): BankStatementRecord => {
  if (event.type === 'BankStatementReceived') {
    const { statement, linesTotal, chunks } = event.data;
    return {
      id: statement,
      lines_total: BigInt(linesTotal),
      chunks_missing: BigInt(chunks),
      lines_matched: 0n,
      received_position: position,
    };
  }
  if (!before) throw new Error('a statement begins by being received');
  switch (event.type) {
    case 'BankStatementLinesStored':
      return { ...before, chunks_missing: before.chunks_missing - 1n };
    case 'BankLinesMatched':
      return { ...before, lines_matched: before.lines_matched + BigInt(event.data.lines.length) };
  }
};
