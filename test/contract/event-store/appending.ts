import { describe, expect, it } from '@jest/globals';
import { APPEND_BYTES_MAX, type EventStore } from '../../../src/event-store/event-store.js';
import { useStore, type StoreFactory } from '../../support/event-stores.js';
import { allOf, newEvent, newEvents, told, toSteps, wordsOf } from '../../support/new-event.js';

/** What an append expects, and what it refuses. */
export const appending = (open: StoreFactory): void => {
  let store: EventStore;
  useStore(open, (given) => (store = given.store));

  /** Appends one after another: each step an expected revision (`*` any, `-` no stream) and the events' letters. */
  const play = async (steps: string): Promise<string> => {
    const verdicts: string[] = [];
    for (const [expected, words] of toSteps(steps))
      verdicts.push(told(await store.append('s', expected, newEvents(words))));
    return verdicts.join(' ');
  };

  describe('the expected revision', () => {
    it.each([
      ['any, on no stream', '*a', '0'],
      ['any, on a stream', '*ab *c', '1 2'],
      ['no stream, and there is none', '-abc', '2'],
      ['no stream, and there is one', '-a -b', '0 !0'],
      ['the last', '-ab 1c 2d', '1 2 3'],
      ['too low', '-abc 1d', '2 !2'],
      ['too high', '-abc 3d', '2 !2'],
      ['nought, on no stream', '0a', '!no-stream'],
      ['far too high, on no stream', '1152921504606846976a', '!no-stream'],
    ])('%s', async (_name, steps, verdicts) => expect(await play(steps)).toBe(verdicts));

    it('stores nothing on a conflict', async () => {
      await play('-ab 0xyz 5x -y');
      expect(wordsOf(await store.read('s'))).toBe('ab');
      expect(await store.head()).toBe((await allOf(store)).at(-1)?.position);
      expect(await store.countAfter(undefined)).toBe(2);
    });

    it('lets one of two racing writers through', async () => {
      await store.append('s', 'no-stream', newEvents('a'));
      const verdicts = await Promise.all([
        store.append('s', 0n, newEvents('x')),
        store.append('s', 0n, newEvents('y')),
        store.append('other', 'no-stream', newEvents('z')),
      ]);
      expect(verdicts.map(told)).toEqual(['1', '!1', '0']);
      expect(wordsOf(await store.read('s'))).toBe('ax');
    });

    it('lets each of many racing writers through in the end, once', async () => {
      const write = async (word: string): Promise<void> => {
        for (;;) {
          const last = (await store.read('s', { direction: 'backwards', max: 1 })).at(0);
          const { ok } = await store.append('s', last?.revision ?? 'no-stream', [newEvent(word)]);
          if (ok) return;
        }
      };
      const words = [...'abcdefghijklmnop'];
      await Promise.all(words.map(write));
      expect([...wordsOf(await store.read('s'))].sort()).toEqual(words);
    });

    it('says where the stored events stand', async () => {
      const first = await store.append('s', 'no-stream', newEvents('ab'));
      const [a, b] = await store.read('s');
      expect(first).toEqual({ ok: true, value: { revision: 1n, position: b?.position, stored: true } });
      const again = await store.append('s', 'no-stream', newEvents('a'));
      expect(again).toEqual({ ok: true, value: { revision: 0n, position: a?.position, stored: false } });
    });
  });

  it.each([
    ['no event', []],
    ['one event that is too big', [newEvent('a', { data: JSON.stringify('x'.repeat(APPEND_BYTES_MAX)) })]],
    [
      'events that are too big together',
      Array.from({ length: 4 }, (_, i) =>
        newEvent(`${i}`, { metadata: JSON.stringify('汉'.repeat(APPEND_BYTES_MAX / 12)) }),
      ),
    ],
  ])('refuses an append of %s as a bug', async (_name, events) => {
    await expect(store.append('s', 'any', events)).rejects.toThrow('an append holds at');
    const batch = [
      { stream: 't', expected: 'any', events: newEvents('a') },
      { stream: 's', expected: 'any', events },
    ] as const;
    await expect(store.appendMany(batch)).rejects.toThrow('an append holds at');
    expect(await store.head()).toBeUndefined();
  });

  it('takes an append as big as may be', async () => {
    const event = newEvent('a', { type: 'T', metadata: '{}' });
    const data = JSON.stringify('x'.repeat(APPEND_BYTES_MAX - 5));
    expect(told(await store.append('s', 'any', [{ ...event, data }]))).toBe('0');
    expect((await store.read('s')).at(0)?.data).toBe(data);
  });

  it('gives back the very bytes', async () => {
    const texts = [
      '"a\\u0000b"',
      '{"钱":"1575.05"}',
      '"👩‍👩‍👧‍👦 𠮷野"',
      '"é é ﬁ"',
      '{ "b":1, "a":2.50 }',
      '"\\ud83d"',
      '"\u2028\ufeff"',
    ];
    const events = texts.map((data, i) => newEvent(`${i}`, { data, metadata: data, type: 'Größe' }));
    await store.append('流-é', 'no-stream', events);
    const [read, many, all] = [await store.read('流-é'), await store.readMany(['流-é']), await allOf(store)];
    expect(read.map(({ id, type, data, metadata }) => ({ id, type, data, metadata }))).toEqual(events);
    expect(many.get('流-é')).toEqual(read);
    expect(all).toEqual(read);
    expect(read.map(({ stream, revision }) => [stream, revision])).toEqual(
      texts.map((_t, i) => ['流-é', BigInt(i)]),
    );
  });
};
