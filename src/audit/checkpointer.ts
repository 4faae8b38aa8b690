import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { nameOf, NO_STREAM, seal } from '../event-store/chain.js';
import { EventStore, type StoredEvent } from '../event-store/event-store.js';
import { Metrics } from '../http/metrics.js';
import { toLoggable } from '../http/log.js';
import { Clock, toBusinessDay } from '../kernel/clock.js';
import { err, ok, type Result } from '../kernel/result.js';
import { CheckpointAnchor } from './anchor.js';
import { CHECKPOINT_STREAM, type SignedHead } from './checkpoint.js';
import { CheckpointReader, CheckpointUnreadable, type Checkpoint } from './checkpoint.reader.js';
import { Interval, isIntact, leafOf, toCheckpoint } from './checkpointing.js';
import { findHeadFault } from './judgement.js';
import { Signer } from './signer.js';
import { toTrustedKeys } from './trusted-keys.js';

/** Others who sign checkpoints of the same log may be faster so often; then it is theirs. */
const RACES_MAX = 8;
/** Single events may be large, checkpoints above all. */
const EVENTS_A_PAGE = 100;

/**
 * Why nothing more is signed. `EventUnfit`: its bytes do not fit its hash. `CheckpointUnfit`: the newest checkpoint is
 * damaged, not signed by one of our keys, or the last event it covers is no longer there. `AnchorLost`: a checkpoint that
 * was signed here is not in the log.
 */
export type Refusal =
  | Readonly<{ type: 'EventUnfit'; stream: string; revision: bigint }>
  | Readonly<{ type: 'CheckpointUnfit'; number: number }>
  | Readonly<{ type: 'AnchorLost'; number: number }>;

/** What one run made, also when it was refused further on. */
export type Run = Readonly<{ made: readonly SignedHead[]; refusal?: Refusal }>;

/** What one checkpoint may follow on. `position`: of the last event that is covered. */
type Start = Readonly<{ newest: Checkpoint | undefined; position: bigint | undefined }>;
type Gathered = Readonly<{ interval: Interval; unfit?: Refusal }>;

/**
 * Signs the log: checkpoints over every event since the last one, each an event of the log itself. One interval at a time
 * is in memory.
 */
@Injectable()
export class Checkpointer implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Checkpointer.name);
  private underWay: Promise<unknown> = Promise.resolve();
  private waiting: Promise<Run> | undefined;
  private stopped = false;

  constructor(
    private readonly store: EventStore,
    private readonly reader: CheckpointReader,
    private readonly signer: Signer,
    private readonly anchor: CheckpointAnchor,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Covers what the log holds now. One run at a time: whoever asks meanwhile shares the next. Rejects with StoreUnavailable
   * or an error of the anchor; the next run goes on from what is recorded.
   */
  make(): Promise<Run> {
    this.waiting ??= this.afterOthers();
    return this.waiting;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.underWay;
  }

  private afterOthers(): Promise<Run> {
    const turn = this.underWay.then(() => {
      this.waiting = undefined;
      return this.watched();
    });
    // The next in line does not ask how this one ended: its callers hear of it.
    this.underWay = turn.catch(() => undefined);
    return turn;
  }

  /** Every failure is logged and counted here, whoever asked. */
  private async watched(): Promise<Run> {
    try {
      const run = await this.run();
      if (run.refusal) {
        this.metrics.checkpointFailures.inc();
        this.logger.error(reasonOf(run.refusal));
      }
      return run;
    } catch (error) {
      this.metrics.checkpointFailures.inc();
      this.logger.error(`no checkpoint was made: ${toLoggable(error).name}`);
      throw error;
    }
  }

  private async run(): Promise<Run> {
    const made: SignedHead[] = [];
    const until = await this.store.head();
    for (let races = 0; !this.stopped && races < RACES_MAX;) {
      const start = await this.start();
      if (!start.ok) return { made, refusal: start.error };
      const { interval, unfit } = await this.gather(start.value.position, until);
      if (!interval.hasNews()) return unfit ? { made, refusal: unfit } : { made };
      const signed = await this.append(start.value.newest, interval);
      if (!signed) races += 1;
      else made.push(signed);
    }
    return { made };
  }

  /** Where the log stands, once it is sure that all that was signed before is in it. */
  private async start(): Promise<Result<Start, Refusal>> {
    let newest: Checkpoint | undefined;
    try {
      newest = await this.reader.findNewest();
      const lost = await this.findLost(newest);
      if (lost !== undefined) return err({ type: 'AnchorLost', number: lost });
    } catch (error) {
      if (error instanceof CheckpointUnreadable)
        return err({ type: 'CheckpointUnfit', number: Number(error.revision) });
      throw error;
    }
    if (!newest) return ok({ newest, position: undefined });
    const position = await this.findPosition(newest);
    const ours = toTrustedKeys(this.signer.verificationKeys());
    if (position === undefined || findHeadFault(newest.signed, ours) !== undefined)
      return err({ type: 'CheckpointUnfit', number: newest.signed.number });
    // A process that died between the log and the anchor left the anchor behind.
    if ((await this.anchor.find())?.head !== newest.signed.head) await this.anchor.put(newest.signed);
    return ok({ newest, position });
  }

  /** Number of the anchor's checkpoint when the log does not hold it. */
  private async findLost(newest: Checkpoint | undefined): Promise<number | undefined> {
    const anchor = await this.anchor.find();
    if (!anchor || anchor.head === newest?.signed.head) return undefined;
    const recorded = await this.reader.find(anchor.number);
    return recorded?.signed.head === anchor.head ? undefined : anchor.number;
  }

  /** Where the last event that a checkpoint covers stands in the log. */
  private async findPosition({ last }: Checkpoint): Promise<bigint | undefined> {
    const [event] = await this.store.read(last.stream, { from: last.revision, max: 1 });
    const stands = event?.revision === last.revision && isIntact(event) && leafOf(event).hash === last.hash;
    return stands ? event.position : undefined;
  }

  /** Events after a position and up to another, as many as fit into a checkpoint, each looked at before it is signed. */
  private async gather(from: bigint | undefined, until: bigint | undefined): Promise<Gathered> {
    const interval = new Interval();
    for (let position = from; until !== undefined;) {
      const page = await this.store.readAll({
        max: EVENTS_A_PAGE,
        ...(position === undefined ? {} : { after: position }),
      });
      for (const event of page) {
        if (event.position > until) return { interval };
        if (!isIntact(event)) return { interval, unfit: unfitOf(event) };
        if (!interval.take(leafOf(event))) return { interval };
      }
      position = page.at(-1)?.position;
      if (page.length === 0) break;
    }
    return { interval };
  }

  /** Undefined when somebody else recorded a checkpoint first. */
  private async append(
    previous: Checkpoint | undefined,
    interval: Interval,
  ): Promise<SignedHead | undefined> {
    const at = this.clock.now();
    const checkpoint = toCheckpoint(previous?.signed, interval, at, this.signer);
    const { leaves: _, ...signed } = checkpoint.data;
    const cause = `checkpoint-${signed.number}`;
    const id = nameOf(CHECKPOINT_STREAM, cause);
    const events = seal(CHECKPOINT_STREAM, previous?.tip ?? NO_STREAM, [checkpoint], {
      recordedAt: at,
      bookedOn: toBusinessDay(at),
      actor: { role: 'system', id: 'checkpointer' },
      channel: 'process',
      cause,
      correlationId: id,
      causationId: id,
    });
    const expected = previous?.tip.revision ?? 'no-stream';
    const appended = await this.store.append(CHECKPOINT_STREAM, expected, events);
    // Both ids follow from the number, so another's checkpoint of that number is acknowledged as if it were this one.
    if (!appended.ok || !appended.value.stored) return undefined;
    await this.anchor.put(signed);
    return signed;
  }
}

const unfitOf = ({ stream, revision }: StoredEvent): Refusal => ({ type: 'EventUnfit', stream, revision });

/** For the log of operations: what was found and what to do. */
const reasonOf = (refusal: Refusal): string => {
  switch (refusal.type) {
    case 'EventUnfit':
      return `no checkpoint is signed beyond revision ${refusal.revision} of ${refusal.stream}: its bytes do not fit its hash; run shebao verify`;
    case 'CheckpointUnfit':
      return `no checkpoint is signed after checkpoint ${refusal.number}: it, or the last event it covers, is damaged, gone or not signed by our keys; run shebao verify`;
    case 'AnchorLost':
      return `no checkpoint is signed: checkpoint ${refusal.number}, signed here, is not in the log; was it restored to an earlier point? put the right log back, or stop the server and run shebao rebuild to accept this one`;
  }
};
