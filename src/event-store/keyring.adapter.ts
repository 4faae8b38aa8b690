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

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const STREAM_KEY_LENGTH = 26;
const FORMAT = 1;
const OWNER_ONLY = 0o600;
const GROUP_AND_OTHERS = 0o077;

/** A key that seals, by its id. */
export type SealingKey = Readonly<{ kid: string; key: Buffer }>;
/** What a keyring holds: the secret behind names and digests, and the sealing keys, oldest first. */
export type Keys = Readonly<{ secret: Buffer; sealing: readonly SealingKey[] }>;

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
    return new FileKeyring(load(path));
  }

  /** Adds a sealing key: it seals from the next opening on, and the older ones still open what they sealed. */
  static rotate(path: string): void {
    const { secret, sealing } = load(path);
    const kid = `k${sealing.length + 1}`;
    const temporary = write(path, { secret, sealing: [...sealing, { kid, key: randomBytes(KEY_BYTES) }] });
    renameSync(temporary, path);
    syncFolderOf(path);
  }
}

const freshKeys = (): Keys => ({
  secret: randomBytes(KEY_BYTES),
  sealing: [{ kid: 'k1', key: randomBytes(KEY_BYTES) }],
});

/** Links rather than renames: of two first starts at once one wins, and no keyring is ever overwritten. */
const create = (path: string, keys: Keys): void => {
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

const write = (path: string, { secret, sealing }: Keys): string => {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  const content = {
    format: FORMAT,
    secret: secret.toString('base64'),
    sealing: sealing.map(({ kid, key }) => ({ kid, key: key.toString('base64') })),
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

const load = (path: string): Keys => {
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

const toKeys = (content: unknown): Keys | undefined => {
  if (!isRecord(content) || content['format'] !== FORMAT || !Array.isArray(content['sealing']))
    return undefined;
  const secret = toKey(content['secret']);
  const sealing = content['sealing'].map((entry: unknown) => {
    const [kid, key] = isRecord(entry) ? [entry['kid'], toKey(entry['key'])] : [];
    return typeof kid === 'string' && /^[a-z0-9]+$/.test(kid) && key ? { kid, key } : undefined;
  });
  const whole = sealing.filter((key) => key !== undefined);
  const distinct = new Set(whole.map(({ kid }) => kid)).size;
  return secret && whole.length > 0 && distinct === sealing.length ? { secret, sealing: whole } : undefined;
};

const toKey = (text: unknown): Buffer | undefined => {
  if (typeof text !== 'string') return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length === KEY_BYTES && key.toString('base64') === text ? key : undefined;
};
