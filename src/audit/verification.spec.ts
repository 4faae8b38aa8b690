import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { NO_STREAM, seal, type Tip } from '../event-store/chain.js';
import type { StoredEvent } from '../event-store/event-store.js';
import type { Context } from '../event-store/metadata.js';
import type { Day, Instant } from '../kernel/calendar.js';
import { logOver } from '../../test/support/tampering.js';
import type { Check, FaultKind } from './faults.js';
import { verifyLog } from './verification.js';

const context: Context = {
  recordedAt: '2025-07-15T02:00:00.000Z' as Instant,
  bookedOn: '2025-07-15' as Day,
  actor: { role: 'agency', id: 'local' },
  channel: 'agency',
  cause: 'sample',
  correlationId: 'c1',
  causationId: 'c1',
};

/** Two streams of three events each, by turns: positions 1 to 6. */
const log = (): StoredEvent[] => {
  const facts = [1, 2, 3].map((line) => ({ type: 'Noted', data: { line, note: '一笔' } }));
  const sealed = (stream: string, tip: Tip) => seal(stream, tip, facts, context);
  const [a, b] = [sealed('a', NO_STREAM), sealed('b', NO_STREAM)];
  return [0, 1, 2].flatMap((i) => [
    { ...a[i]!, stream: 'a', revision: BigInt(i), position: BigInt(2 * i + 1) },
    { ...b[i]!, stream: 'b', revision: BigInt(i), position: BigInt(2 * i + 2) },
  ]);
};

const change = (events: StoredEvent[], index: number, changes: Partial<StoredEvent>) =>
  events.map((event, i) => (i === index ? { ...event, ...changes } : event));

describe('verifying a log', () => {
  it.each([1, 2, 4, 100])('finds a whole log whole, in pages of %i', async (size) => {
    const seen: number[] = [];
    const verification = await verifyLog(logOver(log(), size), { onProgress: (events) => seen.push(events) });
    expect(verification).toMatchObject({ events: 6, streams: 2, checkpoints: 0, covered: 0, unverified: 0 });
    expect(verification).not.toHaveProperty('fault');
    expect(seen.at(-1)).toBe(6);
    expect(seen).toHaveLength(Math.ceil(6 / size));
  });

  it('finds an empty log whole', async () =>
    expect(await verifyLog(logOver([]))).toEqual({
      events: 0,
      streams: 0,
      checkpoints: 0,
      covered: 0,
      unverified: 0,
      head: { size: 0, root: createHash('sha256').digest('hex') },
    }));

  it('keeps apart more streams than it has room for at first', async () => {
    const events = Array.from({ length: 3_000 }, (_, i) => {
      const [event] = seal(`s${i}`, NO_STREAM, [{ type: 'Noted', data: { i } }], context);
      return { ...event!, stream: `s${i}`, revision: 0n, position: BigInt(i) };
    });
    expect(await verifyLog(logOver(events))).toMatchObject({ events: 3_000, streams: 3_000 });
  });

  type Mutation = (events: StoredEvent[]) => StoredEvent[];
  const without =
    (index: number): Mutation =>
    (events) =>
      events.filter((_, i) => i !== index);
  const swapped = (events: StoredEvent[], i: number, j: number): StoredEvent[] =>
    change(change(events, i, { ...events[j]!, position: events[i]!.position }), j, {
      ...events[i]!,
      position: events[j]!.position,
    });
  it.each<[string, Mutation, `${FaultKind} ${Check}`, string, bigint, bigint]>([
    [
      'a changed byte of data',
      (e) => change(e, 2, { data: e[2]!.data.replace('2', '3') }),
      'changed hash-differs',
      'a',
      1n,
      3n,
    ],
    [
      'a space put into data',
      (e) => change(e, 3, { data: e[3]!.data.replace(':', ': ') }),
      'changed hash-differs',
      'b',
      1n,
      4n,
    ],
    ['another type', (e) => change(e, 0, { type: 'Noticed' }), 'changed hash-differs', 'a', 0n, 1n],
    ['another id', (e) => change(e, 5, { id: e[4]!.id }), 'changed hash-differs', 'b', 2n, 6n],
    [
      'changed metadata',
      (e) => change(e, 1, { metadata: e[1]!.metadata.replace('agency', 'portal') }),
      'changed hash-differs',
      'b',
      0n,
      2n,
    ],
    [
      'a space put into metadata',
      (e) => change(e, 1, { metadata: e[1]!.metadata.replace(',', ', ') }),
      'changed hash-differs',
      'b',
      0n,
      2n,
    ],
    [
      'a changed hash, not its follower',
      (e) => change(e, 2, { metadata: e[2]!.metadata.replace(/"hash":"./, '"hash":"x') }),
      'changed hash-differs',
      'a',
      1n,
      3n,
    ],
    ['metadata that is no JSON', (e) => change(e, 4, { metadata: '{' }), 'changed unreadable', 'a', 2n, 5n],
    ['a missing first event', without(0), 'missing revision-gap', 'a', 0n, 3n],
    ['a missing event in the middle', without(3), 'missing revision-gap', 'b', 1n, 6n],
    [
      'two events of a stream that changed places',
      (e) => swapped(e, 0, 2),
      'reordered revision-gap',
      'a',
      1n,
      1n,
    ],
    [
      'two contents that changed places',
      (e) =>
        change(change(e, 0, { ...e[2]!, revision: 0n, position: 1n }), 2, {
          ...e[0]!,
          revision: 1n,
          position: 3n,
        }),
      'reordered place-differs',
      'a',
      0n,
      1n,
    ],
    ['an event twice', (e) => [...e, { ...e[5]!, position: 7n }], 'changed revision-again', 'b', 2n, 7n],
    ['positions out of order', (e) => [e[0]!, e[2]!, e[1]!], 'reordered position-order', 'b', 0n, 2n],
    ['an event of another stream', (e) => change(e, 1, { stream: 'c' }), 'changed hash-differs', 'c', 0n, 2n],
  ])('names the first event that does not fit: %s', async (_, mutate, named, stream, revision, position) => {
    const { fault } = await verifyLog(logOver(mutate(log()), 2));
    const [kind, check] = named.split(' ');
    expect(fault).toEqual({ kind, check, stream, revision, position });
  });

  it('counts what fits before the fault', async () => {
    const { events } = await verifyLog(logOver(change(log(), 4, { type: 'Other' }), 3));
    expect(events).toBe(4);
  });
});
