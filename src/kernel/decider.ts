import type { Result } from './result.js';

/**
 * The pure core of a stream: a state replayed from events, and a decision that yields new events or a typed error.
 * Both functions are total: no clock, no store, no id; facts from outside come in on the command.
 * A repeated command yields `ok([])`. `replay` copies the state once and works on the copy, so a long life is folded
 * in linear time; what it was given stays as it was.
 */
export type Decider<Command, Event, State, Failure> = Readonly<{
  initial: State;
  replay: (events: Iterable<Event>, from?: State) => State;
  decide: (command: Command, state: State) => Result<readonly Event[], Failure>;
}>;

/** Replays event by event, for a state that is small enough to be made anew by each. */
export const replaying =
  <Event, State>(
    initial: State,
    evolve: (state: State, event: Event) => State,
  ): ((events: Iterable<Event>, from?: State) => State) =>
  (events, from = initial) => {
    let state = from;
    for (const event of events) state = evolve(state, event);
    return state;
  };
