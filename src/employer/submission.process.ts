import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStore, StoreUnavailable } from '../event-store/event-store.js';
import { Keyring } from '../event-store/keyring.js';
import { transact } from '../event-store/transact.js';
import { PayContributions, type Origin } from '../individual/individual.messages.js';
import { toDay, toMonth } from '../kernel/calendar.js';
import { Clock } from '../kernel/clock.js';
import type { Result } from '../kernel/result.js';
import { ReadModels, ReadModelsStale } from '../projection/read-models.js';
import { employerStreamOf } from './employer.js';
import { estimating } from './estimate.js';
import { Gate } from './gate.js';
import { judgeRow, type RosterEntry, type RowFault, type Seen } from './roster.js';
import { RosterVerdicts, RUN_ROWS } from './roster.verdicts.js';
import { judgedCount, type SubmissionState } from './submission.js';
import { SubmissionLog } from './submission.log.js';
import { findUnfinished } from './submission.queries.js';
import { SubmissionTerms } from './submission.terms.js';

/** Submissions whose rows are held in memory at once; the others wait in the order in which they came. */
const SUBMISSIONS_AT_ONCE = 8;
/** Runs of rows at work at once; submissions take turns, run by run. */
const RUNS_AT_ONCE = 2;
const ATTEMPTS_MAX = 5;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;

/**
 * Carries every submission on from where its stream stands: judges its rows, and credits its payment. What was done is
 * read from the stream alone, so it may be stopped at any moment and begun again, also by two at once.
 */
@Injectable()
export class SubmissionProcess implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SubmissionProcess.name);
  private readonly atOnce = new Gate(SUBMISSIONS_AT_ONCE);
  private readonly turns = new Gate(RUNS_AT_ONCE);
  private readonly working = new Map<string, Promise<void>>();
  private readonly parkedReasons = new Map<string, string>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly readModels: ReadModels,
    private readonly commands: CommandBus,
    private readonly verdicts: RosterVerdicts,
    private readonly terms: SubmissionTerms,
  ) {}

  onApplicationBootstrap(): void {
    void this.track('resume', () => this.resumeAll());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.working.values());
  }

  /** Submissions that failed again and again, with the code of the last error; sent again or restarted they go on. */
  parked(): ReadonlyMap<string, string> {
    return this.parkedReasons;
  }

  /**
   * Resolves when nothing is left to do for a submission now, or it is parked, or the process stops; also when the log
   * is away: then it goes on by itself as soon as the log is back, and nobody should wait for that.
   */
  work(id: string): Promise<void> {
    return new Promise((resolve) => {
      void this.track(id, () => this.atOnce.run(() => this.carryOn(id, resolve))).finally(resolve);
    });
  }

  /** Works on one thing at a time by name, and knows what is under way. */
  private track(name: string, act: () => Promise<void>): Promise<void> {
    const before = this.working.get(name) ?? Promise.resolve();
    const after = before.then(act).finally(() => {
      if (this.working.get(name) === after) this.working.delete(name);
    });
    this.working.set(name, after);
    return after;
  }

  /** The read model names the unfinished ones, once it holds everything that was recorded before the start. */
  private async resumeAll(): Promise<void> {
    for (let away = 0; !this.stopping.signal.aborted;) {
      try {
        const { ok: visible } = await this.readModels.waitForHead();
        if (visible) {
          for (const id of await findUnfinished(this.readModels.db())) void this.work(id);
          return;
        }
        away = 0;
      } catch (error) {
        this.logger.error(`unfinished submissions are not resumed yet: ${codeOf(error)}`);
        if (!isAway(error)) return;
        away += 1;
      }
      await this.pause(waitMs(away));
    }
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  /** An error of its own counts, and too many park it. A log that is away only takes time. */
  private async carryOn(id: string, onAway: () => void): Promise<void> {
    for (let [failed, away] = [0, 0]; !this.stopping.signal.aborted;) {
      try {
        await this.advance(await SubmissionLog.open(this.store, id));
        this.parkedReasons.delete(id);
        return;
      } catch (error) {
        if (isAway(error)) {
          away += 1;
          onAway();
        } else {
          failed += 1;
          away = 0;
        }
        this.logger.warn(`submission ${id}, attempt ${failed + away}: ${codeOf(error)}`);
        if (failed === ATTEMPTS_MAX) return this.park(id, codeOf(error));
        await this.pause(waitMs(Math.max(failed, away)));
      }
    }
  }

  private park(id: string, reason: string): void {
    this.parkedReasons.set(id, reason);
    this.logger.error(`submission ${id} is parked: ${reason}`);
  }

  private async advance(log: SubmissionLog): Promise<void> {
    const { state } = log;
    if (!state || state.chunksStored < state.received.chunks) return;
    if (!state.assessed) await this.assess(log, state);
    if (log.state?.payment && !log.state.paid) await this.credit(log, log.state);
  }

  private async assess(log: SubmissionLog, { received }: SubmissionState): Promise<void> {
    const terms = this.terms.of(received);
    const origin = this.originOf(log);
    const seen: Seen = new Map();
    const facts = { today: log.receipt?.bookedOn ?? this.clock.today(), insurances: terms.insurances };
    let passed = 0;
    let run: Result<RosterEntry, RowFault>[] = [];
    for await (const rows of log.chunks(this.keyring)) {
      for (const row of rows) {
        const judged = judgeRow(row, seen, facts);
        if (passed >= judgedCountOf(log)) run.push(judged);
        passed += 1;
        if (run.length < RUN_ROWS && passed < received.rowsTotal) continue;
        if (this.stopping.signal.aborted) return;
        await this.turns.run(async () => this.judgeRun(log, run, origin, passed - run.length));
        run = [];
      }
    }
    await this.settleEstimate(log, { ...origin, ...this.now() });
    const finished = await log.execute({ type: 'Finish' }, 'assessed', origin);
    if (!finished.ok) throw new Error(finished.error.type);
  }

  /** Before the submission counts as assessed: stopped in between it is done again, and settles once. */
  private async settleEstimate(log: SubmissionLog, origin: Origin): Promise<void> {
    if (!log.state || log.state.judged.accepted === 0) return;
    const { amounts, received } = log.state;
    const { uscc, month } = received;
    const settled = await transact(
      this.store,
      employerStreamOf(uscc),
      estimating,
      { type: 'Settle', month, submission: log.id, declared: amounts },
      { ...origin, cause: `estimate-settled/${month}` },
    );
    if (!settled.ok) throw new Error(settled.error.type);
  }

  private async judgeRun(
    log: SubmissionLog,
    run: readonly Result<RosterEntry, RowFault>[],
    origin: Origin,
    from: number,
  ): Promise<void> {
    if (run.length === 0 || !log.state) return;
    const terms = this.terms.of(log.state.received);
    const { rows, amounts } = await this.verdicts.judge(run, log.id, terms, false, {
      ...origin,
      ...this.now(),
    });
    const judged = await log.execute({ type: 'Judge', from, rows, amounts }, `judged:${from}`, {
      ...origin,
      ...this.now(),
    });
    if (!judged.ok) throw new Error(judged.error.type);
  }

  private async credit(log: SubmissionLog, { payment, received }: SubmissionState): Promise<void> {
    if (!payment) return;
    const origin = this.originOf(log);
    const [month, paidOn] = [toMonth(received.month), toDay(payment.paidOn)];
    for await (const { rows } of log.judgedRuns()) {
      const persons = rows.flatMap(({ verdict, individual }) =>
        verdict === 'accepted' && individual ? [individual] : [],
      );
      if (this.stopping.signal.aborted) return;
      if (persons.length === 0) continue;
      const command = new PayContributions(log.id, month, payment.payment, paidOn, persons, {
        ...origin,
        ...this.now(),
      });
      await this.turns.run(() => this.commands.execute(command));
    }
    const finished = await log.execute({ type: 'FinishPayment' }, `paid:${payment.payment}`, origin);
    if (!finished.ok) throw new Error(finished.error.type);
  }

  /** What the process does follows from the file that was sent, at the time it is done. */
  private originOf(log: SubmissionLog): Origin {
    const correlationId = log.receipt?.$correlationId ?? log.id;
    return {
      ...this.now(),
      actor: { role: 'process', id: 'submission' },
      channel: 'process',
      correlationId,
      causationId: correlationId,
    };
  }

  private now(): Pick<Origin, 'recordedAt' | 'bookedOn'> {
    return { recordedAt: this.clock.now(), bookedOn: this.clock.today() };
  }
}

/** Longer from attempt to attempt, up to a bound. */
const waitMs = (attempt: number): number =>
  Math.min(RETRY_FIRST_MS * 2 ** Math.max(attempt - 1, 0), RETRY_MAX_MS);

/** The log cannot be used now, through no fault of the submission. */
const isAway = (error: unknown): boolean =>
  error instanceof StoreUnavailable || error instanceof ReadModelsStale;

const judgedCountOf = ({ state }: SubmissionLog): number => (state ? judgedCount(state) : 0);

/** What may stand in a log: the kind of an error, never its text, which could quote a row. */
const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};
