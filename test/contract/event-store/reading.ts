import { describe, expect, it } from '@jest/globals';
import { type EventStore, type ReadOptions, type StoredEvent } from '../../../src/event-store/event-store.js';
import { useStore, type StoreFactory } from '../../support/event-stores.js';
import { allOf, newEvent, newEvents, wordsOf } from '../../support/new-event.js';

/** A stream, many streams, the log. */
export const reading = (open: StoreFactory): void => {
  let store: EventStore;
  useStore(open, (given) => (store = given.store));

  describe('reading a stream', () => {
    it.each<[string, ReadOptions, string]>([
      ['whole', {}, 'abcdef'],
      ['from', { from: 2n }, 'cdef'],
      ['to', { to: 2n }, 'abc'],
      ['from and to', { from: 1n, to: 3n }, 'bcd'],
      ['one', { from: 3n, to: 3n }, 'd'],
      ['at most', { max: 2 }, 'ab'],
      ['at most none', { max: 0 }, ''],
      ['from, at most', { from: 4n, max: 5 }, 'ef'],
      ['past the end', { from: 6n }, ''],
      ['crossed', { from: 3n, to: 2n }, ''],
      ['backwards', { direction: 'backwards' }, 'fedcba'],
      ['backwards from', { direction: 'backwards', from: 2n }, 'cba'],
      ['backwards to', { direction: 'backwards', to: 4n }, 'fe'],
      ['backwards from and to', { direction: 'backwards', from: 3n, to: 1n }, 'dcb'],
      ['backwards, at most', { direction: 'backwards', max: 1 }, 'f'],
      ['backwards past the end', { direction: 'backwards', from: 100n, max: 2 }, 'fe'],
    ])('%s', async (_name, options, words) => {
      await store.append('before', 'any', newEvents('x'));
      await store.append('s', 'any', newEvents('abcdef'));
      expect(wordsOf(await store.read('s', options))).toBe(words);
    });

    it('that is not there gives nothing', async () => {
      expect(await store.read('none')).toEqual([]);
      expect(await store.readMany(['none'])).toEqual(new Map([['none', []]]));
      expect(await store.readMany([])).toEqual(new Map());
    });

    it('or many at once, in the order asked, each whole', async () => {
      await store.append('s', 'any', newEvents('ab'));
      await store.append('t', 'any', newEvents('c'));
      await store.append('s', 'any', newEvents('d'));
      const streams = await store.readMany(['t', 'none', 's']);
      expect([...streams].map(([name, events]) => [name, wordsOf(events)])).toEqual([
        ['t', 'c'],
        ['none', ''],
        ['s', 'abd'],
      ]);
    });
  });

  describe('reading from the last event of a type', () => {
    const typed = (words: string): ReturnType<typeof newEvents> =>
      [...words].map((word) => newEvent(word, { type: word >= 'A' && word <= 'Z' ? 'Closed' : 'Other' }));

    it.each<[string, string, string]>([
      ['that stands in the middle', 'abCde', 'Cde'],
      ['that stands last', 'abC', 'C'],
      ['that stands first', 'Abc', 'Abc'],
      ['of which there are several', 'aBcDe', 'De'],
      ['of which there is none: the whole stream', 'abc', 'abc'],
    ])('%s', async (_name, words, wanted) => {
      await store.append('before', 'any', typed('xYz'));
      await store.append('s', 'any', typed(words));
      await store.append('after', 'any', typed('Z'));
      expect(wordsOf(await store.read('s', { sinceLast: 'Closed' }))).toBe(wanted);
      const streams = await store.readMany(['s', 'none', 'after'], { sinceLast: 'Closed' });
      expect([...streams].map(([name, events]) => [name, wordsOf(events)])).toEqual([
        ['s', wanted],
        ['none', ''],
        ['after', 'Z'],
      ]);
      expect(await store.read('none', { sinceLast: 'Closed' })).toEqual([]);
    });

    it('that lies many pages back', async () => {
      const first = [newEvent('first', { type: 'Closed' })];
      await store.append('s', 'any', first);
      const words = Array.from({ length: 1_200 }, (_, i) => `w${i}`);
      for (let from = 0; from < words.length; from += 200)
        await store.append(
          's',
          'any',
          words.slice(from, from + 200).map((word) => newEvent(word)),
        );
      const found = await store.read('s', { sinceLast: 'Closed' });
      expect(found.map(({ revision }) => revision)).toEqual(
        Array.from({ length: 1_201 }, (_, i) => BigInt(i)),
      );
      expect((await store.read('s', { sinceLast: 'Nothing' })).length).toBe(1_201);
    });
  });

  describe('reading the log', () => {
    it('of nothing', async () => {
      expect(await store.head()).toBeUndefined();
      expect(await store.countAfter(undefined)).toBe(0);
      expect(await store.countAfter(5n)).toBe(0);
      expect(await allOf(store)).toEqual([]);
    });

    it('in pages, strictly after a position', async () => {
      await store.append('s', 'any', newEvents('abc'));
      await store.append('t', 'any', newEvents('de'));
      const pages: string[] = [];
      let after: bigint | undefined;
      for (;;) {
        const page = await store.readAll({ ...(after === undefined ? {} : { after }), max: 2 });
        if (page.length === 0) break;
        pages.push(wordsOf(page));
        after = page.at(-1)?.position;
      }
      expect(pages).toEqual(['ab', 'cd', 'e']);
      expect(after).toBe(await store.head());
      expect(await store.countAfter(after)).toBe(0);
    });

    it('of some types only', async () => {
      const events = [...'abcdef'].map((word, i) => newEvent(word, { type: ['X', 'Y', 'Z'][i % 3] ?? '' }));
      await store.append('s', 'any', events);
      const types = ['X', 'Z'];
      const first = await store.readAll({ types, max: 3 });
      expect(wordsOf(first)).toBe('acd');
      expect(wordsOf(await store.readAll({ types, max: 3, after: first.at(-1)?.position ?? 0n }))).toBe('f');
      expect(await store.readAll({ types: [], max: 3 })).toEqual([]);
    });

    it('sees no gap and no disorder while eight writers append', async () => {
      let writing = 8;
      const write = async (name: number): Promise<void> => {
        for (let i = 0; i < 60; i++) {
          const events = Array.from({ length: (i % 3) + 1 }, (_, k) => newEvent(`${name}-${i}-${k}`));
          await store.append(`w-${name}`, 'any', events);
          if (i % 7 === 0) await store.append(`w-${name}`, 'no-stream', [newEvent(`lost-${name}-${i}`)]);
        }
        writing--;
      };
      const seen: StoredEvent[] = [];
      const read = async (): Promise<void> => {
        for (;;) {
          const over = writing === 0;
          const after = seen.at(-1)?.position;
          const page = await store.readAll({ ...(after === undefined ? {} : { after }), max: 7 });
          seen.push(...page);
          if (over && page.length === 0) return;
        }
      };
      await Promise.all([read(), ...Array.from({ length: 8 }, (_, name) => write(name))]);
      expect(seen).toHaveLength(8 * 120);
      expect(seen).toEqual(await allOf(store));
      for (const [i, event] of seen.entries())
        if (i > 0) expect(event.position > seen[i - 1]!.position).toBe(true);
      for (let name = 0; name < 8; name++) {
        const own = seen.filter(({ stream }) => stream === `w-${name}`).map(({ revision }) => revision);
        expect(own).toEqual(Array.from({ length: 120 }, (_, i) => BigInt(i)));
      }
      expect(await store.countAfter(seen[99]?.position)).toBe(8 * 120 - 100);
    });

    it('counts what follows a position, and stops at the most that is asked for', async () => {
      await store.append('s', 'any', newEvents('abcde'));
      await store.append('t', 'any', newEvents('fg'));
      const positions = (await allOf(store)).map(({ position }) => position);
      const after = (index: number, max?: number) => store.countAfter(positions[index], max);
      expect([await after(1, 3), await after(1, 5), await after(1, 9), await after(1)]).toEqual([3, 5, 5, 5]);
      expect([await after(6, 3), await after(3, 0), await after(-1, 4), await after(-1)]).toEqual([
        0, 0, 4, 7,
      ]);
      await store.append('s', 'any', newEvents('hi'));
      expect([await after(3, 9), await after(3, 4), await after(0), await after(-1)]).toEqual([5, 4, 8, 9]);
    });
  });
};
