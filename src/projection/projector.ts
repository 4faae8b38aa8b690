import { CompiledQuery } from 'kysely';
import { metadataOf } from '../event-store/chain.js';
import type { EventStore, StoredEvent } from '../event-store/event-store.js';
import * as checkpoints from './checkpoint.queries.js';
import type { Checkpoint, Parked } from './checkpoint.queries.js';
import type { Generation } from './generations.js';
import type { ProjectedEvent, Projection, ReadTransaction } from './projection.js';

/** Why an event was parked behind another of its stream. */
export const BEHIND_PARKED = 'behind-parked';

/**
 * Events parsed and folded at a time within a transaction. What a fold holds for long outlives the young generation and
 * is copied by the garbage collector: pieces of 100 and 250 were faster than a whole batch of 1,000.
 */
const PARSED_MAX = 200;

/** The rows of this generation were made by other projections than those that are asked for now. */
export class ProjectionsDiffer extends Error {
  constructor() {
    super('The read models were made by other projections than this version has. Run `shebao rebuild`.');
  }
}

/** What became of the parked events that were tried again. */
export type Replay = Readonly<{ replayed: number; parked: number }>;

/**
 * Writes events into one generation: the rows of all projections and the checkpoint are one transaction a batch.
 * A batch that fails is tried again event by event: what a projection cannot take is parked with the reason, and with
 * it every later event of that stream for that projection; its neighbours go on.
 */
export class Projector {
  private readonly wanting: ReadonlyMap<string, readonly Projection[]>;
  private parked: readonly Parked[] = [];
  private held: ReadonlySet<string> = new Set();

  private constructor(
    readonly generation: Generation,
    readonly projections: readonly Projection[],
    private at: Checkpoint | undefined,
  ) {
    const types = new Set(projections.flatMap((projection) => projection.types));
    this.wanting = new Map(
      [...types].map((type) => [type, projections.filter((projection) => projection.types.includes(type))]),
    );
  }

  /** Makes the tables that are missing. Fails with ProjectionsDiffer when the rows were made by other projections. */
  static async open(generation: Generation, projections: readonly Projection[]): Promise<Projector> {
    const { writer } = generation;
    await checkpoints.createCheckpointTables(writer);
    const checkpoint = await checkpoints.findCheckpoint(writer);
    const shape = checkpoints.shapeOf(projections);
    const stored = await checkpoints.readShape(writer);
    if (checkpoint && !isSameShape(stored, shape)) throw new ProjectionsDiffer();
    if (!checkpoint) await checkpoints.recreateCheckpoint(writer);
    for (const projection of projections) await projection.createTables(writer);
    await checkpoints.saveShape(writer, shape);
    const projector = new Projector(generation, projections, checkpoint);
    await projector.loadParked();
    return projector;
  }

  get checkpoint(): Checkpoint | undefined {
    return this.at;
  }

  parkedCount(): number {
    return this.parked.length;
  }

  /** Events that are included already are passed over, so a batch may be given twice. */
  async apply(stored: readonly StoredEvent[]): Promise<void> {
    const { at } = this;
    const events = at ? stored.filter(({ position }) => position > at.position) : stored;
    const last = events.at(-1);
    if (!last) return;
    const { position, id: eventId, stream, revision } = last;
    const checkpoint = { position, recordedAt: metadataOf(last).recordedAt, eventId, stream, revision };
    try {
      const behind = await this.inTransaction(checkpoint, (tx) => this.applyWhole(events, tx));
      this.parked = [...this.parked, ...behind];
    } catch (error) {
      if (isOutage(error)) throw error;
      await this.inTransaction(checkpoint, (tx) => this.applyOneByOne(events, tx));
      await this.loadParked();
    }
    this.at = checkpoint;
  }

  /** Tries the parked events again, each stream in order, until one of it fails again. */
  async replayParked(store: Pick<EventStore, 'read'>): Promise<Replay> {
    const before = this.parked.length;
    for (const projection of this.projections) {
      const mine = this.parked.filter((parked) => parked.projection === projection.name);
      for (const stream of new Set(mine.map((parked) => parked.stream))) {
        const events = new Map((await store.read(stream)).map((event) => [event.position, event]));
        const waiting = mine.filter((parked) => parked.stream === stream);
        await this.generation.writer
          .transaction()
          .execute((tx) => replayStream(projection, waiting, events, tx));
      }
    }
    await this.loadParked();
    return { replayed: before - this.parked.length, parked: this.parked.length };
  }

  private inTransaction<T>(checkpoint: Checkpoint, write: (tx: ReadTransaction) => Promise<T>): Promise<T> {
    return this.generation.writer.transaction().execute(async (tx) => {
      const written = await write(tx);
      await checkpoints.saveCheckpoint(tx, checkpoint);
      return written;
    });
  }

  /** Gives the events that had to wait behind one that was parked earlier. */
  private async applyWhole(events: readonly StoredEvent[], tx: ReadTransaction): Promise<readonly Parked[]> {
    const behind: Parked[] = [];
    for (let from = 0; from < events.length; from += PARSED_MAX) {
      const batches = this.parse(events.slice(from, from + PARSED_MAX), behind);
      for (const [projection, batch] of batches) if (batch.length > 0) await projection.project(batch, tx);
    }
    for (const parked of behind) await checkpoints.park(tx, parked);
    return behind;
  }

  /** Each event parsed once, for every projection that wants it. */
  private parse(
    events: readonly StoredEvent[],
    behind: Parked[],
  ): ReadonlyMap<Projection, readonly ProjectedEvent[]> {
    const batches = new Map<Projection, ProjectedEvent[]>(
      this.projections.map((projection) => [projection, []]),
    );
    for (const event of events) {
      const projections = this.wanting.get(event.type);
      if (!projections) continue;
      const parsed = toProjected(event);
      for (const projection of projections) {
        if (this.held.has(keyOf(projection.name, event.stream)))
          behind.push(parkedOf(projection, event, BEHIND_PARKED));
        else batches.get(projection)?.push(parsed);
      }
    }
    return batches;
  }

  private async applyOneByOne(events: readonly StoredEvent[], tx: ReadTransaction): Promise<void> {
    const held = new Set(this.held);
    for (const event of events) {
      for (const projection of this.wanting.get(event.type) ?? []) {
        const key = keyOf(projection.name, event.stream);
        const reason = held.has(key) ? BEHIND_PARKED : await tryEvent(projection, event, tx);
        if (reason === undefined) continue;
        held.add(key);
        await checkpoints.park(tx, parkedOf(projection, event, reason));
      }
    }
  }

  private async loadParked(): Promise<void> {
    this.parked = await checkpoints.listParked(this.generation.writer);
    this.held = new Set(this.parked.map(({ projection, stream }) => keyOf(projection, stream)));
  }
}

const keyOf = (projection: string, stream: string): string => `${projection}\n${stream}`;
const parkedOf = ({ name }: Projection, { stream, position }: StoredEvent, reason: string): Parked => ({
  projection: name,
  stream,
  position,
  reason,
});

const isSameShape = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([name, shape]) => b.get(name) === shape);

export const toProjected = (event: StoredEvent): ProjectedEvent => ({
  position: event.position,
  stream: event.stream,
  revision: event.revision,
  id: event.id,
  type: event.type,
  data: JSON.parse(event.data) as unknown,
  metadata: metadataOf(event),
});

const SAVEPOINT = 'one_event';
const run = (tx: ReadTransaction, text: string): Promise<unknown> => tx.executeQuery(CompiledQuery.raw(text));

/** Projects one event; the reason when it cannot be taken, and then it has left no trace. */
const tryEvent = async (
  projection: Projection,
  event: StoredEvent,
  tx: ReadTransaction,
): Promise<string | undefined> => {
  await run(tx, `savepoint ${SAVEPOINT}`);
  try {
    await projection.project([toProjected(event)], tx);
    await run(tx, `release savepoint ${SAVEPOINT}`);
    return undefined;
  } catch (error) {
    if (isOutage(error)) throw error;
    await run(tx, `rollback to savepoint ${SAVEPOINT}`);
    await run(tx, `release savepoint ${SAVEPOINT}`);
    return reasonOf(error);
  }
};

const replayStream = async (
  projection: Projection,
  waiting: readonly Parked[],
  events: ReadonlyMap<bigint, StoredEvent>,
  tx: ReadTransaction,
): Promise<void> => {
  for (const parked of waiting) {
    const event = events.get(parked.position);
    const reason = event ? await tryEvent(projection, event, tx) : 'event-missing';
    if (reason !== undefined) {
      await checkpoints.park(tx, { ...parked, reason });
      return;
    }
    await checkpoints.unpark(tx, parked);
  }
};

/** The database, not the event, is at fault: nothing is parked, the same batch is tried again later. */
const OUTAGES =
  /^(?:SQLITE_(?:BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM|PROTOCOL)|08|53|57)/;
export const isOutage = (error: unknown): boolean => OUTAGES.test(codeOf(error)) || isClosed(error);
const isClosed = (error: unknown): boolean =>
  error instanceof Error &&
  /database connection is not open|driver has already been destroyed/.test(error.message);

const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};

/** A code for the operator. The message is left out: it may repeat what the event holds. */
const reasonOf = (error: unknown): string => {
  if (error instanceof SyntaxError) return 'event-unreadable';
  return codeOf(error) || (error instanceof Error ? error.name : 'unknown');
};
