import type { EventStore, StoredEvent } from '../event-store/event-store.js';
import type { Standing } from './applier.js';
import type { Generations } from './generations.js';
import { isMadeFrom } from './continuity.js';
import { BATCH_EVENTS_MAX, type ProjectionRunner } from './projection.runner.js';
import type { Projection } from './projection.js';
import { Projector, ProjectionsDiffer } from './projector.js';
import { compareRows, type Difference } from './rows.queries.js';

export type RebuildProgress = Readonly<{ events: number; total: number }>;
export type RebuildOptions = Readonly<{
  /** Compare with the live rows at the position where those stand, before the switch. */
  compare?: boolean;
  onProgress?: (progress: RebuildProgress) => void;
  /** The runner of this process, when it goes on projecting meanwhile. Without it nobody else may project. */
  runner?: ProjectionRunner;
}>;
/** `compared` is false when the live rows are of other projections or of a log that is no longer there. */
export type Rebuilt = Readonly<{
  generation: string;
  events: number;
  parked: number;
  compared: boolean;
  differences: readonly Difference[];
}>;

/**
 * Makes the read models anew from the log: fills a second generation beside the live one, catches up, compares row for
 * row when asked, and switches. The new rows go live also when the old ones differ, since they are what the log says;
 * `differences` tells. When it fails, the live generation stays as it was.
 */
export const rebuild = async (
  store: EventStore,
  generations: Generations,
  projections: readonly Projection[],
  { compare = false, onProgress, runner }: RebuildOptions = {},
): Promise<Rebuilt> => {
  const next = await generations.begin();
  try {
    const projector = await Projector.open(next, projections);
    const filling = new Filling(store, projector, onProgress);
    const live: Standing | undefined = runner
      ? runner.live()
      : await findComparable(store, generations, projections);
    await filling.upTo(live ? live.checkpoint?.position : await store.head());
    const finish = async (): Promise<Rebuilt> => {
      if (live) await filling.upTo(live.checkpoint?.position);
      const compared = compare && live !== undefined;
      const differences = compared ? await compareGenerations(live, projector) : [];
      if (!runner) await filling.upTo(await store.head());
      await generations.switchTo(next);
      await runner?.adopt(projector);
      const { events } = filling;
      return { generation: next.name, events, parked: projector.parkedCount(), compared, differences };
    };
    return await (runner ? runner.exclusive(finish) : finish());
  } catch (error) {
    await generations.abandon(next);
    throw error;
  }
};

const compareGenerations = (
  live: Standing,
  { projections, generation }: Projector,
): Promise<readonly Difference[]> =>
  compareRows(
    live.generation.reader,
    generation.writer,
    projections.flatMap(({ tables }) => tables),
  );

/** The live rows, when they come from this log and these projections. */
const findComparable = async (
  store: EventStore,
  generations: Generations,
  projections: readonly Projection[],
): Promise<Projector | undefined> => {
  try {
    const live = await Projector.open(await generations.live(), projections);
    return live.checkpoint && (await isMadeFrom(store, live.checkpoint)) ? live : undefined;
  } catch (error) {
    if (error instanceof ProjectionsDiffer) return undefined;
    throw error;
  }
};

/** Reads the log page by page into one generation. */
class Filling {
  events = 0;

  constructor(
    private readonly store: EventStore,
    private readonly projector: Projector,
    private readonly onProgress: ((progress: RebuildProgress) => void) | undefined,
  ) {}

  /** Takes every event up to a position, that one included. */
  async upTo(position: bigint | undefined): Promise<void> {
    if (position === undefined) return;
    const total = this.events + (await this.store.countAfter(this.projector.checkpoint?.position));
    for (;;) {
      const page = (await this.nextPage()).filter((event) => event.position <= position);
      if (page.length === 0) return;
      await this.projector.apply(page);
      this.events += page.length;
      this.onProgress?.({ events: this.events, total });
    }
  }

  private nextPage(): Promise<readonly StoredEvent[]> {
    const after = this.projector.checkpoint?.position;
    return this.store.readAll({ max: BATCH_EVENTS_MAX, ...(after === undefined ? {} : { after }) });
  }
}
