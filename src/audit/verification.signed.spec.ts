import { describe, expect, it } from '@jest/globals';
import { leafOf, LogInTheMaking, logOver } from '../../test/support/tampering.js';
import type { StoredEvent } from '../event-store/event-store.js';
import type { Instant } from '../kernel/calendar.js';
import { merkleLeafOf } from './checkpoint.js';
import { toCheckpoint } from './checkpointing.js';
import { headOf } from './merkle.js';
import type { Remembered } from './remembered.js';
import { KeySigner } from './signer.adapter.js';
import { toTrustedKeys } from './trusted-keys.js';
import { verifyLog } from './verification.js';

const change = (
  events: readonly StoredEvent[],
  index: number,
  changes: Partial<StoredEvent>,
): readonly StoredEvent[] => events.map((event, i) => (i === index ? { ...event, ...changes } : event));
const FACT = { type: 'Noted', data: { note: '一笔' } };
const AT = '2025-07-18T02:00:00.000Z' as Instant;
const SIGNER = KeySigner.fresh();
const KEYS = toTrustedKeys(SIGNER.verificationKeys());
/** Two streams by turns, two checkpoints, and an event behind the last. */
const signed = (): LogInTheMaking =>
  new LogInTheMaking(SIGNER)
    .add('individual-a', FACT)
    .add('individual-b', FACT)
    .add('individual-a', FACT)
    .sign('2025-07-16T02:00:00.000Z' as Instant)
    .add('individual-b', FACT)
    .sign('2025-07-17T02:00:00.000Z' as Instant)
    .add('individual-a', FACT);

describe('a signed log', () => {
  it.each([1, 3, 100])('is whole, and tells how far it is signed, in pages of %i', async (size) => {
    const { events } = signed();
    const verification = await verifyLog(logOver(events, size), { keys: KEYS });
    const root = headOf(events.map((event) => merkleLeafOf(leafOf(event)))).toString('hex');
    expect(verification).toEqual({
      events: 7,
      streams: 3,
      checkpoints: 2,
      covered: 5,
      unverified: 0,
      signedThrough: '2025-07-17T02:00:00.000Z',
      head: { size: 7, root },
    });
  });

  it('has the same head wherever it stands', async () => {
    const { events } = signed();
    const moved = events.map((event) => ({ ...event, position: event.position * 1_000n }));
    const [here, there] = [await verifyLog(logOver(events)), await verifyLog(logOver(moved))];
    expect(there.head).toEqual(here.head);
  });

  it('counts no checkpoint as good when there is no key, and still uses what they remember', async () => {
    const { events } = signed();
    const whole = await verifyLog(logOver(events));
    expect(whole).toMatchObject({ checkpoints: 0, covered: 0, unverified: 2 });
    expect(whole).not.toHaveProperty('signedThrough');
    const { fault } = await verifyLog(logOver(events.filter((_, i) => i !== 2)));
    expect(fault).toMatchObject({
      kind: 'missing',
      check: 'leaf-absent',
      stream: 'individual-a',
      revision: 1n,
    });
  });

  it('is believed under every key that ever signed', async () => {
    const newer = KeySigner.fresh();
    const log = signed();
    const next = toCheckpoint(log.heads.at(-1), { leaves: log.events.slice(5).map(leafOf) }, AT, newer);
    const { events } = log.addCheckpoint(next);
    const both = toTrustedKeys([...SIGNER.verificationKeys(), ...newer.verificationKeys()]);
    expect(await verifyLog(logOver(events), { keys: both })).toMatchObject({ checkpoints: 3, covered: 7 });
    const { fault } = await verifyLog(logOver(events), { keys: KEYS });
    expect(fault).toMatchObject({ kind: 'checkpoint-forged', check: 'key-unknown', revision: 2n });
  });

  it('leaves to the next walk what is signed while it goes', async () => {
    const log = signed();
    const before = logOver([...log.events], 2);
    const after = logOver(log.sign(AT).events, 2);
    let reads = 0;
    const growing = {
      ...after,
      read: (...given: Parameters<typeof after.read>) => ((reads += 1) > 1 ? after : before).read(...given),
    };
    const verification = await verifyLog(growing, { keys: KEYS });
    expect(verification).toMatchObject({ events: 8, checkpoints: 2, covered: 5 });
    expect(verification).not.toHaveProperty('fault');
  });

  it('names an earlier fault before a checkpoint that does not fit', async () => {
    const { events } = signed();
    const other = KeySigner.fresh().verificationKeys();
    const spoilt = change(events, 1, { data: '{}' });
    const { fault } = await verifyLog(logOver(spoilt), { keys: toTrustedKeys(other) });
    expect(fault).toMatchObject({ kind: 'changed', stream: 'individual-b', revision: 0n });
    const whole = await verifyLog(logOver(events), { keys: toTrustedKeys(other) });
    expect(whole.fault).toMatchObject({ kind: 'checkpoint-forged', check: 'key-unknown', revision: 0n });
  });
});

describe('what is remembered of a log outside of it', () => {
  const { events, heads } = signed();
  const builtOn = (index: number) => {
    const { stream, revision, position, id: eventId } = events[index]!;
    return { stream, revision, position, eventId };
  };
  const faultOf = async (kept: readonly StoredEvent[], remembered: Remembered) =>
    (await verifyLog(logOver(kept), { keys: KEYS, remembered })).fault;

  it('is in it', async () => expect(await faultOf(events, { heads, builtOn: builtOn(6) })).toBeUndefined());

  it.each<[string, readonly StoredEvent[], Remembered, string, string, bigint, bigint]>([
    [
      'the last head is cut off',
      events.slice(0, 5),
      { heads },
      'truncated anchor-absent',
      'checkpoint',
      1n,
      5n,
    ],
    ['all heads are cut off', events.slice(0, 2), { heads }, 'truncated anchor-absent', 'checkpoint', 0n, 2n],
    [
      'all heads are taken out',
      events.filter(({ stream }) => stream !== 'checkpoint'),
      { heads: heads.slice(0, 1) },
      'stream-removed anchor-absent',
      'checkpoint',
      0n,
      7n,
    ],
    [
      'a head that nobody signed',
      events,
      { heads: [{ ...heads[1]!, at: AT }] },
      'checkpoint-forged anchor-forged',
      'checkpoint',
      1n,
      7n,
    ],
    [
      'the last event is cut off',
      events.slice(0, 6),
      { builtOn: builtOn(6) },
      'truncated anchor-absent',
      'individual-a',
      2n,
      6n,
    ],
    [
      'another event in the place of the last',
      events,
      { builtOn: { ...builtOn(6), eventId: 'another' } },
      'changed anchor-differs',
      'individual-a',
      2n,
      7n,
    ],
    [
      'the last event further up',
      change(events, 6, { position: 9n }),
      { builtOn: builtOn(6) },
      'reordered anchor-differs',
      'individual-a',
      2n,
      7n,
    ],
  ])('but %s', async (_, kept, remembered, named, stream, revision, position) => {
    const [kind, check] = named.split(' ');
    expect(await faultOf(kept, remembered)).toEqual({ kind, check, stream, revision, position });
  });
});
