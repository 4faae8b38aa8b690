import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '../../../src/event-store/event-store.js';
import { toFailure, type Sender } from './calls.js';
import { toFilter, type Filter } from './filter.js';
import type { ServerLog } from './server-log.js';
import type { Trouble } from './trouble.js';
import { FAILURES, toCheckpointMessage, toEventMessage, toPosition, toStream } from './wire.js';

const BATCH_MAX = 64;
const { REVISION } = streams.ReadReq.Options.StreamOptions.RevisionOptionCase;

/** Confirms, gives what follows the start given, says that it has caught up, and goes on with new events as they come. */
export const subscribe = async (
  log: ServerLog,
  trouble: Trouble,
  options: ReadReq.Options,
  sender: Sender<ReadResp>,
): Promise<void> => {
  const head = await log.store.head();
  const { after, isSeen } = toStart(log, options, head);
  const confirmation = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID());
  if (!(await sender.send(new streams.ReadResp().setConfirmation(confirmation)))) return;
  const watched = trouble.watch(() => sender.fail(FAILURES.unavailable()));
  const feed = new Feed(log, trouble, options, sender, isSeen, head);
  if (head === undefined || (after !== undefined && after >= head)) await feed.tellCaughtUp();
  const subscription = log.store.subscribe(
    { batchMax: BATCH_MAX, ...(after === undefined ? {} : { after }) },
    async (events) => {
      for (const event of events) {
        await feed.take(event);
        if (trouble.isDropDue(feed.delivered)) watched.drop();
        if (sender.ended.aborted) return;
      }
    },
  );
  const close = (): void => {
    watched.forget();
    void subscription.close();
  };
  if (sender.ended.aborted) close();
  sender.ended.addEventListener('abort', close, { once: true });
  subscription.done.catch((error: unknown) => sender.fail(toFailure(error)));
};

type Start = Readonly<{
  after: bigint | undefined;
  /** Of a subscription to one stream: whether the subscriber knows the event already. */
  isSeen: (event: StoredEvent) => boolean;
}>;
const toStart = (log: ServerLog, options: ReadReq.Options, head: bigint | undefined): Start => {
  const stream = options.getStream();
  if (stream) {
    const name = toStream(stream.getStreamIdentifier());
    const seen = stream.getRevisionOptionCase() === REVISION ? BigInt(stream.getRevision()) : -1n;
    return {
      after: stream.hasEnd() ? head : undefined,
      isSeen: (event) => event.stream !== name || event.revision <= seen || !log.isVisible(event),
    };
  }
  const all = options.getAll();
  const position = all?.getPosition();
  const after = position ? toPosition(BigInt(position.getCommitPosition())) : undefined;
  return { after: all?.hasEnd() ? head : after, isSeen: () => false };
};

/** What one subscriber is told, event by event. */
class Feed {
  delivered = 0;
  private readonly filter: Filter;
  private readonly structuredIds: boolean;
  private lookedAt = 0;

  constructor(
    private readonly log: ServerLog,
    private readonly trouble: Trouble,
    options: ReadReq.Options,
    private readonly sender: Sender<ReadResp>,
    private readonly isSeen: (event: StoredEvent) => boolean,
    private readonly head: bigint | undefined,
  ) {
    this.filter = toFilter(options);
    this.structuredIds = options.getUuidOption()?.hasStructured() ?? false;
  }

  async take(event: StoredEvent): Promise<void> {
    if (!this.isSeen(event) && this.filter.isWanted(event)) {
      await this.sender.send(toEventMessage(this.log.toRecorded(event), this.structuredIds));
      this.delivered++;
      if (this.trouble.isDropDue(this.delivered)) return;
    }
    const { interval } = this.filter;
    if (interval !== undefined && ++this.lookedAt >= interval) {
      this.lookedAt = 0;
      await this.sender.send(toCheckpointMessage(event.position));
    }
    if (event.position === this.head) await this.tellCaughtUp();
  }

  async tellCaughtUp(): Promise<void> {
    await this.sender.send(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
  }
}
