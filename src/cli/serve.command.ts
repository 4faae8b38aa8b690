import type { Command } from 'commander';

type ServeOptions = Readonly<{
  port?: string;
  host?: string;
  dataDir?: string;
  eventstoredb?: string;
  logLevel?: string;
}>;

const HELP = `
Settings come from the environment: PORT (3000), HOST (127.0.0.1), DATA_DIR (./data), EVENTSTOREDB_URL (without it the
log is a file in the data folder), KEYRING_FILE (in the data folder), LOG_LEVEL (info). An option here goes before the environment. Logs are JSON lines on standard output.`;

/** The same as \`npm start\`. */
export const register = (program: Command): void => {
  program
    .command('serve')
    .description('Run the server until it is told to stop (SIGTERM or Ctrl-C)')
    .option('--port <number>', 'where to listen; 0 takes a free one')
    .option('--host <address>', 'on which address')
    .option('--data-dir <folder>', 'where everything is kept')
    .option('--eventstoredb <url>', 'the EventStoreDB that holds the log (esdb://...)')
    .option('--log-level <level>', 'fatal, error, warn, info, debug, trace or silent')
    .addHelpText('after', HELP)
    .action(run);
};

const run = async ({ port, host, dataDir, eventstoredb, logLevel }: ServeOptions): Promise<void> => {
  const { readConfig } = await import('../config.js');
  const { serve } = await import('../serve.js');
  const given = {
    PORT: port,
    HOST: host,
    DATA_DIR: dataDir,
    EVENTSTOREDB_URL: eventstoredb,
    LOG_LEVEL: logLevel,
  };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  await serve(readConfig({ ...process.env, ...set }));
};
