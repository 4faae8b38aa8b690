import { Option, type Command } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileAnchor } from '../audit/anchor.adapter.js';
import { AnchorUnreadable } from '../audit/anchor.js';
import { toSignedHead, type SignedHead } from '../audit/checkpoint.js';
import type { Remembered } from '../audit/remembered.js';
import { KeySigner } from '../audit/signer.adapter.js';
import { NO_KEYS, readTrustedKeys, toTrustedKeys, type TrustedKeys } from '../audit/trusted-keys.js';
import { verifyLog, type Verification, type VerifyOptions } from '../audit/verification.js';
import { toRunAnswer, toVerificationLine } from '../audit/verification.texts.js';
import { logSourceOf, openLogReader } from '../engines.js';
import type { LogReader } from '../event-store/event-store.js';
import { FileKeyring } from '../event-store/keyring.adapter.js';
import { findBuiltOn } from '../projection/sqlite-checkpoint.adapter.js';
import { onFolder, withDataFolder, type FolderOptions } from './data-folder.js';
import { showProgress } from './progress.js';
import { print, printJson } from './run.js';

type VerifyCommandOptions = FolderOptions & Readonly<{ head?: string; key?: string; keyring?: string }>;

/** Walks the whole log and proves it by its hashes and its signed heads; the server may run meanwhile. */
export const register = (program: Command): void => {
  withDataFolder(
    program
      .command('verify')
      .description(
        'Prove the whole log by its hashes and signed heads, or name the first event that does not fit',
      )
      .option('--head <file>', 'a signed head that you kept (JSON): the log must still hold it')
      .option('--key <file>', 'the public keys to trust (JWKS, JWK or PEM) in place of the keyring’s')
      .addOption(
        new Option('--keyring <file>', 'the keyring; in the data folder when absent').env('KEYRING_FILE'),
      ),
  ).action(onFolder(verify));
};

const verify = async (options: VerifyCommandOptions): Promise<void> => {
  const log = openLogReader(logSourceOf(options));
  try {
    // Taken before the walk: the log may grow meanwhile, and they with it.
    const remembered = await remember(options);
    const verification = await walk(log, { keys: keysOf(options), remembered });
    const { fault } = verification;
    if (options.json) printJson({ whole: fault === undefined, ...toRunAnswer(verification) });
    else print(toVerificationLine(verification));
    if (fault) process.exitCode = 1;
  } finally {
    await log.close();
  }
};

const walk = async (log: LogReader, options: VerifyOptions): Promise<Verification> => {
  if (!process.stderr.isTTY) return verifyLog(log, options);
  const progress = showProgress(await log.countAfter(undefined), 'events');
  try {
    return await verifyLog(log, { ...options, onProgress: progress.update });
  } finally {
    progress.stop();
  }
};

const keysOf = ({ dataDir, key, keyring }: VerifyCommandOptions): TrustedKeys => {
  if (key !== undefined) return readTrustedKeys(readFileSync(key, 'utf8'));
  const file = keyring ?? join(dataDir, 'keyring.json');
  const signing = existsSync(file) ? FileKeyring.readSigning(file) : [];
  return signing.length === 0 ? NO_KEYS : toTrustedKeys(new KeySigner(signing).verificationKeys());
};

const remember = async ({ dataDir, head }: VerifyCommandOptions): Promise<Remembered> => {
  const kept = head === undefined ? [] : readHeads(head);
  const anchor = await findAnchor(dataDir);
  const builtOn = await findBuiltOn(dataDir);
  return { heads: anchor ? [...kept, anchor] : kept, ...(builtOn && { builtOn }) };
};

/** One signed head, or a list of them as the server answers. */
const readHeads = (file: string): readonly SignedHead[] => {
  const content = toJson(readFileSync(file, 'utf8'));
  const { items } = Object(content) as Readonly<{ items?: unknown }>;
  const heads = (Array.isArray(items) ? items : [content]).map(toSignedHead);
  const whole = heads.filter((each) => each !== undefined);
  if (whole.length === 0 || whole.length < heads.length)
    throw new Error(`${file} holds no signed head as GET /v1/audit/checkpoints lists them`);
  return whole;
};
const toJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A file that was damaged is told and fails the run, but does not keep the walk from what else there is to find. */
const findAnchor = async (dataDir: string): Promise<SignedHead | undefined> => {
  try {
    return await new FileAnchor(join(dataDir, 'checkpoint.json')).find();
  } catch (error) {
    if (!(error instanceof AnchorUnreadable)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return undefined;
  }
};
