import { err, ok, type Result } from '../kernel/result.js';
import type { Decider } from '../kernel/decider.js';
import { metadataOf, NO_STREAM, seal, type DomainEvent } from './chain.js';
import type { Conflict, EventStore } from './event-store.js';
import type { Context } from './metadata.js';
import { ATTEMPTS_MAX, readOn, type Known, type Outcome } from './transact.js';

/**
 * A stream as one writer sees it who has several commands for it: read once, then carried on with what is written, and with
 * what others wrote when a race is lost. A refusal or a no-op is decided on what was read last.
 */
export class StreamLog<C, E extends DomainEvent, S, X> {
  private constructor(
    private readonly store: EventStore,
    private readonly stream: string,
    private readonly decider: Decider<C, E, S, X>,
    private known: Known<S>,
  ) {}

  static async open<C, E extends DomainEvent, S, X>(
    store: EventStore,
    stream: string,
    decider: Decider<C, E, S, X>,
  ): Promise<StreamLog<C, E, S, X>> {
    const nothing = { state: decider.initial, tip: NO_STREAM, position: undefined };
    return new StreamLog(store, stream, decider, await readOn(store, stream, decider, nothing));
  }

  get state(): S {
    return this.known.state;
  }
  /** Position of the last event read or written. */
  get position(): bigint | undefined {
    return this.known.position;
  }

  async execute(command: C, context: Context): Promise<Result<Outcome<E, S>, X | Conflict>> {
    const { store, stream, decider } = this;
    for (let attempt = 1; ; attempt++) {
      const { state, tip, position } = this.known;
      const decision = decider.decide(command, state);
      if (!decision.ok) return decision;
      const events = decision.value;
      if (events.length === 0) return ok({ events, state, revision: tip.revision, position, stored: false });
      const sealed = seal(stream, tip, events, context);
      const appended = await store.append(stream, tip.revision ?? 'no-stream', sealed);
      const last = sealed.at(-1);
      if (appended.ok && appended.value.stored && last) {
        const { revision, position: at } = appended.value;
        const after = decider.replay(events, state);
        this.known = { state: after, tip: { revision, hash: metadataOf(last).hash }, position: at };
        return ok({ events, state: after, revision, position: at, stored: true });
      }
      // Whoever sent the same command a moment before is read like anybody else: the bytes there are not ours.
      this.known = await readOn(store, stream, decider, this.known);
      if (attempt === ATTEMPTS_MAX)
        return appended.ok ? err({ type: 'Conflict', stream, actual: appended.value.revision }) : appended;
    }
  }
}
