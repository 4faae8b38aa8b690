import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IndividualEvent } from '../../src/individual/events.js';
import { individual, type Individual, type IndividualCommand } from '../../src/individual/individual.js';
import { sum, type Fen } from '../../src/kernel/money.js';
import { postingsOf } from '../../src/ledger/postings.js';
import { commands } from './individual.arbitraries.js';

const RUNS = { numRuns: 1_000 };

/** A state as text, byte for byte: maps in their order, amounts exact. */
const toText = (state: Individual): string =>
  JSON.stringify(state, (_, value: unknown) =>
    value instanceof Map ? [...value] : typeof value === 'bigint' ? `${value}` : value,
  );

type Step = Readonly<{
  command: IndividualCommand;
  before: Individual;
  after: Individual;
  events: readonly IndividualEvent[];
  refused: boolean;
}>;

const live = (all: readonly IndividualCommand[]): readonly Step[] => {
  let state = individual.initial;
  return all.map((command) => {
    const before = state;
    const decision = individual.decide(command, before);
    const events = decision.ok ? decision.value : [];
    state = individual.replay(events, before);
    return { command, before, after: state, events, refused: !decision.ok };
  });
};

const bookOf = (events: readonly IndividualEvent[]): ReadonlyMap<string, Fen> => {
  const book = new Map<string, Fen>();
  for (const { account, amount } of events.flatMap(postingsOf))
    book.set(account, sum([book.get(account) ?? (0n as Fen), amount]));
  return book;
};

describe('whatever is asked of a person', () => {
  it('every entry and the whole book sum to nought', () =>
    fc.assert(
      fc.property(commands, (all) => {
        const events = live(all).flatMap((step) => step.events);
        for (const event of events) expect(sum(postingsOf(event).map(({ amount }) => amount))).toBe(0n);
        expect(sum(bookOf(events).values())).toBe(0n);
      }),
      RUNS,
    ));

  it('the balances of the person are those of the book', () =>
    fc.assert(
      fc.property(commands, (all) => {
        const steps = live(all);
        const book = bookOf(steps.flatMap((step) => step.events));
        const { pension, medical } = steps.at(-1)?.after.balances ?? individual.initial.balances;
        expect(-(book.get('account:pension') ?? 0n)).toBe(pension);
        expect(-(book.get('account:medical') ?? 0n)).toBe(medical);
      }),
      RUNS,
    ));

  it('a refused or repeated command leaves everything byte for byte', () =>
    fc.assert(
      fc.property(commands, (all) => {
        for (const { before, after, events, refused } of live(all)) {
          if (refused) expect(events).toEqual([]);
          if (events.length === 0) expect(toText(after)).toBe(toText(before));
        }
      }),
      RUNS,
    ));

  it('deciding changes nothing in the state it was given', () =>
    fc.assert(
      fc.property(commands, (all) => {
        const { after } = live(all).at(-1) ?? { after: individual.initial };
        const text = toText(after);
        for (const command of all) {
          const decision = individual.decide(command, after);
          if (decision.ok) individual.replay(decision.value, after);
        }
        expect(toText(after)).toBe(text);
      }),
      RUNS,
    ));

  it('what was done is done once: the same command again is no event', () =>
    fc.assert(
      fc.property(commands, (all) => {
        for (const { command, after, events } of live(all))
          if (events.length > 0) expect(individual.decide(command, after)).toEqual({ ok: true, value: [] });
      }),
      RUNS,
    ));

  it('a settlement never takes the account below nought', () =>
    fc.assert(
      fc.property(commands, (all) => {
        for (const { before, after, events } of live(all)) {
          if (!events.some(({ type }) => type === 'CardSettled')) continue;
          const floor = before.balances.medical < 0n ? before.balances.medical : 0n;
          expect(after.balances.medical).toBeGreaterThanOrEqual(floor);
          expect(after.balances.medical).toBeLessThanOrEqual(before.balances.medical);
        }
      }),
      RUNS,
    ));

  it('a life folded at once is the life as it was lived', () =>
    fc.assert(
      fc.property(commands, (all) => {
        const steps = live(all);
        const events = steps.flatMap((step) => step.events);
        expect(toText(individual.replay(events))).toBe(toText(steps.at(-1)?.after ?? individual.initial));
      }),
      RUNS,
    ));

  it('deciding never throws', () =>
    fc.assert(
      fc.property(commands, (all) => {
        expect(() => live(all)).not.toThrow();
      }),
      RUNS,
    ));
});
