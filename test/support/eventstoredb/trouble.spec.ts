import { streamNameFilter, type EventStoreDBClient } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { allOf, wordsOf } from '../new-event.js';
import { until } from '../until.js';
import type { EventStoreDbServer } from './server.js';
import { APPEND_PATHS, eventsOf, ours, useEventStoreDb } from './use-event-store-db.js';

let server: EventStoreDbServer;
let client: EventStoreDBClient;
useEventStoreDb((opened) => ({ server, client } = opened));

const UNAVAILABLE = { type: 'unavailable', code: 14 };
const stored = async (): Promise<string> => wordsOf(ours(await allOf(server.log)));
const storedIs = (words: string) => until(async () => ((await stored()) === words ? true : undefined));
/** A promise's outcome as it stands, without waiting for it. */
const watch = <T>(promise: Promise<T>) => {
  const seen: { value?: T; error?: unknown } = {};
  promise.then(
    (value) => (seen.value = value),
    (error: unknown) => (seen.error = error),
  );
  return seen;
};
/** A client forgets a connection that failed after it has told of it, so the next call may still meet the old one. */
const again = async <T>(call: () => Promise<T>): Promise<T> =>
  until(() => call().catch((error: unknown) => (isGone(error as ClientError) ? undefined : fail(error))));
type ClientError = Readonly<{ type?: string; code?: number }>;
const isGone = ({ type, code }: ClientError): boolean =>
  type === 'unavailable' || type === 'cancelled' || code === 14 || code === 1;
const fail = (error: unknown): never => {
  throw error;
};

describe.each(APPEND_PATHS)('appends by Streams/%s', (_path, options) => {
  const append = (words: string, deadline = 10_000) =>
    client.appendToStream('s', eventsOf(words), { expectedRevision: 'no_stream', deadline, ...options });

  it('are refused before they are stored, so many times', async () => {
    server.trouble.refuse(2);
    await expect(append('ab')).rejects.toMatchObject(UNAVAILABLE);
    await expect(append('ab')).rejects.toMatchObject(UNAVAILABLE);
    expect(await stored()).toBe('');
    expect(await append('ab')).toMatchObject({ nextExpectedRevision: 1n });
    expect(await stored()).toBe('ab');
  });

  it('are stored and their answers lost; sent again they are acknowledged', async () => {
    server.trouble.loseAnswers(1);
    await expect(append('ab')).rejects.toMatchObject(UNAVAILABLE);
    expect(await stored()).toBe('ab');
    const last = (await server.log.read('s')).at(-1);
    const answer = await append('ab');
    expect(answer.nextExpectedRevision).toBe(last?.revision);
    expect(answer.position?.commit).toBeGreaterThan(last?.position ?? 0n);
    expect(await stored()).toBe('ab');
  });

  it('are stored and never answered, and the next one is', async () => {
    server.trouble.muteAnswers(1);
    const mute = watch(append('ab'));
    await storedIs('ab');
    expect(await append('ab')).toMatchObject({ nextExpectedRevision: 1n });
    expect(mute).toEqual({});
    expect(await stored()).toBe('ab');
  });

  it('are stored while their answers are held', async () => {
    const release = server.trouble.holdAnswers();
    const first = watch(append('ab'));
    await storedIs('ab');
    const second = watch(client.appendToStream('t', eventsOf('c'), { ...options }));
    await storedIs('abc');
    // A read goes to the server and back meanwhile.
    for await (const _ of client.readStream('s'));
    expect([first, second]).toEqual([{}, {}]);
    release();
    await until(() => second.value);
    expect(first.value).toMatchObject({ nextExpectedRevision: 1n });
    expect(await client.appendToStream('t', eventsOf('d'), { ...options })).toMatchObject({ success: true });
  });

  it('that wait for an answer end when the server goes, and go on when it is back', async () => {
    const { url } = server;
    server.trouble.muteAnswers(1);
    const waiting = watch(append('ab'));
    await storedIs('ab');
    await server.stop();
    await until(() => waiting.error);
    expect(isGone(waiting.error as ClientError)).toBe(true);
    await expect(append('ab')).rejects.toMatchObject({ code: 14 });
    const refused = connect(Number(new URL(url).port), '127.0.0.1');
    await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await server.start();
    expect(server.url).toBe(url);
    expect(await again(() => append('ab'))).toMatchObject({ nextExpectedRevision: 1n });
    expect(await stored()).toBe('ab');
  });
});

it.each([
  [0, 1],
  [1, 0],
])('a held answer is held until every hold is released: %s before %s', async (first, last) => {
  const releases = [server.trouble.holdAnswers(), server.trouble.holdAnswers()];
  const held = watch(client.appendToStream('s', eventsOf('a')));
  await storedIs('a');
  releases[first]?.();
  for await (const _ of client.readStream('s'));
  expect(held).toEqual({});
  releases[last]?.();
  await until(() => held.value);
});

it('a broken batch stream stores nothing of what came behind on it', async () => {
  await client.appendToStream('s', eventsOf('a'));
  server.trouble.loseAnswers(1);
  const calls = [...'bcd'].map((word) => client.appendToStream('s', eventsOf(word)));
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await stored()).toBe('ab');
});

describe('reads', () => {
  it('are refused as well', async () => {
    await client.appendToStream('s', eventsOf('a'));
    server.trouble.refuse(3);
    const read = async (events: AsyncIterable<unknown>): Promise<number> => {
      let count = 0;
      for await (const _ of events) count++;
      return count;
    };
    await expect(read(client.readStream('s'))).rejects.toMatchObject(UNAVAILABLE);
    await expect(read(client.subscribeToAll())).rejects.toMatchObject(UNAVAILABLE);
    await expect(client.deleteStream('s')).rejects.toMatchObject(UNAVAILABLE);
    expect(await read(client.readStream('s'))).toBe(1);
  });
});

describe('subscriptions', () => {
  const WORDS = 'abcdefghijklmnopqrst';
  /** Follows the stream from its own place and comes back whenever it is dropped. */
  const follow = async (words: string): Promise<Readonly<{ seen: string; calls: number }>> => {
    let seen = '';
    let after: bigint | undefined;
    for (let calls = 1; ; calls++) {
      const subscription = client.subscribeToAll({
        filter: streamNameFilter({ prefixes: ['s'] }),
        fromPosition: after === undefined ? 'start' : { commit: after, prepare: after },
      });
      try {
        for await (const { event } of subscription) {
          seen += (event?.data as { word: string }).word;
          after = event?.position?.commit;
          if (seen.length >= words.length) return { seen, calls };
        }
      } catch (error) {
        if (!isGone(error as ClientError)) throw error;
      }
    }
  };

  it('are dropped each time so many events were delivered, until told otherwise', async () => {
    await client.appendToStream('s', eventsOf(WORDS.slice(0, 10)));
    server.trouble.dropSubscriptionsAfter(3);
    const following = follow(WORDS);
    await client.appendToStream('s', eventsOf(WORDS.slice(10, 15)));
    await until(() => (server.trouble.drops >= 4 ? true : undefined));
    server.trouble.dropSubscriptionsAfter(Infinity);
    const { drops } = server.trouble;
    await client.appendToStream('s', eventsOf(WORDS.slice(15)));
    const { seen, calls } = await following;
    expect(seen).toBe(WORDS);
    expect(calls).toBeGreaterThan(4);
    expect(server.trouble.drops).toBe(drops);
  });

  it('are dropped after exactly so many', async () => {
    await client.appendToStream('s', eventsOf(WORDS));
    server.trouble.dropSubscriptionsAfter(7);
    let delivered = 0;
    const subscription = client.subscribeToAll();
    subscription.on('data', () => delivered++);
    const [error] = (await once(subscription, 'error').catch((thrown: unknown) => [thrown])) as unknown[];
    expect(error).toMatchObject(UNAVAILABLE);
    expect(delivered).toBe(7);
    expect(server.trouble.drops).toBe(1);
  });

  it('are dropped now, once', async () => {
    const subscriptions = [client.subscribeToAll(), client.subscribeToStream('s')];
    const errors = subscriptions.map((subscription) => watch(once(subscription, 'no-such-event')));
    subscriptions.forEach((subscription) => subscription.resume());
    await Promise.all(subscriptions.map((subscription) => once(subscription, 'caughtUp')));
    server.trouble.dropSubscriptions();
    for (const seen of errors) await until(() => seen.error);
    expect(server.trouble.drops).toBe(2);
    await again(() => once(client.subscribeToAll().resume(), 'caughtUp'));
    await client.appendToStream('s', eventsOf('a'));
    expect(server.trouble.drops).toBe(2);
  });

  it('end when the server goes, and go on from their place when it is back', async () => {
    await client.appendToStream('s', eventsOf('abc'));
    const following = follow('abcde');
    await server.stop();
    await server.start();
    await again(() => client.appendToStream('s', eventsOf('d'), { expectedRevision: 2n }));
    await again(() => client.appendToStream('s', eventsOf('e'), { expectedRevision: 3n }));
    expect((await following).seen).toBe('abcde');
  });
});

it('a server that was stopped can be closed', async () => {
  await server.stop();
});
