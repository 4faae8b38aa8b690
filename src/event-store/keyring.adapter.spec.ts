import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileKeyring, KeyringUnusable, MemoryKeyring } from './keyring.adapter.js';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyring-'));
  path = join(folder, 'keyring.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('an envelope', () => {
  const keyring = MemoryKeyring.fresh();

  it.each(['', 'a', '王小明', '👩‍👩‍👧 é\u0000', 'x'.repeat(100_000)])(
    'gives back the text it was made of',
    (text) => expect(keyring.open(keyring.seal(text, 'individual-a'), 'individual-a')).toBe(text),
  );

  it('is another one each time', () => expect(keyring.seal('a', 's')).not.toBe(keyring.seal('a', 's')));

  it('shows nothing of the text', () => {
    const bytes = Buffer.from(keyring.seal('310101', 's').split('.')[1] ?? '', 'base64url');
    expect(bytes.toString('latin1')).not.toContain('310101');
  });

  it('does not open in another stream', () =>
    expect(() => keyring.open(keyring.seal('a', 'individual-a'), 'individual-b')).toThrow());

  it('does not open under other keys of the same id', () =>
    expect(() => MemoryKeyring.fresh().open(keyring.seal('a', 's'), 's')).toThrow());

  it.each([0, 5, 11, 12, 14, 20, 30])('does not open when bit %i of a byte was turned', (at) => {
    const [kid = '', payload = ''] = keyring.seal('text', 's').split('.');
    const bytes = Buffer.from(payload, 'base64url');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    expect(() => keyring.open(`${kid}.${bytes.toString('base64url')}`, 's')).toThrow();
  });

  it.each(['', '.', 'k1', 'k1.', 'k1.AAAA', 'k9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'])(
    'is refused when it is none: %p',
    (text) => expect(() => keyring.open(text, 's')).toThrow('an envelope cannot be opened'),
  );

  it.each([(e: string) => `${e}=`, (e: string) => `${e}\n`, (e: string) => `${e}!`])(
    'has one spelling only',
    (respelt) => expect(() => keyring.open(respelt(keyring.seal('a', 's')), 's')).toThrow(),
  );
});

describe('names and digests', () => {
  const keyring = MemoryKeyring.fresh();

  it('gives a number one key of 26 characters, whoever asks', () => {
    expect(keyring.streamKeyOf('11010519491231002X')).toMatch(/^[a-z2-7]{26}$/);
    expect(keyring.streamKeyOf('11010519491231002X')).toBe(keyring.streamKeyOf('11010519491231002X'));
    expect(keyring.streamKeyOf('11010519491231002X')).not.toBe(keyring.streamKeyOf('110105194912310021'));
  });

  it('depends on the secret', () =>
    expect(keyring.streamKeyOf('a')).not.toBe(MemoryKeyring.fresh().streamKeyOf('a')));

  it('keeps purposes apart', () => {
    expect(keyring.digestOf('name', 'a')).toMatch(/^[0-9a-f]{64}$/);
    expect(keyring.digestOf('name', 'a')).not.toBe(keyring.digestOf('phone', 'a'));
    expect(() => keyring.digestOf('na\nme', 'a')).toThrow();
  });
});

describe('a keyring file', () => {
  it('is made on first start, for its owner alone, and found again', () => {
    const first = FileKeyring.open(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['keyring.json']);
    const again = FileKeyring.open(path);
    expect(again.open(first.seal('a', 's'), 's')).toBe('a');
    expect(again.streamKeyOf('n')).toBe(first.streamKeyOf('n'));
  });

  it.each([0o640, 0o604, 0o620, 0o660])('is refused when others may use it (mode %i)', (mode) => {
    FileKeyring.open(path);
    chmodSync(path, mode);
    expect(() => FileKeyring.open(path)).toThrow(KeyringUnusable);
  });

  it('turns to a new key and opens what the old one sealed', () => {
    const before = FileKeyring.open(path);
    const old = before.seal('a', 's');
    FileKeyring.rotate(path);
    const after = FileKeyring.open(path);
    const sealed = after.seal('b', 's');
    expect([old.split('.')[0], sealed.split('.')[0]]).toEqual(['k1', 'k2']);
    expect([after.open(old, 's'), after.open(sealed, 's')]).toEqual(['a', 'b']);
    expect(after.streamKeyOf('n')).toBe(before.streamKeyOf('n'));
    expect(() => before.open(sealed, 's')).toThrow();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['keyring.json']);
  });

  const contentOf = (file: string): Content => JSON.parse(readFileSync(file, 'utf8')) as Content;
  const before = (): Content => {
    FileKeyring.open(path);
    const { signing: _, ...content } = contentOf(path);
    writeFileSync(path, JSON.stringify(content));
    return content;
  };

  it('from before checkpoints gets a signing key by being opened, and keeps everything else', () => {
    const content = before();
    const opened = FileKeyring.open(path);
    expect(contentOf(path)).toEqual({
      ...content,
      signing: [expect.objectContaining({ kid: opened.signing[0]?.kid })],
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['keyring.json']);
    expect(FileKeyring.open(path).signing).toEqual(opened.signing);
  });

  it('comes to the same signing key in each process that opens it at once', () => {
    const content = before();
    const first = FileKeyring.open(path);
    writeFileSync(path, JSON.stringify(content));
    expect(FileKeyring.open(path).signing).toEqual(first.signing);
  });

  it('is refused, saying why, when it needs a signing key and cannot be written', () => {
    before();
    // No longer name can stand in a folder, so nothing can be written beside it.
    const unwritable = join(folder, 'k'.repeat(250));
    renameSync(path, unwritable);
    expect(() => FileKeyring.open(unwritable)).toThrow(KeyringUnusable);
    expect(() => FileKeyring.open(unwritable)).toThrow(/has no signing key yet and cannot be written/);
  });

  it('turns to a new signing key and keeps the old one, also when a sealing key is added', () => {
    const [old] = FileKeyring.open(path).signing;
    FileKeyring.rotateSigning(path);
    FileKeyring.rotate(path);
    const after = FileKeyring.open(path);
    expect(after.signing).toHaveLength(2);
    expect(after.signing[0]).toEqual(old);
    expect(after.seal('a', 's')).toMatch(/^k2[.]/);
  });

  it('from before checkpoints keeps its derived key when it is rotated before it was opened', () => {
    const content = before();
    FileKeyring.rotateSigning(path);
    const [first, second] = FileKeyring.open(path).signing;
    writeFileSync(path, JSON.stringify(content));
    expect(FileKeyring.open(path).signing).toEqual([first]);
    expect(second).toBeDefined();
  });

  type Entry = { kid: string; key: string };
  type Content = { format: number; secret: string; sealing: Entry[]; signing?: Entry[] };
  it.each<[string, (content: Content) => unknown]>([
    ['no JSON', () => undefined],
    ['another format', (c) => ({ ...c, format: 2 })],
    ['no secret', (c) => ({ ...c, secret: undefined })],
    ['a short secret', (c) => ({ ...c, secret: 'AAAA' })],
    ['no key', (c) => ({ ...c, sealing: [] })],
    ['a short key', (c) => ({ ...c, sealing: [{ kid: 'k1', key: 'AAAA' }] })],
    ['a key id with a dot', (c) => ({ ...c, sealing: [{ ...c.sealing[0], kid: 'k.1' }] })],
    ['one key id twice', (c) => ({ ...c, sealing: [c.sealing[0], c.sealing[0]] })],
    ['a key that is none', (c) => ({ ...c, sealing: [...c.sealing, null] })],
    ['signing keys that are no list', (c) => ({ ...c, signing: 'none' })],
    [
      'a signing key under another id',
      (c) => ({ ...c, signing: [{ ...c.signing?.[0], kid: 'A'.repeat(43) }] }),
    ],
    ['a short signing key', (c) => ({ ...c, signing: [{ ...c.signing?.[0], key: 'AAAA' }] })],
  ])('is refused with %s, and the error names no key', (_, mutate) => {
    FileKeyring.open(path);
    const content = JSON.parse(readFileSync(path, 'utf8')) as Content;
    writeFileSync(path, JSON.stringify(mutate(content)) ?? 'not json');
    expect(() => FileKeyring.open(path)).toThrow(KeyringUnusable);
    expect(() => FileKeyring.open(path)).not.toThrow(content.secret);
  });
});
