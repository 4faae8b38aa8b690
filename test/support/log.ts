import assert from 'node:assert';
import { seal, tipOf, type DomainEvent } from '../../src/event-store/chain.js';
import type { EventStore, StoredEvent } from '../../src/event-store/event-store.js';
import { MemoryEventStore } from '../../src/event-store/memory.adapter.js';
import type { Context } from '../../src/event-store/metadata.js';
import { toDay, type Instant } from '../../src/kernel/calendar.js';

let causes = 0;
/** Metadata of a test event; each has a cause of its own unless it is given one. */
export const contextOf = (given: Partial<Context> = {}): Context => ({
  recordedAt: '2025-07-15T02:00:00.000Z' as Instant,
  bookedOn: toDay('2025-07-15'),
  actor: { role: 'agency', id: 'local' },
  channel: 'agency',
  cause: `test-${(causes += 1)}`,
  correlationId: '00000000-0000-4000-8000-000000000001',
  causationId: '00000000-0000-4000-8000-000000000001',
  ...given,
});

/** Appends events to a stream as a command would: sealed, chained, at the revision it stands at. */
export const record = async (
  store: EventStore,
  stream: string,
  events: readonly DomainEvent[],
  given: Partial<Context> = {},
): Promise<bigint> => {
  const tip = tipOf(await store.read(stream, { direction: 'backwards', max: 1 }));
  const appended = await store.append(
    stream,
    tip.revision ?? 'no-stream',
    seal(stream, tip, events, contextOf(given)),
  );
  assert(appended.ok, 'nobody else writes in a test');
  return appended.value.position;
};

/** The whole log. */
export const readLog = (store: EventStore): Promise<readonly StoredEvent[]> =>
  store.readAll({ max: Number.MAX_SAFE_INTEGER });

/** A memory log that holds these events, stream by stream in the order given. */
export const logOf = async (
  ...runs: readonly (readonly [stream: string, events: readonly DomainEvent[], given?: Partial<Context>])[]
): Promise<MemoryEventStore> => {
  const store = MemoryEventStore.open();
  for (const [stream, events, given] of runs) await record(store, stream, events, given);
  return store;
};
