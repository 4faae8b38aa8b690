import { setImmediate } from 'node:timers/promises';

/** Looks again until a condition gives a value; the test's own time limit bounds it. */
export const until = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await setImmediate();
  }
};
