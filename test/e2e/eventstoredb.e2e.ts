import { EventStoreDBClient } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NewEvent, StoredEvent } from '../../src/event-store/event-store.js';
import { EventStoreDbStore } from '../../src/event-store/eventstoredb.adapter.js';
import { startServer } from '../../src/server.js';
import { startEventStoreDb, type EventStoreDbServer } from '../support/eventstoredb/server.js';
import { allOf, newEvent, newEvents, told, wordsOf } from '../support/new-event.js';
import { until } from '../support/until.js';

const UNAVAILABLE = { name: 'StoreUnavailable' };
const FOR_GOOD = 1_000_000;

describe('the log in EventStoreDB', () => {
  let server: EventStoreDbServer;
  let opened: EventStoreDbStore[] = [];
  let [retries, drops] = [0, 0];

  beforeEach(async () => {
    [retries, drops] = [0, 0];
    server = await startEventStoreDb();
  });
  afterEach(async () => {
    await Promise.all(opened.map((store) => store.close()));
    opened = [];
    await server.close();
  });

  const open = (answerMsMax = 10_000): EventStoreDbStore => {
    const meter = { retried: () => (retries += 1), dropped: () => (drops += 1) };
    const store = EventStoreDbStore.open(server.url, {
      categories: ['s', 'individual-'],
      meter,
      answerMsMax,
    });
    opened.push(store);
    return store;
  };

  describe('an append', () => {
    it('whose answer was lost is sent again, acknowledged as ours and stored once', async () => {
      const store = open();
      await store.append('s', 'no-stream', newEvents('a'));
      server.trouble.loseAnswers(1);
      expect(told(await store.append('s', 0n, newEvents('bc')))).toBe('2');
      expect(wordsOf(await allOf(store))).toBe('abc');
      expect(retries).toBe(1);
    });

    it('that is never answered is given up after its time and sent again', async () => {
      const store = open(300);
      server.trouble.muteAnswers(1);
      const appends = [
        store.append('s', 'no-stream', newEvents('a')),
        store.append('s', 0n, newEvents('b')),
        store.append('s2', 'no-stream', newEvents('c')),
      ];
      expect((await Promise.all(appends)).map(told)).toEqual(['0', '1', '0']);
      expect(wordsOf(await allOf(store))).toBe('abc');
      expect(retries).toBe(1);
    });

    it('that is refused for a while is stored after it', async () => {
      const store = open();
      await store.head();
      server.trouble.refuse(2);
      expect(told(await store.append('s', 'no-stream', newEvents('a')))).toBe('0');
      expect(wordsOf(await allOf(store))).toBe('a');
      expect(retries).toBe(2);
    });

    it('that is refused for good leaves nothing, and the next one is stored', async () => {
      const store = open();
      server.trouble.refuse(FOR_GOOD);
      const batch = ['s1', 's2'].map(
        (stream) => ({ stream, expected: 'no-stream', events: newEvents('ab') }) as const,
      );
      await expect(store.appendMany(batch)).rejects.toMatchObject(UNAVAILABLE);
      await expect(store.read('s1')).rejects.toMatchObject(UNAVAILABLE);
      server.trouble.refuse(0);
      expect(await allOf(store)).toEqual([]);
      expect((await store.appendMany(batch)).map(told)).toEqual(['1', '1']);
    });

    it('waits for a server that is away', async () => {
      const store = open();
      await store.append('s', 'no-stream', newEvents('a'));
      await server.stop();
      const words = [...'bcdefghij'];
      const appends = words.map((word, i) => store.append('s', BigInt(i), newEvents(word)));
      await until(() => retries > 0 || undefined);
      await server.start();
      expect((await Promise.all(appends)).map(told)).toEqual(words.map((_, i) => `${i + 1}`));
      expect(wordsOf(await store.read('s'))).toBe('abcdefghij');
    });

    it('of a batch that was cut in the middle stands in the order given', async () => {
      const store = open();
      const batch = Array.from({ length: 600 }, (_, i) => ({
        stream: `s${i}`,
        expected: 'no-stream' as const,
        events: [newEvent(`${i}`)],
      }));
      server.trouble.loseAnswers(1);
      const [verdicts] = await Promise.all([
        store.appendMany(batch),
        until(() => retries > 0 || undefined).then(() => server.trouble.loseAnswers(2)),
      ]);
      expect(verdicts.every((verdict) => told(verdict) === '0')).toBe(true);
      expect((await allOf(store)).map(({ id }) => id)).toEqual(batch.map(({ events }) => events[0]!.id));
      expect(retries).toBeGreaterThanOrEqual(2);
    });

    it('of a name that is none of ours is a bug', async () => {
      await expect(open().append('theirs', 'any', newEvents('a'))).rejects.toThrow('one of the categories');
    });
  });

  describe('two processes with the same ids and other metadata', () => {
    const version = (metadata: string): readonly NewEvent[] => [
      newEvent('a'),
      newEvent('b', { metadata: `{"recordedAt":"${metadata}"}` }),
    ];

    it('that race are told whose bytes were stored', async () => {
      const stores = [open(), open(), open()];
      const verdicts = await Promise.all(
        stores.map((store, i) => store.append('s', 'no-stream', version(`${i}`))),
      );
      const stored = verdicts.map((verdict) => verdict.ok && verdict.value.stored);
      expect(stored.filter(Boolean)).toHaveLength(1);
      const [, b] = await stores[0]!.read('s');
      expect(b?.metadata).toBe(version(`${stored.indexOf(true)}`)[1]?.metadata);
    });

    it('tell a repeat of their own from the bytes of the other', async () => {
      const [mine, other] = [open(400), open()];
      server.trouble.muteAnswers(1);
      const waiting = mine.append('s', 'no-stream', version('mine'));
      await until(async () => (await server.log.read('s'))[0]);
      expect(told(await other.append('s', 'no-stream', version('other')))).toBe('=1');
      expect(told(await waiting)).toBe('1');
    });
  });

  describe('a subscription', () => {
    it('that is dropped twenty times gives each of 10,000 events once and in order', async () => {
      const appends = Array.from({ length: 100 }, (_, i) => ({
        stream: `s${i}`,
        expected: 'no-stream' as const,
        events: Array.from({ length: 100 }, (_, k) => newEvent(`${i}-${k}`)),
      }));
      await server.log.appendMany(appends);
      server.trouble.dropSubscriptionsAfter(490);
      const store = open();
      const seen: string[] = [];
      const subscription = store.subscribe({ batchMax: 64 }, async (events) => {
        for (const { id } of events) seen.push(id);
      });
      await until(() => seen.length >= 10_000 || undefined);
      await store.append('s-last', 'any', newEvents('z'));
      await until(() => seen.length >= 10_001 || undefined);
      await subscription.close();
      await subscription.done;
      const ids = [...appends.flatMap(({ events }) => events), newEvent('z')].map(({ id }) => id);
      expect(seen).toEqual(ids);
      expect(server.trouble.drops).toBeGreaterThanOrEqual(20);
      expect(drops).toBe(server.trouble.drops);
    });

    it('begins again after the last batch that was handled, not after the one that was not', async () => {
      const store = open();
      for (let i = 0; i < 80; i++) await server.log.append('$noise', 'any', [newEvent(`noise ${i}`)]);
      await store.append('s', 'any', newEvents('abc'));
      let words = '';
      const subscription = store.subscribe({ batchMax: 2 }, async (events) => {
        words += wordsOf(events);
        if (words.length < 3) server.trouble.dropSubscriptions();
      });
      await until(() => words.length >= 3 || undefined);
      await server.stop();
      await until(() => drops >= 2 || undefined);
      await server.start();
      await store.append('s', 'any', newEvents('d'));
      await until(() => words.length >= 4 || undefined);
      await subscription.close();
      expect(words).toBe('abcd');
    });
  });

  it('keeps bytes that JSON would print otherwise', async () => {
    const store = open();
    const texts = ['{"10":1,"9":2}', '{"b":2.50,"a":1e3}', '{"a":1,"a":2}', ' [ ] ', 'no JSON at all', '""'];
    const events = texts.map((data, i) => newEvent(`${i}`, { data, metadata: data }));
    await store.append('s', 'no-stream', events);
    const read = await store.read('s');
    expect(read.map(({ data, metadata }) => [data, metadata])).toEqual(texts.map((text) => [text, text]));
    expect(await allOf(store)).toEqual(read);
  });

  it('reads and follows positions past 2^53', async () => {
    const far = await startEventStoreDb({ firstPosition: 2n ** 55n });
    const store = EventStoreDbStore.open(far.url, { categories: ['s'] });
    await store.append('s', 'any', newEvents('ab'));
    const seen: StoredEvent[] = [];
    const [a, b] = await allOf(store);
    const subscription = store.subscribe({ after: a!.position }, async (events) => void seen.push(...events));
    await until(() => seen[0]);
    expect(seen).toEqual([b]);
    expect(b!.position > 2n ** 55n).toBe(true);
    await subscription.close();
    await store.close();
    await far.close();
  });

  describe('a stream that somebody deleted in the store', () => {
    it.each(['tombstoneStream', 'deleteStream'] as const)('by %s does not begin anew', async (how) => {
      const store = open();
      await store.append('individual-x', 'no-stream', newEvents('a'));
      await store.append('individual-y', 'no-stream', newEvents('b'));
      const admin = EventStoreDBClient.connectionString(server.url);
      await admin[how]('individual-x');
      await admin.dispose();
      const told = /the stream individual-x was deleted in the store/;
      if (how === 'tombstoneStream') await expect(store.read('individual-x')).rejects.toThrow(told);
      await expect(store.append('individual-x', 'no-stream', newEvents('c'))).rejects.toThrow(told);
      expect(wordsOf(await store.read('individual-y'))).toBe('b');
      const all = await allOf(store);
      expect(all.every(({ type }) => type === 'Noted')).toBe(true);
      expect(await store.head()).toBe(all.at(-1)?.position);
      expect(await store.countAfter(undefined)).toBe(all.length);
    });
  });

  it('closes with calls under way: appends are answered, the rest is turned away', async () => {
    const store = open();
    await store.append('s', 'no-stream', newEvents('a'));
    const release = server.trouble.holdAnswers();
    const appends = [...'bcd'].map((word, i) => store.append('s', BigInt(i), newEvents(word)));
    const subscription = store.subscribe({}, async () => undefined);
    const closing = store.close();
    await expect(store.append('s', 3n, newEvents('e'))).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.readAll({ max: 1 })).rejects.toMatchObject(UNAVAILABLE);
    expect(() => store.subscribe({}, async () => undefined)).toThrow('closed');
    release();
    expect((await Promise.all(appends)).map(told)).toEqual(['1', '2', '3']);
    await Promise.all([closing, subscription.done]);
  });

  it('lets a process that closes it end by itself', async () => {
    const code = `
      const { EventStoreDbStore } = await import(process.argv[1]);
      const store = EventStoreDbStore.open(process.argv[2], { categories: ['s'] });
      let seen = 0;
      const subscription = store.subscribe({}, async (events) => void (seen += events.length));
      const events = [{ id: '00000000-0000-4000-8000-000000000001', type: 'T', data: '{}', metadata: '{}' }];
      await store.append('s', 'no-stream', events);
      while (seen === 0) await new Promise(setImmediate);
      await store.read('s');
      await store.close();
      console.log('closed');`;
    const module = pathToFileURL(resolve('dist/event-store/eventstoredb.adapter.js')).href;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, module, server.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(output).toBe('closed\n');
  });

  it('stops the start of a server when it cannot be reached, and says so', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'unreachable-'));
    await server.stop();
    const starting = startServer(
      { port: 0, host: '127.0.0.1', dataDir, eventStoreDbUrl: server.url, logLevel: 'silent' },
      { projectIn: 'thread' },
    );
    await expect(starting).rejects.toMatchObject({
      name: 'EventStoreUnreachable',
      message: 'the server that EVENTSTOREDB_URL names cannot be reached',
    });
    await server.start();
    rmSync(dataDir, { recursive: true });
  });
});
