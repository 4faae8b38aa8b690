import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder, DataFolderInUse, ImportUnfinished } from './data-folder.adapter.js';

let parent = '';
let path = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'folder-'));
  path = join(parent, 'new', 'data');
});
afterEach(() => rmSync(parent, { recursive: true }));

/** Another process that holds the lock as DataFolder does, until it is killed. */
const HOLDER = `
  const lock = new (require(process.argv[1]))(process.argv[2]);
  lock.pragma('locking_mode = EXCLUSIVE');
  lock.exec('BEGIN EXCLUSIVE');
  console.log('held');
  setInterval(() => {}, 1000);`;

describe('a data folder', () => {
  it('is made when it is not there, for its owner alone', () => {
    const folder = DataFolder.open(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect([folder.events, folder.readModels, folder.keyring]).toEqual(
      ['events.sqlite', 'read-models.sqlite', 'keyring.json'].map((name) => join(path, name)),
    );
    folder.close();
  });

  it('has one holder at a time', () => {
    const first = DataFolder.open(path);
    expect(() => DataFolder.open(path)).toThrow(DataFolderInUse);
    expect(() => DataFolder.open(path)).toThrow('is in use by another process');
    first.close();
    DataFolder.open(path).close();
  });

  it('is whole unless an import into it was cut short', () => {
    const folder = DataFolder.open(path);
    folder.assertWhole();
    folder.beginImport();
    folder.close();
    const again = DataFolder.open(path);
    expect(() => again.assertWhole()).toThrow(ImportUnfinished);
    again.endImport();
    again.assertWhole();
    again.close();
  });

  it('is free again when its holder was killed', async () => {
    DataFolder.open(path).close();
    const sqlite = createRequire(import.meta.url).resolve('better-sqlite3');
    const holder = spawn(process.execPath, ['-e', HOLDER, sqlite, join(path, 'lock.sqlite')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    expect(() => DataFolder.open(path)).toThrow(DataFolderInUse);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    DataFolder.open(path).close();
  });
});
