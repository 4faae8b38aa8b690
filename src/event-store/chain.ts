import { hash as digestOf } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { toCanonical, type Json } from './canonical.js';
import type { NewEvent, StoredEvent } from './event-store.js';
import type { Context, Metadata } from './metadata.js';

/** Names of everything this system makes: UUIDv5 in this space. Never change it. */
export const NAMESPACE = 'c69ecda1-9705-5faa-98ad-a46ad2884cbe';
/** `prev` of a stream's first event. */
export const NO_HASH = '0'.repeat(64);

/** A name that is the same each time it is derived from the same parts. Parts hold no line feed. */
export const nameOf = (...parts: readonly string[]): string => uuidv5(parts.join('\n'), NAMESPACE);
/** The id of the index-th event that a command makes in a stream. */
export const eventIdOf = (stream: string, cause: string, index: number): string =>
  nameOf(stream, cause, index.toString());

/** An event of a decider: a type beside its data. */
export type DomainEvent = Readonly<{ type: string; data: object }>;
/** Where a stream stands: its last revision and hash. `revision` is undefined for a stream with no event. */
export type Tip = Readonly<{ revision: bigint | undefined; hash: string }>;
export const NO_STREAM: Tip = { revision: undefined, hash: NO_HASH };

/**
 * SHA-256 in lower-case hex over the canonical form of the array
 * `[stream, revision, id, type, data, metadata without its hash]`; metadata holds `prev`, the hash before.
 */
export const hashOf = (
  stream: string,
  revision: bigint,
  event: Pick<NewEvent, 'id' | 'type' | 'data'>,
  metadataWithoutHash: string,
): string =>
  digestOf(
    'sha256',
    `[${JSON.stringify(stream)},"${revision}","${event.id}",${JSON.stringify(event.type)},${event.data},${metadataWithoutHash}]`,
  );

/** Gives a command's events their ids, metadata and hashes, following on from where the stream stands. */
export const seal = (
  stream: string,
  tip: Tip,
  events: readonly DomainEvent[],
  context: Context,
  schema = 1,
): readonly NewEvent[] => {
  let { revision, hash: prev } = tip;
  const opening = openingOf(context);
  return events.map(({ type, data: content }, index) => {
    revision = revision === undefined ? 0n : revision + 1n;
    const id = eventIdOf(stream, context.cause, index);
    const data = toCanonical(content as Json);
    const ending = toCanonical({ prev, recordedAt: context.recordedAt, schema }).slice(1);
    const hash = hashOf(stream, revision, { id, type, data }, `${opening},${ending}`);
    prev = hash;
    return { id, type, data, metadata: `${opening},"hash":"${hash}",${ending}` };
  });
};

/** Metadata up to where the hash stands among the keys in their order: the same for all events of a command. */
const openingOf = (context: Context): string =>
  toCanonical({
    $causationId: context.causationId,
    $correlationId: context.correlationId,
    actor: context.actor,
    bookedOn: context.bookedOn,
    cause: context.cause,
    channel: context.channel,
  }).slice(0, -1);

export const metadataOf = ({ metadata }: Pick<NewEvent, 'metadata'>): Metadata =>
  JSON.parse(metadata) as Metadata;

/** Where a stream stands after the events read. */
export const tipOf = (events: readonly StoredEvent[]): Tip => {
  const last = events.at(-1);
  return last ? { revision: last.revision, hash: metadataOf(last).hash } : NO_STREAM;
};

/** An event with its place in its stream; where it stands in the log is another matter, and not in its hash. */
type Placed = Omit<StoredEvent, 'position'>;
/** What an event's metadata says of its own hash and of the one before, and whether its own fits its bytes. */
export type Link = Readonly<{ hash: string; prev: string; fits: boolean }>;

const TEXT = '"[^"\\\\\\x00-\\x1f]*"';
/**
 * Metadata in the form that `seal` gives it, when no text in it needs an escape. It is read by this pattern, which takes
 * half the time of a parser and is as strict; whatever else there is goes through the parser.
 */
const METADATA = new RegExp(
  `^\\{"\\$causationId":${TEXT},"\\$correlationId":${TEXT},"actor":\\{"id":${TEXT},"role":${TEXT}\\},` +
    `"bookedOn":${TEXT},"cause":${TEXT},"channel":${TEXT},` +
    `"hash":"([0-9a-f]{64})","prev":"([0-9a-f]{64})","recordedAt":${TEXT},"schema":(?:0|[1-9]\\d{0,8})\\}$`,
);
const HASH_MEMBER_CHARS = `"hash":"${NO_HASH}",`.length;

/**
 * Reads an event's link and takes the hash of its bytes. The hash is taken over the metadata as it is stored, less its
 * hash, so that a change that JSON does not see is found as well. Throws when the metadata cannot be read.
 */
export const linkOf = (event: Placed): Link => {
  const { metadata } = event;
  const [, hash, prev] = METADATA.exec(metadata) ?? [];
  if (hash === undefined || prev === undefined) return linkByParsing(event);
  const at = metadata.indexOf('"hash":"');
  const open = metadata.slice(0, at) + metadata.slice(at + HASH_MEMBER_CHARS);
  return { hash, prev, fits: hashOf(event.stream, event.revision, event, open) === hash };
};

const linkByParsing = (event: Placed): Link => {
  const { hash, prev } = metadataOf(event);
  const open = event.metadata.replace(`"hash":"${hash}",`, '');
  return { hash, prev, fits: hashOf(event.stream, event.revision, event, open) === hash };
};
