import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { EventStore } from '../event-store/event-store.js';
import { toDomain } from '../event-store/transact.js';
import { ReadModels } from '../projection/read-models.js';
import { AccountProcess } from './account.process.js';
import type { SubmissionReceived } from './events.js';
import { Gate, Lanes, type Lane } from './gate.js';
import type { Pace } from './pace.js';
import { Posting } from './posting.process.js';
import { ResumableWork } from '../projection/resumable.process.js';
import { isWhollyStored, submissionStreamOf } from './submission.js';
import { SubmissionLog } from './submission.log.js';
import { findHalfWithdrawn, findUnfinished } from './submission.queries.js';
import { Withdrawals } from './withdrawal.process.js';

/** Submissions whose rows are held in memory at once. */
const SUBMISSIONS_AT_ONCE = 8;
/** Of these so many may be large, so that small files need not wait until large ones are done. */
const LARGE_AT_ONCE = 4;
const LARGE_ROWS_MIN = 5_001;
/** Runs of rows at work at once; submissions take turns, run by run. */
const RUNS_AT_ONCE = 2;

/**
 * Carries every submission on from where its stream stands: judges its rows and issues its bill, or takes back what it had
 * assessed when it is withdrawn. What was done is read from the stream alone, so it may be stopped at any moment and begun
 * again, also by two at once. Files of one employer go one after the other as they came: what a file changes or finds
 * standing then does not hang on who is faster, and a withdrawn file's months are free before the next file asks for them.
 */
@Injectable()
export class SubmissionProcess implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly lanes = new Lanes(SUBMISSIONS_AT_ONCE, LARGE_AT_ONCE);
  private readonly entrance = new Gate(1);
  private readonly submissions = new ResumableWork(
    'submission',
    { run: (act, id) => this.inLane(id, act) },
    (id) => this.advance(id),
  );
  private readonly pace: Pace = {
    turns: new Gate(RUNS_AT_ONCE),
    isStopping: () => this.submissions.isStopping,
  };

  constructor(
    private readonly store: EventStore,
    private readonly readModels: ReadModels,
    private readonly posting: Posting,
    private readonly withdrawals: Withdrawals,
    private readonly account: AccountProcess,
  ) {}

  onApplicationBootstrap(): void {
    this.submissions.resume(this.readModels, async () => {
      const db = this.readModels.db();
      return [...(await findUnfinished(db)), ...(await findHalfWithdrawn(db))];
    });
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.submissions.stop();
  }

  /** Submissions that failed again and again, with the code of the last error; sent again or restarted they go on. */
  parked(): ReadonlyMap<string, string> {
    return this.submissions.parked();
  }

  /**
   * Resolves when nothing is left to do for a submission now, or it is parked, or the process stops; also when the log
   * is away: then it goes on by itself as soon as the log is back, and nobody should wait for that.
   */
  work(id: string): Promise<void> {
    return this.submissions.work(id);
  }

  /** Through the entrance one after the other, so that they stand in line as they came. */
  private async inLane(id: string, act: () => Promise<void>): Promise<void> {
    const { ended } = await this.entrance.run(async () => {
      const lane = await this.laneOf(id);
      return { ended: this.lanes.run(lane, act) };
    });
    return ended;
  }

  private async laneOf(id: string): Promise<Lane> {
    // A log that is away is found away once more by the act itself, which waits for it.
    const stored = await this.store.read(submissionStreamOf(id), { from: 0n, max: 1 }).catch(() => []);
    const received = stored.map(toDomain<SubmissionReceived>)[0]?.data;
    return { owner: received?.uscc ?? id, isLarge: (received?.rowsTotal ?? 0) >= LARGE_ROWS_MIN };
  }

  private async advance(id: string): Promise<void> {
    const log = await SubmissionLog.open(this.store, id);
    if (!log.state || log.state.closed) return;
    const { assessed, withdrawn, received } = log.state;
    if (!withdrawn && !isWhollyStored(log.state)) return;
    if (assessed) await this.withdrawals.follow(log);
    else if (!withdrawn) await this.posting.post(log, this.pace);
    if (log.state.withdrawn) await this.withdrawals.takeBack(log, this.pace);
    // Credit of the employer may have paid the bill at once.
    else if (log.state.assessed) void this.account.work(received.uscc);
  }
}
