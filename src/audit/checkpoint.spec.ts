import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import type { Instant } from '../kernel/calendar.js';
import {
  fromLeafLines,
  headHashOf,
  LEAVES_MAX,
  statementBytesOf,
  toLeafLines,
  toSignedHead,
  type Leaf,
  type SignedHead,
} from './checkpoint.js';
import { CHECKPOINT_BYTES_MAX, Interval, isIntact, toCheckpoint } from './checkpointing.js';
import { findHeadFault } from './judgement.js';
import { KeySigner } from './signer.adapter.js';
import { toTrustedKeys } from './trusted-keys.js';
import { record, readLog } from '../../test/support/log.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';

const hashes = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const leaf: fc.Arbitrary<Leaf> = fc.record({
  stream: fc.stringMatching(/^[a-z]+-[a-zA-Z0-9-]{1,40}$/),
  revision: fc.bigInt({ min: 0n, max: 2n ** 63n }),
  hash: hashes,
});

describe('leaf lines', () => {
  it('give back the leaves they were made of', () =>
    fc.assert(
      fc.property(fc.array(leaf, { minLength: 1 }), (leaves) =>
        expect(fromLeafLines(toLeafLines(leaves))).toEqual(leaves),
      ),
    ));

  const line = toLeafLines([{ stream: 'individual-a', revision: 3n, hash: 'ab'.repeat(32) }]);
  it('are a stream, a revision and a hash', () =>
    expect(line).toBe('individual-a 3 q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s'));
  it.each(['', `${line}\n`, ` ${line}`, line.replace(' 3 ', ' 03 '), line.slice(0, -1), `${line}=`])(
    'are refused when they are none: %p',
    (text) => expect(fromLeafLines(text)).toBeUndefined(),
  );
});

type Golden = Readonly<{ signed: SignedHead; statement: string; x: string }>;
const golden = JSON.parse(
  readFileSync(new URL('../../test/golden/checkpoint.json', import.meta.url), 'utf8'),
) as Golden;

describe('a statement', () => {
  it('has these bytes, this head and this signature, for ever', () => {
    expect(statementBytesOf(golden.signed).toString()).toBe(golden.statement);
    expect(headHashOf(golden.signed)).toBe(golden.signed.head);
    expect(findHeadFault(golden.signed, toTrustedKeys([golden]))).toBeUndefined();
    expect(toSignedHead(golden.signed)).toEqual(golden.signed);
  });

  it('covers every member but the head and the signature', () => {
    for (const [member, value] of Object.entries(golden.signed)) {
      if (member === 'head' || member === 'signature') continue;
      const changed = { ...golden.signed, [member]: typeof value === 'number' ? value + 1 : `${value}0` };
      expect([member, headHashOf(changed) === golden.signed.head]).toEqual([member, false]);
    }
  });

  it.each<[string, object]>([
    ['another format', { format: 'shebao-ledger/checkpoint/2' }],
    ['a negative number', { number: -1 }],
    ['a number in text', { number: '7' }],
    ['no leaf', { count: 0 }],
    ['too many leaves', { count: LEAVES_MAX + 1 }],
    ['a day for an instant', { at: '2025-08-10' }],
    ['a first that is no number', { first: '01' }],
    ['a short root', { root: 'ab' }],
    ['a root in capitals', { root: 'AB'.repeat(32) }],
    ['no previous', { previous: undefined }],
    ['a short key id', { keyId: 'k1' }],
    ['another spelling of the signature', { signature: `${golden.signed.signature.slice(0, -1)}R` }],
  ])('is none with %s', (_, change) => {
    expect(toSignedHead({ ...golden.signed, ...change })).toBeUndefined();
  });
});

const leafAt = (i: number, name = 'x'): Leaf => ({
  stream: `individual-${name}`,
  revision: BigInt(i),
  hash: i.toString(16).padStart(64, '0'),
});

describe('an interval', () => {
  const signer = KeySigner.fresh();
  const at = '2025-08-10T02:00:00.000Z' as Instant;

  it('takes LEAVES_MAX leaves and no more', () => {
    const interval = new Interval();
    for (let i = 0; i < LEAVES_MAX; i++) expect(interval.take(leafAt(i))).toBe(true);
    expect(interval.take(leafAt(LEAVES_MAX))).toBe(false);
    expect(toCheckpoint(undefined, interval, at, signer).data.count).toBe(LEAVES_MAX);
  });

  it.each(['x'.repeat(200), '\\"'.repeat(60), '保'.repeat(60)])(
    'ends before its event grows too large',
    (name) => {
      const interval = new Interval();
      let taken = 0;
      while (interval.take(leafAt(taken, name))) taken += 1;
      const bytes = Buffer.byteLength(JSON.stringify(toCheckpoint(undefined, interval, at, signer).data));
      expect(taken).toBeLessThan(LEAVES_MAX);
      expect(bytes).toBeLessThanOrEqual(CHECKPOINT_BYTES_MAX);
      expect(bytes).toBeGreaterThan(CHECKPOINT_BYTES_MAX - 3_000);
    },
  );

  it('has no news when it holds checkpoints alone', () => {
    const interval = new Interval();
    interval.take({ ...leafAt(0), stream: 'checkpoint' });
    expect(interval.hasNews()).toBe(false);
    interval.take(leafAt(1));
    expect(interval.hasNews()).toBe(true);
  });

  it('is signed as what follows on the one before', () => {
    const interval = new Interval();
    interval.take(leafAt(0));
    interval.take(leafAt(1));
    const first = toCheckpoint(undefined, interval, at, signer).data;
    const second = toCheckpoint(first, interval, at, signer).data;
    expect([first.number, first.first, first.previous]).toEqual([0, '0', '0'.repeat(64)]);
    expect([second.number, second.first, second.previous]).toEqual([1, '2', first.head]);
    const keys = toTrustedKeys(signer.verificationKeys());
    expect([findHeadFault(first, keys), findHeadFault(second, keys)]).toEqual([undefined, undefined]);
    expect(() => toCheckpoint(first, new Interval(), at, signer)).toThrow();
  });
});

describe('an event', () => {
  it('is intact as long as no part of it was changed or has gone over to another', async () => {
    const store = MemoryEventStore.open();
    await record(store, 'individual-a', [{ type: 'Noted', data: { list: ['a', 'b', 'c'] } }]);
    const [event] = await readLog(store);
    if (!event) throw new Error('one event was recorded');
    expect(isIntact(event)).toBe(true);
    const { id, data } = event;
    for (const change of [
      { id: id.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
      { type: 'Noticed' },
      { data: data.replace('"a"', '"d"') },
      { metadata: event.metadata.replace('local', 'remote') },
      { metadata: '{' },
      { stream: 'individual-b' },
      { revision: 1n },
      // The text that is hashed is the same: only the borders between its parts were moved.
      { id: `${id}","Noted",{"list":["a`, type: 'b', data: '"c"]}' },
      { data: `${data},${event.metadata.replace(/"hash":"\w+",/, '')}`, metadata: '{}' },
    ])
      expect([change, isIntact({ ...event, ...change })]).toEqual([change, false]);
  });
});
