import type { EventStore, StoredEvent } from '../event-store/event-store.js';
import type { Checkpoint } from './checkpoint.queries.js';
import type { Generation } from './generations.js';
import type { Projector, Replay } from './projector.js';

/** What a generation holds, as queries and a rebuild see it. */
export type Standing = Readonly<{
  generation: Pick<Generation, 'name' | 'reader'>;
  checkpoint: Checkpoint | undefined;
}>;

/** The port to who writes the live generation: this thread or one of its own. One call at a time. */
export type Applier = Standing &
  Readonly<{
    /** It reads the log itself, on from its checkpoint: the events that it is given only tell it that there are some. */
    readsLog: boolean;
    parkedCount: () => number;
    apply: (events: readonly StoredEvent[]) => Promise<void>;
    replayParked: (store: EventStore) => Promise<Replay>;
    /** Calls back when it ended by itself while nothing was asked of it; the next call begins it anew. */
    onLost: (listener: (error: Error) => void) => void;
    close: () => Promise<void>;
  }>;

/** Who goes on from where a projector stands. */
export type HandOver = (projector: Projector) => Promise<Applier>;

export const inThisThread: HandOver = async (projector) => ({
  generation: projector.generation,
  get checkpoint() {
    return projector.checkpoint;
  },
  readsLog: false,
  parkedCount: () => projector.parkedCount(),
  apply: (events) => projector.apply(events),
  replayParked: (store) => projector.replayParked(store),
  onLost: () => undefined,
  close: () => Promise.resolve(),
});
