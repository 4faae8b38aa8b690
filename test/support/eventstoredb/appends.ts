import codes from '@eventstore/db-client/generated/code_pb.js';
import type { Code } from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import rpc from '@eventstore/db-client/generated/status_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { sendUnaryData, ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import anyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import emptyMessages from 'google-protobuf/google/protobuf/empty_pb.js';
import { failCall, toFailure } from './calls.js';
import type { ServerLog, Verdict } from './server-log.js';
import type { Trouble } from './trouble.js';
import { FAILURES, sizeOf, toExpected, toIdentifier, toOffset, toProposed, toStream } from './wire.js';
import type { Expected, Failure, Proposed } from './wire.js';

/** The server's own bound on an append, over types, data and metadata of all its events. */
export const SERVER_APPEND_BYTES_MAX = 1_048_576;

type Request = Readonly<{ stream: string; expected: Expected; events: readonly Proposed[] }>;
/** A verdict, or why the request never came to the log. */
type Outcome = Verdict | Readonly<{ type: 'TooLarge' | 'AccessDenied' | 'Timeout' }> | Invalid;
type Invalid = Readonly<{ type: 'Invalid'; reason: string }>;

const isTooLarge = (events: readonly Proposed[]): boolean =>
  events.reduce((bytes, event) => bytes + sizeOf(event), 0) > SERVER_APPEND_BYTES_MAX;
/** System streams belong to the server; `$$name` holds the metadata of a stream and is open to its writers. */
const isForbidden = (stream: string): boolean => /^\$(?!\$[^$])/.test(stream);

const handle = async (log: ServerLog, { stream, expected, events }: Request): Promise<Outcome> => {
  if (isForbidden(stream)) return { type: 'AccessDenied' };
  if (isTooLarge(events)) return { type: 'TooLarge' };
  if (events.length === 0) return { type: 'Invalid', reason: 'the double takes no append without events' };
  const faulty = events.find(({ id, type }) => id === '' || type === '');
  if (faulty) return { type: 'Invalid', reason: 'an event has an id and a type' };
  return log.append(stream, expected, events);
};

/** Streams/Append: one request a call, options first and then an event a message. */
export const appendCall =
  (log: ServerLog, trouble: Trouble) =>
  (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void => {
    void answerAppend(log, trouble, call, answer).catch((error: unknown) => answer(toFailure(error)));
  };

const answerAppend = async (
  log: ServerLog,
  trouble: Trouble,
  call: ServerReadableStream<AppendReq, AppendResp>,
  answer: sendUnaryData<AppendResp>,
): Promise<void> => {
  let request: Request | undefined;
  const events: Proposed[] = [];
  for await (const message of call as AsyncIterable<AppendReq>) {
    const options = message.getOptions();
    if (options) {
      const expected = toExpected(options, options.getRevision());
      request = { stream: toStream(options.getStreamIdentifier()), expected, events };
    }
    const proposed = message.getProposedMessage();
    if (proposed) events.push(toProposed(proposed));
  }
  if (call.cancelled) return;
  if (!request) return answer(FAILURES.invalid('an append begins with its options'));
  if (trouble.takeRefusal()) return answer(FAILURES.unavailable());
  const outcome = await handle(log, request);
  switch (outcome.type === 'Written' ? trouble.takeAnswer() : 'give') {
    case 'lose':
      return answer(FAILURES.unavailable());
    case 'mute':
      return;
    case 'give':
      await trouble.released();
      return answerWith(request, outcome, answer);
  }
};

const answerWith = (
  { stream, expected }: Request,
  outcome: Outcome,
  answer: sendUnaryData<AppendResp>,
): void => {
  switch (outcome.type) {
    case 'Written': {
      const offset = toOffset(outcome.position).toString();
      const success = new streams.AppendResp.Success()
        .setCurrentRevision(outcome.revision.toString())
        .setPosition(new streams.AppendResp.Position().setCommitPosition(offset).setPreparePosition(offset));
      return answer(null, new streams.AppendResp().setSuccess(success));
    }
    case 'WrongExpectedVersion':
      return answer(null, toWrongVersion(expected, outcome.actual));
    case 'StreamDeleted':
      return answer(FAILURES.deleted(stream));
    case 'TooLarge':
      return answer(FAILURES.tooLarge(SERVER_APPEND_BYTES_MAX));
    case 'AccessDenied':
      return answer(FAILURES.denied());
    case 'Timeout':
      return answer(FAILURES.timeout());
    case 'Invalid':
      return answer(FAILURES.invalid(outcome.reason));
  }
};

const toWrongVersion = (expected: Expected, actual: bigint | undefined): AppendResp => {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (actual === undefined) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(actual.toString());
  if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new shared.Empty());
  else wrong.setExpectedRevision(expected.toString());
  return new streams.AppendResp().setWrongExpectedVersion(wrong);
};

/**
 * Streams/BatchAppend: many requests on one stream, told apart by their correlation ids and handled in order. Options
 * come with the first message of a request, `is_final` with its last.
 */
export const batchAppendCall =
  (log: ServerLog, trouble: Trouble) =>
  (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void => {
    const batch = new Batch(log, trouble, call);
    call.on('data', (message: BatchAppendReq) => batch.take(message));
    call.on('end', () => batch.end());
    call.on('cancelled', () => batch.cut());
  };

type Pending = Request & Readonly<{ events: Proposed[]; correlation: string; deadlineMs: number }>;

class Batch {
  private readonly pending = new Map<string, Pending>();
  private turn: Promise<void> = Promise.resolve();
  private answers: Promise<void> = Promise.resolve();
  /** Broken or gone: nothing more is stored of what it brings. */
  private isCut = false;

  constructor(
    private readonly log: ServerLog,
    private readonly trouble: Trouble,
    private readonly call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>,
  ) {}

  take(message: BatchAppendReq): void {
    const uuid = message.getCorrelationId();
    const correlation = Buffer.from(uuid?.serializeBinary() ?? []).toString('hex');
    const options = message.getOptions();
    if (options) {
      const stream = toStream(options.getStreamIdentifier());
      const expected = toExpected(options, options.getStreamPosition());
      const deadlineMs = options.getDeadline()?.toDate().getTime() ?? Infinity;
      this.pending.set(correlation, { stream, expected, events: [], correlation, deadlineMs });
    }
    const request = this.pending.get(correlation);
    if (!request) return; // of a request that was refused for its size
    request.events.push(...message.getProposedMessagesList().map(toProposed));
    const isOver = isTooLarge(request.events);
    if (!isOver && !message.getIsFinal()) return;
    this.pending.delete(correlation);
    this.turn = this.turn
      .then(() => this.process(message, request))
      .catch((error: unknown) => this.break(toFailure(error)));
  }

  end(): void {
    this.turn = this.turn.then(async () => {
      await this.answers;
      if (!this.isCut) this.call.end();
    });
  }

  cut(): void {
    this.isCut = true;
  }

  private break(error: Failure): void {
    if (this.isCut) return;
    this.cut();
    failCall(this.call, error);
  }

  private async process(message: BatchAppendReq, request: Pending): Promise<void> {
    if (this.isCut) return;
    if (this.trouble.takeRefusal()) return this.break(FAILURES.unavailable());
    const isLate = request.deadlineMs <= Date.now();
    const outcome: Outcome = isLate ? { type: 'Timeout' } : await handle(this.log, request);
    switch (outcome.type === 'Written' ? this.trouble.takeAnswer() : 'give') {
      case 'lose':
        return this.break(FAILURES.unavailable());
      case 'mute':
        return;
      case 'give':
        this.give(toBatchAnswer(message, request, outcome));
    }
  }

  /** A held answer holds back the ones after it on this stream, and no append. */
  private give(answer: BatchAppendResp): void {
    const released = this.trouble.released();
    this.answers = this.answers.then(async () => {
      await released;
      if (!this.isCut) this.call.write(answer);
    });
  }
}

const toBatchAnswer = (
  message: BatchAppendReq,
  { stream, expected }: Request,
  outcome: Outcome,
): BatchAppendResp => {
  const answer = new streams.BatchAppendResp()
    .setCorrelationId(message.getCorrelationId())
    .setStreamIdentifier(toIdentifier(stream));
  if (outcome.type !== 'Written') return answer.setError(toStatus(stream, expected, outcome));
  const offset = toOffset(outcome.position).toString();
  return answer.setSuccess(
    new streams.BatchAppendResp.Success()
      .setCurrentRevision(outcome.revision.toString())
      .setPosition(new shared.AllStreamPosition().setCommitPosition(offset).setPreparePosition(offset)),
  );
};

const toStatus = (
  stream: string,
  expected: Expected,
  outcome: Exclude<Outcome, Readonly<{ type: 'Written' }>>,
): Status => {
  const packed = (code: Code, type: string, details: Readonly<{ serializeBinary: () => Uint8Array }>) => {
    const any = new anyMessages.Any();
    any.pack(details.serializeBinary(), `event_store.client.${type}`);
    return new rpc.Status().setCode(code).setMessage(type).setDetails(any);
  };
  const { ALREADY_EXISTS, DEADLINE_EXCEEDED, FAILED_PRECONDITION, INVALID_ARGUMENT, PERMISSION_DENIED } =
    codes.Code;
  switch (outcome.type) {
    case 'WrongExpectedVersion':
      return packed(ALREADY_EXISTS, outcome.type, toSharedWrongVersion(expected, outcome.actual));
    case 'StreamDeleted':
      return packed(
        FAILED_PRECONDITION,
        outcome.type,
        new shared.StreamDeleted().setStreamIdentifier(toIdentifier(stream)),
      );
    case 'TooLarge': {
      const details = new shared.MaximumAppendSizeExceeded().setMaxappendsize(SERVER_APPEND_BYTES_MAX);
      return packed(INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', details);
    }
    case 'AccessDenied':
      return packed(PERMISSION_DENIED, outcome.type, new shared.AccessDenied());
    case 'Timeout':
      return packed(DEADLINE_EXCEEDED, outcome.type, new shared.Timeout());
    case 'Invalid':
      return packed(INVALID_ARGUMENT, 'BadRequest', new shared.BadRequest().setMessage(outcome.reason));
  }
};

const toSharedWrongVersion = (expected: Expected, actual: bigint | undefined) => {
  const wrong = new shared.WrongExpectedVersion();
  if (actual === undefined) wrong.setCurrentNoStream(new emptyMessages.Empty());
  else wrong.setCurrentStreamRevision(actual.toString());
  if (expected === 'any') wrong.setExpectedAny(new emptyMessages.Empty());
  else if (expected === 'no_stream') wrong.setExpectedNoStream(new emptyMessages.Empty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new emptyMessages.Empty());
  else wrong.setExpectedStreamPosition(expected.toString());
  return wrong;
};
