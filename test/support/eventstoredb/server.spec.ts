import {
  binaryEvent,
  jsonEvent,
  type AppendExpectedRevision,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { allOf, newEvent, wordsOf } from '../new-event.js';
import { SERVER_APPEND_BYTES_MAX, type EventStoreDbServer } from './server.js';
import { APPEND_PATHS, eventsOf, ours, useEventStoreDb } from './use-event-store-db.js';

type CommandError = Readonly<{ type: string; streamName: string; actualVersion: bigint | 'no_stream' }>;
let server: EventStoreDbServer;
let client: EventStoreDBClient;
useEventStoreDb((opened) => ({ server, client } = opened));

const failureOf = (call: Promise<unknown>): Promise<CommandError> =>
  call.then(
    () => expect(call).rejects.toBeDefined() as never,
    (error: unknown) => error as CommandError,
  );

describe.each(APPEND_PATHS)('an append by Streams/%s', (_path, options) => {
  const append = (stream: string, words: string, expectedRevision: AppendExpectedRevision) =>
    client.appendToStream(stream, eventsOf(words), { expectedRevision, ...options });

  /**
   * Steps: `*` any, `-` no stream, `+` stream exists or a revision, then a letter for each event; `D` deletes softly, `T`
   * hard. Verdicts: `3` written up to revision 3, `=3` stood there already, `!3` wrong version, the last at 3, `x`
   * deleted.
   */
  const play = async (steps: string): Promise<string> => {
    const told: string[] = [];
    for (const [, expected = '', words = ''] of steps.matchAll(/([*+DT-]|\d+)([a-z]*)/g)) {
      if (expected === 'D') await client.deleteStream('s');
      else if (expected === 'T') await client.tombstoneStream('s');
      else told.push(await verdictOf(expected, words));
    }
    return told.join(' ');
  };
  const REVISIONS = { '*': 'any', '-': 'no_stream', '+': 'stream_exists' } as const;
  const verdictOf = async (expected: string, words: string): Promise<string> => {
    const { length } = await server.log.read('s');
    const revision = REVISIONS[expected as keyof typeof REVISIONS] ?? BigInt(expected);
    return append('s', words, revision).then(
      async ({ nextExpectedRevision }) =>
        `${(await server.log.read('s')).length === length ? '=' : ''}${nextExpectedRevision}`,
      (error: unknown) => {
        const { type, actualVersion } = error as CommandError;
        return type === 'wrong-expected-version' ? `!${actualVersion}` : type;
      },
    );
  };
  const x = 'stream-deleted';

  describe('sent again is known by its place', () => {
    it.each([
      ['any, the same once more', '*a *a', '0 =0'],
      ['any, the same several once more', '*abc *abc', '2 =2'],
      ['any, a part', '*abc *bc', '2 =2'],
      ['any, all known in another order: the place of the last one given', '*abc *ca', '2 =0'],
      ['any, the first known and a later one not', '*ab *bc', '1 !1'],
      ['any, the first unknown and a later one known', '*ab *cb', '1 3'],
      ['any, of an id that stands twice: the later place', '-a 0a *a', '0 1 =1'],
      ['no stream, the same once more', '-ab -ab', '1 =1'],
      ['no stream, a part', '-abc -ab', '2 =1'],
      ['no stream, another first', '-ab -x', '1 !1'],
      ['no stream, the first fits and a later one does not', '-ab -ax', '1 !1'],
      ['no stream, more than there is', '-ab -abc', '1 !1'],
      ['a revision, the same once more', '-a 0bc 0bc', '0 2 =2'],
      ['a revision, the same once more after later ones', '-a 0b 1c 0b', '0 1 2 =1'],
      ['a revision, in another order', '-a 0bc 0cb', '0 2 !2'],
      ['a revision, one place off', '-abc 0c', '2 !2'],
      ['a revision, the first fits and a later one does not', '-ab 1cd 1cx', '1 3 !3'],
      ['the current revision, whatever the ids', '-a 0a 1a', '0 1 2'],
      ['a revision too high, of known ids', '-a 5a', '0 !0'],
      ['a revision, and there is no stream', '0a', '!no_stream'],
      ['stream exists, and it does not', '+a', '!no_stream'],
      ['stream exists, the same once more', '-a +b +b', '0 1 =1'],
      ['stream exists, the first known and a later one not', '-a +ab', '0 !0'],
      ['no stream after a deletion goes on', '-ab D -c', '1 2'],
      ['no stream after a deletion, the old beginning', '-ab D -ab', '1 =1'],
      ['no stream after a deletion, the first fits and a later one does not', '-ab D -ax', '1 !1'],
      ['any after a deletion goes on', '-ab D *c 2d', '1 2 3'],
      ['the old revision after a deletion goes on', '-ab D 1c', '1 2'],
      ['stream exists after a deletion', '-ab D +c *c +d', `1 ${x} 2 3`],
      ['anything after a tombstone', '-a T *b -a 0b +b', `0 ${x} ${x} ${x} ${x}`],
    ])('%s', async (_name, steps, verdicts) => expect(await play(steps)).toBe(verdicts));

    it('any, of an id of another stream: it is new here', async () => {
      await append('other', 'a', 'any');
      expect(await play('*a')).toBe('0');
    });
  });

  it('is answered with the place of its last event, and a repeat with the same', async () => {
    const first = await append('s', 'abc', 'no_stream');
    await append('s', 'd', 'any');
    const places: bigint[] = [];
    for await (const { event } of client.readStream('s')) places.push(event?.position?.commit ?? -1n);
    expect(first.position).toEqual({ commit: places[2], prepare: places[2] });
    const dense = (await server.log.read('s')).map(({ position }) => position);
    expect(places).toEqual(places.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(places[1]! - places[0]!).toBeGreaterThan(dense[1]! - dense[0]!);
    expect(new Set([0, 1, 2].map((i) => places[i + 1]! - places[i]!)).size).toBeGreaterThan(1);
    expect(await append('s', 'abc', 'no_stream')).toEqual(first);
    expect(await append('s', 'abc', 'any')).toEqual(first);
  });

  it.each<[AppendExpectedRevision]>([['no_stream'], [0n], [7n], [2n ** 60n]])(
    'names what it expected and what is there: %s',
    async (expected) => {
      await append('s', 'ab', 'no_stream');
      expect(await failureOf(append('s', 'x', expected))).toMatchObject({
        type: 'wrong-expected-version',
        streamName: 's',
        expectedVersion: expected,
        actualVersion: 1n,
      });
    },
  );
  it('names an expectation of existence', async () => {
    expect(await failureOf(append('s', 'x', 'stream_exists'))).toMatchObject({
      expectedVersion: 'stream_exists',
      actualVersion: 'no_stream',
    });
    await append('s', 'a', 'any');
    expect(await failureOf(append('s', 'ab', 'any'))).toMatchObject({ expectedVersion: 'any' });
  });
  it('names the stream that was deleted for good', async () => {
    await client.tombstoneStream('s');
    expect(await failureOf(append('s', 'x', 'any'))).toMatchObject({
      type: 'stream-deleted',
      streamName: 's',
    });
  });
  it('is denied to a stream of the server', async () => {
    expect(await failureOf(append('$settings', 'x', 'any'))).toMatchObject({ type: 'access-denied' });
    await append('$$s', 'x', 'any');
    expect(await play('+a')).toBe('0');
  });

  /** Bytes of one event of the type `T`: two for the type, the rest data and metadata. */
  const sized = (bytes: number, metadata = 0) =>
    binaryEvent({
      id: randomUUID(),
      type: 'T',
      data: Buffer.alloc(bytes - 2 - metadata, 'x'),
      ...(metadata > 0 ? { metadata: new Uint8Array(metadata).fill(0x79) } : {}),
    });
  it.each([
    ['one', () => [sized(SERVER_APPEND_BYTES_MAX)]],
    ['one with metadata', () => [sized(SERVER_APPEND_BYTES_MAX, 1_000)]],
    ['two', () => [sized(SERVER_APPEND_BYTES_MAX - 100), sized(100)]],
  ])('takes %s of 1 MiB and refuses a byte more', async (_name, events) => {
    await client.appendToStream('s', events(), { ...options });
    const over = [...events(), sized(3)];
    expect(await failureOf(client.appendToStream('s', over, { ...options }))).toMatchObject({
      type: 'maximum-append-size-exceeded',
      maxAppendSize: SERVER_APPEND_BYTES_MAX,
    });
    expect(await server.log.read('s')).toHaveLength(events().length);
    let bytes = 0;
    for await (const { event } of client.readStream('s'))
      bytes +=
        2 + (event?.data as Uint8Array).length + ((event?.metadata as Uint8Array | undefined)?.length ?? 0);
    expect(bytes).toBe(SERVER_APPEND_BYTES_MAX);
  });

  it('comes in the pieces in which a client cuts it, whole or not at all', async () => {
    const events = eventsOf('abcdefgh');
    await client.appendToStream('s', events, { batchAppendSize: 200, ...options });
    expect(wordsOf(await server.log.read('s'))).toBe('abcdefgh');
    const over = Array.from({ length: 20 }, () => sized(100_000));
    await failureOf(client.appendToStream('s', over, { batchAppendSize: 200_000, ...options }));
    expect(await server.log.read('s')).toHaveLength(8);
    await client.appendToStream('s', eventsOf('i'), { expectedRevision: 7n, ...options });
  });

  it('keeps bytes, type and time', async () => {
    const bytes = Uint8Array.from([0, 255, 254, 128, 10, 34]);
    const before = Date.now();
    const events = [
      binaryEvent({ id: randomUUID(), type: 'Raw', data: bytes, metadata: Uint8Array.from([200, 1]) }),
      jsonEvent({ id: randomUUID(), type: '登记', data: { 钱: '1.50' }, metadata: { $correlationId: 'c' } }),
      binaryEvent({ id: randomUUID(), type: 'Text', data: Buffer.from('{ "b":1, "a":2.50 }') }),
    ];
    await client.appendToStream('s', events, { ...options });
    const found = [];
    for await (const { event } of client.readStream('s')) found.push(event);
    expect(found.map((event) => [event?.id, event?.type, event?.isJson])).toEqual(
      events.map(({ id, type, contentType }) => [id, type, contentType === 'application/json']),
    );
    expect([...(found[0]?.data as Uint8Array)]).toEqual([...bytes]);
    expect([...(found[0]?.metadata as Uint8Array)]).toEqual([200, 1]);
    expect(found[1]).toMatchObject({ data: { 钱: '1.50' }, metadata: { $correlationId: 'c' } });
    expect(Buffer.from(found[2]?.data as Uint8Array).toString()).toBe('{ "b":1, "a":2.50 }');
    expect(found[2]?.created.getTime()).toBeGreaterThanOrEqual(before);
    expect(found[2]?.created.getTime()).toBeLessThanOrEqual(Date.now());
  });
});

describe('one batch stream', () => {
  it('handles its requests in order', async () => {
    // The client sends what waited for its first connection in no certain order.
    await client.appendToStream('s', eventsOf('a'), { expectedRevision: 'no_stream' });
    const answers = await Promise.all(
      [...'bcdefgh'].map((word, i) =>
        client.appendToStream('s', eventsOf(word), { expectedRevision: BigInt(i) }),
      ),
    );
    expect(answers.map(({ nextExpectedRevision }) => nextExpectedRevision)).toEqual([
      1n,
      2n,
      3n,
      4n,
      5n,
      6n,
      7n,
    ]);
    expect(wordsOf(ours(await allOf(server.log)))).toBe('abcdefgh');
  });
  it('refuses a request that came too late', async () => {
    expect(await failureOf(client.appendToStream('s', eventsOf('a'), { deadline: -1_000 }))).toMatchObject({
      type: 'deadline-exceeded',
    });
    expect(await server.log.read('s')).toEqual([]);
  });
});

describe('a deletion', () => {
  const deleted = [
    ['softly', () => client.deleteStream('s', { expectedRevision: 5n })],
    ['for good', () => client.tombstoneStream('s', { expectedRevision: 5n })],
  ] as const;
  it.each(deleted)('%s asks for its revision', async (_name, remove) => {
    await client.appendToStream('s', eventsOf('ab'));
    expect(await failureOf(remove())).toMatchObject({
      type: 'wrong-expected-version',
      streamName: 's',
      expectedVersion: 5n,
      actualVersion: 1n,
    });
    await client.appendToStream('s', eventsOf('cdef'));
    const { position } = await remove();
    expect(position?.commit).toBeGreaterThan(0n);
  });
  it('leaves the events in the log and its own mark behind them', async () => {
    await client.appendToStream('s', eventsOf('ab'));
    const { position } = await client.deleteStream('s');
    await client.tombstoneStream('s');
    const all = [];
    for await (const { event } of client.readAll()) all.push(event);
    expect(all.map((event) => `${event?.streamId} ${event?.type}`)).toEqual([
      '$$$settings $metadata',
      '$stats-127.0.0.1 $statsCollected',
      's Noted',
      's Noted',
      '$$s $metadata',
      's $streamDeleted',
    ]);
    expect(all[4]?.position).toEqual(position);
    expect(all[5]?.revision).toBe(2n ** 63n - 1n);
  });
});

it('knows an event that a test put straight into its log', async () => {
  await server.log.append('s', 'no-stream', [newEvent('a')]);
  for await (const { event } of client.readStream('s')) expect(event).toMatchObject({ data: { word: 'a' } });
});
