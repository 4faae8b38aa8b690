import type { ReadDatabase } from './projection.js';

/**
 * One complete set of read models. `writer` belongs to the runner; queries use `reader`, which sees what is committed
 * and never waits for a batch.
 */
export type Generation = Readonly<{ name: string; reader: ReadDatabase; writer: ReadDatabase }>;

/** The port to where read models are kept. A rebuild fills a second generation beside the live one. */
export abstract class Generations {
  /** The generation that answers queries; an empty one is made when there is none. */
  abstract live(): Promise<Generation>;
  /** A new empty generation beside the live one. One that was left over from a rebuild cut short is dropped. */
  abstract begin(): Promise<Generation>;
  /** From here on, and after a restart, `next` is the live one. Readers of the old one may finish. */
  abstract switchTo(next: Generation): Promise<void>;
  abstract abandon(next: Generation): Promise<void>;
  abstract close(): Promise<void>;
}
