import assert from 'node:assert';
import { join } from 'node:path';
import { FileAnchor } from '../../src/audit/anchor.adapter.js';
import { CHECKPOINT_STREAM } from '../../src/audit/checkpoint.js';
import { CheckpointReader } from '../../src/audit/checkpoint.reader.js';
import { Checkpointer } from '../../src/audit/checkpointer.js';
import type { Remembered } from '../../src/audit/remembered.js';
import { KeySigner } from '../../src/audit/signer.adapter.js';
import { toTrustedKeys } from '../../src/audit/trusted-keys.js';
import { verifyLog } from '../../src/audit/verification.js';
import { NO_STREAM, seal, type Tip } from '../../src/event-store/chain.js';
import type { EventStore, StreamAppend } from '../../src/event-store/event-store.js';
import { FileKeyring } from '../../src/event-store/keyring.adapter.js';
import { SqliteLogReader } from '../../src/event-store/sqlite-reader.adapter.js';
import { SqliteEventStore } from '../../src/event-store/sqlite.adapter.js';
import { Metrics } from '../../src/http/metrics.js';
import { SystemClock } from '../../src/kernel/clock.js';
import { contextOf } from './log.js';

export const CHECKPOINT = CHECKPOINT_STREAM;
export const PEOPLE = 40;
export const person = (n: number): string => `individual-p${n.toString().padStart(2, '0')}`;
/** Its last event is under a checkpoint; those of all others come after the last one. */
export const SHORT = 'individual-short';
export const SHORT_EVENTS = 3;

/** Writes rounds in which every person has one event, in order; the tips of all streams are kept by the caller. */
export const writeRounds = async (
  store: EventStore,
  tips: Map<string, Tip>,
  people: number,
  rounds: number,
): Promise<void> => {
  const streams = Array.from({ length: people }, (_, n) => person(n));
  for (let round = 0; round < rounds; round++) {
    const appends = streams.map((stream) => appendTo(stream, tips, `第 ${round} 笔`));
    const shortRevision = tips.get(SHORT)?.revision ?? -1n;
    if (shortRevision < BigInt(SHORT_EVENTS - 1)) appends.push(appendTo(SHORT, tips, 'short'));
    for (const { ok } of await store.appendMany(appends)) assert(ok, 'nobody else writes here');
  }
};
const appendTo = (stream: string, tips: Map<string, Tip>, note: string): StreamAppend => {
  const tip = tips.get(stream) ?? NO_STREAM;
  const revision = (tip.revision ?? -1n) + 1n;
  const facts = [
    { type: 'ContributionPaid', data: { amount: '1200.04', note, receipt: `${stream}/${revision}` } },
  ];
  const events = seal(stream, tip, facts, contextOf());
  const { hash } = JSON.parse(events[0]!.metadata) as { hash: string };
  tips.set(stream, { revision, hash });
  return { stream, expected: tip.revision ?? 'no-stream', events };
};

/** A data folder as a server leaves it: keyring, log, and the newest signed head beside it. */
export const openFolder = (folder: string) => {
  const { signing } = FileKeyring.open(join(folder, 'keyring.json'));
  const signer = new KeySigner(signing);
  const store = SqliteEventStore.open(join(folder, 'events.sqlite'));
  const anchor = new FileAnchor(join(folder, 'checkpoint.json'));
  const checkpointer = new Checkpointer(
    store,
    new CheckpointReader(store),
    signer,
    anchor,
    new SystemClock(),
    new Metrics(),
  );
  const sign = async (): Promise<void> => {
    const { refusal } = await checkpointer.make();
    assert(!refusal, 'the log can be signed');
  };
  return { signer, store, sign };
};

export const verifyFolder = async (folder: string, remembered: Pick<Remembered, 'builtOn'> = {}) => {
  const log = SqliteLogReader.open(join(folder, 'events.sqlite'));
  try {
    const { signing } = FileKeyring.open(join(folder, 'keyring.json'));
    const head = await new FileAnchor(join(folder, 'checkpoint.json')).find();
    return await verifyLog(log, {
      keys: toTrustedKeys(new KeySigner(signing).verificationKeys()),
      remembered: { ...remembered, heads: head ? [head] : [] },
    });
  } finally {
    await log.close();
  }
};
