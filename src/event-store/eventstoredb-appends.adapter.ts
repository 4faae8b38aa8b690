import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { randomUUID } from 'node:crypto';
import { clearTimeout, setTimeout } from 'node:timers';
import { err, ok } from '../kernel/result.js';
import { WAITING_EVENTS_MAX } from './commit-queue.js';
import { StoreUnavailable, type AppendResult, type StreamAppend } from './event-store.js';
import {
  callError,
  RETRY_WAITS_MS,
  unavailable,
  type AppendCall,
  type Connection,
  type Opened,
} from './eventstoredb-calls.adapter.js';
import type { Confirmation } from './eventstoredb-confirmation.adapter.js';
import {
  toAppendRequest,
  toVerdict,
  type Acknowledged,
  type Names,
} from './eventstoredb-messages.adapter.js';
import type { Seen } from './eventstoredb-seen.adapter.js';
import { bytesOf } from './positional.js';

/** Requests, and their bytes, that may be on their way without an answer. */
const IN_FLIGHT_MAX = 256;
const IN_FLIGHT_BYTES_MAX = 4 * 1024 * 1024;
/** Answers that may wait to be confirmed before more is sent. */
const UNCONFIRMED_MAX = 4_096;

type Job = {
  readonly verdicts: AppendResult[];
  readonly resolve: (verdicts: readonly AppendResult[]) => void;
  readonly reject: (reason: unknown) => void;
  left: number;
  /** Settled; of a job that failed, what was not sent is not sent any more. */
  over: boolean;
};
type Item = {
  readonly append: StreamAppend;
  readonly bytes: number;
  readonly job: Job;
  readonly index: number;
  /** Its place in the order of calls. */
  readonly turn: number;
  sends: number;
  /** The highest position known when it was first sent. */
  floor: bigint | undefined;
  limit: NodeJS.Timeout | undefined;
};

type Parts = Readonly<{
  connection: Connection;
  names: Names;
  seen: Seen;
  confirmation: Confirmation;
  /** A request without an answer for so long is sent again. */
  answerMsMax: number;
  findHead: () => Promise<bigint | undefined>;
}>;

/**
 * All appends of this process go down one call in the order in which they were asked for, and the server works on a call
 * in its order: that makes a batch stand in the log as it was given. A call that broke is opened anew and what had no
 * answer is sent again, in order, with the same ids at the same revisions, which the server acknowledges when it had
 * stored them before.
 */
export class Appends {
  private waiting: Item[] = [];
  private next = 0;
  private readonly inFlight = new Map<string, Item>();
  private inFlightBytes = 0;
  private unconfirmed = 0;
  private events = 0;
  private turns = 0;
  private jobs = 0;
  private current: Opened<AppendCall> | undefined;
  private opening = false;
  private blocked = false;
  private primed = false;
  /** Calls in a row that broke before they gave any answer. */
  private fruitless = 0;
  private drained: (() => void)[] = [];

  constructor(private readonly parts: Parts) {}

  add(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    if (appends.length === 0) return Promise.resolve([]);
    const events = appends.reduce((count, append) => count + append.events.length, 0);
    if (this.events > 0 && this.events + events > WAITING_EVENTS_MAX)
      return Promise.reject(new StoreUnavailable('too many events wait to be stored'));
    this.events += events;
    this.jobs++;
    return new Promise((resolve, reject) => {
      const job: Job = { verdicts: [], resolve, reject, left: appends.length, over: false };
      for (const [index, append] of appends.entries()) this.waiting.push(this.toItem(append, job, index));
      this.pump();
    });
  }

  /** Resolves when everything was answered; each wait for an answer has its limit. */
  async drain(): Promise<void> {
    if (this.jobs > 0) await new Promise<void>((resolve) => this.drained.push(resolve));
    this.current?.call.end();
    this.current = undefined;
  }

  private toItem(append: StreamAppend, job: Job, index: number): Item {
    const bytes = bytesOf(append.events);
    return { append, bytes, job, index, turn: this.turns++, sends: 0, floor: undefined, limit: undefined };
  }

  private pump(): void {
    if (this.next === this.waiting.length) return;
    if (!this.current) return this.reopen(0);
    while (this.mayWrite()) {
      const item = this.waiting[this.next];
      if (!item) break;
      this.next++;
      if (item.job.over) this.events -= item.append.events.length;
      else this.send(this.current.call, item);
    }
    if (this.next < 1_024 && this.next < this.waiting.length) return;
    this.waiting.splice(0, this.next);
    this.next = 0;
  }

  private mayWrite(): boolean {
    if (this.blocked || this.unconfirmed >= UNCONFIRMED_MAX) return false;
    return this.inFlight.size < IN_FLIGHT_MAX && this.inFlightBytes < IN_FLIGHT_BYTES_MAX;
  }

  private send(call: AppendCall, item: Item): void {
    const { names, seen, answerMsMax } = this.parts;
    const correlation = randomUUID();
    if (item.sends === 0) item.floor = seen.highest;
    item.sends++;
    item.limit = setTimeout(() => this.giveUp(callError('an append was not answered in time')), answerMsMax);
    this.inFlight.set(correlation, item);
    this.inFlightBytes += item.bytes;
    this.blocked = !call.write(toAppendRequest(names, correlation, item.append));
  }

  /** Opens the call after a wait; what asks meanwhile finds it under way. */
  private reopen(waitMs: number, renew?: () => Promise<void>): void {
    if (this.opening) return;
    this.opening = true;
    void this.open(waitMs, renew);
  }

  private async open(waitMs: number, renew?: () => Promise<void>): Promise<void> {
    const { connection, seen, findHead } = this.parts;
    try {
      if (waitMs > 0) await connection.pause(waitMs);
      await renew?.();
      if (!this.primed) seen.note(await findHead());
      this.primed = true;
      this.listen(await connection.openAppends());
      this.opening = false;
    } catch (error) {
      this.opening = false;
      return this.break(error);
    }
    this.pump();
  }

  private listen(opened: Opened<AppendCall>): void {
    const onEnd = (error: unknown): void => {
      if (this.current === opened) this.break(error);
    };
    this.current = opened;
    opened.call
      .on('data', (answer: BatchAppendResp) => this.current === opened && this.take(answer))
      .on('error', onEnd)
      .on('end', () => onEnd(callError('the server ended the call')))
      .on('drain', () => {
        if (this.current !== opened) return;
        this.blocked = false;
        this.pump();
      });
  }

  private take(answer: BatchAppendResp): void {
    const correlation = answer.getCorrelationId()?.getString() ?? '';
    const item = this.inFlight.get(correlation);
    if (!item) return;
    try {
      const verdict = toVerdict(item.append, answer);
      if (verdict.ok) void this.confirm(item, verdict.value);
      else if (verdict.error.type === 'Conflict') this.settle(item, err(verdict.error));
      else return this.giveUp(callError(`an append was refused: ${verdict.error.reason}`));
    } catch (error) {
      this.fail(item.job, error);
      this.events -= item.append.events.length;
    }
    this.fruitless = 0;
    this.leaveFlight(correlation, item);
    this.parts.seen.forget(this.inFlight.values().next().value?.floor);
    this.pump();
    if (this.inFlight.size === 0) this.parts.confirmation.start();
  }

  private leaveFlight(correlation: string, item: Item): void {
    clearTimeout(item.limit);
    this.inFlight.delete(correlation);
    this.inFlightBytes -= item.bytes;
  }

  /** Tells a fresh append from a repeat, and this call's bytes from another's. */
  private async confirm(item: Item, acknowledged: Acknowledged): Promise<void> {
    const { seen, confirmation } = this.parts;
    const { revision, position } = acknowledged;
    if (position !== undefined && !seen.take(position, item.floor))
      return this.settle(item, ok({ revision, position, stored: false }));
    this.unconfirmed++;
    try {
      const confirmed = await confirmation.confirm(item.append, acknowledged);
      const stored = confirmed.same && (position !== undefined || seen.take(confirmed.position, item.floor));
      this.settle(item, ok({ revision, position: confirmed.position, stored }));
    } catch (error) {
      this.events -= item.append.events.length;
      this.fail(item.job, error);
    }
    this.unconfirmed--;
    this.pump();
  }

  private settle({ job, index, append }: Item, verdict: AppendResult): void {
    this.events -= append.events.length;
    job.verdicts[index] = verdict;
    if (--job.left > 0 || job.over) return;
    job.resolve(job.verdicts);
    this.finish(job);
  }

  private fail(job: Job, reason: unknown): void {
    if (job.over) return;
    job.reject(reason);
    this.finish(job);
  }

  private finish(job: Job): void {
    job.over = true;
    if (--this.jobs === 0) for (const resolve of this.drained.splice(0)) resolve();
  }

  /** The call is of no more use: silent, or one of its requests has to be sent again before those behind it. */
  private giveUp(error: Error): void {
    const opened = this.current;
    if (!opened) return;
    this.break(error, opened.renew);
    opened.call.cancel();
  }

  /** What has no answer goes back to the front, in its order, and is sent again after a wait, a bounded number of times. */
  private break(error: unknown, renew?: () => Promise<void>): void {
    this.current = undefined;
    this.blocked = false;
    const unanswered = [...this.inFlight.values()].sort((a, b) => a.turn - b.turn);
    for (const { limit } of unanswered) clearTimeout(limit);
    this.inFlight.clear();
    this.inFlightBytes = 0;
    this.waiting = [...unanswered, ...this.waiting.slice(this.next)];
    this.next = 0;
    const wait = RETRY_WAITS_MS[this.fruitless++];
    for (const { job, sends } of this.waiting)
      if (wait === undefined || sends > RETRY_WAITS_MS.length) this.fail(job, unavailable(error));
    this.waiting = this.waiting.filter((item) => !this.isDropped(item));
    if (this.waiting.length === 0) {
      this.fruitless = 0;
      return;
    }
    this.parts.connection.meter.retried();
    this.reopen(wait ?? 0, renew);
  }

  private isDropped({ job, append }: Item): boolean {
    if (job.over) this.events -= append.events.length;
    return job.over;
  }
}
