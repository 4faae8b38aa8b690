import { EventStoreDBClient } from '@eventstore/db-client';
import grpcStreams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type {
  BatchAppendReq,
  BatchAppendResp,
  ReadReq,
  ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { CallOptions, ClientDuplexStream, ClientReadableStream, Metadata } from '@grpc/grpc-js';
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailable } from './event-store.js';
import type { CallError } from './eventstoredb-messages.adapter.js';
import type { StoreMeter } from './metered.js';

type Stream = ClientReadableStream<ReadResp> | AppendCall;
/**
 * What is used of the client beneath its public calls, which print and parse JSON anew, drop the filter of a read, and
 * share one bank of promises between all clients: its own stubs on its own connection (discovery, TLS, credentials, the
 * way to the leader). The members are protected in its types; its version is pinned and the contract suite guards them.
 */
type Reach = Readonly<{
  GRPCStreamCreator: <T extends Stream>(
    stub: typeof StreamsClient,
    name: string,
    creator: (client: StreamsClient) => T,
  ) => () => Promise<T>;
  callArguments: (
    options: Readonly<{ requiresLeader: boolean }>,
    callOptions: Partial<CallOptions>,
  ) => [Metadata, Partial<CallOptions>];
  dispose: () => Promise<void>;
}> & {
  /** Leaves a connection that failed, and where the server said so goes to the leader. */
  handleError: (client: StreamsClient, error: Error) => Promise<void>;
};

export type AppendCall = ClientDuplexStream<BatchAppendReq, BatchAppendResp>;
export type Opened<T> = Readonly<{ call: T; renew: () => Promise<void> }>;

/** Waits between the attempts of one call, in ms: four attempts in about 3 s. */
export const RETRY_WAITS_MS: readonly number[] = [100, 600, 2_000];
const UNAVAILABLE = 14;
/** gRPC spells "no deadline" so; our own limits watch each message instead. */
const NO_DEADLINE = { deadline: Infinity };

/** The connection to one server or cluster: calls, bounded retries, and an end that lets the process exit. */
export class Connection {
  private readonly client: Reach;
  private latest: StreamsClient | undefined;
  private readonly ending = new AbortController();

  private constructor(
    url: string,
    /** A call that says nothing for so long counts as failed. */
    private readonly silenceMsMax: number,
    readonly meter: StoreMeter,
  ) {
    this.client = EventStoreDBClient.connectionString(url) as unknown as Reach;
    const { handleError } = this.client;
    // The client calls it and waits for nobody: in a cluster that cannot be found its rejection would end the process.
    this.client.handleError = (client, error) => handleError(client, error).catch(() => undefined);
  }

  /** Connects with the first call. */
  static open(url: string, silenceMsMax: number, meter: StoreMeter): Connection {
    return new Connection(url, silenceMsMax, meter);
  }

  get closed(): boolean {
    return this.ending.signal.aborted;
  }

  /** The answers to a read as they come; what is not awaited is not fetched. Ended early, the call is cancelled. */
  async *read(request: ReadReq): AsyncGenerator<ReadResp> {
    const { call } = await this.openRead(request);
    const silence = setTimeout(() => call.destroy(callError('the server fell silent')), this.silenceMsMax);
    try {
      for await (const answer of call as AsyncIterable<ReadResp>) {
        yield answer;
        silence.refresh();
      }
    } finally {
      clearTimeout(silence);
      call.cancel();
    }
  }

  openRead(request: ReadReq): Promise<Opened<ClientReadableStream<ReadResp>>> {
    return this.open('read', (client) => client.read(request, ...this.arguments()));
  }

  openAppends(): Promise<Opened<AppendCall>> {
    return this.open('batchAppend', (client) => client.batchAppend(...this.arguments()));
  }

  /** Does what may be done again, a bounded number of times. What failed to the end is StoreUnavailable. */
  async retrying<T>(action: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      this.assertOpen();
      try {
        return await action();
      } catch (error) {
        if (!isCallError(error)) throw error;
        const wait = RETRY_WAITS_MS[attempt];
        if (wait === undefined || this.closed) throw unavailable(error);
        this.meter.retried();
        await this.pause(wait);
      }
    }
  }

  /** Cut short when the connection is closed, or by a signal of the caller's own. */
  async pause(ms: number, signal = this.ending.signal): Promise<void> {
    await pause(ms, undefined, { signal }).catch(() => undefined);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.ending.abort();
    await this.client.dispose();
    this.latest?.getChannel().close();
  }

  private async open<T extends Stream>(
    name: string,
    creator: (client: StreamsClient) => T,
  ): Promise<Opened<T>> {
    this.assertOpen();
    let used: StreamsClient | undefined;
    const opening = this.client.GRPCStreamCreator(grpcStreams.StreamsClient, name, (client) => {
      this.latest = used = client;
      const call = creator(client);
      // Cancelling tells of itself by an error, also when nobody listens any more.
      call.on('error', () => undefined);
      return call;
    })();
    const call = await this.within(opening);
    if (this.closed) call.cancel();
    this.assertOpen();
    // The client finds another way by itself when the server says so, not when the server is silent.
    const renew = async (): Promise<void> => {
      if (used) await this.client.handleError(used, callError('the server did not do its work'));
    };
    return { call, renew };
  }

  /** Finding a server of a cluster may take the client long; what comes too late is given up. */
  private async within<T extends Stream>(opening: Promise<T>): Promise<T> {
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      limit = setTimeout(() => reject(callError('no server was found in time')), this.silenceMsMax);
    });
    try {
      return await Promise.race([opening, late]);
    } catch (error) {
      opening.then(
        (call) => call.cancel(),
        () => undefined, // told already
      );
      throw isCallError(error) ? error : callError('no server was found', error);
    } finally {
      clearTimeout(limit);
    }
  }

  /** The leader alone has what was acknowledged, so a read elsewhere could miss what the caller wrote. */
  private arguments(): [Metadata, Partial<CallOptions>] {
    return this.client.callArguments({ requiresLeader: true }, NO_DEADLINE);
  }

  assertOpen(): void {
    if (this.closed) throw new StoreUnavailable('the store is closed');
  }
}

/** A failure of our own side of a call, told as gRPC tells one. */
export const callError = (message: string, cause?: unknown): CallError =>
  Object.assign(new Error(message, { cause }), { code: UNAVAILABLE, details: message });

/** A call that failed on its way, as against a bug or a refusal for good. */
const isCallError = (error: unknown): error is CallError =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  (typeof error.code === 'number' || error.code === 'ERR_STREAM_PREMATURE_CLOSE');

/** The cause may name the server's address, never who connects to it. */
export const unavailable = (cause: unknown): StoreUnavailable => {
  const status = isCallError(cause) ? ` (gRPC status ${cause.code})` : '';
  return new StoreUnavailable(`EventStoreDB did not answer${status}`, { cause });
};
