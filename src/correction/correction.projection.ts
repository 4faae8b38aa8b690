import { sql } from 'kysely';
import { upsertMany } from '../projection/bulk.queries.js';
import type { ProjectedEvent, Projection, ReadDatabase, ReadTransaction } from '../projection/projection.js';
import type { CorrectionEvent } from './events.js';

/** One correction: what was asked, who asked and who decided. Free text stays in the log. */
export type CorrectionTable = {
  id: string;
  kind: 'reversal' | 'move' | 'refund';
  state: 'requested' | 'approved' | 'rejected' | 'done' | 'failed';
  /** JSON: CorrectionRequest. */
  request: string;
  requested_by: string;
  requested_at: string;
  requested_position: bigint;
  decided_by: string | null;
  decided_at: string | null;
  /** Why it could not be done. */
  code: string | null;
};
export type CorrectionTables = { correction: CorrectionTable };

const COLUMNS = [
  'id',
  'kind',
  'state',
  'request',
  'requested_by',
  'requested_at',
  'requested_position',
  'decided_by',
  'decided_at',
  'code',
] as const satisfies readonly (keyof CorrectionTable)[];

const TYPES = [
  'CorrectionRequested',
  'CorrectionApproved',
  'CorrectionRejected',
  'CorrectionDone',
  'CorrectionFailed',
] as const satisfies readonly CorrectionEvent['type'][];
type Projected = Extract<CorrectionEvent, { type: (typeof TYPES)[number] }>;

const createTables = async (db: ReadDatabase): Promise<void> => {
  await sql`create table if not exists correction (
    id text primary key, kind text not null, state text not null, request text not null, requested_by text not null,
    requested_at text not null, requested_position bigint not null, decided_by text, decided_at text, code text)`.execute(
    db,
  );
  await sql`create index if not exists correction_by_state on correction (state, requested_position)`.execute(
    db,
  );
};

const apply = (
  before: CorrectionTable | undefined,
  event: Projected,
  { metadata, position }: ProjectedEvent,
): CorrectionTable => {
  const at = metadata.recordedAt;
  if (event.type === 'CorrectionRequested') {
    const { correction, request, requestedBy } = event.data;
    return {
      id: correction,
      kind: request.kind,
      state: 'requested',
      request: JSON.stringify(request),
      requested_by: requestedBy,
      requested_at: at,
      requested_position: position,
      decided_by: null,
      decided_at: null,
      code: null,
    };
  }
  if (!before) throw new Error('a correction begins by being requested');
  switch (event.type) {
    case 'CorrectionApproved':
      return { ...before, state: 'approved', decided_by: event.data.approvedBy, decided_at: at };
    case 'CorrectionRejected':
      return { ...before, state: 'rejected', decided_by: event.data.rejectedBy, decided_at: at };
    case 'CorrectionDone':
      return { ...before, state: 'done' };
    case 'CorrectionFailed':
      return { ...before, state: 'failed', code: event.data.code };
  }
};

const findRecords = async (
  ids: readonly string[],
  tx: ReadTransaction,
): Promise<Map<string, CorrectionTable>> => {
  const rows = await tx
    .withTables<CorrectionTables>()
    .selectFrom('correction')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
};

export const correctionProjection: Projection = {
  name: 'correction',
  types: TYPES,
  tables: ['correction'],
  createTables,
  project: async (events, tx) => {
    const batch = events as readonly (ProjectedEvent & Projected)[];
    const records = await findRecords([...new Set(batch.map(({ data }) => data.correction))], tx);
    for (const event of batch) {
      const { correction } = event.data;
      records.set(correction, apply(records.get(correction), event, event));
    }
    const set = COLUMNS.slice(1);
    await upsertMany(tx, 'correction', COLUMNS, [...records.values()], { conflict: ['id'], set });
  },
};
