import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const CLI = resolve('dist/cli.js');

/** The built command as a process of its own; `limitKiB` bounds the files that it may write, as a full disk does. */
export const startShebao = (
  args: readonly string[],
  { env = {}, limitKiB }: Readonly<{ env?: NodeJS.ProcessEnv; limitKiB?: number }> = {},
): ChildProcessWithoutNullStreams => {
  const words = [process.execPath, CLI, ...args];
  const [program = '', ...rest] =
    limitKiB === undefined ? words : ['bash', '-c', `ulimit -f ${limitKiB}; exec "$@"`, 'bash', ...words];
  return spawn(program, rest, { env: { ...process.env, NODE_OPTIONS: '', ...env } });
};

export type Outcome = Readonly<{ code: unknown; signal: unknown; out: string; error: string }>;
export const outcomeOf = async (child: ChildProcessWithoutNullStreams): Promise<Outcome> => {
  child.stdin.end();
  const [out, error, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code, signal, out, error };
};
export const shebao = (...given: Parameters<typeof startShebao>): Promise<Outcome> =>
  outcomeOf(startShebao(...given));
