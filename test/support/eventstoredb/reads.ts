import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { StoredEvent } from '../../../src/event-store/event-store.js';
import { Sender, toFailure } from './calls.js';
import { toFilter } from './filter.js';
import type { ServerLog } from './server-log.js';
import { subscribe } from './subscriptions.js';
import type { Trouble } from './trouble.js';
import { FAILURES, toEventMessage, toIdentifier, toPosition, toStream } from './wire.js';

const PAGE = 256;
const { FORWARDS } = streams.ReadReq.Options.ReadDirection;
const { REVISION } = streams.ReadReq.Options.StreamOptions.RevisionOptionCase;
type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** Streams/Read: a stream or the whole log, read once or subscribed to. */
export const readCall =
  (log: ServerLog, trouble: Trouble) =>
  (call: ReadCall): void => {
    const sender = new Sender<ReadResp>(call);
    void answerRead(log, trouble, call.request, sender).catch((error: unknown) =>
      sender.fail(toFailure(error)),
    );
  };

const answerRead = async (
  log: ServerLog,
  trouble: Trouble,
  request: ReadReq,
  sender: Sender<ReadResp>,
): Promise<void> => {
  if (trouble.takeRefusal()) return sender.fail(FAILURES.unavailable());
  const options = request.getOptions();
  if (!options) return sender.fail(FAILURES.invalid('a read has options'));
  const stream = options.getStream();
  const name = stream && toStream(stream.getStreamIdentifier());
  if (name !== undefined && log.isTombstoned(name)) return sender.fail(FAILURES.deleted(name));
  if (options.hasSubscription()) return subscribe(log, trouble, options, sender);
  if (name === undefined) await sendPages(log, options, sender);
  else await sendStream(log, name, options, sender);
  if (!sender.ended.aborted) sender.end();
};

const sendStream = async (
  log: ServerLog,
  name: string,
  options: ReadReq.Options,
  sender: Sender<ReadResp>,
): Promise<void> => {
  const events = await log.read(name);
  if (events.length === 0) {
    const notFound = new streams.ReadResp.StreamNotFound().setStreamIdentifier(toIdentifier(name));
    await sender.send(new streams.ReadResp().setStreamNotFound(notFound));
    return;
  }
  const start = options.getStream();
  const from = start?.getRevisionOptionCase() === REVISION ? BigInt(start.getRevision()) : undefined;
  const isForwards = options.getReadDirection() === FORWARDS;
  const beyond = isForwards ? start?.hasEnd() : start?.hasStart();
  const first = events[0]?.revision;
  const wanted = events.filter(({ revision }) => {
    if (from !== undefined) return isForwards ? revision >= from : revision <= from;
    // From the end forwards there is nothing, from the start backwards the first event.
    return !beyond || (!isForwards && revision === first);
  });
  const ordered = isForwards ? wanted : wanted.toReversed();
  await sendUpTo(log, options, sender, [ordered]);
};

/** Forwards from a position on, or backwards from before it. */
const sendPages = (log: ServerLog, options: ReadReq.Options, sender: Sender<ReadResp>): Promise<void> =>
  sendUpTo(
    log,
    options,
    sender,
    options.getReadDirection() === FORWARDS ? pagesForwards(log, options) : pagesBackwards(log, options),
  );

async function* pagesForwards(
  log: ServerLog,
  options: ReadReq.Options,
): AsyncGenerator<readonly StoredEvent[]> {
  const all = options.getAll();
  if (all?.hasEnd()) return;
  const given = all?.getPosition()?.getCommitPosition();
  let after = given === undefined ? undefined : toPosition(BigInt(given) - 1n);
  for (;;) {
    const page = await log.store.readAll({ max: PAGE, ...(after === undefined ? {} : { after }) });
    const last = page.at(-1);
    if (!last) return;
    yield page;
    after = last.position;
  }
}

async function* pagesBackwards(
  log: ServerLog,
  options: ReadReq.Options,
): AsyncGenerator<readonly StoredEvent[]> {
  const all = options.getAll();
  const head = await log.store.head();
  if (head === undefined || all?.hasStart()) return;
  const given = all?.getPosition()?.getCommitPosition();
  const before = given === undefined ? head : toPosition(BigInt(given) - 1n);
  for (let upTo = before < head ? before : head; ; upTo -= BigInt(PAGE)) {
    // Places in the memory store are dense: a page is as many of them.
    const page = await log.store.readAll({ after: upTo - BigInt(PAGE), max: PAGE });
    const wanted = page.filter(({ position }) => position <= upTo);
    if (wanted.length === 0) return;
    yield wanted.toReversed();
  }
}

const sendUpTo = async (
  log: ServerLog,
  options: ReadReq.Options,
  sender: Sender<ReadResp>,
  pages: AsyncIterable<readonly StoredEvent[]> | Iterable<readonly StoredEvent[]>,
): Promise<void> => {
  const { isWanted } = toFilter(options);
  const structuredIds = options.getUuidOption()?.hasStructured() ?? false;
  let left = BigInt(options.getCount());
  for await (const page of pages)
    for (const event of page.filter(isWanted)) {
      if (left-- <= 0n) return;
      if (!(await sender.send(toEventMessage(log.toRecorded(event), structuredIds)))) return;
    }
};
