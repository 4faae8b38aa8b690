import type { Instant } from '../kernel/calendar.js';
import type { Result } from '../kernel/result.js';
import type { ReadDatabase } from './projection.js';

/** How fresh an answer is: the last event it includes, and how many events of the log it still lacks, counted up to BEHIND_COUNTED_MAX. */
export type Freshness = Readonly<{ position: string; recordedAt: Instant | null; behind: number }>;
export type NotYetVisible = Readonly<{ type: 'NotYetVisible'; wanted: string; position: string }>;

/** Who is further behind than this is told this: an engine may have to read what it counts. */
export const BEHIND_COUNTED_MAX = 100_000;

/**
 * The log does not hold the event that the rows end with: it was restored to an earlier point or is another log.
 * Nothing is served, projected or written until the right log is back or `shebao rebuild` has made the rows anew.
 */
export class ReadModelsStale extends Error {
  override readonly name = 'ReadModelsStale';

  constructor() {
    super('the log does not hold what the read models were made from');
  }
}

/** How long a reader waits for what it just wrote. */
export const WAIT_MS_MAX = 2_000;

/** The port that queries use: the live generation of the read models. Each method can fail with ReadModelsStale. */
export abstract class ReadModels {
  /** The live database; take it anew for each query, since a rebuild switches it. */
  abstract db(): ReadDatabase;
  abstract freshness(): Promise<Freshness>;
  /** For who does not take rows, yet must not go on when they are of another log. */
  abstract assertCurrent(): Promise<void>;
  /** Resolves when the read models include a position, or tells that they do not within WAIT_MS_MAX. */
  abstract waitFor(position: bigint): Promise<Result<void, NotYetVisible>>;
  /** Waits for everything that was in the log when asked: after it, "not found" means not recorded. */
  abstract waitForHead(): Promise<Result<void, NotYetVisible>>;
  /** Calls back after each batch that became visible; returns the way to stop. */
  abstract onAdvance(listener: () => void): () => void;
}
