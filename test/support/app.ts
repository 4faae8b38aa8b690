import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instant } from '../../src/kernel/calendar.js';
import { Clock } from '../../src/kernel/clock.js';
import type { LogLevel } from '../../src/http/log.js';
import type { YamlRuleBook } from '../../src/rules/rules.loader.js';
import { startServer } from '../../src/server.js';
import { startLog, type EngineName, type TestLog } from './engines.js';

/** A clock that stands where a test puts it. */
export class FixedClock extends Clock {
  constructor(private instant: Instant) {
    super();
  }
  now(): Instant {
    return this.instant;
  }
  set(instant: string): void {
    this.instant = instant as Instant;
  }
}

export type AppOptions = Readonly<{
  clock?: Clock;
  /** In place of the rules of this installation. */
  rules?: YamlRuleBook;
  /** What keeps the log; SQLite without it. */
  engine?: EngineName;
  /** A log of before, which then stays. */
  log?: TestLog;
  /** A data folder of before, which then stays; without one a new one is made and goes with the app. */
  dataDir?: string;
  logLevel?: LogLevel;
  /** Takes every log line. */
  onLog?: (line: string) => void;
}>;
export type TestApp = Readonly<{
  url: string;
  dataDir: string;
  log: TestLog;
  close: () => Promise<void>;
  get: (path: string, headers?: Record<string, string>) => Promise<Answer>;
  /** Waits until every row of a submission is judged: it is told, so that nobody has to ask again and again. */
  judged: (submission: string) => Promise<void>;
  /** An object goes as JSON, a text as CSV, unless the headers say otherwise. */
  post: (path: string, body: object | string, headers?: Record<string, string>) => Promise<Answer>;
}>;
export type Answer = Readonly<{
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; an empty object when it is none. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows what it asked for
  body: any;
  position: string | undefined;
}>;

/** The whole real application on a data folder of its own and a free port. */
export const startApp = async (options: AppOptions = {}): Promise<TestApp> => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'shebao-test-'));
  const log = options.log ?? (await startLog(options.engine ?? 'sqlite'));
  const { onLog } = options;
  const server = await startServer(
    { port: 0, host: '127.0.0.1', dataDir, logLevel: options.logLevel ?? 'silent', ...log.settings },
    {
      projectIn: 'thread',
      ...(options.clock && { clock: options.clock }),
      ...(options.rules && { rules: options.rules }),
      ...(onLog && { logs: { write: (line: string) => onLog(line) } }),
    },
  ).catch(async (error: unknown) => {
    if (options.log === undefined) await log.close();
    throw error;
  });
  const { url } = server;
  return {
    url,
    dataDir,
    log,
    close: async () => {
      await server.close();
      if (options.log === undefined) await log.close();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
    get: async (path, headers = {}) => toAnswer(await fetch(`${url}${path}`, { headers })),
    judged: async (submission) => {
      const told = await (await fetch(`${url}/v1/submissions/${submission}/progress`)).text();
      if (!told.includes('event: done')) throw new Error(`the progress ended early: ${told.slice(-200)}`);
    },
    post: async (path, body, headers = {}) =>
      toAnswer(
        await fetch(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': typeof body === 'string' ? 'text/csv' : 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
  };
};

const toAnswer = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: toJson(text),
    position: response.headers.get('ledger-position') ?? undefined,
  };
};
const toJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return {};
  }
};
