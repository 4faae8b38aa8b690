import type { Command } from 'commander';
import { resolve } from 'node:path';
import { logSourceOf, openLogReader } from '../engines.js';
import { SystemClock } from '../kernel/clock.js';
import { exportLog } from '../moving/export.js';
import { onFolderWith, withDataFolder, type FolderOptions } from './data-folder.js';
import { Phases } from './phases.js';
import { print, printJson } from './run.js';

type Options = FolderOptions & Readonly<{ force: boolean }>;

const HELP = `
FILE is gzip over lines of JSON: a header, a line for each event in the order of the log, and counts and head at the end.
It holds neither keys nor read models: keep the keyring file apart from it. The server may run meanwhile; the export ends
where the log ends when it begins. Cut short, it leaves FILE.part and FILE.state: run it again and it goes on.`;

/** Writes the whole log into one file that any store of this system can be filled from. */
export const register = (program: Command): void => {
  withDataFolder(
    program
      .command('export')
      .description('Write the whole log into a file from which a store of either kind can be filled')
      .argument('<file>', 'where to; log.ndjson.gz is a good name')
      .option('--force', 'replace a file that is there', false)
      .addHelpText('after', HELP),
  ).action(onFolderWith(exportTo));
};

const exportTo = async (name: string, options: Options): Promise<void> => {
  const file = resolve(name);
  const source = logSourceOf(options);
  const log = openLogReader(source);
  const phases = new Phases();
  try {
    const total = process.stderr.isTTY ? await log.countAfter(undefined) : 0;
    const trailer = await exportLog(log, {
      file,
      engine: source.engine,
      clock: new SystemClock(),
      force: options.force,
      onWritten: (events) => phases.show('events written', events, total),
      onReadBack: (bytes, size) => phases.show('bytes read back', bytes, size),
      onNotice: (notice) => process.stderr.write(`export: ${notice}\n`),
    });
    phases.stop();
    if (options.json) printJson({ file, ...trailer });
    else
      print(
        `export: ${trailer.events} events of ${trailer.streams} streams; head ${trailer.head.root}; ${file}`,
      );
  } finally {
    phases.stop();
    await log.close();
  }
};
