import { describe, expect, it } from '@jest/globals';
import { Lanes, type Lane } from './gate.js';

/** Lanes in which each act ends when it is told to; `running` are those at work, in the order in which they began. */
const given = (max: number, largeMax: number) => {
  const lanes = new Lanes(max, largeMax);
  const running: string[] = [];
  const ends = new Map<string, () => void>();
  const ended: Promise<void>[] = [];
  const enter = (name: string, lane: Partial<Lane> = {}): void => {
    const act = (): Promise<void> => {
      running.push(name);
      return new Promise((resolve) => ends.set(name, resolve));
    };
    ended.push(lanes.run({ owner: name, isLarge: false, ...lane }, act));
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await Promise.resolve();
    running.splice(running.indexOf(name), 1);
    await settled();
  };
  return { enter, end, running, ended };
};
/** Acts begin and end in microtasks: after this all have. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

describe('lanes', () => {
  it('let so many run at once, and the others as they came', async () => {
    const { enter, end, running } = given(2, 2);
    for (const name of ['a', 'b', 'c', 'd']) enter(name);
    await settled();
    expect(running).toEqual(['a', 'b']);
    await end('b');
    expect(running).toEqual(['a', 'c']);
    await end('a');
    expect(running).toEqual(['c', 'd']);
  });

  it('keep room for small ones, however many large ones came before', async () => {
    const { enter, end, running } = given(3, 2);
    for (const name of ['A', 'B', 'C', 'D']) enter(name, { isLarge: true });
    enter('e');
    enter('f');
    await settled();
    expect(running).toEqual(['A', 'B', 'e']);
    await end('e');
    expect(running).toEqual(['A', 'B', 'f']);
    await end('A');
    expect(running).toEqual(['B', 'f', 'C']);
  });

  it('let one owner do one thing after another, and others pass by', async () => {
    const { enter, end, running } = given(3, 3);
    enter('a1', { owner: 'a' });
    enter('a2', { owner: 'a' });
    enter('b');
    await settled();
    expect(running).toEqual(['a1', 'b']);
    await end('a1');
    expect(running).toEqual(['b', 'a2']);
  });

  it('go on when an act fails', async () => {
    const lanes = new Lanes(1, 1);
    const lane = { owner: 'a', isLarge: true };
    await expect(lanes.run(lane, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await lanes.run(lane, () => Promise.resolve(1))).toBe(1);
  });
});
