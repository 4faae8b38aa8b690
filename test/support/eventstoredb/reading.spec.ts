import streamServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import {
  EventStoreDBClient,
  jsonEvent,
  type AllStreamResolvedEvent,
  type Direction,
  type Position,
  type ReadRevision,
} from '@eventstore/db-client';
import { credentials } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startEventStoreDb, type EventStoreDbServer } from './server.js';
import { eventsOf, useEventStoreDb } from './use-event-store-db.js';

let server: EventStoreDbServer;
let client: EventStoreDBClient;
useEventStoreDb((opened) => ({ server, client } = opened));

const append = (stream: string, words: string, type = 'Noted') =>
  client.appendToStream(
    stream,
    eventsOf(words).map((event) => ({ ...event, type })),
  );
const wordOf = ({ event }: AllStreamResolvedEvent): string =>
  (event?.data as { word?: string }).word ?? `(${event?.type})`;
const positionOf = ({ event }: AllStreamResolvedEvent): Position => event!.position;
const readAll = async (
  direction: Direction = 'forwards',
  fromPosition: Position | 'start' | 'end' = direction === 'forwards' ? 'start' : 'end',
  maxCount = 1_000,
): Promise<readonly AllStreamResolvedEvent[]> => {
  const found: AllStreamResolvedEvent[] = [];
  for await (const event of client.readAll({ direction, fromPosition, maxCount })) found.push(event);
  return found;
};

describe('reading a stream', () => {
  const read = async (direction: Direction, fromRevision: ReadRevision, maxCount = 100): Promise<string> => {
    const found: string[] = [];
    for await (const event of client.readStream('s', { direction, fromRevision, maxCount }))
      found.push(wordOf(event as AllStreamResolvedEvent));
    return found.join('');
  };
  it.each<[Direction, ReadRevision, number | undefined, string]>([
    ['forwards', 'start', undefined, 'abcde'],
    ['forwards', 2n, undefined, 'cde'],
    ['forwards', 2n, 2, 'cd'],
    ['forwards', 9n, undefined, ''],
    ['forwards', 'end', undefined, ''],
    ['backwards', 'end', undefined, 'edcba'],
    ['backwards', 'end', 1, 'e'],
    ['backwards', 2n, undefined, 'cba'],
    ['backwards', 9n, 2, 'ed'],
    ['backwards', 2n ** 63n - 1n, 1, 'e'],
    ['backwards', 'start', undefined, 'a'],
  ])('%s from %s, at most %s', async (direction, from, max, words) => {
    await append('s', 'abcde');
    expect(await read(direction, from, max)).toBe(words);
  });
  it('tells that there is none', async () => {
    await expect(read('forwards', 'start')).rejects.toMatchObject({
      type: 'stream-not-found',
      streamName: 's',
    });
    await expect(read('backwards', 'end', 1)).rejects.toMatchObject({ type: 'stream-not-found' });
  });
  it('tells that it was deleted, and shows what came later', async () => {
    await append('s', 'ab');
    await client.deleteStream('s');
    await expect(read('forwards', 'start')).rejects.toMatchObject({ type: 'stream-not-found' });
    await append('s', 'cd');
    expect(await read('forwards', 'start')).toBe('cd');
    expect(await read('backwards', 'end')).toBe('dc');
    expect((await readAll()).map(wordOf).filter((word) => word.length === 1)).toEqual([...'abcd']);
    await client.tombstoneStream('s');
    await expect(read('forwards', 'start')).rejects.toMatchObject({
      type: 'stream-deleted',
      streamName: 's',
    });
  });
  it('shows the metadata of a stream', async () => {
    await client.setStreamMetadata('s', { maxCount: 5 });
    expect(await client.getStreamMetadata('s')).toMatchObject({ metadata: { maxCount: 5 } });
  });
});

describe('reading the whole log', () => {
  it('holds events of the server itself, at the start and now and then', async () => {
    for (let i = 0; i < 60; i++) await append(`s-${i}`, 'a');
    const types = (await readAll()).map(({ event }) => event?.type ?? '');
    expect(types.slice(0, 3)).toEqual(['$metadata', '$statsCollected', 'Noted']);
    expect(types.slice(3).filter((type) => type.startsWith('$'))).toHaveLength(2);
  });
  it('forwards from a position with it, backwards without it', async () => {
    await append('s', 'abcde');
    const all = await readAll();
    const c = positionOf(all.find((event) => wordOf(event) === 'c')!);
    const words = (found: readonly AllStreamResolvedEvent[]) => found.map(wordOf).join('');
    expect(words(await readAll('forwards', c))).toBe('cde');
    expect(words(await readAll('backwards', c, 2))).toBe('ba');
    expect(words(await readAll('backwards', 'end', 2))).toBe('ed');
    expect(await readAll('forwards', 'end')).toEqual([]);
    expect(await readAll('backwards', 'start')).toEqual([]);
    const between = { commit: c.commit + 1n, prepare: c.prepare + 1n };
    expect(words(await readAll('forwards', between))).toBe('de');
    expect(words(await readAll('backwards', between, 1))).toBe('c');
  });
  it('page after page, the same both ways', async () => {
    await client.appendToStream(
      's',
      Array.from({ length: 700 }, () => jsonEvent({ id: randomUUID(), type: 'N', data: {} })),
    );
    const revisions = (found: readonly AllStreamResolvedEvent[]) =>
      found.filter(({ event }) => event?.streamId === 's').map(({ event }) => Number(event?.revision));
    const upwards = Array.from({ length: 700 }, (_, i) => i);
    expect(revisions(await readAll())).toEqual(upwards);
    expect(revisions(await readAll('backwards'))).toEqual(upwards.reverse());
  });
  it('at positions past 2^53', async () => {
    const big = await startEventStoreDb({ firstPosition: 2n ** 53n });
    const bigClient = EventStoreDBClient.connectionString(big.url);
    const { position } = await bigClient.appendToStream('s', eventsOf('ab'));
    const found: AllStreamResolvedEvent[] = [];
    for await (const event of bigClient.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 2 }))
      found.push(event);
    expect(positionOf(found[0]!)).toEqual(position);
    expect(positionOf(found[1]!).commit).toBeLessThan(position!.commit);
    expect(positionOf(found[1]!).commit).toBeGreaterThan(2n ** 53n);
    await bigClient.dispose();
    await big.close();
  });

  /** The client never sends a filter with a read, so this one goes round it. */
  const readRaw = async (backwards: boolean, structured = false): Promise<readonly ReadResp[]> => {
    const { FilterOptions, AllOptions, UUIDOption, ReadDirection } = streams.ReadReq.Options;
    const filter = new FilterOptions()
      .setStreamIdentifier(new FilterOptions.Expression().setPrefixList(['in-']))
      .setMax(2);
    const all = new AllOptions();
    if (backwards) all.setEnd(new shared.Empty());
    else all.setStart(new shared.Empty());
    const ids = new UUIDOption();
    if (structured) ids.setStructured(new shared.Empty());
    else ids.setString(new shared.Empty());
    const options = new streams.ReadReq.Options()
      .setAll(all)
      .setFilter(filter)
      .setCount('3')
      .setReadDirection(backwards ? ReadDirection.BACKWARDS : ReadDirection.FORWARDS)
      .setUuidOption(ids);
    const address = new URL(server.url).host;
    const raw = new streamServices.StreamsClient(address, credentials.createInsecure());
    const found: ReadResp[] = [];
    for await (const message of raw.read(new streams.ReadReq().setOptions(options)))
      found.push(message as ReadResp);
    raw.close();
    return found;
  };
  it.each([
    [false, 'abc'],
    [true, 'edc'],
  ])('through a filter, backwards: %s', async (backwards, words) => {
    for (const word of 'abcde') {
      await append('in-s', word);
      await append('out-s', 'x');
    }
    const found = (await readRaw(backwards)).map((message) =>
      Buffer.from(message.getEvent()!.getEvent()!.getData_asU8()).toString(),
    );
    expect(found).toEqual([...words].map((word) => JSON.stringify({ word })));
  });
  it('with ids as two numbers when asked', async () => {
    await append('in-s', 'a');
    const [message] = await readRaw(false, true);
    const { mostSignificantBits, leastSignificantBits } = message!
      .getEvent()!
      .getEvent()!
      .getId()!
      .toObject().structured!;
    const hex = [mostSignificantBits, leastSignificantBits].map((half) =>
      BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'),
    );
    expect(hex.join('')).toBe(eventsOf('a')[0]?.id.replaceAll('-', ''));
  });
});
