import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARCHIVE_CLOCK, importInto, logOfTurns, withoutPosition } from '../../test/support/archives.js';
import { logOf, readLog, record } from '../../test/support/log.js';
import { DyingStore } from '../../test/support/submissions.js';
import { verifyLog } from '../audit/verification.js';
import {
  APPEND_BYTES_MAX,
  StoreUnavailable,
  type AppendResult,
  type EventStore,
  type StreamAppend,
} from '../event-store/event-store.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import { bytesOf } from '../event-store/positional.js';
import { exportLog } from './export.js';

const EVENTS = 12;
const folder = mkdtempSync(join(tmpdir(), 'import-'));
const file = join(folder, 'log.gz');
let source: MemoryEventStore;

beforeAll(async () => {
  source = await logOfTurns(EVENTS);
  await exportLog(source, { file, engine: 'memory', clock: ARCHIVE_CLOCK });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A store that tells what it is asked to store. */
const listening = (onBatch: (appends: readonly StreamAppend[]) => Promise<void> | void): EventStore => {
  const store = MemoryEventStore.open();
  const appendMany = store.appendMany.bind(store);
  store.appendMany = async (appends): Promise<readonly AppendResult[]> => {
    await onBatch(appends);
    return appendMany(appends);
  };
  return store;
};

describe('an import', () => {
  it('gives ids, order and hashes as they were, and the same head', async () => {
    const store = MemoryEventStore.open({ firstPosition: 500n });
    const { trailer, stood } = await importInto(store, { file });
    expect(withoutPosition(await readLog(store))).toEqual(withoutPosition(await readLog(source)));
    expect([trailer.head, stood]).toEqual([(await verifyLog(source)).head, 0]);
  });

  it('refuses a store that holds anything', async () => {
    const store = await logOf(['individual-x', [{ type: 'Counted', data: {} }]]);
    await expect(importInto(store, { file })).rejects.toThrow('holds events already');
    expect(await readLog(store)).toHaveLength(1);
  });

  it('goes on from any point of its own', async () => {
    for (let stands = 0; stands <= EVENTS; stands++) {
      const store = MemoryEventStore.open();
      for (const { stream, revision, ...event } of (await readLog(source)).slice(0, stands))
        await store.append(stream, revision === 0n ? 'no-stream' : revision - 1n, [event]);
      const { stood } = await importInto(store, { file, resume: true });
      expect([stood, withoutPosition(await readLog(store))]).toEqual([
        stands,
        withoutPosition(await readLog(source)),
      ]);
    }
  });

  it('does not go on with what is not its own, and names the first that differs', async () => {
    const store = await logOf(['individual-0', [{ type: 'Counted', data: {} }]]);
    await expect(importInto(store, { file, resume: true })).rejects.toThrow(
      /its event 1 is revision 0 of individual-0, id .*; the archive has revision 0 of individual-0, id/,
    );
    const longer = MemoryEventStore.open();
    await importInto(longer, { file });
    await record(longer, 'individual-0', [{ type: 'Counted', data: {} }]);
    await expect(importInto(longer, { file, resume: true })).rejects.toThrow(
      /its event 13 is revision 4 of individual-0, id .*; the archive has ended before it/,
    );
  });

  it('stops when somebody else writes the same store', async () => {
    const store = listening(async () => {
      await record(store, 'individual-1', [{ type: 'Counted', data: {} }]);
    });
    await expect(importInto(store, { file })).rejects.toThrow(
      'somebody else writes the store: individual-1 stands at 0',
    );
  });

  it('finds by the head what somebody else wrote beside it', async () => {
    const store = listening(async (appends) => {
      if (appends[0]?.stream.startsWith('individual-'))
        await record(store, 'employer-x', [{ type: 'Counted', data: {} }]);
    });
    await expect(importInto(store, { file })).rejects.toThrow(/and the archive .*: somebody else writes it/);
  });

  it('whose store fails says how to go on', async () => {
    const inner = MemoryEventStore.open();
    const dying = new DyingStore(inner, 1, 'before', () => new StoreUnavailable('the disk is full'));
    await expect(importInto(dying, { file })).rejects.toThrow(
      'the disk is full; what was stored stays, and --resume',
    );
    dying.revive();
    expect((await importInto(dying, { file, resume: true })).stood).toBe(0);
  });

  it('sends what follows on one another in a stream together, within the bounds of an append', async () => {
    const large = join(folder, 'large.gz');
    const note = 'x'.repeat(400_000);
    const facts = Array.from({ length: 12 }, () => ({ type: 'Counted', data: { note } }));
    const small = Array.from({ length: 1_000 }, (_, amount) => ({ type: 'Counted', data: { amount } }));
    const log = MemoryEventStore.open();
    for (const fact of facts) await record(log, 'individual-large', [fact]);
    for (let i = 0; i < 5; i++) await record(log, 'individual-small', small);
    await exportLog(log, { file: large, engine: 'memory', clock: ARCHIVE_CLOCK });
    const batches: (readonly StreamAppend[])[] = [];
    const store = listening((appends) => void batches.push(appends));
    await importInto(store, { file: large });
    expect(withoutPosition(await readLog(store))).toEqual(withoutPosition(await readLog(log)));
    const appends = batches.flat();
    expect(appends.every(({ events }) => bytesOf(events) <= APPEND_BYTES_MAX)).toBe(true);
    expect(appends.filter(({ stream }) => stream === 'individual-large')).toHaveLength(7);
    const sizes = batches.map((batch) => batch.reduce((sum, { events }) => sum + events.length, 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2_000);
  });
});
