import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  ARCHIVE_CLOCK,
  importInto,
  linesIn,
  logOfTurns,
  withoutPosition,
  writeLines,
} from '../../test/support/archives.js';
import { logOf, readLog } from '../../test/support/log.js';
import { metadataOf } from '../event-store/chain.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import { archiveLines, LINE_BYTES_MAX, type Trailer } from './archive.js';
import { checkArchive } from './archive.reader.js';
import { exportLog } from './export.js';
import { Tally } from './tally.js';

const EVENTS = 12;
const folder = mkdtempSync(join(tmpdir(), 'archive-'));
const whole = join(folder, 'whole.gz');
const other = join(folder, 'other.gz');
let lines: string[] = [];
let bytes: Buffer;
let events: ReturnType<typeof withoutPosition> = [];
let trailer: Trailer;

beforeAll(async () => {
  const store = await logOfTurns(EVENTS);
  events = withoutPosition(await readLog(store));
  trailer = await exportLog(store, { file: whole, engine: 'memory', clock: ARCHIVE_CLOCK });
  lines = linesIn(whole);
  bytes = readFileSync(whole);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What an import of a file says: nothing when it was taken, and then the store must hold the very log. */
const told = async (file: string): Promise<string | undefined> => {
  const store = MemoryEventStore.open();
  try {
    await importInto(store, { file });
  } catch (error) {
    expect(await readLog(store)).toEqual([]);
    return (error as Error).message;
  }
  expect(withoutPosition(await readLog(store))).toEqual(events);
  return undefined;
};
const toldOfBytes = (changed: Uint8Array): Promise<string | undefined> => {
  writeFileSync(other, changed);
  return told(other);
};
const toldOf = (changed: readonly string[]): Promise<string | undefined> => {
  writeLines(other, changed);
  return told(other);
};
const withLine = (number: number, change: (line: string) => string): readonly string[] =>
  lines.map((line, i) => (i === number - 1 ? change(line) : line));

describe('an archive', () => {
  it('has a header, a line for each event with the stored text, and counts and head', () => {
    expect(lines).toHaveLength(EVENTS + 2);
    expect(JSON.parse(lines[0]!)).toEqual({
      format: 'shebao-ledger/log/1',
      madeAt: '2025-08-01T02:00:00.000Z',
      engine: 'memory',
    });
    expect(lines.slice(1, -1).map((line) => JSON.parse(line) as unknown)).toEqual(
      events.map((event) => ({ ...event, revision: event.revision.toString() })),
    );
    expect(JSON.parse(lines.at(-1)!)).toEqual(trailer);
    expect(trailer).toMatchObject({ events: EVENTS, streams: 3, head: { size: EVENTS } });
  });

  it('is taken as it was written, also from one gzip member', async () => {
    expect(await told(whole)).toBeUndefined();
    expect(await toldOf(lines)).toBeUndefined();
  });

  it('of an empty log is one', async () => {
    const file = join(folder, 'empty-log.gz');
    const empty = MemoryEventStore.open();
    expect(await exportLog(empty, { file, engine: 'memory', clock: ARCHIVE_CLOCK })).toMatchObject({
      events: 0,
      last: null,
    });
    expect(await checkArchive(file, { chain: true })).toMatchObject({ events: 0, streams: 0 });
  });
});

describe('an archive that is not whole is refused, and nothing is stored', () => {
  it('cut at any byte', async () => {
    for (let length = 0; length < bytes.length; length++)
      expect([length, await toldOfBytes(bytes.subarray(0, length))]).toEqual([length, expect.any(String)]);
  });

  it('cut after any line', async () => {
    for (let length = 0; length < lines.length; length++)
      expect(await toldOf(lines.slice(0, length))).toMatch(/is cut short|is empty/);
  });

  it('with any byte of its text changed, save in what the header tells', async () => {
    const text = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const start = lines[0]!.length + 1;
    const places = fc.integer({ min: start, max: text.length - 1 });
    await fc.assert(
      fc.asyncProperty(places, fc.integer({ min: 1, max: 255 }), async (place, by) => {
        const changed = Buffer.from(text);
        changed[place] = changed[place]! ^ by;
        expect(await toldOfBytes(gzipSync(changed))).toEqual(expect.any(String));
      }),
      { numRuns: 300 },
    );
  });

  it('with any byte of the file changed, unless the log is the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (place, by) => {
        const changed = Buffer.from(bytes);
        changed[place] = changed[place]! ^ by;
        await toldOfBytes(changed);
      }),
      { numRuns: 300 },
    );
  });

  it('with any two lines exchanged, any left out, any twice', async () => {
    for (let i = 0; i < lines.length; i++) {
      const [line, next] = [lines[i]!, lines[i + 1]];
      expect([i, await toldOf(lines.toSpliced(i, 1))]).toEqual([i, expect.any(String)]);
      expect([i, await toldOf(lines.toSpliced(i, 0, line))]).toEqual([i, expect.any(String)]);
      if (next === undefined) continue;
      expect([i, await toldOf(lines.toSpliced(i, 2, next, line))]).toEqual([i, expect.any(String)]);
    }
  });

  it.each<[string, () => readonly string[], string]>([
    [
      'an event that was changed',
      () => withLine(4, (line) => line.replace('amount\\":2', 'amount\\":7')),
      'line 4 of the archive was changed',
    ],
    [
      'another format',
      () => withLine(1, (line) => line.replace('log/1', 'log/2')),
      'line 1 of the archive is of the format shebao-ledger/log/2, this program knows',
    ],
    ['no format of ours', () => withLine(1, () => '{"a":1}'), 'line 1 of the archive begins no archive'],
    ['a line that is no JSON', () => withLine(3, () => 'x'), 'line 3 of the archive is no JSON'],
    [
      'a member more',
      () => withLine(3, (line) => line.replace('{', '{"more":1,')),
      'line 3 of the archive is not written as',
    ],
    [
      'a space more',
      () => withLine(3, (line) => line.replace(',', ', ')),
      'line 3 of the archive is not written as',
    ],
    [
      'a stream of others',
      () => withLine(3, (line) => line.replace('individual-', 'theirs-')),
      'line 3 of the archive is of a stream',
    ],
    [
      'a revision twice',
      () => lines.toSpliced(2, 0, lines[1]!),
      'line 3 of the archive has revision 0 of individual-0, and revision 1 is',
    ],
    ['a revision that is missing', () => lines.toSpliced(4, 1), 'line 7 of the archive has revision 2'],
    [
      'a wrong count of events',
      () => withLine(14, (line) => line.replace('"events":12', '"events":13')),
      'line 14 of the archive counts 13 events where 12',
    ],
    [
      'a wrong count of streams',
      () => withLine(14, (line) => line.replace('"streams":3', '"streams":4')),
      'line 14 of the archive counts 4 streams',
    ],
    [
      'another head',
      () =>
        withLine(14, (line) =>
          line.replace(/"root":"./, (text) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')),
        ),
      'line 14 of the archive has another head',
    ],
    [
      'another last event',
      () => withLine(14, (line) => line.replace('individual-2', 'individual-1')),
      'line 14 of the archive names another last',
    ],
    ['something after its end', () => [...lines, lines[1]!], 'line 15 of the archive comes after'],
    [
      'an event that no store takes',
      () => withLine(3, (line) => line.replace('amount', 'a'.repeat(1_000_001))),
      'line 3 of the archive is an event over',
    ],
  ])('with %s', async (_, changed, refusal) => {
    expect(await toldOf(changed())).toContain(refusal);
  });

  it('with the events of two streams exchanged, by its head alone', async () => {
    const exchanged = lines.toSpliced(1, 2, lines[2]!, lines[1]!);
    expect(await toldOf(exchanged)).toContain('has another head');
  });

  it('with an event that follows on another than the one before it, though all else is made to fit', async () => {
    const one = [{ type: 'Counted', data: { amount: 1 } }];
    const chained = await readLog(await logOf(['individual-0', [...one, ...one]]));
    const [stranger] = await readLog(await logOf(['individual-0', one]));
    const forged = [stranger!, chained[1]!];
    const tally = Tally.empty();
    for (const event of forged) tally.add(event, metadataOf(event).hash);
    const text = [lines[0]!, ...forged.map(archiveLines.event), archiveLines.trailer(tally.toTrailer())];
    expect(await toldOf(text)).toContain('line 3 of the archive does not follow on');
  });

  it('when it is empty, no gzip, or no text', async () => {
    expect(await toldOfBytes(Buffer.alloc(0))).toMatch(/is empty|cut short/);
    expect(await toldOfBytes(Buffer.from(lines.join('\n')))).toContain('not in gzip form');
    expect(await toldOfBytes(gzipSync(Buffer.of(0xff, 0xfe, 10)))).toContain('no UTF-8');
  });

  it('with a line too long, before it is read to its end', async () => {
    const file = join(folder, 'long.gz');
    writeFileSync(file, gzipSync(Buffer.alloc(64 * LINE_BYTES_MAX, 'a'), { level: 1 }));
    const before = process.memoryUsage().rss;
    await expect(checkArchive(file, { chain: true })).rejects.toThrow('line 1 of the archive is longer than');
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * LINE_BYTES_MAX);
  });
});
