import { describe, expect, it } from '@jest/globals';
import { StateCache } from './state-cache.js';

describe('a state cache', () => {
  it('lets the least recently used go when it is full', () => {
    const cache = new StateCache<number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.find('a')).toBe(1);
    cache.set('c', 3);
    expect([cache.find('a'), cache.find('b'), cache.find('c')]).toEqual([1, undefined, 3]);
    expect(cache.size).toBe(2);
  });
  it('forgets what is deleted, and keeps one entry a key', () => {
    const cache = new StateCache<number>(2);
    cache.set('a', 1);
    cache.set('a', 2);
    expect([cache.find('a'), cache.size]).toEqual([2, 1]);
    cache.delete('a');
    expect(cache.find('a')).toBeUndefined();
  });
});
