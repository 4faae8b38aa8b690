import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newEvent, newEvents } from '../../test/support/new-event.js';
import { StoreUnavailable } from './event-store.js';
import { SqliteEventStore } from './sqlite.adapter.js';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  path = join(folder, 'events.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the SQLite file', () => {
  it('is durable by each commit', async () => {
    const store = SqliteEventStore.open(path);
    const db = new Database(path);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    db.close();
    await store.close();
  });

  it.each([2, 99])('of schema version %i is refused', async (version) => {
    await SqliteEventStore.open(path).close();
    const db = new Database(path);
    db.pragma(`user_version = ${version}`);
    db.close();
    expect(() => SqliteEventStore.open(path)).toThrow(`schema version ${version}, this program knows 1`);
  });

  it('of another program is refused and left as it is', () => {
    const db = new Database(path);
    db.exec('CREATE TABLE event (x)');
    expect(() => SqliteEventStore.open(path)).toThrow('is not an event store of this system');
    expect(db.pragma('user_version', { simple: true })).toBe(0);
    db.close();
  });

  it('keeps its first position however it is opened again', async () => {
    const first = SqliteEventStore.open(path, { firstPosition: 7n });
    await first.append('s', 'any', newEvents('ab'));
    await first.close();
    const again = SqliteEventStore.open(path, { firstPosition: 100n });
    expect(await again.append('s', 1n, newEvents('c'))).toMatchObject({ ok: true, value: { position: 9n } });
    expect(await again.countAfter(undefined)).toBe(3);
    await again.close();
  });
});

describe('group commit', () => {
  /** Commits seen from outside: another connection's data_version moves once for each. */
  const watched = (store: SqliteEventStore, db: Database.Database) => {
    const versions = new Set<unknown>();
    const look = (): unknown => versions.add(db.pragma('data_version', { simple: true }));
    return {
      versions,
      append: (word: string) => store.append(word, 'any', [newEvent(word)]).finally(look),
      look,
    };
  };

  it('stores what waits together in one transaction', async () => {
    const store = SqliteEventStore.open(path);
    const db = new Database(path);
    const { versions, append, look } = watched(store, db);
    look();
    await Promise.all(Array.from({ length: 200 }, (_, i) => append(`w${i}`)));
    expect(versions.size).toBe(2);
    await append('x');
    expect(versions.size).toBe(3);
    db.close();
    await store.close();
  });

  it('takes at most 2,000 events into one, and lets the event loop go round in between', async () => {
    const store = SqliteEventStore.open(path);
    const db = new Database(path);
    const { versions, look } = watched(store, db);
    look();
    let over = false;
    const turns = (): void => {
      if (over) return;
      look();
      setImmediate(turns);
    };
    turns();
    const appends = Array.from({ length: 5_000 }, (_, i) => ({
      stream: `s${i}`,
      expected: 'any' as const,
      events: [newEvent(`w${i}`)],
    }));
    expect(await store.appendMany(appends)).toHaveLength(5_000);
    over = true;
    look();
    expect(versions.size).toBe(1 + 3);
    db.close();
    await store.close();
  });

  it('answers nobody before the commit', async () => {
    const store = SqliteEventStore.open(path);
    const db = new Database(path, { readonly: true });
    const count = db.prepare('SELECT count(*) FROM event').pluck();
    await store.append('s', 'any', newEvents('a')).then(() => expect(count.get()).toBe(1));
    db.close();
    await store.close();
  });

  it('does not let a conflict spoil its neighbours', async () => {
    const store = SqliteEventStore.open(path);
    const verdicts = await Promise.all([
      store.append('a', 'no-stream', newEvents('ab')),
      store.append('b', 4n, newEvents('x')),
      store.append('a', 0n, newEvents('x')),
      store.append('c', 'any', newEvents('c')),
    ]);
    expect(verdicts.map(({ ok }) => ok)).toEqual([true, false, false, true]);
    expect((await store.readAll({ max: 9 })).map(({ position }) => position)).toEqual([1n, 2n, 3n]);
    await store.close();
  });

  it('turns callers away when too much waits', async () => {
    const store = SqliteEventStore.open(path);
    const events = Array.from({ length: 100 }, (_, i) => newEvent(`${i}`));
    const batch = Array.from({ length: 2_000 }, (_, i) => ({
      stream: `s${i}`,
      expected: 'any' as const,
      events,
    }));
    const waiting = store.appendMany(batch);
    await expect(store.append('t', 'any', newEvents('a'))).rejects.toThrow(StoreUnavailable);
    expect((await waiting).every(({ ok }) => ok)).toBe(true);
    expect(await store.append('t', 'any', newEvents('a'))).toMatchObject({ ok: true });
    await store.close();
  });
});

describe('a full disk', () => {
  const big = (word: string) => newEvent(word, { data: JSON.stringify('x'.repeat(100_000)) });

  it('rejects the whole group, stores nothing of it, and leaves the store in use', async () => {
    const store = SqliteEventStore.open(path, { pagesMax: 100 });
    const [first] = await store.appendMany([{ stream: 's', expected: 'no-stream', events: [big('a')] }]);
    expect(first?.ok).toBe(true);
    const group = await Promise.allSettled([
      store.append('t', 'no-stream', newEvents('t')),
      store.append('u', 'no-stream', [big('b'), big('c'), big('d'), big('e')]),
      store.append('v', 'no-stream', newEvents('v')),
    ]);
    for (const verdict of group)
      expect(verdict).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
    expect(await store.countAfter(undefined)).toBe(1);
    const again = await store.append('t', 'no-stream', newEvents('t'));
    expect(again).toEqual({ ok: true, value: { revision: 0n, position: 2n, stored: true } });
    await expect(store.append('w', 'any', [big('f'), big('g'), big('h'), big('i')])).rejects.toThrow(
      'could not write',
    );
    expect(await store.append('t', 0n, newEvents('u'))).toMatchObject({ ok: true, value: { position: 3n } });
    await store.close();
  });

  it('tells a long batch so, whose first part was stored: sent again it is acknowledged', async () => {
    const store = SqliteEventStore.open(path, { pagesMax: 400 });
    const few = Array.from(
      { length: 2_000 },
      (_, i) => ({ stream: `s${i}`, expected: 'no-stream', events: [newEvent(`${i}`)] }) as const,
    );
    const much = {
      stream: 'big',
      expected: 'no-stream',
      events: Array.from({ length: 9 }, (_, i) => big(`big ${i}`)),
    } as const;
    const rest = Array.from({ length: 9 }, (_, i) => ({ ...much, stream: `big-${i}` }));
    await expect(store.appendMany([...few, much, ...rest])).rejects.toThrow(StoreUnavailable);
    const verdicts = await store.appendMany(few);
    expect(verdicts.every((verdict) => verdict.ok && !verdict.value.stored)).toBe(true);
    await store.close();
  });
});
