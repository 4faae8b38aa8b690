import { ok, type Result } from '../kernel/result.js';
import type { Decider } from '../kernel/decider.js';
import { seal, tipOf, type DomainEvent } from './chain.js';
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
}>;

export const toDomain = <E extends DomainEvent>({ type, data }: StoredEvent): E =>
  ({ type, data: JSON.parse(data) as object }) as E;

/** Reads, decides, appends at the revision read. A race that was lost is read and decided again. */
export const transact = async <C, E extends DomainEvent, S, X>(
  store: EventStore,
  stream: string,
  decider: Decider<C, E, S, X>,
  command: C,
  context: Context,
): Promise<Result<Outcome<E, S>, X | Conflict>> => {
  for (let attempt = 1; ; attempt++) {
    const stored = await store.read(stream);
    const tip = tipOf(stored);
    const state = decider.replay(stored.map(toDomain<E>));
    const decision = decider.decide(command, state);
    if (!decision.ok) return decision;
    const events = decision.value;
    if (events.length === 0)
      return ok({ events, state, revision: tip.revision, position: stored.at(-1)?.position });
    const appended = await store.append(
      stream,
      tip.revision ?? 'no-stream',
      seal(stream, tip, events, context),
    );
    if (appended.ok) {
      const { revision, position } = appended.value;
      return ok({ events, state: decider.replay(events, state), revision, position });
    }
    if (attempt === ATTEMPTS_MAX) return appended;
  }
};
