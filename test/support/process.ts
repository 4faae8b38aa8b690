import { readFileSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A real server process over a data folder, to be killed at will. */
export type ServerProcess = Readonly<{
  url: string;
  pid: number;
  /** SIGKILL: no handler runs, nothing is flushed. */
  kill: () => Promise<void>;
  /** SIGTERM: resolves with the exit code. */
  stop: () => Promise<number | null>;
  output: () => string;
}>;

/** As `npm start` runs it. */
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
const FLAGS = scripts.start.split(' ').filter((word) => word.startsWith('--max-'));

const LISTENING = /listening on (http:\/\/\S+)/;

export const startProcess = async (dataDir: string, env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> => {
  const child = spawn(process.execPath, [...FLAGS, 'dist/main.js'], {
    env: { ...process.env, NODE_OPTIONS: '', DATA_DIR: dataDir, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const url = await listening(child, (line) => {
    output += `${line}\n`;
  });
  const ended = once(child, 'exit');
  return {
    url,
    // A process that listens was started.
    pid: child.pid ?? Number.NaN,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = (await ended) as [number | null];
      return code;
    },
    output: () => output,
  };
};

const listening = (child: ChildProcess, onLine: (line: string) => void): Promise<string> =>
  new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error('the child has a pipe for its output');
    child.once('exit', (code) => {
      reject(new Error(`the server ended with ${code} before it listened`));
    });
    createInterface(child.stdout).on('line', (line) => {
      onLine(line);
      const match = LISTENING.exec(line);
      if (match?.[1]) resolve(match[1]);
    });
  });
