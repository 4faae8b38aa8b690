import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARCHIVE_CLOCK, linesIn, logOfTurns } from '../../test/support/archives.js';
import { logOf, record } from '../../test/support/log.js';
import type { LogReader, ReadAllOptions } from '../event-store/event-store.js';
import type { MemoryEventStore } from '../event-store/memory.adapter.js';
import type { Trailer } from './archive.js';
import { exportLog } from './export.js';

const EVENTS = 12_500;
const folder = mkdtempSync(join(tmpdir(), 'export-'));
const file = join(folder, 'log.gz');
const part = `${file}.part`;
const state = `${file}.state`;
let store: MemoryEventStore;
let whole: readonly string[] = [];
let notices: string[] = [];

type Log = Pick<LogReader, 'read' | 'readAll' | 'head'>;
const run = (log: Log = store, force = false): Promise<Trailer> =>
  exportLog(log, {
    file,
    engine: 'memory',
    clock: ARCHIVE_CLOCK,
    force,
    onNotice: (notice) => notices.push(notice),
  });
/** A log whose reading ends after so many pages, as when the process is killed. */
const endingAfter = (pages: number): Log => {
  let read = 0;
  return {
    read: (stream, options) => store.read(stream, options),
    head: () => store.head(),
    readAll: async (options) => {
      if (read++ === pages) throw new Error('killed');
      return store.readAll(options);
    },
  };
};
const left = (): readonly string[] => readdirSync(folder).sort();

beforeAll(async () => {
  store = await logOfTurns(EVENTS, 7, 100);
  await run();
  whole = linesIn(file);
});
beforeEach(() => {
  for (const name of left()) rmSync(join(folder, name));
  notices = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('an export', () => {
  it('leaves the file alone, for its owner', async () => {
    expect(await run()).toMatchObject({ events: EVENTS, streams: 7 });
    expect(left()).toEqual(['log.gz']);
  });

  it.each([
    [3, [] as string[]],
    [11, ['goes on after 10000 events that were exported before']],
  ])('that was killed after %i pages goes on from the last whole part', async (pages, notice) => {
    await expect(run(endingAfter(pages))).rejects.toThrow('killed');
    expect(existsSync(file)).toBe(false);
    if (pages === 3) appendFileSync(part, 'half a part');
    await run();
    expect(linesIn(file)).toEqual(whole);
    expect(notices.filter((text) => text.startsWith('goes on'))).toEqual(notice);
    expect(left()).toEqual(['log.gz']);
  });

  it.each<[string, () => void, RegExp]>([
    ['cut shorter', () => truncateSync(part, readFileSync(part).length / 2), /begins anew: .*cut shorter/],
    ['without its state', () => rmSync(state), /begins anew: .*not known/],
    ['with its state cut', () => truncateSync(state, 100), /begins anew: .*not known/],
    [
      'with its state changed',
      () =>
        writeFileSync(state, readFileSync(state, 'utf8').replace('"position":"10000"', '"position":"10001"')),
      /begins anew: .*not known/,
    ],
  ])('that finds what is left of one before %s begins anew', async (_, damage, notice) => {
    await expect(run(endingAfter(11))).rejects.toThrow('killed');
    damage();
    await run();
    expect(notices).toEqual([expect.stringMatching(notice)]);
    expect(linesIn(file)).toEqual(whole);
  });

  it('with more bytes than whole parts is cut back to them', async () => {
    await expect(run(endingAfter(11))).rejects.toThrow('killed');
    appendFileSync(part, readFileSync(part));
    await run();
    expect(notices).toEqual([expect.stringMatching('goes on')]);
    expect(linesIn(file)).toEqual(whole);
  });

  it('does not go on with what is of another log', async () => {
    await expect(run(endingAfter(11))).rejects.toThrow('killed');
    const other = await logOf(['individual-0', [{ type: 'Counted', data: {} }]]);
    expect(await run(other)).toMatchObject({ events: 1 });
    expect(notices).toEqual([expect.stringMatching(/begins anew: .*of another log/)]);
    expect(linesIn(file)).toHaveLength(3);
  });

  it('whose whole parts were changed meanwhile is not announced, and then begins anew', async () => {
    await expect(run(endingAfter(11))).rejects.toThrow('killed');
    const bytes = readFileSync(part);
    bytes[20_000]! ^= 1;
    writeFileSync(part, bytes);
    await expect(run()).rejects.toMatchObject({ name: 'ArchiveRefused' });
    expect(existsSync(file)).toBe(false);
    await run();
    expect(linesIn(file)).toEqual(whole);
  });

  it('does not overwrite a file unless it is told to', async () => {
    writeFileSync(file, 'mine');
    await expect(run()).rejects.toThrow('log.gz is there already');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    await run(store, true);
    expect(linesIn(file)).toEqual(whole);
  });

  it('ends where the log ended when it began', async () => {
    const growing = await logOfTurns(1_500, 3, 100);
    const log: Log = {
      read: (stream, options) => growing.read(stream, options),
      head: () => growing.head(),
      readAll: async (options: ReadAllOptions) => {
        await record(growing, 'individual-late', [{ type: 'Counted', data: {} }]);
        return growing.readAll(options);
      },
    };
    expect(await run(log)).toMatchObject({ events: 1_500, streams: 3 });
  });

  it('of a log with an event that was changed names it', async () => {
    const log: Log = {
      read: (stream, options) => store.read(stream, options),
      head: () => store.head(),
      readAll: async (options) =>
        (await store.readAll(options)).map((event) =>
          event.position === 1_234n ? { ...event, data: event.data.replace('amount', 'amounT') } : event,
        ),
    };
    await expect(run(log)).rejects.toThrow(/revision 133 of individual-5 \(position 1234\) does not fit/);
    expect(existsSync(file)).toBe(false);
  });
});
