import { sql } from 'kysely';
import type { CoverageStarted, IndividualRegistered } from '../individual/events.js';
import { upsertMany, type Row } from '../projection/bulk.queries.js';
import type { ProjectedEvent, Projection, ReadDatabase } from '../projection/projection.js';
import { findIndividual } from '../projection/streams.js';

/** Who is registered. Personal fields stay sealed; `name_digest` compares a name without opening them. */
export type IdentityTable = {
  id: string;
  sealed: string;
  name_digest: string;
  kind: string;
  region: string;
  sex: string | null;
  birth_date: string | null;
  submission: string | null;
  registered_position: bigint;
  registered_at: string;
};
/** Each start of cover; in force is the one with the latest `since`, and of one day the last recorded. */
export type CoverageTable = {
  id: string;
  insurance: string;
  position: bigint;
  employer: string;
  since: string;
  state: 'paying' | 'paused' | 'ended';
};
export type IdentityTables = { identity: IdentityTable; coverage: CoverageTable };

const IDENTITY = [
  'id',
  'sealed',
  'name_digest',
  'kind',
  'region',
  'sex',
  'birth_date',
  'submission',
  'registered_position',
  'registered_at',
] as const satisfies readonly (keyof IdentityTable)[];
const COVERAGE = [
  'id',
  'insurance',
  'position',
  'employer',
  'since',
  'state',
] as const satisfies readonly (keyof CoverageTable)[];

type IdentityEvent = IndividualRegistered | CoverageStarted;

const createTables = async (db: ReadDatabase): Promise<void> => {
  await sql`create table if not exists identity (
    id text primary key, sealed text not null, name_digest text not null, kind text not null, region text not null,
    sex text, birth_date text, submission text, registered_position bigint not null, registered_at text not null)`.execute(
    db,
  );
  await sql`create table if not exists coverage (
    id text not null, insurance text not null, position bigint not null, employer text not null, since text not null,
    state text not null, primary key (id, insurance, position))`.execute(db);
};

const toIdentityRow = (
  id: string,
  { position, metadata }: ProjectedEvent,
  data: IndividualRegistered['data'],
): Row<keyof IdentityTable> => ({
  id,
  sealed: data.sealed,
  name_digest: data.nameDigest,
  kind: data.kind,
  region: data.region,
  sex: data.sex ?? null,
  birth_date: data.birthDate ?? null,
  submission: data.submission ?? null,
  registered_position: position,
  registered_at: metadata.recordedAt,
});

export const identityProjection: Projection = {
  name: 'identity',
  types: ['IndividualRegistered', 'CoverageStarted'],
  tables: ['identity', 'coverage'],
  createTables,
  project: async (events, tx) => {
    const identities: Row<keyof IdentityTable>[] = [];
    const coverages: Row<keyof CoverageTable>[] = [];
    for (const event of events) {
      const id = findIndividual(event.stream);
      if (id === undefined) continue;
      const { type, data } = event as unknown as IdentityEvent;
      switch (type) {
        case 'IndividualRegistered':
          identities.push(toIdentityRow(id, event, data));
          break;
        case 'CoverageStarted': {
          const { employer, from: since } = data;
          for (const insurance of data.insurances)
            coverages.push({ id, insurance, position: event.position, employer, since, state: 'paying' });
          break;
        }
      }
    }
    // A second registration in one stream cannot be: the key refuses it and the event is parked.
    await upsertMany(tx, 'identity', IDENTITY, identities, undefined);
    await upsertMany(tx, 'coverage', COVERAGE, coverages, undefined);
  },
};
