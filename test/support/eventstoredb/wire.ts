import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, status, type ServerErrorResponse } from '@grpc/grpc-js';
import type { Map as MessageMap } from 'google-protobuf';

/** The expected revision as the wire knows it. */
export type Expected = bigint | 'any' | 'no_stream' | 'stream_exists';
/** An event as a client proposes it, in its own bytes. */
export type Proposed = Readonly<{
  id: string;
  type: string;
  contentType: string;
  data: Uint8Array;
  metadata: Uint8Array;
}>;
/** An event as it stands in the log. `created` is in ticks of 100 ns since 1970. */
export type Recorded = Proposed &
  Readonly<{ stream: string; revision: bigint; position: bigint; created: bigint }>;

const STEP = 128n;
/** Places in the log are byte offsets on the wire: they grow with the place and leave uneven gaps. */
export const toOffset = (position: bigint): bigint => position * STEP + ((position * 37n) % 101n);
/** The last place whose offset is not after this one; it may lie before the first event or after the last. */
export const toPosition = (offset: bigint): bigint => {
  const position = offset / STEP;
  return toOffset(position) <= offset ? position : position - 1n;
};

export const toId = (uuid: UUID | undefined): string => {
  const bits = uuid?.getStructured();
  if (!bits) return (uuid?.getString() ?? '').toLowerCase();
  const hex = [bits.getMostSignificantBits(), bits.getLeastSignificantBits()]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
const toUuid = (id: string, structured: boolean): UUID => {
  const uuid = new shared.UUID();
  if (!structured) return uuid.setString(id);
  const bits = BigInt(`0x${id.replaceAll('-', '')}`);
  return uuid.setStructured(
    new shared.UUID.Structured()
      .setMostSignificantBits(BigInt.asIntN(64, bits >> 64n).toString())
      .setLeastSignificantBits(BigInt.asIntN(64, bits).toString()),
  );
};

export const toStream = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
export const toIdentifier = (stream: string): StreamIdentifier =>
  new shared.StreamIdentifier().setStreamName(Uint8Array.from(Buffer.from(stream, 'utf8')));

type Message = Readonly<{
  getId: () => UUID | undefined;
  getMetadataMap: () => MessageMap<string, string>;
  getData_asU8: () => Uint8Array;
  getCustomMetadata_asU8: () => Uint8Array;
}>;
export const toProposed = (message: Message): Proposed => ({
  id: toId(message.getId()),
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});
/** Bytes of an event as the server counts them against its bound: a type takes two bytes a letter. */
export const sizeOf = ({ type, data, metadata }: Proposed): number =>
  type.length * 2 + data.length + metadata.length;

/** An event's message. The real server gives positions with the events of a stream as well, since 22.6. */
export const toEventMessage = (event: Recorded, structuredIds: boolean): ReadResp => {
  const offset = toOffset(event.position).toString();
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(toUuid(event.id, structuredIds))
    .setStreamIdentifier(toIdentifier(event.stream))
    .setStreamRevision(event.revision.toString())
    .setCommitPosition(offset)
    .setPreparePosition(offset)
    .setData(event.data)
    .setCustomMetadata(event.metadata);
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.contentType)
    .set('created', event.created.toString());
  return new streams.ReadResp().setEvent(
    new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(offset),
  );
};
export const toCheckpointMessage = (position: bigint): ReadResp => {
  const offset = toOffset(position).toString();
  return new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint().setCommitPosition(offset).setPreparePosition(offset),
  );
};

const failure = (code: status, details: string, facts: Readonly<Record<string, string>> = {}) => {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(facts)) metadata.set(key, value);
  return Object.assign(new Error(details), { code, details, metadata }) satisfies ServerErrorResponse;
};
/** The errors a call ends with, with the metadata that clients tell them by. */
export const FAILURES = {
  unavailable: () => failure(status.UNAVAILABLE, 'Server Is Not Ready'),
  deleted: (stream: string) =>
    failure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
      exception: 'stream-deleted',
      'stream-name': stream,
    }),
  tooLarge: (bytesMax: number) =>
    failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${bytesMax} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(bytesMax),
    }),
  denied: () => failure(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
  wrongVersion: (stream: string, expected: Expected, actual: bigint | undefined) =>
    failure(status.FAILED_PRECONDITION, `WrongExpectedVersion. Stream: ${stream}`, {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(toVersion(expected)),
      'actual-version': String(actual ?? -1n),
    }),
  invalid: (details: string) => failure(status.INVALID_ARGUMENT, details),
  timeout: () => failure(status.ABORTED, 'Operation timed out'),
  unknown: (details: string) => failure(status.UNKNOWN, details),
} as const;
export type Failure = ReturnType<typeof failure>;

/** The numbers the server uses inside for what is not a revision. */
const toVersion = (expected: Expected): bigint => {
  switch (expected) {
    case 'no_stream':
      return -1n;
    case 'any':
      return -2n;
    case 'stream_exists':
      return -4n;
    default:
      return expected;
  }
};

/** The four ways in which the options of a request say what they expect. */
export const toExpected = (
  options: Readonly<{
    hasAny: () => boolean;
    hasNoStream: () => boolean;
    hasStreamExists: () => boolean;
  }>,
  revision: string,
): Expected => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  return options.hasStreamExists() ? 'stream_exists' : BigInt(revision);
};
