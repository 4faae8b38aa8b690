import { ok, type Result } from '../kernel/result.js';
import type { Decider } from '../kernel/decider.js';
import { NO_STREAM, seal, tipOf, type DomainEvent, type Tip } from './chain.js';
import type { Conflict, EventStore, StoredEvent } from './event-store.js';
import type { Context } from './metadata.js';

/** A lost race is decided again at most this often; then the caller hears of the conflict. */
export const ATTEMPTS_MAX = 8;

/** What a command did: its events (none when it was a repeat), the state after it, and where the stream stands. */
export type Outcome<E, S> = Readonly<{
  events: readonly E[];
  state: S;
  revision: bigint | undefined;
  position: bigint | undefined;
  /** False when nothing was stored: a repeat, or the very same events that somebody else stored a moment before. */
  stored: boolean;
}>;

export const toDomain = <E extends DomainEvent>({ type, data }: StoredEvent): E =>
  ({ type, data: JSON.parse(data) as object }) as E;

/** What is known of a stream: its state, and where the stream stood then. */
export type Known<S> = Readonly<{ state: S; tip: Tip; position: bigint | undefined }>;
type Replay<E, S> = Pick<Decider<never, E, S, never>, 'replay'> & Readonly<{ initial: S }>;

export const knownOf = <E extends DomainEvent, S>(
  { initial, replay }: Replay<E, S>,
  stored: readonly StoredEvent[],
  before: Known<S> = { state: initial, tip: NO_STREAM, position: undefined },
): Known<S> =>
  stored.length === 0
    ? before
    : {
        state: replay(stored.map(toDomain<E>), before.state),
        tip: tipOf(stored),
        position: stored.at(-1)?.position,
      };

/** Carries what is known on with what the stream holds beyond it. */
export const readOn = async <E extends DomainEvent, S>(
  store: EventStore,
  stream: string,
  decider: Replay<E, S>,
  before: Known<S>,
): Promise<Known<S>> => {
  const { revision } = before.tip;
  return knownOf(
    decider,
    await store.read(stream, revision === undefined ? {} : { from: revision + 1n }),
    before,
  );
};

/**
 * Reads, decides, appends at the revision read. A race that was lost is decided again on what was read and what came
 * since. `start` reads another way than from the first event on: its state must reach as far as the command asks.
 */
export const transact = async <C, E extends DomainEvent, S, X>(
  store: EventStore,
  stream: string,
  decider: Decider<C, E, S, X>,
  command: C,
  context: Context,
  start: () => Promise<Known<S>> = async () => knownOf(decider, await store.read(stream)),
): Promise<Result<Outcome<E, S>, X | Conflict>> => {
  let known = await start();
  for (let attempt = 1; ; attempt++) {
    const { state, tip } = known;
    const decision = decider.decide(command, state);
    if (!decision.ok) return decision;
    const events = decision.value;
    if (events.length === 0)
      return ok({ events, state, revision: tip.revision, position: known.position, stored: false });
    const appended = await store.append(
      stream,
      tip.revision ?? 'no-stream',
      seal(stream, tip, events, context),
    );
    if (appended.ok) {
      return ok({ events, state: decider.replay(events, state), ...appended.value });
    }
    if (attempt === ATTEMPTS_MAX) return appended;
    known = await readOn(store, stream, decider, known);
  }
};
