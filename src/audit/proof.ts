import { metadataOf, NO_HASH } from '../event-store/chain.js';
import { err, ok, type Result } from '../kernel/result.js';
import { merkleLeafOf, type SignedHead } from './checkpoint.js';
import { after, isIntact } from './checkpointing.js';
import { findHeadFault } from './judgement.js';
import { headFromPath } from './merkle.js';
import { readProof, type ProofDocument, type ProofEvent } from './proof.document.js';
import type { TrustedKeys } from './trusted-keys.js';

/**
 * The first thing wrong with a proof. `malformed`: it is no document of this format; `where` says at which member.
 * `revision-order`: not each revision from 0 on. `event-changed`: bytes that do not fit their hash. `chain-broken`: does not
 * follow on the event before. `checkpoint-absent`: named but not in the document. `path-astray`: the event is not in the
 * tree of that checkpoint. `log-order`: its place does not come after that of the event before. `nothing-signed`: the
 * document fits together, and no checkpoint covers any of it.
 */
export type ProofFault = Readonly<{
  fault:
    | 'malformed'
    | 'revision-order'
    | 'event-changed'
    | 'chain-broken'
    | 'checkpoint-absent'
    | 'path-astray'
    | 'log-order'
    | 'checkpoint-changed'
    | 'checkpoint-order'
    | 'key-unknown'
    | 'signature-invalid'
    | 'uncovered-differs'
    | 'nothing-signed';
  where: string;
}>;

/** What a proof shows: events 0 to `events - 1` as they were written, of which the first `covered` are signed. */
export type Proven = Readonly<{
  id: string;
  stream: string;
  events: number;
  covered: number;
  /** The checkpoint that covers the last signed event. */
  through: SignedHead;
  keyIds: readonly string[];
}>;

/** Checks the text of a proof against public keys, with nothing else at hand. */
export const checkProof = (text: string, keys: TrustedKeys): Result<Proven, ProofFault> => {
  const proof = readProof(text);
  if (!proof.ok) return proof;
  const heads = checkHeads(proof.value.checkpoints, keys);
  if (!heads.ok) return heads;
  return checkLog(proof.value, heads.value);
};

const wrong = (fault: ProofFault['fault'], where: string): Result<never, ProofFault> => err({ fault, where });

type Heads = ReadonlyMap<number, SignedHead>;

const checkHeads = (heads: readonly SignedHead[], keys: TrustedKeys): Result<Heads, ProofFault> => {
  let before: SignedHead | undefined;
  for (const head of heads) {
    const where = `checkpoint ${head.number}`;
    const fault = findHeadFault(head, keys);
    if (fault === 'key-unknown' || keys.size === 0) return wrong('key-unknown', where);
    if (fault === 'signature-invalid') return wrong('signature-invalid', where);
    if (fault !== undefined) return wrong('checkpoint-changed', where);
    if (!follows(head, before)) return wrong('checkpoint-order', where);
    before = head;
  }
  return ok(new Map(heads.map((head) => [head.number, head])));
};

/** Whether a head can stand after another in one log; those between them are not in the document. */
const follows = (head: SignedHead, before: SignedHead | undefined): boolean => {
  const { next, first, head: previous } = after(before);
  const between = head.number - next;
  if (between < 0) return false;
  if (between > 0) return BigInt(head.first) >= first + BigInt(between) && head.previous !== NO_HASH;
  return BigInt(head.first) === first && head.previous === previous;
};

type Place = Readonly<{ checkpoint: number; index: number }>;

const checkLog = (
  { id, stream, log, uncovered }: ProofDocument,
  heads: Heads,
): Result<Proven, ProofFault> => {
  let [prev, covered]: [string, number] = [NO_HASH, 0];
  let place: Place | undefined;
  for (const [revision, event] of log.entries()) {
    const where = `event ${revision}`;
    if (event.revision !== revision.toString()) return wrong('revision-order', where);
    if (!isIntact({ ...event, stream, revision: BigInt(revision) })) return wrong('event-changed', where);
    const metadata = metadataOf(event);
    if (metadata.prev !== prev) return wrong('chain-broken', where);
    prev = metadata.hash;
    const found = checkPlace(event, metadata.hash, heads, where);
    if (!found.ok) return found;
    if (!found.value) continue;
    if (covered !== revision || !isBehind(found.value, place)) return wrong('log-order', where);
    place = found.value;
    covered += 1;
  }
  if (uncovered !== log.length - covered) return wrong('uncovered-differs', 'uncovered');
  const through = place && heads.get(place.checkpoint);
  if (!through) return wrong('nothing-signed', 'checkpoints');
  const keyIds = [...new Set([...heads.values()].map(({ keyId }) => keyId))];
  return ok({ id, stream, events: log.length, covered, through, keyIds });
};

/** Undefined for an event that no checkpoint covers yet. */
const checkPlace = (
  { checkpoint, index, path }: ProofEvent,
  hash: string,
  heads: Heads,
  where: string,
): Result<Place | undefined, ProofFault> => {
  if (checkpoint === null || index === null)
    return checkpoint === index && path.length === 0 ? ok(undefined) : wrong('malformed', where);
  const head = heads.get(checkpoint);
  if (!head) return wrong('checkpoint-absent', where);
  const siblings = path.map((sibling) => Buffer.from(sibling, 'hex'));
  const root = headFromPath(merkleLeafOf({ hash }), index, head.count, siblings)?.toString('hex');
  return root === head.root ? ok({ checkpoint, index }) : wrong('path-astray', where);
};

const isBehind = ({ checkpoint, index }: Place, before: Place | undefined): boolean =>
  before === undefined ||
  checkpoint > before.checkpoint ||
  (checkpoint === before.checkpoint && index > before.index);
