import { err, ok, type Result } from '../kernel/result.js';
import { toSignedHead, type SignedHead } from './checkpoint.js';
import type { ProofFault } from './proof.js';

export const PROOF_FORMAT = 'shebao-ledger/proof/1';

/** One event with its place in the tree of the checkpoint that covers it; null and an empty path while none does. */
export type ProofEvent = Readonly<{
  revision: string;
  id: string;
  type: string;
  /** The very text that is stored; the hash is over its bytes. */
  data: string;
  metadata: string;
  checkpoint: number | null;
  index: number | null;
  /** Hashes beside the way from the leaf up to the root, 64 hex digits each. */
  path: readonly string[];
}>;
export type ProofDocument = Readonly<{
  format: typeof PROOF_FORMAT;
  id: string;
  stream: string;
  log: readonly ProofEvent[];
  checkpoints: readonly SignedHead[];
  uncovered: number;
}>;

type Members = Readonly<Record<string, unknown>>;

const EVENT_MEMBERS = ['revision', 'id', 'type', 'data', 'metadata', 'checkpoint', 'index', 'path'];
const HEAD_MEMBERS = [
  'format',
  'number',
  'at',
  'first',
  'count',
  'root',
  'previous',
  'keyId',
  'head',
  'signature',
];
const MEMBERS = ['format', 'id', 'stream', 'log', 'checkpoints', 'uncovered'];
const HEX_32_BYTES = /^[0-9a-f]{64}$/;

/**
 * Reads a document strictly: every member must be there once and no other, so that whoever reads the same text with
 * another program reads the same proof.
 */
export const readProof = (text: string): Result<ProofDocument, ProofFault> => {
  const malformed = (where: string): Result<never, ProofFault> => err({ fault: 'malformed', where });
  const content = parse(text);
  if (!isExactly(content, MEMBERS)) return malformed('document');
  if (content['format'] !== PROOF_FORMAT) return malformed('format');
  const { id, stream, uncovered } = content;
  if (typeof id !== 'string' || stream !== `individual-${id}`) return malformed('stream');
  const log = readList(content['log'], toProofEvent);
  if (typeof log === 'string') return malformed(`log${log}`);
  if (log.length === 0) return malformed('log');
  const checkpoints = readList(content['checkpoints'], toHead);
  if (typeof checkpoints === 'string') return malformed(`checkpoints${checkpoints}`);
  if (!isCount(uncovered)) return malformed('uncovered');
  if (keyCountOf(text) !== memberCountOf(content)) return malformed('document: a member stands twice');
  return ok({ format: PROOF_FORMAT, id, stream, log, checkpoints, uncovered });
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isExactly = (value: unknown, members: readonly string[]): value is Members =>
  isRecord(value) &&
  Object.keys(value).length === members.length &&
  members.every((member) => member in value);
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);

/** The items, or the place of the first that is none, in brackets. */
const readList = <T>(value: unknown, toItem: (item: unknown) => T | undefined): readonly T[] | string => {
  if (!Array.isArray(value)) return '';
  const items: T[] = [];
  for (const [place, each] of value.entries()) {
    const item = toItem(each);
    if (item === undefined) return `[${place}]`;
    items.push(item);
  }
  return items;
};

const toHead = (value: unknown): SignedHead | undefined =>
  isExactly(value, HEAD_MEMBERS) ? toSignedHead(value) : undefined;

const toProofEvent = (value: unknown): ProofEvent | undefined => {
  if (!isExactly(value, EVENT_MEMBERS)) return undefined;
  const { revision, id, type, data, metadata, checkpoint, index, path } = value;
  if (typeof revision !== 'string' || typeof id !== 'string' || typeof type !== 'string') return undefined;
  if (typeof data !== 'string' || typeof metadata !== 'string' || !isPath(path)) return undefined;
  if ((checkpoint !== null && !isCount(checkpoint)) || (index !== null && !isCount(index))) return undefined;
  return { revision, id, type, data, metadata, checkpoint, index, path };
};
const isPath = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((hash) => typeof hash === 'string' && HEX_32_BYTES.test(hash));

/** Texts with a colon behind them are the names of members. */
const TEXT = /"[^"\\]*(?:\\.[^"\\]*)*"\s*(:?)/g;
const keyCountOf = (text: string): number => {
  let count = 0;
  for (const [, colon] of text.matchAll(TEXT)) if (colon) count += 1;
  return count;
};
const memberCountOf = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + memberCountOf(item), 0);
  if (!isRecord(value)) return 0;
  return Object.values(value).reduce((sum: number, item) => sum + memberCountOf(item) + 1, 0);
};
