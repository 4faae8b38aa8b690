import { describe, expect, it } from '@jest/globals';
import { type EventStore } from '../../../src/event-store/event-store.js';
import { useStore, type StoreFactory } from '../../support/event-stores.js';
import { newEvent, newEvents, told, toSteps, wordsOf } from '../../support/new-event.js';

/** Repeats are known by their place, as in EventStoreDB. */
export const repeats = (open: StoreFactory): void => {
  let store: EventStore;
  useStore(open, (given) => (store = given.store));

  /** Appends one after another: each step an expected revision (`*` any, `-` no stream) and the events' letters. */
  const play = async (steps: string): Promise<string> => {
    const verdicts: string[] = [];
    for (const [expected, words] of toSteps(steps))
      verdicts.push(told(await store.append('s', expected, newEvents(words))));
    return verdicts.join(' ');
  };

  describe('repeats, known by their place', () => {
    it.each([
      ['the same at no stream', '-a -a', '0 =0', 'a'],
      ['the same two at no stream', '-ab -ab', '1 =1', 'ab'],
      ['the same at the same revision', '*a 0b 0b', '0 1 =1', 'ab'],
      ['the same after others followed', '*a 0b 1c 0b', '0 1 2 =1', 'abc'],
      ['the same three times', '*a 0b 0b 0b', '0 1 =1 =1', 'ab'],
      ['the first part of what stands', '-abc -ab', '2 =1', 'abc'],
      ['a middle part of what stands', '-abcd 0bc', '3 =2', 'abcd'],
      ['across two appends', '-ab 1cd 0bc', '1 3 =2', 'abcd'],
      ['the same id at the next revision', '-a 0a', '0 1', 'aa'],
      ['the same ids at the next revision', '-ab 1ab', '1 3', 'abab'],
      ['the same id twice in one append', '-aa -aa', '1 =1', 'aa'],
      ['known, then new', '-a -ab', '0 !0', 'a'],
      ['known, then other', '-abc -abx', '2 !2', 'abc'],
      ['new, then known', '-ab -xb', '1 !1', 'ab'],
      ['known, but at another place', '-ab -b', '1 !1', 'ab'],
      ['known, in another order', '-ab -ba', '1 !1', 'ab'],
      ['past the end', '-abc 1cd', '2 !2', 'abc'],
      ['too high, known or not', '-ab 2b', '1 !1', 'ab'],
      ['any: known', '*a *a', '0 =0', 'a'],
      ['any: known, not the last', '*abc *b', '2 =1', 'abc'],
      ['any: all known', '*abc *bc', '2 =2', 'abc'],
      ['any: new', '*ab *cd', '1 3', 'abcd'],
      ['any: known, then new', '*ab *bc', '1 !1', 'ab'],
      ['any: new, then known', '*ab *ca', '1 3', 'abca'],
      ['any: of a place stored twice, the later', '*a 0a *a', '0 1 =1', 'aa'],
    ])('%s', async (_name, steps, verdicts, words) => {
      expect(await play(steps)).toBe(verdicts);
      expect(wordsOf(await store.read('s'))).toBe(words);
      expect(await store.countAfter(undefined)).toBe(words.length);
    });

    it('are of a stream: the same id elsewhere is new', async () => {
      await store.append('s', 'any', newEvents('a'));
      expect(told(await store.append('t', 'any', newEvents('a')))).toBe('0');
      expect(told(await store.append('u', 'no-stream', newEvents('a')))).toBe('0');
    });

    it('under any looks back a thousand events', async () => {
      const many = Array.from({ length: 1_001 }, (_, i) => newEvent(`n${i}`));
      await store.append('s', 'no-stream', many);
      expect(told(await store.append('s', 'any', [newEvent('n1')]))).toBe('=1');
      expect(told(await store.append('s', 'any', [newEvent('n0')]))).toBe('1001');
    });

    it('sent at the same time, are stored once', async () => {
      const sent = Array.from({ length: 5 }, () => store.append('s', 'no-stream', newEvents('ab')));
      expect((await Promise.all(sent)).map(told)).toEqual(['1', '=1', '=1', '=1', '=1']);
      expect(wordsOf(await store.read('s'))).toBe('ab');
    });
  });
};
