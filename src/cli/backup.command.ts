import { Option, type Command } from 'commander';
import { join, resolve } from 'node:path';
import { FileAnchor } from '../audit/anchor.adapter.js';
import { KeySigner } from '../audit/signer.adapter.js';
import { NO_KEYS, toTrustedKeys } from '../audit/trusted-keys.js';
import { verifyLog } from '../audit/verification.js';
import { openLogReader } from '../engines.js';
import { FileKeyring } from '../event-store/keyring.adapter.js';
import { copySqliteLog } from '../event-store/sqlite-backup.adapter.js';
import { SystemClock } from '../kernel/clock.js';
import { backUp } from '../moving/backup.js';
import { onFolderWith, withDataFolder, type FolderOptions } from './data-folder.js';
import { Phases } from './phases.js';
import { print, printJson } from './run.js';

type Options = FolderOptions & Readonly<{ keyring?: string }>;

const HELP = `
DIR must not be there, or be empty. It gets the log, the keyring, the newest signed head and backup.json, which says what
is in it. Read models are not copied: a server makes them anew. To restore, start a server on a copy of DIR. The server
may run meanwhile.`;

/** Copies a data folder that may be in use, keys and all. */
export const register = (program: Command): void => {
  withDataFolder(
    program
      .command('backup')
      .description('Copy log and keys of a running server into a folder, and prove the copy')
      .argument('<dir>', 'where to; a new folder for each backup')
      .addOption(
        new Option('--keyring <file>', 'the keyring; in the data folder when absent').env('KEYRING_FILE'),
      )
      .addHelpText('after', HELP),
  ).action(onFolderWith(backUpTo));
};

const OF_A_SERVER =
  'the log is in EventStoreDB: back it up by the means of that server. Copy keyring.json and checkpoint.json from the data folder beside it; for a copy that any store can be filled from, see shebao export.';

const backUpTo = async (name: string, options: Options): Promise<void> => {
  if (options.eventStoreDbUrl !== undefined) throw new Error(OF_A_SERVER);
  const { dataDir } = options;
  const dir = resolve(name);
  const phases = new Phases();
  try {
    const manifest = await backUp({
      dir,
      dataDir,
      keyring: resolve(options.keyring ?? join(dataDir, 'keyring.json')),
      clock: new SystemClock(),
      copyLog: (from, to) =>
        copySqliteLog(from, to, (pages, total) => phases.show('pages copied', pages, total)),
      openCopy: (file) => openLogReader({ engine: 'sqlite', file }),
      verify: async (log, { keyring, anchor }) => {
        const signing = FileKeyring.readSigning(keyring);
        const head = await new FileAnchor(anchor).find();
        const total = await log.countAfter(undefined);
        return verifyLog(log, {
          keys: signing.length === 0 ? NO_KEYS : toTrustedKeys(new KeySigner(signing).verificationKeys()),
          remembered: { heads: head ? [head] : [] },
          onProgress: (events) => phases.show('events proven', events, total),
        });
      },
    });
    phases.stop();
    if (options.json) printJson({ dir, ...manifest });
    else
      print(
        `backup: ${manifest.events} events, chain whole, with the keys; head ${manifest.head.root}; ${dir}`,
      );
  } finally {
    phases.stop();
  }
};
