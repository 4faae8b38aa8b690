import { describe, expect, it } from '@jest/globals';
import { showProgress } from './progress.js';

const inLog = (total: number, steps: readonly number[]): readonly string[] => {
  const lines: string[] = [];
  const stream = { isTTY: false, write: (text: string) => lines.push(text) > 0 };
  const progress = showProgress(total, 'rows', stream as unknown as NodeJS.WriteStream);
  for (const done of steps) progress.update(done);
  progress.stop();
  return lines.map((line) => /(\d+\/\d+) rows\n$/.exec(line)?.[1] ?? line);
};

describe('progress off a terminal', () => {
  it('prints few lines, the first and the last among them', () =>
    expect(inLog(1_000, [1, 100, 199, 200, 399, 401, 700, 999, 1_000, 1_000])).toEqual([
      '0/1000',
      '200/1000',
      '401/1000',
      '700/1000',
      '999/1000',
      '1000/1000',
    ]));
  it('is done at once when there is nothing to do', () => expect(inLog(0, [0])).toEqual(['0/0']));
});
