import { sql } from 'kysely';
import assert from 'node:assert';
import type { CoverageStarted, CoverageStopped, IndividualRegistered } from '../individual/events.js';
import { updateMany, upsertMany, type Row } from '../projection/bulk.queries.js';
import type { ProjectedEvent, Projection, ReadDatabase, ReadTransaction } from '../projection/projection.js';
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
/**
 * Each start of cover (参保) and the last day of it, if that is known. The state is as recorded; whether `until` has passed
 * is for whoever asks to say. Nothing pauses a cover (暂停) yet.
 */
export type CoverageTable = {
  id: string;
  insurance: string;
  position: bigint;
  employer: string;
  since: string;
  until: string | null;
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
  'until',
  'state',
] as const satisfies readonly (keyof CoverageTable)[];

type End = Pick<CoverageTable, 'id' | 'insurance' | 'employer' | 'until' | 'state' | 'position'>;
/** Of what began before the event, the last to begin by its day: that cover ends then, unless it was to end sooner. */
const IN_FORCE = {
  compared: ['position'],
  where: `coverage.position < changed.position and coverage.since <= changed.until
    and (coverage.until is null or coverage.until > changed.until)
    and not exists (select 1 from coverage as later
      where later.id = coverage.id and later.insurance = coverage.insurance
      and later.position < changed.position and later.since <= changed.until
      and (later.since, later.position) > (coverage.since, coverage.position))`,
} as const;

type IdentityEvent = IndividualRegistered | CoverageStarted | CoverageStopped;

const createTables = async (db: ReadDatabase): Promise<void> => {
  await sql`create table if not exists identity (
    id text primary key, sealed text not null, name_digest text not null, kind text not null, region text not null,
    sex text, birth_date text, submission text, registered_position bigint not null, registered_at text not null)`.execute(
    db,
  );
  await sql`create table if not exists coverage (
    id text not null, insurance text not null, position bigint not null, employer text not null, since text not null,
    until text, state text not null, primary key (id, insurance, position))`.execute(db);
  await sql`create index if not exists coverage_by_since on coverage (employer, since)`.execute(db);
  await sql`create index if not exists coverage_by_until on coverage (employer, until)`.execute(db);
  // Who joined is asked person by person whether they were covered before.
  await sql`create index if not exists coverage_by_person on coverage (id, employer, since)`.execute(db);
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

/** A batch folded: who was registered, what began, what ended. */
class Fold {
  private readonly identities: Row<keyof IdentityTable>[] = [];
  private readonly starts: Row<keyof CoverageTable>[] = [];
  private readonly ends = new Map<string, End>();

  register(id: string, event: ProjectedEvent, data: IndividualRegistered['data']): void {
    this.identities.push(toIdentityRow(id, event, data));
  }

  start(id: string, position: bigint, { employer, insurances, from }: CoverageStarted['data']): void {
    for (const insurance of insurances)
      this.starts.push({ id, insurance, position, employer, since: from, until: null, state: 'paying' });
  }

  /** One statement ends a cover once: a second end of the same one in a batch must come after what is folded is written. */
  mustWait(id: string, { employer, insurances }: CoverageStopped['data']): boolean {
    return insurances.some((insurance) => this.ends.has(coverOf(id, insurance, employer)));
  }

  stop(id: string, position: bigint, { employer, insurances, until }: CoverageStopped['data']): void {
    const ended = { employer, until, state: 'ended', position } as const;
    for (const insurance of insurances)
      this.ends.set(coverOf(id, insurance, employer), { id, insurance, ...ended });
  }

  async write(tx: ReadTransaction): Promise<void> {
    // A second registration in one stream cannot be: the key refuses it and the event is parked.
    await upsertMany(tx, 'identity', IDENTITY, this.identities, undefined);
    await upsertMany(tx, 'coverage', COVERAGE, this.starts, undefined);
    const key = ['id', 'insurance', 'employer'] as const;
    const ends = [...this.ends.values()];
    const ended = await updateMany<keyof End>(tx, 'coverage', key, ['until', 'state'], ends, IN_FORCE);
    assert(ended === ends.length, 'a cover that ends had begun');
  }
}
const coverOf = (id: string, insurance: string, employer: string): string => `${id} ${insurance} ${employer}`;

export const identityProjection: Projection = {
  name: 'identity',
  types: ['IndividualRegistered', 'CoverageStarted', 'CoverageStopped'],
  tables: ['identity', 'coverage'],
  createTables,
  project: async (events, tx) => {
    let fold = new Fold();
    for (const event of events) {
      const id = findIndividual(event.stream);
      if (id === undefined) continue;
      const { type, data } = event as unknown as IdentityEvent;
      switch (type) {
        case 'IndividualRegistered':
          fold.register(id, event, data);
          break;
        case 'CoverageStarted':
          fold.start(id, event.position, data);
          break;
        case 'CoverageStopped':
          if (fold.mustWait(id, data)) {
            await fold.write(tx);
            fold = new Fold();
          }
          fold.stop(id, event.position, data);
          break;
      }
    }
    await fold.write(tx);
  },
};
