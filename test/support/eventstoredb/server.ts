import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import featureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import streamServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type {
  DeleteReq,
  DeleteResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { promisify } from 'node:util';
import { MemoryEventStore } from '../../../src/event-store/memory.adapter.js';
import { appendCall, batchAppendCall } from './appends.js';
import { toFailure } from './calls.js';
import { readCall } from './reads.js';
import { ServerLog } from './server-log.js';
import { Trouble } from './trouble.js';
import { FAILURES, toExpected, toOffset, toStream } from './wire.js';

export { Trouble } from './trouble.js';
export { SERVER_APPEND_BYTES_MAX } from './appends.js';

/**
 * A test double of EventStoreDB: it speaks the protocol over gRPC and keeps its log in memory. `log` holds everything,
 * system events as well, at its own dense places; on the wire places are byte offsets with gaps.
 */
export type EventStoreDbServer = Readonly<{
  /** `esdb://127.0.0.1:<port>?tls=false` */
  url: string;
  log: MemoryEventStore;
  /** Gone: connections are cut and the port refuses; the log stays. */
  stop: () => Promise<void>;
  /** Back on the same port. */
  start: () => Promise<void>;
  close: () => Promise<void>;
  trouble: Trouble;
}>;

type Options = Readonly<{ firstPosition?: bigint; port?: number }>;
export const startEventStoreDb = async ({
  firstPosition = 1n,
  port: wanted = 0,
}: Options = {}): Promise<EventStoreDbServer> => {
  const store = MemoryEventStore.open({ firstPosition });
  const log = await ServerLog.open(store);
  const trouble = new Trouble();
  let { server, port } = await listen(log, trouble, wanted);
  const stop = async (): Promise<void> => {
    const down = promisify(server.tryShutdown.bind(server))();
    server.forceShutdown();
    await down;
  };
  const start = async (): Promise<void> => {
    ({ server, port } = await listen(log, trouble, port));
  };
  const close = async (): Promise<void> => {
    await stop();
    await store.close();
  };
  return { url: `esdb://127.0.0.1:${port}?tls=false`, log: store, stop, start, close, trouble };
};

const listen = async (log: ServerLog, trouble: Trouble, wanted: number) => {
  const server = new Server();
  server.addService(streamServices.StreamsService, {
    read: readCall(log, trouble),
    append: appendCall(log, trouble),
    batchAppend: batchAppendCall(log, trouble),
    delete: deleteCall(log, trouble),
    tombstone: tombstoneCall(log, trouble),
  });
  server.addService(featureServices.ServerFeaturesService, { getSupportedMethods });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${wanted}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { server, port };
};

/** Methods in lower case, as the real server names them; a client appends in batches only when it finds them here. */
const METHODS = ['read', 'append', 'batchappend', 'delete', 'tombstone'];
const getSupportedMethods = (
  _: ServerUnaryCall<Empty, SupportedMethods>,
  answer: sendUnaryData<SupportedMethods>,
): void =>
  answer(
    null,
    new features.SupportedMethods()
      .setEventStoreServerVersion('test-double')
      .setMethodsList(
        METHODS.map((method) =>
          new features.SupportedMethod()
            .setServiceName('event_store.client.streams.streams')
            .setMethodName(method),
        ),
      ),
  );

const deleteCall =
  (log: ServerLog, trouble: Trouble) =>
  (call: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>): void => {
    void remove(log, trouble, call.request.getOptions(), false).then((offset) => {
      const position = new streams.DeleteResp.Position().setCommitPosition(offset).setPreparePosition(offset);
      answer(null, new streams.DeleteResp().setPosition(position));
    }, answer);
  };
const tombstoneCall =
  (log: ServerLog, trouble: Trouble) =>
  (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, answer: sendUnaryData<TombstoneResp>): void => {
    void remove(log, trouble, call.request.getOptions(), true).then((offset) => {
      const position = new streams.TombstoneResp.Position()
        .setCommitPosition(offset)
        .setPreparePosition(offset);
      answer(null, new streams.TombstoneResp().setPosition(position));
    }, answer);
  };

/** The offset of the event that says so. */
const remove = async (
  log: ServerLog,
  trouble: Trouble,
  options: DeleteReq.Options | TombstoneReq.Options | undefined,
  hard: boolean,
): Promise<string> => {
  if (trouble.takeRefusal()) throw FAILURES.unavailable();
  if (!options) throw FAILURES.invalid('a deletion has options');
  const stream = toStream(options.getStreamIdentifier());
  const expected = toExpected(options, options.getRevision());
  const verdict = await log.delete(stream, expected, hard).catch((error: unknown) => {
    throw toFailure(error);
  });
  switch (verdict.type) {
    case 'Written':
      return toOffset(verdict.position).toString();
    case 'StreamDeleted':
      throw FAILURES.deleted(stream);
    case 'WrongExpectedVersion':
      throw FAILURES.wrongVersion(stream, expected, verdict.actual);
  }
};
