import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkpointing } from '../../test/support/checkpoints.js';
import { record } from '../../test/support/log.js';
import { until } from '../../test/support/until.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import { CheckpointSchedule, CheckpointSettings } from './checkpoint.schedule.js';
import { CHECKPOINT_STREAM } from './checkpoint.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['error']));

/** The events of support/log.ts are of this instant. */
const BEGUN = '2025-07-15T02:00:00.000Z';

let store: MemoryEventStore;
let signing: ReturnType<typeof checkpointing>;
let schedule: CheckpointSchedule;
let looks = 0;
beforeEach(() => {
  looks = 0;
  store = MemoryEventStore.open();
  signing = checkpointing(store);
  const find = signing.reader.findNewest.bind(signing.reader);
  signing.reader.findNewest = () => {
    looks += 1;
    return find();
  };
});
afterEach(() => schedule.beforeApplicationShutdown());

const start = (hours: number): void => {
  schedule = new CheckpointSchedule(
    new CheckpointSettings(hours, 0, 0),
    store,
    signing.reader,
    signing.checkpointer,
    signing.clock,
  );
  schedule.onApplicationBootstrap();
};
const happen = (): Promise<bigint> => record(store, 'individual-a', [{ type: 'Noted', data: {} }]);
const made = async (): Promise<number> => (await store.read(CHECKPOINT_STREAM)).length;

describe('by the clock', () => {
  it('a log without a checkpoint gets one when it is as old as the interval', async () => {
    await happen();
    signing.clock.set('2025-07-16T02:00:00.000Z');
    start(24);
    await until(async () => (await made()) === 1 || undefined);
  });

  it.each([
    ['the log is younger than the interval', 24, '2025-07-16T01:59:59.999Z'],
    ['the log is empty', 1, BEGUN],
  ])('none is made while %s', async (why, hours, now) => {
    if (why !== 'the log is empty') await happen();
    signing.clock.set(now);
    start(hours);
    await until(() => looks > 0 || undefined);
    expect(await made()).toBe(0);
  });

  it('the next one is due an interval after the last', async () => {
    await happen();
    signing.clock.set('2025-07-20T00:00:00.000Z');
    await signing.checkpointer.make();
    await happen();
    signing.clock.set('2025-07-20T23:59:59.999Z');
    start(24);
    await until(() => looks > 1 || undefined);
    expect(await made()).toBe(1);
    schedule.beforeApplicationShutdown();
    signing.clock.set('2025-07-21T00:00:00.000Z');
    start(24);
    await until(async () => (await made()) === 2 || undefined);
  });

  it('a failure is tried again', async () => {
    await happen();
    const find = signing.anchor.find.bind(signing.anchor);
    let failed = 0;
    signing.anchor.find = () => {
      failed += 1;
      return failed < 3 ? Promise.reject(new Error('cannot be read')) : find();
    };
    start(24);
    await until(() => signing.anchor.signed);
    expect(await signing.failures()).toBe(2);
    expect(await made()).toBe(1);
  });

  it('nothing is made when it is turned off, or after the end', async () => {
    await happen();
    start(0);
    schedule.beforeApplicationShutdown();
    start(24);
    schedule.beforeApplicationShutdown();
    for (let turn = 0; turn < 20; turn++) await store.head();
    expect([looks, await made()]).toEqual([0, 0]);
  });
});
