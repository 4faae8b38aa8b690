import { sql } from 'kysely';
import assert from 'node:assert';
import { fromYuan } from '../kernel/money.js';
import { updateMany, upsertMany } from '../projection/bulk.queries.js';
import type { ProjectedEvent, Projection } from '../projection/projection.js';
import type { EstimateSettled, MonthEstimated } from './events.js';

/** A month that was not declared, as it was assessed; `settled_by` is the submission that declared it. Amounts are fen. */
export type EstimateRecord = Readonly<{
  uscc: string;
  month: string;
  persons: bigint;
  /** Percent text. */
  factor: string;
  employer_fen: bigint;
  employee_fen: bigint;
  value_on: string;
  settled_by: string | null;
}>;
export type EstimateTables = { employer_estimate: EstimateRecord };

const COLUMNS = [
  'uscc',
  'month',
  'persons',
  'factor',
  'employer_fen',
  'employee_fen',
  'value_on',
  'settled_by',
] as const satisfies readonly (keyof EstimateRecord)[];

const keyOf = ({ uscc, month }: Readonly<{ uscc: string; month: string }>): string => `${uscc} ${month}`;

const toRecord = (data: MonthEstimated['data']): EstimateRecord => ({
  uscc: data.uscc,
  month: data.month,
  persons: BigInt(data.persons),
  factor: data.factor,
  employer_fen: fromYuan(data.amounts.employer),
  employee_fen: fromYuan(data.amounts.employee),
  value_on: data.valueOn,
  settled_by: null,
});

/** Months that were not declared in time. */
export const estimateProjection: Projection = {
  name: 'estimate',
  types: ['MonthEstimated', 'EstimateSettled'],
  tables: ['employer_estimate'],
  createTables: async (db) => {
    await sql`create table if not exists employer_estimate (
      uscc text not null, month text not null, persons bigint not null, factor text not null,
      employer_fen bigint not null, employee_fen bigint not null, value_on text not null, settled_by text,
      primary key (uscc, month))`.execute(db);
  },
  project: async (batch, tx) => {
    const estimated = new Map<string, EstimateRecord>();
    const settled = new Map<string, Pick<EstimateRecord, 'uscc' | 'month' | 'settled_by'>>();
    for (const event of batch as readonly (ProjectedEvent & (MonthEstimated | EstimateSettled))[]) {
      const { uscc, month } = event.data;
      const key = keyOf(event.data);
      if (event.type === 'MonthEstimated') estimated.set(key, toRecord(event.data));
      else settled.set(key, { uscc, month, settled_by: event.data.submission });
    }
    await upsertMany(tx, 'employer_estimate', COLUMNS, [...estimated.values()], undefined);
    const key = ['uscc', 'month'] as const;
    const found = await updateMany(tx, 'employer_estimate', key, ['settled_by'], [...settled.values()]);
    assert(found === settled.size, 'what is settled was estimated');
  },
};
