import { isAbsolute, resolve } from 'node:path';
import { isEventStoreDbUrl } from './engines.js';
import { LOG_LEVELS, type LogLevel } from './http/log.js';
import { err, ok, type Result } from './kernel/result.js';

/** How one server runs. Folders and files are absolute paths. */
export type Config = Readonly<{
  /** Nought: the machine picks a free one. */
  port: number;
  host: string;
  dataDir: string;
  /** Connection string of EventStoreDB (`esdb://…`, may hold a password); without it the log is a file in `dataDir`. */
  eventStoreDbUrl?: string;
  /** Where the keys are; in the data folder when absent. */
  keyringFile?: string;
  logLevel: LogLevel;
  /** Hours between two checkpoints of the log; nought or absent: none is made by the clock. */
  checkpointHours?: number;
}>;

type Environment = Readonly<Record<string, string | undefined>>;

const PORT_MAX = 65_535;
/** A year. */
const CHECKPOINT_HOURS_MAX = 8_760;
const CHECKPOINT_HOURS_DEFAULT = '24';
/** Names that the contract knows but whose engine this build lacks: silence would look like success. */
const NOT_IN_THIS_BUILD: Readonly<Record<string, string>> = {
  DATABASE_URL: 'the PostgreSQL read models are not in this build; read models are kept in DATA_DIR',
  OIDC_ISSUER: 'sign-in is not in this build; run the server behind a gateway that admits only your staff',
};
/** Names with our prefix that are ours; another one is a slip of the pen. */
const OUR_NAMES: ReadonlySet<string> = new Set(['SHEBAO_URL']);
const OUR_PREFIX = 'SHEBAO_';

const isLogLevel = (text: string): text is LogLevel => (LOG_LEVELS as readonly string[]).includes(text);
const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(path));

/** Reads the environment; every fault is named, each as one line. An empty value counts as absent. */
export const readConfig = (environment: Environment): Result<Config, readonly string[]> => {
  const valueOf = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const faults: string[] = [];
  for (const [name, why] of Object.entries(NOT_IN_THIS_BUILD))
    if (valueOf(name)) faults.push(`${name} is set, but ${why}`);
  for (const name of Object.keys(environment))
    if (name.startsWith(OUR_PREFIX) && !OUR_NAMES.has(name))
      faults.push(`${name} is not a setting of this program; see "shebao serve --help"`);

  const portText = valueOf('PORT') ?? '3000';
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : -1;
  if (port < 0 || port > PORT_MAX) faults.push(`PORT must be a whole number from 0 to ${PORT_MAX}`);
  const host = valueOf('HOST') ?? '127.0.0.1';
  if (/[\s/]/.test(host)) faults.push('HOST must be a host name or an address');
  const logLevel = valueOf('LOG_LEVEL') ?? 'info';
  if (!isLogLevel(logLevel)) faults.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  const hoursText = valueOf('CHECKPOINT_HOURS') ?? CHECKPOINT_HOURS_DEFAULT;
  const checkpointHours = /^\d{1,4}$/.test(hoursText) ? Number(hoursText) : -1;
  if (checkpointHours < 0 || checkpointHours > CHECKPOINT_HOURS_MAX)
    faults.push(`CHECKPOINT_HOURS must be a whole number from 0 (never) to ${CHECKPOINT_HOURS_MAX}`);
  const keyringFile = valueOf('KEYRING_FILE');
  const eventStoreDbUrl = valueOf('EVENTSTOREDB_URL');
  // The value may hold a password, so a fault does not repeat it.
  if (eventStoreDbUrl && !isEventStoreDbUrl(eventStoreDbUrl))
    faults.push('EVENTSTOREDB_URL must be a connection string of EventStoreDB (esdb://...)');

  if (faults.length > 0 || !isLogLevel(logLevel)) return err(faults);
  return ok({
    port,
    host,
    dataDir: absolute(valueOf('DATA_DIR') ?? './data'),
    ...(eventStoreDbUrl && { eventStoreDbUrl }),
    ...(keyringFile && { keyringFile: absolute(keyringFile) }),
    logLevel,
    checkpointHours,
  });
};
