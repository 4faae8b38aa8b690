import type { EventStore } from '../event-store/event-store.js';
import { knownOf, type Known } from '../event-store/transact.js';
import { individual, reaches, streamOf, type Individual, type IndividualCommand } from './individual.js';

/** Reading ends at the last close of the books, which carries forward what everyday commands ask. */
export const SINCE_CLOSE = { sinceLast: 'YearClosed' } as const;

export const readWhole = async (store: EventStore, id: string): Promise<Known<Individual>> =>
  knownOf(individual, await store.read(streamOf(id)));

/** The person as far back as a command asks: from the last close on, or the whole life. */
export const readFor = async (
  store: EventStore,
  id: string,
  command: IndividualCommand,
): Promise<Known<Individual>> => {
  const recent = knownOf(individual, await store.read(streamOf(id), SINCE_CLOSE));
  return reaches(recent.state, command) ? recent : readWhole(store, id);
};

/** The same of many persons at once, in the order asked. */
export const readManyFor = async (
  store: EventStore,
  ids: readonly string[],
  command: IndividualCommand,
): Promise<ReadonlyMap<string, Known<Individual>>> => {
  const recent = await store.readMany(ids.map(streamOf), SINCE_CLOSE);
  const known = new Map(ids.map((id) => [id, knownOf(individual, recent.get(streamOf(id)) ?? [])]));
  const short = ids.filter((id) => !reaches(known.get(id)?.state ?? individual.initial, command));
  const whole = short.length === 0 ? new Map<string, never>() : await store.readMany(short.map(streamOf));
  for (const id of short) known.set(id, knownOf(individual, whole.get(streamOf(id)) ?? []));
  return known;
};
