import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkpointing, MemoryAnchor } from '../../test/support/checkpoints.js';
import { record, readLog } from '../../test/support/log.js';
import { faultOf } from '../../test/support/chain.js';
import { until } from '../../test/support/until.js';
import { NO_STREAM, tipOf, type Tip } from '../event-store/chain.js';
import type { AppendResult, ExpectedRevision, NewEvent } from '../event-store/event-store.js';
import type { ReadAllOptions, ReadOptions, StoredEvent } from '../event-store/event-store.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import { MeteredEventStore } from '../event-store/metered.js';
import { resetAnchor } from './anchor.js';
import { CHECKPOINT_STREAM, fromLeafLines, LEAVES_MAX, rootOf, type SignedHead } from './checkpoint.js';
import { CHECKPOINT_BYTES_MAX } from './checkpointing.js';
import { findHeadFault } from './judgement.js';
import { toTrustedKeys } from './trusted-keys.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['error']));

/** A store whose answers a test changes on the way. */
class Bent extends MeteredEventStore {
  bend: (event: StoredEvent) => StoredEvent = (event) => event;
  beforeAppend: () => Promise<void> = async () => undefined;
  readonly pages: number[] = [];

  constructor(readonly inside: MemoryEventStore = MemoryEventStore.open()) {
    super(inside, { appended: () => undefined, conflicted: () => undefined, failed: () => undefined });
  }
  override async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    if (stream === CHECKPOINT_STREAM) await this.beforeAppend();
    return super.append(stream, expected, events);
  }
  override async read(stream: string, options?: ReadOptions): Promise<readonly StoredEvent[]> {
    return (await super.read(stream, options)).map((event) => this.bend(event));
  }
  override async readAll(options: ReadAllOptions): Promise<readonly StoredEvent[]> {
    this.pages.push(options.max);
    return (await super.readAll(options)).map((event) => this.bend(event));
  }
}

let store: Bent;
let signing: ReturnType<typeof checkpointing>;
beforeEach(() => {
  store = new Bent();
  signing = checkpointing(store);
});
const noted = (count: number): readonly { type: string; data: object }[] =>
  Array.from({ length: count }, (_, i) => ({ type: 'Noted', data: { i } }));
const happen = async (stream: string, count = 1): Promise<void> => {
  for (let left = count; left > 0; left -= 1_000) await record(store, stream, noted(Math.min(left, 1_000)));
};
const numbersOf = (heads: readonly SignedHead[]): readonly number[] => heads.map(({ number }) => number);
const spans = (heads: readonly SignedHead[]) => heads.map(({ first, count }) => [first, count]);

/** Every checkpoint covers what comes next in the log, under a signature of ours, and all of them are one chain. */
const expectSigned = async (upTo: number): Promise<void> => {
  const log = await readLog(store.inside);
  const keys = toTrustedKeys(signing.signer.verificationKeys());
  let [covered, previous]: [number, string] = [0, '0'.repeat(64)];
  let tip: Tip = NO_STREAM;
  for (const event of await store.inside.read(CHECKPOINT_STREAM)) {
    expect(faultOf(event, tip)).toBeUndefined();
    tip = tipOf([event]);
    const { leaves: lines, ...signed } = JSON.parse(event.data) as SignedHead & { leaves: string };
    const leaves = fromLeafLines(lines) ?? [];
    const wanted = log.slice(covered, covered + leaves.length).map((each) => ({
      stream: each.stream,
      revision: each.revision,
      hash: (JSON.parse(each.metadata) as { hash: string }).hash,
    }));
    expect(leaves).toEqual(wanted);
    expect(signed).toMatchObject({ number: Number(event.revision), first: `${covered}`, previous });
    expect([signed.count, signed.root]).toEqual([leaves.length, rootOf(leaves)]);
    expect(findHeadFault(signed, keys)).toBeUndefined();
    [covered, previous] = [covered + leaves.length, signed.head];
  }
  expect(covered).toBe(upTo);
};

describe('a run', () => {
  it('signs nothing when nothing happened', async () => {
    expect(await signing.checkpointer.make()).toEqual({ made: [] });
    expect(await readLog(store)).toEqual([]);
  });

  it('covers every event since the last checkpoint, that one as well', async () => {
    await happen('individual-a', 3);
    await happen('individual-b');
    const first = await signing.checkpointer.make();
    expect(spans(first.made)).toEqual([['0', 4]]);
    await happen('individual-a');
    const second = await signing.checkpointer.make();
    expect(spans(second.made)).toEqual([['4', 2]]);
    await expectSigned(6);
    expect(await signing.anchor.find()).toEqual(second.made[0]);
    const [, event] = await store.read(CHECKPOINT_STREAM);
    expect(JSON.parse(event?.metadata ?? '')).toMatchObject({
      actor: { role: 'system', id: 'checkpointer' },
      channel: 'process',
      cause: 'checkpoint-1',
      bookedOn: '2025-08-10',
    });
  });

  it('makes none over its own checkpoints alone', async () => {
    await happen('individual-a');
    await signing.checkpointer.make();
    expect(await signing.checkpointer.make()).toEqual({ made: [] });
    expect(await store.read(CHECKPOINT_STREAM)).toHaveLength(1);
  });

  it('makes as many as are needed, one interval at a time', async () => {
    await happen('individual-a', LEAVES_MAX - 1);
    await happen('individual-b', LEAVES_MAX + 2);
    const { made } = await signing.checkpointer.make();
    expect(spans(made)).toEqual([
      ['0', LEAVES_MAX],
      [`${LEAVES_MAX}`, LEAVES_MAX],
      [`${2 * LEAVES_MAX}`, 1],
    ]);
    await expectSigned(2 * LEAVES_MAX + 1);
    expect(Math.max(...store.pages)).toBeLessThanOrEqual(100);
    for (const { data } of await store.read(CHECKPOINT_STREAM))
      expect(Buffer.byteLength(data)).toBeLessThan(CHECKPOINT_BYTES_MAX);
  });

  it('ends at the head it began with, however much happens meanwhile', async () => {
    await happen('individual-a', LEAVES_MAX + 1);
    store.beforeAppend = () => happen('individual-b', 3);
    const { made } = await signing.checkpointer.make();
    expect(spans(made)).toEqual([
      ['0', LEAVES_MAX],
      [`${LEAVES_MAX}`, 1],
    ]);
  });

  it('is shared by those who ask while another is under way', async () => {
    await happen('individual-a');
    const first = signing.checkpointer.make();
    await until(() => store.pages.length > 0 || undefined);
    await happen('individual-b');
    const [second, third] = [signing.checkpointer.make(), signing.checkpointer.make()];
    expect(second).toBe(third);
    expect([spans((await first).made), spans((await second).made)]).toEqual([[['0', 1]], [['1', 2]]]);
  });

  it('starts no further interval once the process is to end, and the one in hand is finished', async () => {
    await happen('individual-a', LEAVES_MAX + 1);
    let ended: Promise<void> | undefined;
    store.beforeAppend = async () => {
      ended ??= signing.checkpointer.beforeApplicationShutdown();
    };
    const { made } = await signing.checkpointer.make();
    await ended;
    expect(numbersOf(made)).toEqual([0]);
    expect(await store.read(CHECKPOINT_STREAM)).toHaveLength(1);
  });
});

describe('another who signs', () => {
  it('first is followed on, though both name their event alike', async () => {
    await happen('individual-a');
    const other = checkpointing(store.inside, signing.signer);
    other.clock.set('2025-08-10T02:00:01.000Z');
    store.beforeAppend = async () => {
      store.beforeAppend = async () => undefined;
      expect((await other.checkpointer.make()).made).toHaveLength(1);
    };
    expect(await signing.checkpointer.make()).toEqual({ made: [] });
    await expectSigned(1);
    // What is remembered is what stands, not what lost.
    expect(await signing.anchor.find()).toEqual(await other.anchor.find());
  });

  it('always first ends the run, not in an endless race', async () => {
    await happen('individual-a');
    const other = checkpointing(store.inside, signing.signer);
    let races = 0;
    store.beforeAppend = async () => {
      races += 1;
      await other.checkpointer.make();
      await record(store.inside, 'individual-b', noted(1));
    };
    expect(await signing.checkpointer.make()).toEqual({ made: [] });
    expect(races).toBeLessThanOrEqual(8);
  });
});

describe('what was changed', () => {
  it('is not signed, nor anything beyond it; what stands before it is', async () => {
    await happen('individual-a', 3);
    await happen('individual-b', 3);
    store.bend = (event) =>
      event.stream === 'individual-b' && event.revision === 1n
        ? { ...event, data: event.data.replace('1', '7') }
        : event;
    const refusal = { type: 'EventUnfit', stream: 'individual-b', revision: 1n };
    const run = await signing.checkpointer.make();
    expect([spans(run.made), run.refusal]).toEqual([[['0', 4]], refusal]);
    expect(await signing.checkpointer.make()).toEqual({ made: [], refusal });
    expect(await signing.failures()).toBe(2);
  });

  it('in the newest checkpoint, or under another key, is not followed on', async () => {
    await happen('individual-a');
    await signing.checkpointer.make();
    await happen('individual-a');
    const refused = { made: [], refusal: { type: 'CheckpointUnfit', number: 0 } };
    store.bend = (event) =>
      event.stream === CHECKPOINT_STREAM
        ? { ...event, data: event.data.replace('"count":1', '"count":2') }
        : event;
    expect(await signing.checkpointer.make()).toEqual(refused);
    store.bend = (event) => event;
    expect(await checkpointing(store).checkpointer.make()).toEqual(refused);
    expect(await store.read(CHECKPOINT_STREAM)).toHaveLength(1);
  });

  it('in the last event covered is noticed', async () => {
    await happen('individual-a', 2);
    await signing.checkpointer.make();
    await happen('individual-b');
    const refusal = { type: 'CheckpointUnfit', number: 0 };
    store.bend = (event) =>
      event.stream === 'individual-a' ? { ...event, revision: event.revision + 1n } : event;
    expect(await signing.checkpointer.make()).toEqual({ made: [], refusal });
  });
});

describe('the anchor', () => {
  it('that is older than the log is mended forward', async () => {
    await happen('individual-a');
    const put = signing.anchor.put.bind(signing.anchor);
    signing.anchor.put = () => Promise.reject(new Error('died before the anchor was written'));
    await expect(signing.checkpointer.make()).rejects.toThrow('died');
    expect(await store.read(CHECKPOINT_STREAM)).toHaveLength(1);
    expect(await signing.failures()).toBe(1);
    signing.anchor.put = put;
    expect(await signing.checkpointer.make()).toEqual({ made: [] });
    expect((await signing.anchor.find())?.number).toBe(0);
    await happen('individual-a');
    expect(numbersOf((await signing.checkpointer.make()).made)).toEqual([1]);
  });

  it('that the log lacks stops the signing until it is accepted', async () => {
    await happen('individual-a');
    await signing.checkpointer.make();
    await happen('individual-a');
    const [newest] = (await signing.checkpointer.make()).made;
    // The log is put back to before the second checkpoint.
    const restored = checkpointing(await upTo(2), signing.signer);
    restored.anchor.signed = newest;
    await record(restored.store, 'individual-c', noted(1));
    const refused = { made: [], refusal: { type: 'AnchorLost', number: 1 } };
    expect(await restored.checkpointer.make()).toEqual(refused);
    expect(await restored.checkpointer.make()).toEqual(refused);
    expect(await restored.failures()).toBe(2);
    expect(restored.anchor.signed).toEqual(newest);

    expect(await resetAnchor(restored.store, restored.anchor)).toBe(0);
    expect(numbersOf((await restored.checkpointer.make()).made)).toEqual([1]);
  });

  it('of another log with as many checkpoints is missed too', async () => {
    await happen('individual-a');
    await signing.checkpointer.make();
    const other = checkpointing(MemoryEventStore.open(), signing.signer);
    await record(other.store, 'individual-b', noted(2));
    const [theirs] = (await other.checkpointer.make()).made;
    signing.anchor.signed = theirs;
    expect((await signing.checkpointer.make()).refusal).toEqual({ type: 'AnchorLost', number: 0 });
    const empty = new MemoryAnchor();
    empty.signed = theirs;
    expect(await resetAnchor(MemoryEventStore.open(), empty)).toBeUndefined();
    expect(await empty.find()).toBeUndefined();
  });
});

/** A store that holds the log's first events alone. */
const upTo = async (events: number): Promise<MemoryEventStore> => {
  const restored = MemoryEventStore.open();
  for (const { stream, revision, id, type, data, metadata } of (await readLog(store.inside)).slice(
    0,
    events,
  )) {
    const expected = revision === 0n ? 'no-stream' : revision - 1n;
    await restored.append(stream, expected, [{ id, type, data, metadata }]);
  }
  return restored;
};
