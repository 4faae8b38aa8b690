import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { text } from 'node:stream/consumers';
import { checkpointing } from '../../test/support/checkpoints.js';
import { record } from '../../test/support/log.js';
import { hashOf } from '../event-store/chain.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import type { Result } from '../kernel/result.js';
import type { ProofDocument, ProofEvent } from './proof.document.js';
import { checkProof, type ProofFault, type Proven } from './proof.js';
import { ProofReader } from './proof.reader.js';
import { KeySigner } from './signer.adapter.js';
import { NO_KEYS, toTrustedKeys, type TrustedKeys } from './trusted-keys.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['error']));

const store = MemoryEventStore.open();
const signing = checkpointing(store);
const proofs = new ProofReader(store, signing.reader);
const keys = toTrustedKeys(signing.signer.verificationKeys());
const noted = (...notes: readonly object[]) => notes.map((data) => ({ type: 'Noted', data }));

const documentOf = async (id: string): Promise<ProofDocument> => {
  const pieces = await proofs.open(id);
  if (!pieces) throw new Error('that person is recorded');
  return JSON.parse(await text(pieces)) as ProofDocument;
};
const check = (proof: unknown, by: TrustedKeys = keys): Result<Proven, ProofFault> =>
  checkProof(JSON.stringify(proof), by);
const faultOf = (proof: unknown, by: TrustedKeys = keys): string => {
  const checked = check(proof, by);
  return checked.ok ? 'proven' : `${checked.error.fault} (${checked.error.where})`;
};

/** Three checkpoints: a has events in the first and the last, and one that none covers yet; b in the middle. */
let proof: ProofDocument;
beforeAll(async () => {
  await record(store, 'individual-a', noted({ i: 0, text: 'é 保 "quoted"\n' }, { i: 1 }));
  await record(store, 'individual-b', noted({ i: 0 }, { i: 1 }, { i: 2 }));
  await signing.checkpointer.make();
  await record(store, 'individual-b', noted({ i: 3 }));
  await signing.checkpointer.make();
  await record(store, 'individual-b', noted({ i: 4 }));
  await record(store, 'individual-a', noted({ i: 2 }));
  await signing.checkpointer.make();
  await record(store, 'individual-a', noted({ i: 3 }));
  await record(store, 'individual-c', noted({ i: 0 }));
  proof = await documentOf('a');
});

describe('a proof', () => {
  it('has each event with its place, the checkpoints that are named and the count of the rest', () => {
    expect(proof.log.map(({ revision, checkpoint, index }) => [revision, checkpoint, index])).toEqual([
      ['0', 0, 0],
      ['1', 0, 1],
      ['2', 2, 2],
      ['3', null, null],
    ]);
    expect(proof.checkpoints.map(({ number }) => number)).toEqual([0, 2]);
    expect([proof.id, proof.stream, proof.uncovered]).toEqual(['a', 'individual-a', 1]);
    expect(JSON.stringify(proof.checkpoints)).not.toContain('leaves');
  });

  it('shows how much is signed, and until when', () =>
    expect(check(proof)).toEqual({
      ok: true,
      value: {
        id: 'a',
        stream: 'individual-a',
        events: 4,
        covered: 3,
        through: proof.checkpoints[1],
        keyIds: [signing.signer.keyId()],
      },
    }));

  it('names the newest checkpoint also when the person is not in it', async () => {
    const b = await documentOf('b');
    expect(b.checkpoints.map(({ number }) => number)).toEqual([0, 1, 2]);
    const quiet = MemoryEventStore.open();
    const other = checkpointing(quiet);
    await record(quiet, 'individual-a', noted({}));
    await other.checkpointer.make();
    await record(quiet, 'individual-b', noted({}));
    await other.checkpointer.make();
    const pieces = await new ProofReader(quiet, other.reader).open('a');
    const both = JSON.parse(await text(pieces!)) as ProofDocument;
    expect(both.checkpoints.map(({ number }) => number)).toEqual([0, 1]);
    expect(check(both, toTrustedKeys(other.signer.verificationKeys()))).toMatchObject({
      ok: true,
      value: { through: { number: 0 } },
    });
  });

  it('of someone whom nothing was signed about yet proves nothing, and says so', async () =>
    expect(faultOf(await documentOf('c'))).toBe('nothing-signed (checkpoints)'));

  it('is not there for one who is not recorded', async () => expect(await proofs.open('z')).toBeUndefined());

  it('may be printed with spaces', () =>
    expect(checkProof(JSON.stringify(proof, null, 2), keys).ok).toBe(true));
});

type Open<T> = { -readonly [K in keyof T]: Open<T[K]> };
/** A copy, changed. */
const changed = (change: (copy: Open<ProofDocument>) => unknown): unknown => {
  const copy = JSON.parse(JSON.stringify(proof)) as Open<ProofDocument>;
  change(copy);
  return copy;
};
const event = (copy: Open<ProofDocument>, i: number): Open<ProofEvent> => copy.log[i]!;
const turned = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);
/** Puts a hash into metadata that fits the bytes as they now are: a forger can do so much. */
const rehash = (each: Open<ProofEvent>): void => {
  const open = each.metadata.replace(/"hash":"\w+",/, '');
  const hash = hashOf('individual-a', BigInt(each.revision), each, open);
  each.metadata = each.metadata.replace(/"hash":"\w+"/, `"hash":"${hash}"`);
};

describe('a proof with one thing changed', () => {
  it.each<[string, string, (copy: Open<ProofDocument>) => unknown]>([
    ['the format', 'malformed (format)', (p) => ((p.format as string) = 'shebao-ledger/proof/2')],
    ['the id', 'malformed (stream)', (p) => (p.id = 'b')],
    ['the stream', 'malformed (stream)', (p) => (p.stream = 'individual-b')],
    [
      'id and stream',
      'event-changed (event 0)',
      (p) => Object.assign(p, { id: 'b', stream: 'individual-b' }),
    ],
    ['a member too many', 'malformed (document)', (p) => Object.assign(p, { note: '' })],
    ['a member too few', 'malformed (log[1])', (p) => Reflect.deleteProperty(event(p, 1), 'index')],
    ['no events', 'malformed (log)', (p) => (p.log = [])],
    ['the first event left out', 'revision-order (event 0)', (p) => p.log.shift()],
    ['an event left out', 'revision-order (event 1)', (p) => p.log.splice(1, 1)],
    ['two events changed about', 'revision-order (event 0)', (p) => p.log.reverse()],
    ['an event twice', 'revision-order (event 1)', (p) => p.log.splice(1, 0, event(p, 0))],
    ['a revision', 'revision-order (event 1)', (p) => (event(p, 1).revision = '01')],
    ['an id of an event', 'event-changed (event 0)', (p) => (event(p, 0).id = event(p, 1).id)],
    ['a type', 'event-changed (event 0)', (p) => (event(p, 0).type = 'Noticed')],
    ['data', 'event-changed (event 0)', (p) => (event(p, 0).data = '{"i":7}')],
    ['metadata', 'event-changed (event 2)', (p) => (event(p, 2).metadata = event(p, 1).metadata)],
    ['the uncovered event', 'event-changed (event 3)', (p) => (event(p, 3).data = '{"i":7}')],
    [
      'data, and the hash made anew',
      'path-astray (event 2)',
      (p) => {
        event(p, 2).data = '{"i":7}';
        rehash(event(p, 2));
      },
    ],
    [
      'prev, and the hash made anew',
      'chain-broken (event 2)',
      (p) => {
        event(p, 2).metadata = event(p, 2).metadata.replace(/"prev":"\w+"/, `"prev":"${'0'.repeat(64)}"`);
        rehash(event(p, 2));
      },
    ],
    ['a place', 'path-astray (event 0)', (p) => (event(p, 0).index = 1)],
    ['a place outside', 'path-astray (event 0)', (p) => (event(p, 0).index = 8)],
    ['a sibling', 'path-astray (event 1)', (p) => (event(p, 1).path[0] = turned(event(p, 1).path[0]!))],
    ['a path cut short', 'path-astray (event 1)', (p) => event(p, 1).path.pop()],
    [
      'a path in capitals',
      'malformed (log[1])',
      (p) => (event(p, 1).path[0] = event(p, 1).path[0]!.toUpperCase()),
    ],
    ['the checkpoint named', 'path-astray (event 0)', (p) => (event(p, 0).checkpoint = 2)],
    ['a checkpoint that is not there', 'checkpoint-absent (event 0)', (p) => (event(p, 0).checkpoint = 1)],
    ['half a place', 'malformed (event 3)', (p) => (event(p, 3).index = 0)],
    ['a path with no place', 'malformed (event 3)', (p) => (event(p, 3).path = event(p, 1).path)],
    [
      'an event between told as not covered',
      'log-order (event 2)',
      (p) => {
        Object.assign(event(p, 1), { checkpoint: null, index: null, path: [] });
        p.uncovered = 2;
      },
    ],
    ['a checkpoint left out', 'checkpoint-absent (event 2)', (p) => p.checkpoints.pop()],
    ['checkpoints changed about', 'checkpoint-order (checkpoint 0)', (p) => p.checkpoints.reverse()],
    [
      'a checkpoint twice',
      'checkpoint-order (checkpoint 0)',
      (p) => p.checkpoints.unshift(p.checkpoints[0]!),
    ],
    ['the count of the rest', 'uncovered-differs (uncovered)', (p) => (p.uncovered = 0)],
  ])('%s is refused', (_, fault, change) => expect(faultOf(changed(change))).toBe(fault));

  it.each(['at', 'first', 'count', 'root', 'previous', 'keyId', 'head', 'signature', 'number'] as const)(
    '%s of a checkpoint is refused',
    (member) => {
      const copy = changed(({ checkpoints: [, second] }) => {
        const value = second![member];
        const other = typeof value === 'number' ? value - 1 : turned(`${value}`).replace(/^[01]025/, '2024');
        Object.assign(second!, { [member]: member === 'first' ? '6' : other });
      });
      expect(faultOf(copy)).toMatch(
        member === 'signature' ? /^signature-invalid|malformed/ : /^checkpoint-changed/,
      );
    },
  );

  it('is refused when a member stands twice, whatever the other says', () => {
    const twice = JSON.stringify(proof).replace('"uncovered":', '"\\u0075ncovered":7,"uncovered":');
    expect(checkProof(twice, keys)).toMatchObject({ error: { fault: 'malformed' } });
  });

  it.each(['', 'null', '[]', '{}', '"proof"', '{"format":'])('is refused when it is none: %p', (none) =>
    expect(checkProof(none, keys)).toEqual({ ok: false, error: { fault: 'malformed', where: 'document' } }),
  );
});

describe('the keys', () => {
  it('of another installation check nothing', () => {
    const others = toTrustedKeys(KeySigner.fresh().verificationKeys());
    expect(faultOf(proof, others)).toBe('key-unknown (checkpoint 0)');
    expect(faultOf(proof, NO_KEYS)).toBe('key-unknown (checkpoint 0)');
  });

  it('of another under our id are found out', () => {
    const [other] = KeySigner.fresh().verificationKeys();
    const [wrong] = toTrustedKeys([other!]).values();
    expect(faultOf(proof, new Map([[signing.signer.keyId(), wrong!]]))).toBe(
      'signature-invalid (checkpoint 0)',
    );
  });
});

describe('any byte', () => {
  it('changed is found, or changes no meaning', () => {
    const bytes = Buffer.from(JSON.stringify(proof));
    const meaning = JSON.stringify(JSON.parse(bytes.toString()));
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const copy = Buffer.from(bytes);
        copy.writeUInt8(copy.readUInt8(at) ^ flip, at);
        const read = copy.toString();
        if (!checkProof(read, keys).ok) return;
        expect(JSON.stringify(JSON.parse(read))).toBe(meaning);
      }),
      { numRuns: 3_000 },
    );
  });
});
