import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KeySigner } from '../../src/audit/signer.adapter.js';
import type { Tip } from '../../src/event-store/chain.js';
import { FileKeyring } from '../../src/event-store/keyring.adapter.js';
import { forgedBy } from '../support/tamper-checkpoint-rows.js';
import {
  CHANGED,
  MISSING,
  otherAmount,
  REMOVED,
  REORDERED,
  TAIL,
  TRUNCATED,
  type Row,
} from '../support/tamper-rows.js';
import {
  openFolder,
  PEOPLE,
  person,
  SHORT_EVENTS,
  verifyFolder,
  writeRounds,
} from '../support/tampering-folder.js';
import { TamperedFile } from '../support/tampered-file.js';

/** The built command as a process of its own: exit code and JSON. */
const verifyByCommand = async (folder: string) => {
  const words = ['dist/cli.js', 'verify', '--json', '--data-dir', folder];
  const run = await promisify(execFile)(process.execPath, words, {
    env: { ...process.env, NODE_OPTIONS: '' },
  }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: unknown) => error as { code: number; stdout: string },
  );
  return { code: run.code, answer: JSON.parse(run.stdout) };
};

const base = mkdtempSync(join(tmpdir(), 'shebao-tamper-'));
const folder = join(base, 'whole');
/** The same log as it was after the second checkpoint, as a backup keeps it. */
const backup = join(base, 'backup');
mkdirSync(folder);
const SIGNER = new KeySigner(FileKeyring.open(join(folder, 'keyring.json')).signing);
let copies = 0;
const tips = new Map<string, Tip>();
let tipsThen: ReadonlyMap<string, Tip> = new Map();
const copyOf = (from: string): string => {
  const to = join(base, `copy-${(copies += 1)}`);
  cpSync(from, to, { recursive: true });
  return to;
};

const ROUNDS = { first: 20, second: 20, third: 15, tail: 5 } as const;
const EVENTS = PEOPLE * 60 + SHORT_EVENTS + 3;

beforeAll(async () => {
  const opened = openFolder(folder);
  await writeRounds(opened.store, tips, PEOPLE, ROUNDS.first);
  await opened.sign();
  await writeRounds(opened.store, tips, PEOPLE, ROUNDS.second);
  await opened.sign();
  await opened.store.close();
  cpSync(folder, backup, { recursive: true });
  tipsThen = new Map(tips);
  const { store, sign } = openFolder(folder);
  await writeRounds(store, tips, PEOPLE, ROUNDS.third);
  await sign();
  await writeRounds(store, tips, PEOPLE, ROUNDS.tail);
  await store.close();
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('a log as it was written', () => {
  it('is whole, and says how far it is signed', async () => {
    const verification = await verifyFolder(folder);
    expect(verification).toMatchObject({ events: EVENTS, streams: PEOPLE + 2, checkpoints: 3 });
    expect(verification).not.toHaveProperty('fault');
    expect(verification.covered).toBe(PEOPLE * 55 + SHORT_EVENTS + 2);
    const { code, answer } = await verifyByCommand(folder);
    expect([code, answer]).toEqual([0, { whole: true, ...verification }]);
  });
});

/** The table of what was done and what it is called. The first of each also goes through the command. */
const TABLES: Readonly<Record<string, readonly Row[]>> = {
  changed: CHANGED,
  missing: MISSING,
  reordered: REORDERED,
  'cut off': TRUNCATED,
  'a stream removed': REMOVED,
  'a checkpoint forged': forgedBy(SIGNER),
};

const tampered = (tamper: (file: TamperedFile) => void): string => {
  const copy = copyOf(folder);
  const file = new TamperedFile(join(copy, 'events.sqlite'));
  tamper(file);
  file.close();
  return copy;
};
const expectNamed = async (copy: string, named: string, place: string): Promise<void> => {
  const [kind, check] = named.split(' ');
  const [stream, revision = ''] = place.split(' ');
  const { fault } = await verifyFolder(copy);
  expect(fault).toMatchObject({ kind, check, stream, revision: BigInt(revision) });
};

describe.each(Object.entries(TABLES))('%s', (_, table) => {
  it.each(table)('%s: %s at %s', async (_what, named, place, tamper) => {
    await expectNamed(tampered(tamper), named, place);
  });

  it('is told by the command, which ends with 1', async () => {
    const [[, named, place, tamper]] = table as readonly [Row];
    const { code, answer } = await verifyByCommand(tampered(tamper));
    const [kind, check] = named.split(' ');
    const [stream, revision] = place.split(' ');
    expect(code).toBe(1);
    expect(answer).toMatchObject({ whole: false, fault: { kind, check, stream, revision } });
  });
});

describe('an old log put back', () => {
  /** The log of the backup beside what is remembered of the newer one. */
  const putBack = (): string => {
    const copy = copyOf(backup);
    cpSync(join(folder, 'checkpoint.json'), join(copy, 'checkpoint.json'));
    return copy;
  };

  it('lacks the newest signed head', () => expectNamed(putBack(), 'truncated anchor-absent', 'checkpoint 2'));

  it('and written on has another one in its place', async () => {
    const copy = copyOf(backup);
    const { store, sign } = openFolder(copy);
    await writeRounds(store, new Map(tipsThen), PEOPLE, 1);
    await sign();
    await store.close();
    cpSync(join(folder, 'checkpoint.json'), join(copy, 'checkpoint.json'));
    await expectNamed(copy, 'checkpoint-forged anchor-differs', 'checkpoint 2');
  });

  it('lacks the event that the read models end with, also where no head is remembered', async () => {
    const last = new TamperedFile(join(folder, 'events.sqlite'));
    const { stream, revision, position, id: eventId } = last.at({ stream: person(39), revision: 59 });
    last.close();
    const builtOn = { stream, revision, position, eventId };
    expect(await verifyFolder(folder, { builtOn })).not.toHaveProperty('fault');
    const { fault } = await verifyFolder(backup, { builtOn });
    expect(fault).toMatchObject({ kind: 'truncated', check: 'anchor-absent', stream, revision });
  });
});

/** Nothing is signed there yet. What closes the gap is the next checkpoint, or somebody who remembers. */
describe('behind the last checkpoint nobody can tell', () => {
  it.each<[string, (file: TamperedFile) => void]>([
    ['that a stream was hashed anew', (file) => file.forge(TAIL, otherAmount, true)],
    ['that the last event of a stream is gone', (file) => file.remove({ ...TAIL, revision: 59 })],
    [
      'that neighbours of different streams changed places',
      (file) => file.swapPositions(TAIL, { stream: person(8), revision: 57 }),
    ],
  ])('%s', async (_, tamper) => {
    const verification = await verifyFolder(tampered(tamper));
    expect(verification).toMatchObject({ checkpoints: 3 });
    expect(verification).not.toHaveProperty('fault');
  });
});

describe('a long log', () => {
  it('of 100,000 events is whole, and the command says so', async () => {
    const long = join(base, 'long');
    mkdirSync(long);
    const { store, sign } = openFolder(long);
    const known = new Map<string, Tip>();
    await writeRounds(store, known, 1_000, 50);
    await sign();
    await writeRounds(store, known, 1_000, 50);
    await sign();
    await store.close();
    const verification = await verifyFolder(long);
    expect(verification).not.toHaveProperty('fault');
    expect(verification.events).toBe(100_000 + SHORT_EVENTS + verification.checkpoints);
    expect(verification.covered).toBeGreaterThan(100_000);
    const { code, answer } = await verifyByCommand(long);
    expect([code, answer]).toEqual([0, { whole: true, ...verification }]);
  }, 300_000);
});
