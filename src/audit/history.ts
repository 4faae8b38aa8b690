import type { Actor, Channel } from '../event-store/metadata.js';
import type { StoredEvent } from '../event-store/event-store.js';
import { metadataOf } from '../event-store/chain.js';
import type { IndividualEvent } from '../individual/events.js';
import { add, toYuan, ZERO, type Fen } from '../kernel/money.js';
import { findPersonalChange } from '../ledger/accounts.js';
import { postingsOf } from '../ledger/postings.js';
import type { Viewpoint } from '../projection/viewpoint.js';
import type { Reason } from './reasons.js';

/** What an event changed on a personal account, yuan text; `balance` is after it. */
export type Effect = Readonly<{ account: string; delta: string; balance: string }>;

/** One event of a life as an auditor reads it. `valueDate` is null for one that moves no money. */
export type HistoryItem = Readonly<{
  revision: string;
  position: string;
  type: string;
  recordedAt: string;
  bookedOn: string;
  valueDate: string | null;
  actor: Actor;
  channel: Channel;
  cause: string;
  /** As recorded; personal fields opened and masked. */
  data: Readonly<Record<string, unknown>>;
  effects: readonly Effect[];
  why: Reason | null;
  hash: string;
}>;

/** What the log says of one event, before it is told to anyone. */
export type Replayed = Readonly<{
  stored: StoredEvent;
  event: IndividualEvent;
  valueDate: string | null;
  effects: readonly Effect[];
}>;

/** Balances of the personal accounts as a life is replayed. */
export type Running = Map<string, Fen>;

/**
 * Replays one event onto the running balances. Undefined when it lies outside the viewpoint: of later value (for an
 * event that moves no money, booked later) or recorded later.
 */
export const replayOne = (
  stored: StoredEvent,
  running: Running,
  { asOf, knownAt }: Viewpoint,
): Replayed | undefined => {
  const event = { type: stored.type, data: JSON.parse(stored.data) as object } as IndividualEvent;
  const { bookedOn, recordedAt } = metadataOf(stored);
  const postings = postingsOf(event);
  const valueDate = postings[0]?.valueOn ?? null;
  if (asOf !== undefined && (valueDate ?? bookedOn) > asOf) return undefined;
  if (knownAt !== undefined && recordedAt > knownAt) return undefined;
  const effects: Effect[] = [];
  for (const posting of postings) {
    const change = findPersonalChange(posting);
    if (!change) continue;
    const { account, delta } = change;
    const balance = add(running.get(account) ?? ZERO, delta);
    running.set(account, balance);
    effects.push({ account, delta: toYuan(delta), balance: toYuan(balance) });
  }
  return { stored, event, valueDate, effects };
};

export const toHistoryItem = (
  { stored, valueDate, effects }: Replayed,
  data: Readonly<Record<string, unknown>>,
  why: Reason | null,
): HistoryItem => {
  const { recordedAt, bookedOn, actor, channel, cause, hash } = metadataOf(stored);
  return {
    revision: stored.revision.toString(),
    position: stored.position.toString(),
    type: stored.type,
    recordedAt,
    bookedOn,
    valueDate,
    actor,
    channel,
    cause,
    data,
    effects,
    why,
    hash,
  };
};
