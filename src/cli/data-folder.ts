import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { isEventStoreDbUrl } from '../engines.js';

/** What `logSourceOf` and `openAdapters` take as well: the log is a file in the folder unless a server is named. */
export type FolderOptions = Readonly<{ dataDir: string; eventStoreDbUrl?: string; json: boolean }>;
type Given = Readonly<{ dataDir: string; eventstoredb?: string; json: boolean }>;

/** Adds what every command that works on a data folder takes. */
export const withDataFolder = (command: Command): Command =>
  command
    .addOption(
      new Option('--data-dir <folder>', 'the data folder')
        .env('DATA_DIR')
        .default('./data')
        .argParser((text) => resolve(text)),
    )
    .addOption(
      new Option('--eventstoredb <url>', 'the EventStoreDB that holds the log (esdb://...)').env(
        'EVENTSTOREDB_URL',
      ),
    )
    .option('--json', 'print the outcome as JSON', false);

/** Wraps an action: what cannot be done is told in a line, and ends the process with 1. */
export const onFolder =
  (action: (options: FolderOptions) => Promise<void>) =>
  async ({ eventstoredb, ...options }: Given): Promise<void> => {
    try {
      const eventStoreDbUrl = eventstoredb?.trim();
      if (eventStoreDbUrl && !isEventStoreDbUrl(eventStoreDbUrl))
        throw new Error('--eventstoredb must be a connection string of EventStoreDB (esdb://...)');
      await action({
        ...options,
        dataDir: resolve(options.dataDir),
        ...(eventStoreDbUrl && { eventStoreDbUrl }),
      });
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : 'failed for an unknown reason'}\n`);
      process.exitCode = 1;
    }
  };

/** The same for a command that takes an argument, and options of its own. */
export const onFolderWith =
  <Options extends FolderOptions>(action: (argument: string, options: Options) => Promise<void>) =>
  (argument: string, given: Given): Promise<void> =>
    onFolder((options) => action(argument, options as Options))(given);
