import { describe, expect, it } from '@jest/globals';
import { StoreUnavailable, type EventStore, type StoredEvent } from '../../../src/event-store/event-store.js';
import {
  CRASH_STREAMS,
  useStore,
  type StoreFactory,
  type StoreUnderTest,
} from '../../support/event-stores.js';
import { allOf, newEvent, newEvents, told, wordsOf } from '../../support/new-event.js';
import { until } from '../../support/until.js';

/** Subscriptions, closing, and being cut off. */
export const subscribing = (open: StoreFactory): void => {
  let opened: StoreUnderTest;
  let store: EventStore;
  useStore(open, (given) => {
    opened = given;
    store = given.store;
  });

  describe('a subscription', () => {
    it('gives what is there, then what comes', async () => {
      await store.append('s', 'any', newEvents('abc'));
      let words = '';
      const subscription = store.subscribe({}, async (events) => void (words += wordsOf(events)));
      await until(() => words === 'abc' || undefined);
      await store.append('t', 'any', newEvents('d'));
      await store.append('s', 'any', newEvents('e'));
      await until(() => words.length === 5 || undefined);
      await subscription.close();
      await subscription.done;
      await store.append('s', 'any', newEvents('f'));
      expect(words).toBe('abcde');
    });

    it('starts strictly after a position', async () => {
      await store.append('s', 'any', newEvents('abcd'));
      const after = (await allOf(store))[1]!.position;
      let words = '';
      const subscription = store.subscribe({ after }, async (events) => void (words += wordsOf(events)));
      await until(() => words.length >= 2 || undefined);
      await subscription.close();
      expect(words).toBe('cd');
    });

    it('waits for a slow reader: batches do not overlap, nothing is lost, nobody else is held up', async () => {
      const seen: StoredEvent[] = [];
      const sizes: number[] = [];
      const gates: (() => void)[] = [];
      let inHand = 0;
      let inHandMost = 0;
      const slow = store.subscribe({ batchMax: 8 }, async (events) => {
        inHandMost = Math.max(inHandMost, ++inHand);
        await new Promise<void>((resolve) => gates.push(resolve));
        seen.push(...events);
        sizes.push(events.length);
        inHand--;
      });
      let quick = 0;
      const other = store.subscribe({}, async (events) => void (quick += events.length));
      const writers = Array.from({ length: 4 }, async (_, name) => {
        for (let i = 0; i < 25; i++) await store.append(`w-${name}`, 'any', [newEvent(`${name}-${i}`)]);
      });
      await Promise.all(writers);
      await until(() => quick === 100 || undefined);
      expect(seen).toEqual([]);
      await until(() => {
        gates.shift()?.();
        return seen.length === 100 || undefined;
      });
      expect(seen).toEqual(await allOf(store));
      expect(inHandMost).toBe(1);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(8);
      await Promise.all([slow.close(), other.close()]);
    });

    it('ends with what its reader threw', async () => {
      await store.append('s', 'any', newEvents('abc'));
      let calls = 0;
      const subscription = store.subscribe({ batchMax: 1 }, async () => {
        calls++;
        throw new Error('poison');
      });
      await expect(subscription.done).rejects.toThrow('poison');
      await subscription.close();
      await store.append('s', 'any', newEvents('d'));
      expect(calls).toBe(1);
    });

    it('closes when the batch in hand is done, and only then', async () => {
      await store.append('s', 'any', newEvents('abc'));
      let release = (): void => undefined;
      let calls = 0;
      const subscription = store.subscribe({ batchMax: 1 }, async () => {
        calls++;
        await new Promise<void>((resolve) => (release = resolve));
      });
      await until(() => calls === 1 || undefined);
      let closed = false;
      const closing = subscription.close().then(() => (closed = true));
      await store.head();
      expect(closed).toBe(false);
      release();
      await closing;
      await subscription.done;
      expect(calls).toBe(1);
    });
  });

  describe('closing', () => {
    it('answers what waits, ends subscriptions, turns new calls away', async () => {
      const subscription = store.subscribe({}, async () => undefined);
      const waiting = store.append('s', 'any', newEvents('a'));
      const closing = store.close();
      expect(told(await waiting)).toBe('0');
      await Promise.all([closing, subscription.done]);
      await expect(store.append('s', 'any', newEvents('b'))).rejects.toThrow(StoreUnavailable);
      await expect(store.read('s')).rejects.toThrow(StoreUnavailable);
      await expect(store.head()).rejects.toThrow(StoreUnavailable);
      await store.close();
    });
  });

  it('holds every acknowledged event after its writer was cut off, and goes on', async () => {
    await store.append('before', 'any', newEvents('a'));
    const { acknowledged, store: found } = await opened.crash();
    const events = await allOf(found);
    const ids = new Set(events.map(({ id }) => id));
    expect(acknowledged.length).toBeGreaterThanOrEqual(200);
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    expect(events[0]?.stream).toBe('before');
    const written = await found.readMany(Array.from({ length: CRASH_STREAMS }, (_, i) => `crash-${i}`));
    for (const own of written.values())
      expect(own.map(({ revision }) => revision)).toEqual(own.map((_, i) => BigInt(i)));
    const next = await found.append('before', 0n, newEvents('b'));
    expect(next).toMatchObject({ ok: true, value: { revision: 1n } });
    expect(next.ok && next.value.position > events.at(-1)!.position).toBe(true);
  });
};
