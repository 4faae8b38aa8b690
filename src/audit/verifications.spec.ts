import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logOf, readLog } from '../../test/support/log.js';
import { LogInTheMaking } from '../../test/support/tampering.js';
import type { EventStore, ReadAllOptions, StoredEvent } from '../event-store/event-store.js';
import type { CheckpointAnchor } from './anchor.js';
import type { SignedHead } from './checkpoint.js';
import { KeySigner } from './signer.adapter.js';
import { Verifications, VERIFICATIONS_MAX, type VerificationRun } from './verifications.js';

const EVENTS = [1, 2, 3].map((amount) => ({ type: 'Counted', data: { amount } }));
const SIGNER = KeySigner.fresh();
beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['error']));

const ended = async (verifications: Verifications, id: string): Promise<VerificationRun | undefined> => {
  for (;;) {
    const run = verifications.find(id);
    if (run?.state !== 'running') return run;
    await new Promise((resolve) => setImmediate(resolve));
  }
};
const storeOf = (readAll: (options: ReadAllOptions) => Promise<readonly StoredEvent[]>): EventStore =>
  ({ readAll, read: async () => [] }) as unknown as EventStore;
const verificationsOf = (store: EventStore, remembered?: SignedHead): Verifications =>
  new Verifications(store, SIGNER, { find: async () => remembered } as CheckpointAnchor);

describe('a verification', () => {
  it('finds a log whole', async () => {
    const verifications = verificationsOf(await logOf(['a', EVENTS], ['b', EVENTS]));
    const id = verifications.start();
    expect(verifications.find(id)).toMatchObject({ state: 'running', whole: false });
    expect(await ended(verifications, id)).toMatchObject({
      id,
      state: 'done',
      events: 6,
      streams: 2,
      whole: true,
      checkpoints: 0,
      head: { size: 6 },
    });
  });

  it('names the first event that does not fit', async () => {
    const events = await readLog(await logOf(['a', EVENTS]));
    const forged = events.map((event) =>
      event.revision === 1n ? { ...event, data: '{"amount":9}' } : event,
    );
    const verifications = verificationsOf(
      storeOf(({ after }) => Promise.resolve(after === undefined ? forged : [])),
    );
    const run = await ended(verifications, verifications.start());
    expect(run).toMatchObject({
      state: 'done',
      events: 1,
      whole: false,
      fault: { kind: 'changed', check: 'hash-differs', stream: 'a', revision: 1n, position: 2n },
    });
  });

  it('fails, and finds no end cut off, when the server closes meanwhile', async () => {
    const events = await readLog(await logOf(['a', EVENTS]));
    const verifications: Verifications = verificationsOf(
      storeOf(async () => {
        verifications.beforeApplicationShutdown();
        return events;
      }),
    );
    const run = await ended(verifications, verifications.start());
    expect(run).toMatchObject({ state: 'failed', whole: false });
    expect(run).not.toHaveProperty('fault');
  });

  it('finds a log without the checkpoint that is remembered', async () => {
    const { heads } = new LogInTheMaking(SIGNER).add('individual-a', ...EVENTS).sign();
    const verifications = verificationsOf(await logOf(['a', EVENTS]), heads[0]);
    expect(await ended(verifications, verifications.start())).toMatchObject({
      state: 'done',
      whole: false,
      fault: { kind: 'truncated', check: 'anchor-absent', stream: 'checkpoint', revision: 0n },
    });
  });

  it('tells when the log could not be read', async () => {
    const verifications = verificationsOf(storeOf(() => Promise.reject(new Error('disk'))));
    expect(await ended(verifications, verifications.start())).toMatchObject({
      state: 'failed',
      whole: false,
    });
  });

  it('runs one at a time, and keeps a bounded number', async () => {
    const verifications = verificationsOf(await logOf(['a', EVENTS]));
    const first = verifications.start();
    expect(verifications.start()).toBe(first);
    await ended(verifications, first);
    let last = first;
    for (let i = 0; i < VERIFICATIONS_MAX; i++) await ended(verifications, (last = verifications.start()));
    expect(verifications.find(first)).toBeUndefined();
    expect(verifications.find(last)?.state).toBe('done');
  });
});
