import type { Checkpoint } from './checkpoint.queries.js';

/** What the main thread asks of the projecting thread; each is answered before the next. */
export type ProjectingRequest =
  /** Apply the next events of the log, at most so many. */
  | Readonly<{ type: 'ApplyNext'; max: number }>
  | Readonly<{ type: 'ReplayParked' }>
  /** Close the files and end; answered by the end. */
  | Readonly<{ type: 'Close' }>;

export type ProjectingAnswer =
  | Readonly<{ type: 'Stands'; checkpoint: Checkpoint | undefined; parked: number }>
  /** `name` of an error, never its message, which may repeat what an event holds. */
  | Readonly<{ type: 'Failed'; name: string }>;
