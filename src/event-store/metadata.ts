import type { Day, Instant } from '../kernel/calendar.js';
import type { JsonObject } from './canonical.js';

export type Channel = 'agency' | 'employer' | 'terminal' | 'hotline' | 'portal' | 'process' | 'cli';
/** Who acted, pseudonymous: a role and an id that names no person (`agency:local`, `employer:<USCC>`). */
export type Actor = Readonly<{ role: string; id: string }>;

/** Outside facts of one command that every event it makes carries in its metadata. */
export type Context = Readonly<{
  recordedAt: Instant;
  /** The business day in Asia/Shanghai. */
  bookedOn: Day;
  actor: Actor;
  channel: Channel;
  /** The command's key, in its own words: event ids are derived from it. */
  cause: string;
  correlationId: string;
  causationId: string;
}>;

/** Metadata as stored. `prev` and `hash` chain a stream's events (src/event-store/chain.ts). */
export type Metadata = Readonly<{
  $causationId: string;
  $correlationId: string;
  actor: Actor;
  bookedOn: Day;
  cause: string;
  channel: Channel;
  hash: string;
  prev: string;
  recordedAt: Instant;
  schema: number;
}> &
  JsonObject;
