import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type {
  BatchAppendReq,
  BatchAppendResp,
  ReadReq,
  ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import assert from 'node:assert';
import { err, type Result } from '../kernel/result.js';
import type { Conflict, ExpectedRevision, NewEvent, StoredEvent, StreamAppend } from './event-store.js';

/** Protocol messages of EventStoreDB, to and fro. Numbers of 64 bits travel as decimal text; texts as their bytes. */

/** The most that a read may ask for; the protocol would take more, the server's own counters would not. */
export const COUNT_MAX = Number.MAX_SAFE_INTEGER;
/** What the server writes of itself, also into our streams (`$streamDeleted`). */
const SYSTEM_TYPE = '$';

/** Where our streams stand among those of other programs: a name before each, and the openings that are ours. */
export class Names {
  /** The openings by which the server tells our streams. */
  readonly prefixes: readonly string[];

  constructor(
    private readonly namespace: string,
    private readonly categories: readonly string[],
  ) {
    this.prefixes = categories.map((category) => namespace + category);
  }

  assertOurs(stream: string): void {
    assert(
      this.categories.some((category) => stream.startsWith(category)),
      'a stream that is appended to has a name of one of the categories',
    );
  }

  toIdentifier(stream: string): InstanceType<typeof shared.StreamIdentifier> {
    return new shared.StreamIdentifier().setStreamName(Buffer.from(this.namespace + stream));
  }

  toStream(name: string): string {
    return name.slice(this.namespace.length);
  }
}

export type Direction = 'forwards' | 'backwards';
const { FORWARDS, BACKWARDS } = streams.ReadReq.Options.ReadDirection;
const optionsOf = (direction: Direction): ReadReq.Options =>
  new streams.ReadReq.Options()
    .setReadDirection(direction === 'forwards' ? FORWARDS : BACKWARDS)
    .setResolveLinks(false)
    .setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty()));
const requestOf = (options: ReadReq.Options): ReadReq => new streams.ReadReq().setOptions(options);

/** A read of one stream, from a revision (inclusive) or from its near end. */
export const toStreamRead = (
  names: Names,
  stream: string,
  from: bigint | undefined,
  direction: Direction,
  count: number,
): ReadReq => {
  const wanted = new streams.ReadReq.Options.StreamOptions().setStreamIdentifier(names.toIdentifier(stream));
  if (from !== undefined) wanted.setRevision(from.toString());
  else if (direction === 'forwards') wanted.setStart(new shared.Empty());
  else wanted.setEnd(new shared.Empty());
  const options = optionsOf(direction).setStream(wanted).setNoFilter(new shared.Empty());
  return requestOf(options.setCount(count.toString()));
};

/** A read of our streams in the order of the log. `from` is inclusive, save that a subscription begins after it. */
export const toLogRead = (
  names: Names,
  from: bigint | undefined,
  direction: Direction,
  count: number | 'subscription',
): ReadReq => {
  const options = optionsOf(direction).setAll(toPlace(from, direction)).setFilter(toFilter(names));
  if (count === 'subscription') options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
  else options.setCount(count.toString());
  return requestOf(options);
};

const toPlace = (from: bigint | undefined, direction: Direction): ReadReq.Options.AllOptions => {
  const all = new streams.ReadReq.Options.AllOptions();
  if (from === undefined)
    return direction === 'forwards' ? all.setStart(new shared.Empty()) : all.setEnd(new shared.Empty());
  const text = from.toString();
  return all.setPosition(
    new streams.ReadReq.Options.Position().setCommitPosition(text).setPreparePosition(text),
  );
};

/**
 * The protocol takes one filter, on names or on types: names are told by the server, which drops all streams of others
 * and its own; the few system events in our streams are dropped on our side.
 */
const toFilter = ({ prefixes }: Names): ReadReq.Options.FilterOptions =>
  new streams.ReadReq.Options.FilterOptions()
    .setStreamIdentifier(new streams.ReadReq.Options.FilterOptions.Expression().setPrefixList([...prefixes]))
    .setCount(new shared.Empty())
    .setCheckpointintervalmultiplier(1);

/** One append as one message: port and server both bound its size. It has no deadline of the server's clock. */
export const toAppendRequest = (
  names: Names,
  correlation: string,
  { stream, expected, events }: StreamAppend,
): BatchAppendReq =>
  new streams.BatchAppendReq()
    .setCorrelationId(new shared.UUID().setString(correlation))
    .setOptions(toExpectation(expected).setStreamIdentifier(names.toIdentifier(stream)))
    .setProposedMessagesList(events.map(toProposed))
    .setIsFinal(true);

const toExpectation = (expected: ExpectedRevision): BatchAppendReq.Options => {
  const options = new streams.BatchAppendReq.Options();
  if (expected === 'any') return options.setAny(new shared.Empty());
  if (expected === 'no-stream') return options.setNoStream(new shared.Empty());
  return options.setStreamPosition(expected.toString());
};

const toProposed = ({ id, type, data, metadata }: NewEvent): BatchAppendReq.ProposedMessage => {
  const message = new streams.BatchAppendReq.ProposedMessage()
    .setId(new shared.UUID().setString(id))
    .setData(Buffer.from(data))
    .setCustomMetadata(Buffer.from(metadata));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  return message;
};

/** Whether an event is of our making, as against one that the server wrote into our stream. */
export const isOurs = ({ type }: Pick<StoredEvent, 'type'>): boolean => !type.startsWith(SYSTEM_TYPE);

/** The event of an answer, ours or the server's; undefined for an answer that holds none. */
export const findRecorded = (names: Names, answer: ReadResp): StoredEvent | undefined => {
  const read = answer.getEvent();
  const record = read?.getEvent();
  if (!read || !record) return undefined;
  // An old server tells no place in the log with the events of a stream, and nothing here works without.
  assert(read.hasCommitPosition(), 'the EventStoreDB server tells positions (version 22.10 or later)');
  return {
    stream: names.toStream(textOf(record.getStreamIdentifier()?.getStreamName_asU8())),
    revision: BigInt(record.getStreamRevision()),
    position: BigInt(read.getCommitPosition()),
    id: record.getId()?.getString().toLowerCase() ?? '',
    type: record.getMetadataMap().get('type') ?? '',
    data: textOf(record.getData_asU8()),
    metadata: textOf(record.getCustomMetadata_asU8()),
  };
};

const textOf = (bytes: Uint8Array | undefined): string =>
  bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : '';

/** What the server stored or found stored. `position` is absent where an old repeat is acknowledged. */
export type Acknowledged = Readonly<{ revision: bigint; position: bigint | undefined }>;
/** The server could not, for now: the same append may be sent again. */
export type Transient = Readonly<{ type: 'Transient'; reason: string }>;

/** The verdict on one append. A stream that was deleted, or an append that can never be stored, throws. */
export const toVerdict = (
  { stream, expected, events }: StreamAppend,
  answer: BatchAppendResp,
): Result<Acknowledged, Conflict | Transient> => {
  const success = answer.getSuccess();
  if (!success) return toRefusal(stream, answer);
  const revision = BigInt(success.getCurrentRevision());
  const place = success.getPosition();
  const before = expected === 'no-stream' ? -1n : expected;
  // A stream that was deleted softly begins anew behind its old end.
  if (before !== 'any' && revision !== before + BigInt(events.length)) throw streamDeleted(stream);
  return { ok: true, value: { revision, position: place && BigInt(place.getCommitPosition()) } };
};

const toRefusal = (stream: string, answer: BatchAppendResp): Result<never, Conflict | Transient> => {
  const status = answer.getError();
  const details = status?.getDetails();
  const type = details?.getTypeName().split('.').at(-1);
  switch (type) {
    case 'WrongExpectedVersion': {
      const wrong = shared.WrongExpectedVersion.deserializeBinary(
        details?.getValue_asU8() ?? new Uint8Array(),
      );
      const actual = wrong.hasCurrentStreamRevision()
        ? BigInt(wrong.getCurrentStreamRevision())
        : 'no-stream';
      return err({ type: 'Conflict', stream, actual });
    }
    case 'StreamDeleted':
      throw streamDeleted(stream);
    case 'MaximumAppendSizeExceeded':
      throw new Error(
        `the EventStoreDB server takes no append as big as this port allows (stream ${stream})`,
      );
    case undefined:
    default:
      return err({ type: 'Transient', reason: type ?? 'no reason given' });
  }
};

/** Nobody deletes our streams; where it was done in the store itself, an empty answer would begin a life anew. */
export const streamDeleted = (stream: string): Error =>
  new Error(`the stream ${stream} was deleted in the store`);

type Metadata = Readonly<{ getMap: () => Readonly<Record<string, { toString: () => string }>> }>;
/** How gRPC says that a call failed. */
export type CallError = Error & Readonly<{ code: number; details?: string; metadata?: Metadata }>;
export const isStreamDeleted = (error: unknown): boolean =>
  error instanceof Error &&
  'metadata' in error &&
  (error as CallError).metadata?.getMap()['exception']?.toString() === 'stream-deleted';
