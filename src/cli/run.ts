import { Option, type Command } from 'commander';
import { Client, Refused, Unreachable, type Problem } from './client.js';

export type ClientOptions = Readonly<{ url: string; json: boolean }>;

/** Adds what every command that talks to a server takes. */
export const withServer = (command: Command): Command =>
  command
    .addOption(
      new Option('--url <url>', 'where the server is').env('SHEBAO_URL').default('http://127.0.0.1:3000'),
    )
    .option('--json', 'print the answer as JSON', false);

export const clientOf = ({ url }: ClientOptions): Client => new Client(url, prefersChinese() ? 'zh' : 'en');

/** The language of the terminal, as POSIX names it. */
export const prefersChinese = (): boolean =>
  (process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || '').startsWith('zh');

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** A problem in plain words: code, what happened, and every bad field on a line of its own. */
export const toPlainProblem = ({ status, code, detail, errors }: Problem): string =>
  [
    `${code} (${status}): ${detail}`,
    ...errors.map(({ field, code: why, message }) => `  ${field}: ${message} (${why})`),
  ].join('\n');

/** Wraps an action: a refusal or a silent server is told plainly and ends the process with 1. */
export const act =
  <Args extends readonly unknown[]>(action: (...args: Args) => Promise<void>) =>
  async (...args: Args): Promise<void> => {
    try {
      await action(...args);
    } catch (error) {
      const text = toPlainText(error);
      if (text === undefined) throw error;
      process.stderr.write(`${text}\n`);
      process.exitCode = 1;
    }
  };

/** `undefined` for what nobody foresaw: that deserves its stack trace. */
export const toPlainText = (error: unknown): string | undefined => {
  if (error instanceof Refused) return toPlainProblem(error.problem);
  if (error instanceof Unreachable) return error.message;
  return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? error.message : undefined;
};

/** The argument, or the first line of standard input when there is none: it stays out of the process list. */
export const argumentOrInput = async (argument: string | undefined): Promise<string> => {
  if (argument !== undefined) return argument;
  if (process.stdin.isTTY) process.stderr.write('Number: ');
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin as AsyncIterable<string>) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  return (text.split('\n')[0] ?? '').trim();
};
