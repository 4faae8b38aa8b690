import { EventStoreDBClient, jsonEvent, type EventData } from '@eventstore/db-client';
import { afterEach, beforeEach } from '@jest/globals';
import type { StoredEvent } from '../../../src/event-store/event-store.js';
import { newEvent } from '../new-event.js';
import { startEventStoreDb, type EventStoreDbServer } from './server.js';

/** A server and a client of its own for each test, taken away afterwards. */
export const useEventStoreDb = (
  hand: (opened: Readonly<{ server: EventStoreDbServer; client: EventStoreDBClient }>) => void,
): void => {
  let server: EventStoreDbServer;
  let client: EventStoreDBClient;
  beforeEach(async () => {
    server = await startEventStoreDb();
    client = EventStoreDBClient.connectionString(server.url);
    hand({ server, client });
  });
  afterEach(async () => {
    await client.dispose();
    await server.close();
  });
};

/** The two ways of the client to append: credentials on the call keep it from the batch stream. */
export const APPEND_PATHS = [
  ['BatchAppend', {}],
  ['Append', { credentials: { username: 'admin', password: 'changeit' } }],
] as const;

/** Events for the client, a letter each; the same letter, the same id. */
export const eventsOf = (words: string): EventData[] =>
  [...words].map((word) => jsonEvent({ id: newEvent(word).id, type: 'Noted', data: { word } }));

/** What our writers put there, without the server's own events. */
export const ours = (events: readonly StoredEvent[]): readonly StoredEvent[] =>
  events.filter(({ stream, type }) => !stream.startsWith('$') && !type.startsWith('$'));
