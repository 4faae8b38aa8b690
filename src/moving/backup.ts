import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Verification } from '../audit/verification.js';
import { metadataOf } from '../event-store/chain.js';
import type { LogReader } from '../event-store/event-store.js';
import type { Clock } from '../kernel/clock.js';
import type { Last } from './archive.js';

export const BACKUP_FORMAT = 'shebao-ledger/backup/1';
const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;
/** Names in a data folder: a backup is one, without what can be made anew. */
const LOG = 'events.sqlite';
const KEYRING = 'keyring.json';
const ANCHOR = 'checkpoint.json';
const MANIFEST = 'backup.json';

/** What a backup holds, in `backup.json`. `head` is what `verify` gives for it; `last` is null for an empty log. */
export type Manifest = Readonly<{
  format: typeof BACKUP_FORMAT;
  madeAt: string;
  events: number;
  head: Readonly<{ size: number; root: string }>;
  last: Last | null;
  files: readonly Readonly<{ name: string; bytes: number; sha256: string }>[];
}>;

export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

/** `keyring`: where the file is. The rest is given by whoever knows the engine. */
export type BackupOptions = Readonly<{
  dir: string;
  dataDir: string;
  keyring: string;
  clock: Clock;
  copyLog: (from: string, to: string) => Promise<void>;
  openCopy: (file: string) => LogReader;
  /** Proves the copy by the keyring and the newest signed head that lie beside it. */
  verify: (log: LogReader, copied: Readonly<{ keyring: string; anchor: string }>) => Promise<Verification>;
}>;

/**
 * Copies log, keys and newest signed head of a data folder that may be in use, proves the copy, and only then gives the
 * folder its name. A failure leaves nothing behind; a process that is killed leaves `dir.part`.
 */
export const backUp = async (options: BackupOptions): Promise<Manifest> => {
  const { dir } = options;
  if ((await findEntries(dir)).length > 0)
    throw new BackupRefused(`${dir} is not empty: a backup goes into a folder of its own`);
  const part = `${dir}.part`;
  await makePart(part);
  try {
    const manifest = await fill(part, options);
    await rename(part, dir);
    await syncPath(dirname(dir));
    return manifest;
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
};

const fill = async (
  part: string,
  { dataDir, keyring, clock, copyLog, openCopy, verify }: BackupOptions,
): Promise<Manifest> => {
  const to = { log: join(part, LOG), keyring: join(part, KEYRING), anchor: join(part, ANCHOR) };
  // The head before the log, so that the copied log holds what it remembers; the keys after it, so that they open all.
  await assertThere(keyring);
  const hasAnchor = await copySmall(join(dataDir, ANCHOR), to.anchor);
  await copyLog(join(dataDir, LOG), to.log);
  await chmod(to.log, OWNER_ONLY);
  await syncPath(to.log);
  await copySmall(keyring, to.keyring);
  const log = openCopy(to.log);
  let manifest: Manifest;
  try {
    const { fault, events, head } = await verify(log, to);
    if (fault)
      throw new BackupRefused(
        `the log is not whole: ${fault.kind} (${fault.check}) at revision ${fault.revision} of ${fault.stream}; see shebao verify`,
      );
    const last = await findLast(log);
    const names = [LOG, KEYRING, ...(hasAnchor ? [ANCHOR] : [])];
    const files = await Promise.all(names.map((name) => describe(join(part, name))));
    manifest = { format: BACKUP_FORMAT, madeAt: clock.now(), events, head, last, files };
  } finally {
    await log.close();
  }
  await writeSmall(join(part, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  await syncPath(part);
  return manifest;
};

const assertThere = async (keyring: string): Promise<void> => {
  try {
    await access(keyring);
  } catch (cause) {
    throw new BackupRefused(
      `there is no keyring at ${keyring}, and a log without its keys cannot be read: name it with --keyring`,
      { cause },
    );
  }
};

const findEntries = async (dir: string): Promise<readonly string[]> => {
  try {
    return await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** The making of the folder is what keeps two backups to the same place apart. */
const makePart = async (part: string): Promise<void> => {
  try {
    await mkdir(part, { mode: FOLDER_OWNER_ONLY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new BackupRefused(
        `${part} is there: another backup is under way, or one was killed; then remove it, it holds a copy of the keys`,
      );
    throw error;
  }
};

/** Whether there is such a file; both that are copied so are only ever replaced as a whole. */
const copySmall = async (from: string, to: string): Promise<boolean> => {
  let content: Buffer;
  try {
    content = await readFile(from);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  await writeSmall(to, content);
  return true;
};

const writeSmall = async (to: string, content: Buffer | string): Promise<void> => {
  const file = await open(to, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
};

const syncPath = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const findLast = async (log: LogReader): Promise<Last | null> => {
  const head = await log.head();
  const [event] = head === undefined ? [] : await log.readAll({ after: head - 1n, max: 1 });
  if (!event) return null;
  return { stream: event.stream, revision: event.revision.toString(), hash: metadataOf(event).hash };
};

const describe = async (file: string): Promise<Manifest['files'][number]> => {
  const sha256 = createHash('sha256');
  await pipeline(createReadStream(file), sha256);
  const { size } = await stat(file);
  return { name: basename(file), bytes: size, sha256: sha256.digest('hex') };
};
