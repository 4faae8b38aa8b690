import { describe, expect, it } from '@jest/globals';
import { type EventStore } from '../../../src/event-store/event-store.js';
import { useStore, type StoreFactory } from '../../support/event-stores.js';
import { allOf, newEvent, newEvents, told, wordsOf } from '../../support/new-event.js';

/** A batch over many streams. */
export const batches = (open: StoreFactory): void => {
  let store: EventStore;
  useStore(open, (given) => (store = given.store));

  describe('a batch over many streams', () => {
    it('gives each stream its own verdict, in the order given', async () => {
      await store.append('old', 'no-stream', newEvents('ab'));
      const verdicts = await store.appendMany([
        { stream: 'new', expected: 'no-stream', events: newEvents('ab') },
        { stream: 'old', expected: 'no-stream', events: newEvents('x') },
        { stream: 'none', expected: 0n, events: newEvents('x') },
        { stream: 'next', expected: 'any', events: newEvents('c') },
      ]);
      expect(verdicts.map(told)).toEqual(['1', '!1', '!no-stream', '0']);
      expect(verdicts[1]).toEqual({ ok: false, error: { type: 'Conflict', stream: 'old', actual: 1n } });
      expect(wordsOf(await allOf(store))).toBe('abab'.concat('c'));
    });

    it('judges in order when a stream comes twice', async () => {
      const verdicts = await store.appendMany([
        { stream: 's', expected: 'no-stream', events: newEvents('a') },
        { stream: 's', expected: 0n, events: newEvents('b') },
        { stream: 's', expected: 0n, events: newEvents('c') },
        { stream: 's', expected: 0n, events: newEvents('b') },
      ]);
      expect(verdicts.map(told)).toEqual(['0', '1', '!1', '=1']);
    });

    it('sent again, is acknowledged', async () => {
      const batch = ['s', 't', 'u'].map(
        (stream) => ({ stream, expected: 'no-stream', events: newEvents('ab') }) as const,
      );
      expect((await store.appendMany(batch)).map(told)).toEqual(['1', '1', '1']);
      expect((await store.appendMany(batch)).map(told)).toEqual(['=1', '=1', '=1']);
    });

    it('of nothing has no verdict', async () => expect(await store.appendMany([])).toEqual([]));

    it('of thousands of streams stands in the log in the order given', async () => {
      const batch = Array.from({ length: 3_000 }, (_, i) => ({
        stream: `in-order-${(i * 7_919) % 3_000}`,
        expected: 'no-stream' as const,
        events: [newEvent(`o${i}`), newEvent(`p${i}`)].slice(0, 1 + (i % 2)),
      }));
      await store.appendMany(batch);
      const ids = batch.flatMap(({ events }) => events.map(({ id }) => id));
      expect((await allOf(store)).map(({ id }) => id)).toEqual(ids);
    }, 180_000);

    it('of five thousand streams is stored whole, beside single appends', async () => {
      const batch = Array.from({ length: 5_000 }, (_, i) => ({
        stream: `many-${i}`,
        expected: 'no-stream' as const,
        events: [newEvent(`m${i}`)],
      }));
      const [verdicts, single] = await Promise.all([
        store.appendMany(batch),
        store.append('many-4999', 'any', newEvents('x')),
      ]);
      expect(verdicts.filter(({ ok }) => ok)).toHaveLength(4_999 + Number(verdicts.at(-1)?.ok));
      expect(single.ok).toBe(true);
      const streams = await store.readMany(batch.map(({ stream }) => stream));
      expect(
        [...streams.values()].every((events) => events.length === 1 || events[0]?.stream === 'many-4999'),
      ).toBe(true);
      expect(streams.size).toBe(5_000);
    }, 180_000);
  });
};
