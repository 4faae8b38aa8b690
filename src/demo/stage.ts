import { readFile } from 'node:fs/promises';
import type { Client } from '../cli/client.js';

/** What each scene of the demo works with. */
export type Stage = Readonly<{
  client: Client;
  /** Line of output. */
  say: (text: string) => void;
  /** Opens a scene: what is shown, and why. */
  scene: (title: string, why: string) => void;
}>;

/** An answer was not what it should be. */
export class DemoFailure extends Error {}

/** The demo doubles as a check: what is promised is compared with what came. */
export const expectSame = (what: string, expected: unknown, actual: unknown): void => {
  const [wanted, got] = [JSON.stringify(expected), JSON.stringify(actual)];
  if (wanted !== got) throw new DemoFailure(`${what}: expected ${wanted}, the answer was ${got}`);
};

export const toStage = (client: Client): Stage => {
  let count = 0;
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const scene = (title: string, why: string): void => {
    count += 1;
    say(`\n== ${count}. ${title}\n   ${why}\n`);
  };
  return { client, say, scene };
};

export const readSample = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../samples/${name}`, import.meta.url));

/** Text set in from the margin. */
export const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
