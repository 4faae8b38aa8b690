import { base32nopad } from '@scure/base';
import assert from 'node:assert';
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Keyring } from './keyring.js';
import { derivedSigningKey, freshSigningKey, toSigningKey, type SigningKey } from './signing-key.js';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const STREAM_KEY_LENGTH = 26;
const FORMAT = 1;
const OWNER_ONLY = 0o600;
const GROUP_AND_OTHERS = 0o077;

/** A key that seals, by its id. */
export type SealingKey = Readonly<{ kid: string; key: Buffer }>;
/** What a keyring holds: the secret behind names and digests, the sealing and the signing keys, oldest first. */
export type Keys = Readonly<{
  secret: Buffer;
  sealing: readonly SealingKey[];
  signing?: readonly SigningKey[];
}>;

/** A keyring file that cannot be used; the message names no key. */
export class KeyringUnusable extends Error {
  override readonly name = 'KeyringUnusable';
}

/** Keys in memory. The file adapter adds where they are kept; tests give fixed ones. */
export class MemoryKeyring extends Keyring {
  private readonly newest: SealingKey;
  private readonly byId: ReadonlyMap<string, Buffer>;

  constructor(private readonly keys: Keys) {
    super();
    const newest = keys.sealing.at(-1);
    assert(newest, 'a keyring holds at least one sealing key');
    this.newest = newest;
    this.byId = new Map(keys.sealing.map(({ kid, key }) => [kid, key]));
  }

  /** The keys that sign checkpoints, oldest first; they leave the keyring for the signer alone. */
  get signing(): readonly SigningKey[] {
    return this.keys.signing ?? [];
  }

  /** New random keys that are kept nowhere. */
  static fresh(): MemoryKeyring {
    return new MemoryKeyring(freshKeys());
  }

  streamKeyOf(ssn: string): string {
    const mac = createHmac('sha256', this.keys.secret).update(ssn).digest();
    return base32nopad.encode(mac).toLowerCase().slice(0, STREAM_KEY_LENGTH);
  }

  digestOf(purpose: string, text: string): string {
    assert(!purpose.includes('\n'), 'a purpose is one line');
    return createHmac('sha256', this.keys.secret).update(`${purpose}\n${text}`).digest('hex');
  }

  seal(text: string, boundTo: string): string {
    return this.sealWith(randomBytes(IV_BYTES), text, boundTo);
  }

  open(envelope: string, boundTo: string): string {
    const dot = envelope.indexOf('.');
    const key = this.byId.get(envelope.slice(0, dot));
    const payload = envelope.slice(dot + 1);
    const bytes = Buffer.from(payload, 'base64url');
    if (!key || bytes.length < IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== payload)
      throw new Error('an envelope cannot be opened: unknown key or not an envelope');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(boundTo));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }

  private sealWith(iv: Buffer, text: string, boundTo: string): string {
    const { kid, key } = this.newest;
    const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(boundTo));
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${kid}.${sealed.toString('base64url')}`;
  }
}

/** The keyring of an installation: one JSON file that only its owner may read, made on first start. */
export class FileKeyring extends MemoryKeyring {
  static open(path: string): FileKeyring {
    if (!existsSync(path)) create(path, freshKeys());
    const keys = load(path);
    return new FileKeyring(keys.signing.length > 0 ? keys : addFirstSigningKey(path, keys));
  }

  /** The signing keys of a file that is there; nothing is written. */
  static readSigning(path: string): readonly SigningKey[] {
    return load(path).signing;
  }

  /** Adds a sealing key: it seals from the next opening on, and the older ones still open what they sealed. */
  static rotate(path: string): void {
    const keys = load(path);
    const kid = `k${keys.sealing.length + 1}`;
    replace(path, { ...keys, sealing: [...keys.sealing, { kid, key: randomBytes(KEY_BYTES) }] });
  }

  /** Adds a signing key: it signs from the next opening on, and what the older ones signed stays checkable. */
  static rotateSigning(path: string): void {
    const keys = load(path);
    const signing = keys.signing.length > 0 ? keys.signing : [derivedSigningKey(keys.secret)];
    replace(path, { ...keys, signing: [...signing, freshSigningKey()] });
  }
}

type LoadedKeys = Required<Keys>;

const addFirstSigningKey = (path: string, keys: LoadedKeys): LoadedKeys => {
  const extended = { ...keys, signing: [derivedSigningKey(keys.secret)] };
  try {
    replace(path, extended);
  } catch (cause) {
    throw new KeyringUnusable(
      `${path} has no signing key yet and cannot be written to add one: make it and its folder writable for this start`,
      { cause },
    );
  }
  return extended;
};

const freshKeys = (): LoadedKeys => ({
  secret: randomBytes(KEY_BYTES),
  sealing: [{ kid: 'k1', key: randomBytes(KEY_BYTES) }],
  signing: [freshSigningKey()],
});

/** Links rather than renames: of two first starts at once one wins, and no keyring is ever overwritten. */
const create = (path: string, keys: LoadedKeys): void => {
  const temporary = write(path, keys);
  try {
    linkSync(temporary, path);
  } catch (reason) {
    if (!existsSync(path)) throw reason;
  } finally {
    rmSync(temporary);
  }
  syncFolderOf(path);
};

/** Written beside and renamed: who opens the file meanwhile finds it whole, as it was or as it is to be. */
const replace = (path: string, keys: LoadedKeys): void => {
  const temporary = write(path, keys);
  try {
    renameSync(temporary, path);
  } catch (reason) {
    rmSync(temporary, { force: true });
    throw reason;
  }
  syncFolderOf(path);
};

const write = (path: string, { secret, sealing, signing }: LoadedKeys): string => {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  const toEntry = ({ kid, key }: SealingKey | SigningKey): object => ({ kid, key: key.toString('base64') });
  const content = {
    format: FORMAT,
    secret: secret.toString('base64'),
    sealing: sealing.map(toEntry),
    signing: signing.map(toEntry),
  };
  const file = openSync(temporary, 'wx', OWNER_ONLY);
  try {
    writeSync(file, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return temporary;
};

const syncFolderOf = (path: string): void => {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};

const load = (path: string): LoadedKeys => {
  if ((statSync(path).mode & GROUP_AND_OTHERS) !== 0)
    throw new KeyringUnusable(`${path} may be read by others than its owner: chmod 600 it`);
  const unusable = new KeyringUnusable(`${path} is not a keyring of this version`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw unusable;
  }
  const keys = toKeys(content);
  if (!keys) throw unusable;
  return keys;
};

type Unknowns = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Unknowns => typeof value === 'object' && value !== null;

const toKeys = (content: unknown): LoadedKeys | undefined => {
  if (!isRecord(content) || content['format'] !== FORMAT) return undefined;
  const secret = toKey(content['secret']);
  const sealing = toEntries(content['sealing'], /^[a-z0-9]+$/);
  // A keyring from before checkpoints were signed has no such member.
  const signing = toEntries(content['signing'] ?? [], /^[\w-]{43}$/);
  if (!secret || !sealing?.length || !signing) return undefined;
  return signing.every(({ kid, key }) => toSigningKey(key).kid === kid)
    ? { secret, sealing, signing }
    : undefined;
};

/** Keys under distinct ids; undefined when one of them is none. */
const toEntries = (entries: unknown, kidFormat: RegExp): readonly SealingKey[] | undefined => {
  if (!Array.isArray(entries)) return undefined;
  const keys = entries.map((entry: unknown) => {
    const [kid, key] = isRecord(entry) ? [entry['kid'], toKey(entry['key'])] : [];
    return typeof kid === 'string' && kidFormat.test(kid) && key ? { kid, key } : undefined;
  });
  const whole = keys.filter((key) => key !== undefined);
  return new Set(whole.map(({ kid }) => kid)).size === entries.length ? whole : undefined;
};

const toKey = (text: unknown): Buffer | undefined => {
  if (typeof text !== 'string') return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length === KEY_BYTES && key.toString('base64') === text ? key : undefined;
};
