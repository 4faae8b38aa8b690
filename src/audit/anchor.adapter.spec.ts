import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileAnchor } from './anchor.adapter.js';
import type { SignedHead } from './checkpoint.js';

const { signed } = JSON.parse(
  readFileSync(new URL('../../test/golden/checkpoint.json', import.meta.url), 'utf8'),
) as Readonly<{ signed: SignedHead }>;

let folder = '';
let path = '';
let anchor: FileAnchor;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anchor-'));
  path = join(folder, 'checkpoint.json');
  anchor = new FileAnchor(path);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the anchor file', () => {
  it('is nothing until something is remembered, and again when that is cleared', async () => {
    expect(await anchor.find()).toBeUndefined();
    await anchor.put(signed);
    await anchor.clear();
    await anchor.clear();
    expect(await anchor.find()).toBeUndefined();
  });

  it('holds the newest head alone, for its owner, with nothing left beside it', async () => {
    await anchor.put(signed);
    await anchor.put({ ...signed, number: 8 });
    expect(await new FileAnchor(path).find()).toEqual({ ...signed, number: 8 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['checkpoint.json']);
  });

  it.each(['', '{', '{}', '[]', JSON.stringify({ ...signed, head: 'ab' })])(
    'is told to be damaged when it holds no head: %p',
    async (content) => {
      writeFileSync(path, content);
      await expect(anchor.find()).rejects.toMatchObject({ name: 'AnchorUnreadable' });
    },
  );
});
