import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogCheckpointed } from '../src/audit/checkpoint.js';
import { KeySigner } from '../src/audit/signer.adapter.js';
import type { BankStatementEvent } from '../src/employer/bank-statement.js';
import type { EmployerEvent, SubmissionEvent } from '../src/employer/events.js';
import { toCanonical, type Json } from '../src/event-store/canonical.js';
import { eventIdOf, hashOf, NO_STREAM, seal, tipOf, type Tip } from '../src/event-store/chain.js';
import { FileKeyring, MemoryKeyring } from '../src/event-store/keyring.adapter.js';
import type { Context } from '../src/event-store/metadata.js';
import type { InterestRunAdvanced, InterestRunEvent } from '../src/individual/interest-run.js';
import type { IndividualEvent } from '../src/individual/events.js';
import type { SettlementEvent } from '../src/individual/settlement-route.js';
import { faultOf } from './support/chain.js';

/**
 * The bytes of what is stored, frozen. A file here is never edited: a change that turns this red needs a new schema
 * version with files of its own beside the old ones (docs/adr/0001-bytes.md).
 */
const FOLDER = new URL('golden/', import.meta.url);
const golden = <T>(name: string): T => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as T;

describe('canonical JSON', () => {
  const samples = golden<{ name: string; value: Json; canonical: string; hex: string }[]>('canonical');
  it.each(samples.map((sample) => [sample.name, sample] as const))('%s', (_, { value, canonical, hex }) => {
    expect(toCanonical(value)).toBe(canonical);
    expect(Buffer.from(toCanonical(value)).toString('hex')).toBe(hex);
    expect(toCanonical(JSON.parse(canonical) as Json)).toBe(canonical);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, '\ud83d', ['\udc00']])('has none for %p', (value) =>
    expect(() => toCanonical(value)).toThrow(),
  );
});

describe('event ids', () => {
  const samples = golden<{ stream: string; cause: string; index: number; id: string }[]>('event-ids');
  it.each(samples)('of index $index by $cause in $stream', ({ stream, cause, index, id }) =>
    expect(eventIdOf(stream, cause, index)).toBe(id),
  );
});

describe('the chain', () => {
  type Link = { revision: string; id: string; type: string; data: string; metadata: string };
  type Chain = { stream: string; context: Context; facts: { type: string; data: object }[]; events: Link[] };
  const { stream, context, facts, events } = golden<Chain>('chain');

  it('of three events', () =>
    expect(seal(stream, NO_STREAM, facts, context)).toEqual(
      events.map(({ id, type, data, metadata }) => ({ id, type, data, metadata })),
    ));

  it('fits, and goes on from its tip', () => {
    const stored = events.map((link, i) => ({
      ...link,
      stream,
      revision: BigInt(link.revision),
      position: BigInt(i),
    }));
    let tip: Tip = NO_STREAM;
    for (const event of stored) {
      expect(faultOf(event, tip)).toBeUndefined();
      tip = tipOf([event]);
    }
    const [first, ...others] = seal(stream, tipOf(stored.slice(0, 1)), facts.slice(1), context);
    expect(JSON.parse(first?.metadata ?? '')).toMatchObject({ prev: tipOf(stored.slice(0, 1)).hash });
    expect(others).toHaveLength(1);
  });
});

describe('the keyring', () => {
  type Keys = {
    secret: string;
    sealing: { kid: string; key: string }[];
    streamKeys: { ssn: string; key: string }[];
    digests: { purpose: string; text: string; digest: string }[];
    envelopes: { boundTo: string; text: string; envelope: string }[];
  };
  const { secret, sealing, streamKeys, digests, envelopes } = golden<Keys>('keyring');
  const keyring = new MemoryKeyring({
    secret: Buffer.from(secret, 'base64'),
    sealing: sealing.map(({ kid, key }) => ({ kid, key: Buffer.from(key, 'base64') })),
  });

  it.each(streamKeys)('names a stream', ({ ssn, key }) => expect(keyring.streamKeyOf(ssn)).toBe(key));
  it.each(digests)('digests for $purpose', ({ purpose, text, digest }) =>
    expect(keyring.digestOf(purpose, text)).toBe(digest),
  );
  it.each(envelopes)('opens $envelope', ({ boundTo, text, envelope }) =>
    expect(keyring.open(envelope, boundTo)).toBe(text),
  );
});

describe('the signing keys', () => {
  type Named = { kid: string; x: string };
  type Signing = { file: object; derived: Named; newest: Named; signature: { text: string; value: string } };
  const { file, derived, newest, signature } = golden<Signing>('keyring-signing');
  /** A keyring file with this content, opened. */
  const open = (content: object): FileKeyring => {
    const folder = mkdtempSync(join(tmpdir(), 'keyring-'));
    const path = join(folder, 'keyring.json');
    try {
      writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
      return FileKeyring.open(path);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it('of a file are published by their thumbprints, and the newest signs', () => {
    const signer = new KeySigner(open(file).signing);
    expect(signer.verificationKeys().map(({ kid, x }) => ({ kid, x }))).toEqual([derived, newest]);
    expect(signer.keyId()).toBe(newest.kid);
    expect(signer.sign(Buffer.from(signature.text))).toBe(signature.value);
  });

  it('of a file from before checkpoints follow from its secret', () => {
    const { secret, sealing } = golden<{ secret: string; sealing: object[] }>('keyring');
    const [only, ...others] = new KeySigner(open({ format: 1, secret, sealing }).signing).verificationKeys();
    expect(only).toMatchObject(derived);
    expect(others).toEqual([]);
  });
});

type AnyEvent =
  | IndividualEvent
  | EmployerEvent
  | SubmissionEvent
  | BankStatementEvent
  | SettlementEvent
  | InterestRunEvent
  | InterestRunAdvanced
  | LogCheckpointed;
/** A new event type does not compile until it stands here, and is red until it has its golden file. */
const SCHEMAS = {
  IndividualRegistered: 1,
  CoverageStarted: 1,
  CoverageStopped: 1,
  ContributionAssessed: 1,
  ContributionPaid: 1,
  ContributionReversed: 1,
  ContributionAdjusted: 1,
  CardSettled: 1,
  CardSettlementReversed: 1,
  InterestCredited: 1,
  YearClosed: 1,
  EmployerRegistered: 1,
  MonthEstimated: 1,
  EstimateSettled: 1,
  BillIssued: 1,
  BillExtended: 1,
  BillWithdrawn: 1,
  MoneyReceived: 1,
  CreditUsed: 1,
  BillChanged: 1,
  CreditRefunded: 1,
  CreditMoved: 1,
  PersonsCredited: 1,
  BankStatementReceived: 1,
  BankStatementLinesStored: 1,
  BankLinesMatched: 1,
  SubmissionReceived: 1,
  SubmissionRowsStored: 1,
  SubmissionRowsJudged: 1,
  SubmissionAssessed: 1,
  SubmissionWithdrawn: 1,
  SubmissionClosed: 1,
  RowMoved: 1,
  SettlementRouted: 1,
  SettlementVoided: 1,
  InterestRunStarted: 1,
  InterestRunAdvanced: 1,
  InterestRunFinished: 1,
  LogCheckpointed: 1,
} satisfies Record<AnyEvent['type'], number>;

describe('events as stored', () => {
  type Sample = {
    stream: string;
    revision: string;
    id: string;
    type: string;
    data: Json;
    canonical: string;
    metadata: string;
    hash: string;
  };
  const files = readdirSync(new URL('events/', FOLDER)).map((file) => file.replace(/[.]json$/, ''));

  it('have a golden file for each type and schema', () =>
    expect(files).toEqual(
      expect.arrayContaining(Object.entries(SCHEMAS).map(([type, schema]) => `${type}.${schema}`)),
    ));

  it.each(files)('%s', (file) => {
    const { stream, revision, id, type, data, canonical, metadata, hash } = golden<Sample>(`events/${file}`);
    expect(file.split('.')[0]).toBe(type);
    expect(toCanonical(data)).toBe(canonical);
    expect(hashOf(stream, BigInt(revision), { id, type, data: canonical }, metadata)).toBe(hash);
    expect(toCanonical(JSON.parse(metadata) as Json)).toBe(metadata);
  });
});
