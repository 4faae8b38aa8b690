import type { ProjectedEvent, Projection } from '../projection/projection.js';
import { upsertMany } from '../projection/bulk.queries.js';
import type { EmployerEvent, EmployerRegistered } from './events.js';

export type EmployerTables = {
  employer: { uscc: string; name: string; region: string; injury_rate: string };
};

/** Employers as registered. */
export const employerProjection: Projection = {
  name: 'employer',
  types: ['EmployerRegistered'] satisfies EmployerEvent['type'][],
  tables: ['employer'],
  createTables: async (db) => {
    await db.schema
      .createTable('employer')
      .ifNotExists()
      .addColumn('uscc', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('region', 'text', (column) => column.notNull())
      .addColumn('injury_rate', 'text', (column) => column.notNull())
      .execute();
  },
  project: async (events, tx) => {
    const rows = (events as readonly ProjectedEvent<'EmployerRegistered', EmployerRegistered['data']>[]).map(
      ({ data }) => ({
        uscc: data.uscc,
        name: data.name,
        region: data.region,
        injury_rate: data.injuryRate,
      }),
    );
    const columns = ['uscc', 'name', 'region', 'injury_rate'] as const;
    await upsertMany(tx, 'employer', columns, rows, {
      conflict: ['uscc'],
      set: ['name', 'region', 'injury_rate'],
    });
  },
};
