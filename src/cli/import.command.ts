import { Option, type Command } from 'commander';
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { logSourceOf, openEventStore, openLogReader, type LogSource } from '../engines.js';
import { DataFolder } from '../event-store/data-folder.adapter.js';
import { FileKeyring } from '../event-store/keyring.adapter.js';
import type { ArchivedEvent } from '../moving/archive.js';
import { checkArchive } from '../moving/archive.reader.js';
import { assertEmpty, importLog, type Imported } from '../moving/import.js';
import { onFolderWith, withDataFolder, type FolderOptions } from './data-folder.js';
import { Phases } from './phases.js';
import { print, printJson } from './run.js';

type Options = FolderOptions & Readonly<{ resume: boolean; keyring?: string }>;
/** What the archive holds that a keyring can be tried on. */
type Sealed = Readonly<{ envelope: string; stream: string }>;
/** `untried`: the archive registers nobody. */
type KeyringFit = 'fits' | 'differs' | 'absent' | 'untried';

const HELP = `
The store must be empty and nobody may serve it. The archive is read twice: checked whole before anything is stored, then
stored; at the end the store's own log is walked and its head compared. An archive holds no keys: copy the keyring file of
the installation that it comes from, or nothing that is sealed can be opened and nobody is found by their number.
Cut short, it is gone on with by --resume; start no server on the store before it has ended well.`;

/** Fills an empty store of either kind from an archive. */
export const register = (program: Command): void => {
  withDataFolder(
    program
      .command('import')
      .description('Fill an empty store from a file that export wrote, with the server stopped')
      .argument('<file>', 'the archive')
      .option('--resume', 'go on with an import of the same file that was cut short', false)
      .addOption(
        new Option('--keyring <file>', 'the keyring; in the data folder when absent').env('KEYRING_FILE'),
      )
      .addHelpText('after', HELP),
  ).action(onFolderWith(importFrom));
};

const importFrom = async (name: string, options: Options): Promise<void> => {
  const file = resolve(name);
  if (!statSync(file).isFile())
    throw new Error(`${file} is not a file: it is read twice, so a pipe will not do`);
  const folder = DataFolder.open(options.dataDir);
  try {
    const { imported, sealed } = await fill(file, options);
    const keyring = keyringFitOf(options.keyring ?? folder.keyring, sealed);
    report(file, imported, keyring, options.json);
  } finally {
    folder.close();
  }
};

const fill = async (
  file: string,
  options: Options,
): Promise<Readonly<{ imported: Imported; sealed: Sealed | undefined }>> => {
  const source = logSourceOf(options);
  if (!options.resume) await assertNothingThere(source);
  const { size } = statSync(file);
  const phases = new Phases();
  const onBytes = (what: string) => (bytes: number) => phases.show(what, bytes, size);
  let sealed: Sealed | undefined;
  const onEvents = (events: readonly ArchivedEvent[]): void => void (sealed ??= findSealed(events));
  try {
    const { events } = await checkArchive(file, { chain: true, onBytes: onBytes('bytes checked'), onEvents });
    const store = openEventStore(source);
    try {
      const imported = await importLog(store, {
        file,
        resume: options.resume,
        onBytes: onBytes('bytes stored'),
        onVerified: (done) => phases.show('events compared', done, events),
      });
      return { imported, sealed };
    } finally {
      await store.close();
    }
  } finally {
    phases.stop();
  }
};

/** Asked for before the archive is read: that may take long. */
const assertNothingThere = async (source: LogSource): Promise<void> => {
  if (source.engine === 'sqlite' && !existsSync(source.file)) return;
  const log = openLogReader(source);
  try {
    await assertEmpty(log);
  } finally {
    await log.close();
  }
};

const findSealed = (events: readonly ArchivedEvent[]): Sealed | undefined => {
  const event = events.find(({ type }) => type === 'IndividualRegistered');
  if (!event) return undefined;
  const { sealed } = JSON.parse(event.data) as Readonly<{ sealed: string }>;
  return { envelope: sealed, stream: event.stream };
};

const keyringFitOf = (path: string, sealed: Sealed | undefined): KeyringFit => {
  if (!existsSync(path)) return 'absent';
  if (!sealed) return 'untried';
  const keyring = FileKeyring.open(path);
  try {
    keyring.open(sealed.envelope, sealed.stream);
    return 'fits';
  } catch {
    return 'differs';
  }
};

const KEYRING_TEXTS: Readonly<Record<KeyringFit, string>> = {
  fits: 'The keyring opens what the log holds.',
  untried: 'An archive holds no keys, and nobody is registered in this one: the keyring could not be tried.',
  absent:
    'An archive holds no keys. Copy the keyring file of the installation that it comes from before you start the server: a new keyring opens nothing, and nobody is found by their number.',
  differs:
    'The keyring does not open what the log holds: it is of another installation. Put the right one in its place before you start the server.',
};

const report = (file: string, imported: Imported, keyring: KeyringFit, json: boolean): void => {
  const { trailer, stood } = imported;
  if (json) printJson({ file, ...trailer, stood, keyring });
  else {
    const before = stood > 0 ? ` (${stood} stood there already)` : '';
    print(
      `import: ${trailer.events} events of ${trailer.streams} streams${before}; the store has the head of the archive, ${trailer.head.root}`,
    );
  }
  process.stderr.write(`${KEYRING_TEXTS[keyring]}\n`);
  if (keyring === 'differs') process.exitCode = 2;
};
