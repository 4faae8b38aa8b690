import {
  eventTypeFilter,
  excludeSystemEvents,
  jsonEvent,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type EventStoreDBClient,
  type Filter,
  type Position,
} from '@eventstore/db-client';
import { describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { until } from '../until.js';
import type { EventStoreDbServer } from './server.js';
import { eventsOf, useEventStoreDb } from './use-event-store-db.js';

let server: EventStoreDbServer;
let client: EventStoreDBClient;
useEventStoreDb((opened) => ({ server, client } = opened));

const append = (stream: string, words: string, type = 'Noted') =>
  client.appendToStream(
    stream,
    eventsOf(words).map((event) => ({ ...event, type })),
  );
/** Events in a stream of others, each with an id of its own. */
const fill = (count: number) =>
  client.appendToStream(
    'out-s',
    Array.from({ length: count }, () => jsonEvent({ id: randomUUID(), type: 'Other', data: {} })),
  );
const wordOf = ({ event }: AllStreamResolvedEvent): string =>
  (event?.data as { word?: string }).word ?? `(${event?.type})`;
const positionOf = ({ event }: AllStreamResolvedEvent): Position => event!.position;
const readAll = async (): Promise<readonly AllStreamResolvedEvent[]> => {
  const found: AllStreamResolvedEvent[] = [];
  for await (const event of client.readAll()) found.push(event);
  return found;
};

describe('a subscription', () => {
  type Told = (string | Position)[];
  const checkpointsOf = (told: Told): readonly Position[] => told.filter((each) => typeof each !== 'string');
  const wordsOf = (told: Told): string =>
    told.filter((each): each is string => typeof each === 'string' && each.length === 1).join('');
  /** Everything one subscriber is told: words, `caughtUp`, and checkpoints as positions. */
  const subscribe = (
    toFilter?: (checkpointReached: (_: unknown, position: Position) => Promise<void>) => Filter,
    fromPosition: Position | 'start' | 'end' = 'start',
  ) => {
    const told: Told = [];
    const filter = toFilter?.(async (_, position) => void told.push(position));
    const subscription = client.subscribeToAll({ fromPosition, ...(filter ? { filter } : {}) });
    subscription.on('data', (event) => void told.push(wordOf(event)));
    subscription.on('caughtUp', () => void told.push('caughtUp'));
    subscription.on('confirmation', () => void told.push('confirmation'));
    return {
      told,
      subscription,
      has: (each: string) => until(() => (told.includes(each) ? true : undefined)),
    };
  };

  it('confirms, gives the history, has caught up, and goes on', async () => {
    await append('s', 'ab');
    const { told, has, subscription } = subscribe();
    await has('caughtUp');
    await append('s', 'c');
    await has('c');
    expect(told).toEqual(['confirmation', '($metadata)', '($statsCollected)', 'a', 'b', 'caughtUp', 'c']);
    expect(subscription.id).toMatch(/^[0-9a-f-]{36}$/);
  });
  it('from the end gives only what is new', async () => {
    await append('s', 'ab');
    const { told, has } = subscribe(undefined, 'end');
    await has('caughtUp');
    await append('s', 'c');
    await has('c');
    expect(told).toEqual(['confirmation', 'caughtUp', 'c']);
  });
  it('from a position gives what follows it', async () => {
    await append('s', 'abc');
    const b = positionOf((await readAll()).find((event) => wordOf(event) === 'b')!);
    const { told, has } = subscribe(undefined, b);
    await has('caughtUp');
    expect(told).toEqual(['confirmation', 'c', 'caughtUp']);
    const again = subscribe(undefined, positionOf((await readAll()).at(-1)!));
    await again.has('caughtUp');
    expect(again.told).toEqual(['confirmation', 'caughtUp']);
  });
  it('to one stream follows its revisions', async () => {
    await append('s', 'abc');
    await append('other', 'x');
    const found: string[] = [];
    for await (const event of client.subscribeToStream('s', { fromRevision: 0n })) {
      found.push(wordOf(event as AllStreamResolvedEvent));
      if (found.length === 2) await append('s', 'd');
      if (found.length === 3) break;
    }
    expect(found).toEqual(['b', 'c', 'd']);
  });
  it('is over when it is cancelled', async () => {
    const { has, subscription } = subscribe();
    await has('caughtUp');
    await subscription.unsubscribe();
    await until(() => (subscription.destroyed || subscription.readableEnded ? true : undefined));
    await append('s', 'a'); // goes the same way, so the server knows by now
    const pages = jest.spyOn(server.log, 'readAll');
    await append('s', 'b');
    for await (const _ of client.readStream('s'));
    expect(pages).not.toHaveBeenCalled();
    server.trouble.dropSubscriptions();
    expect(server.trouble.drops).toBe(0);
  });

  it.each<[string, Filter, string]>([
    ['stream names by openings', streamNameFilter({ prefixes: ['in-', 'on-'] }), 'abe'],
    ['stream names by an expression', streamNameFilter({ regex: '^(in|off)-' }), 'acd'],
    ['types by openings', eventTypeFilter({ prefixes: ['Not', 'Count'] }), 'abd'],
    ['types by an expression', eventTypeFilter({ regex: 'ed$' }), 'abde'],
    ['types that are not the server’s', excludeSystemEvents(), 'abcde'],
  ])('filters %s', async (_name, filter, words) => {
    await append('in-s', 'a');
    await append('on-s', 'b');
    await append('off-s', 'c', 'Changes');
    await append('off-s', 'd', 'Counted');
    const { told, has } = subscribe(() => filter);
    await has('caughtUp');
    await append('on-s', 'e', 'Moved');
    await append('in-s', 'f', '$own');
    await until(() => (wordsOf(told).includes(words.at(-1) ?? '') ? true : undefined));
    expect(wordsOf(told).replace('f', '')).toBe(words);
  });

  it('gives a checkpoint each so many events looked at, also where nothing fits', async () => {
    await fill(10);
    await append('in-s', 'a');
    const { told, has } = subscribe((checkpointReached) =>
      streamNameFilter({ prefixes: ['in-'], maxSearchWindow: 2, checkpointInterval: 3, checkpointReached }),
    );
    await has('caughtUp');
    const places = (await readAll()).map(positionOf);
    // Thirteen events: checkpoints at the sixth and the twelfth of them.
    expect(told).toEqual(['confirmation', places[5], places[11], 'a', 'caughtUp']);
    await fill(5);
    await until(() => checkpointsOf(told)[2]);
    expect(checkpointsOf(told)[2]).toEqual(positionOf((await readAll())[17]!));
  });
  it('never checkpoints beyond an event it has not told of, and resumes from any checkpoint', async () => {
    for (const word of 'abcdefgh') {
      await fill(1);
      await append('in-s', word);
    }
    const places = new Map((await readAll()).map((event) => [wordOf(event), positionOf(event).commit]));
    const filter = (checkpointReached: (_: unknown, position: Position) => Promise<void>) =>
      streamNameFilter({ prefixes: ['in-'], maxSearchWindow: 3, checkpointReached });
    const { told, has } = subscribe(filter);
    await has('caughtUp');
    expect(checkpointsOf(told)).toHaveLength(6);
    for (const checkpoint of checkpointsOf(told)) {
      const before = wordsOf(told.slice(0, told.indexOf(checkpoint)));
      const rest = [...'abcdefgh'].filter((word) => places.get(word)! > checkpoint.commit).join('');
      expect(before + rest).toBe('abcdefgh');
      const resumed = subscribe(filter, checkpoint);
      await resumed.has('caughtUp');
      expect(wordsOf(resumed.told)).toBe(rest);
    }
  });

  it('reads ahead of a slow subscriber only so far', async () => {
    const data = { text: 'x'.repeat(10_000) };
    for (let i = 0; i < 20; i++)
      await client.appendToStream(
        's',
        Array.from({ length: 50 }, () => jsonEvent({ id: randomUUID(), type: 'N', data })),
      );
    const pages = jest.spyOn(server.log, 'readAll');
    const subscription = client.subscribeToAll({ filter: excludeSystemEvents() });
    const events = subscription[Symbol.asyncIterator]();
    await events.next();
    let last = -1;
    while (pages.mock.calls.length !== last) {
      last = pages.mock.calls.length;
      for (let i = 0; i < 200; i++) await setImmediate();
    }
    // 1,000 events of 10 kB in pages of 64.
    expect(last).toBeLessThan(6);
    for (let i = 1; i < 1_000; i++) expect((await events.next()).value.event.revision).toBe(BigInt(i));
    expect(pages.mock.calls.length).toBeGreaterThan(15);
    await events.return?.();
  });
});
