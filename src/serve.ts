import type { Config } from './config.js';
import { toLoggable } from './http/log.js';
import type { Result } from './kernel/result.js';
import { startServer, type RunningServer } from './server.js';

/** How long a stop may take before the process ends anyway. */
const STOP_MS_MAX = 20_000;

/** Runs a server as the whole work of this process: from its settings to a clean end on SIGTERM or SIGINT. */
export const serve = async (config: Result<Config, readonly string[]>): Promise<void> => {
  if (!config.ok) return fail(config.error);
  try {
    const server = await startServer(config.value);
    // Who reads the line may send a signal at once, so the handlers stand before it.
    stopOnSignals(server);
    process.stdout.write(`shebao-ledger listening on ${server.url} (data folder ${config.value.dataDir})\n`);
  } catch (error) {
    fail(textsOf(error));
  }
};

const stopOnSignals = (server: RunningServer): void => {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    server.close().catch((error: unknown) => {
      fail(textsOf(error));
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};

/** A start that failed is said in plain words; what our own code throws at start names no person. */
const textsOf = (error: unknown): readonly string[] => {
  const { name, message, stack } = toLoggable(error);
  if (error instanceof Error && isPlain(error)) return [error.message];
  return [`${name}: ${message}`, ...stack];
};
/** Refusals of a start, by name: their message says what to do, a stack would only hide it. */
const PLAIN: ReadonlySet<string> = new Set([
  'DataFolderInUse',
  'ImportUnfinished',
  'EventStoreUnreachable',
  'KeyringUnusable',
  'ProjectionsDiffer',
  'RulesError',
]);
const isPlain = (error: Error): boolean =>
  PLAIN.has(error.name) || PLAIN.has(error.constructor.name) || ('syscall' in error && 'code' in error);

const fail = (texts: readonly string[]): void => {
  for (const text of texts) process.stderr.write(`shebao-ledger: ${text}\n`);
  process.exitCode = 1;
};
