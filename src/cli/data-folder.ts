import { Option, type Command } from 'commander';
import { resolve } from 'node:path';

export type FolderOptions = Readonly<{ dataDir: string; json: boolean }>;

/** Adds what every command that works on a data folder takes. */
export const withDataFolder = (command: Command): Command =>
  command
    .addOption(
      new Option('--data-dir <folder>', 'the data folder')
        .env('DATA_DIR')
        .default('./data')
        .argParser((text) => resolve(text)),
    )
    .option('--json', 'print the outcome as JSON', false);

/** Wraps an action: what cannot be done is told in a line, and ends the process with 1. */
export const onFolder =
  (action: (options: FolderOptions) => Promise<void>) =>
  async (options: FolderOptions): Promise<void> => {
    try {
      await action({ ...options, dataDir: resolve(options.dataDir) });
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : 'failed for an unknown reason'}\n`);
      process.exitCode = 1;
    }
  };
