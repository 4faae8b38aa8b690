import { expect, it } from '@jest/globals';
import type { StoreFactory } from '../../support/event-stores.js';
import { allOf, newEvents, wordsOf } from '../../support/new-event.js';

const FIRST = 2n ** 53n;

/** Positions past what a double holds exactly. */
export const anywhere = (open: StoreFactory): void => {
  it('counts on past 2^53', async () => {
    const { store, dispose } = await open({ firstPosition: FIRST });
    await store.append('s', 'any', newEvents('abcd'));
    const [a, b, c, d] = (await allOf(store)).map(({ position }) => position);
    expect(a! >= FIRST && b! > a! && c! > b! && d! > c!).toBe(true);
    expect(wordsOf(await store.readAll({ after: b!, max: 9 }))).toBe('cd');
    expect(await store.head()).toBe(d);
    expect(await store.countAfter(a)).toBe(3);
    expect(await store.countAfter(undefined)).toBe(4);
    expect(await store.append('s', 0n, newEvents('b'))).toEqual({
      ok: true,
      value: { revision: 1n, position: b, stored: false },
    });
    await dispose();
  });
};
