import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { seal, tipOf } from '../event-store/chain.js';
import { EventStore, StoreUnavailable } from '../event-store/event-store.js';
import { knownOf, toDomain, transact, type Outcome } from '../event-store/transact.js';
import { CountIndividuals, ListIndividuals } from '../identity/identity.messages.js';
import { toDay } from '../kernel/calendar.js';
import { Clock } from '../kernel/clock.js';
import { add, fromYuan, parsePercent, toYuan } from '../kernel/money.js';
import type { Result } from '../kernel/result.js';
import { ReadModels, ReadModelsStale } from '../projection/read-models.js';
import { INTEREST_METHOD } from '../rules/interest.topics.loader.js';
import { LawTables, NATIONAL } from '../rules/table.js';
import { CreditYear, type Origin } from './individual.messages.js';
import {
  INTEREST_RUNS,
  interestRuns,
  interestRunStreamOf,
  unfinishedOf,
  type InterestRun,
  type InterestRunAdvanced,
  type InterestRunCommand,
  type InterestRunEvent,
  type InterestRunFailure,
  type InterestRuns,
} from './interest-run.js';
import type { CreditInterest } from './interest.js';

/** Persons of one page: read, decided and appended together, so that memory does not grow with the number of persons. */
const PAGE_PERSONS = 200;
const ATTEMPTS_MAX = 5;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;

type Progress = InterestRunAdvanced['data'];
type Command = InterestRunCommand;

/**
 * Carries an interest run from page to page. Where it stands is told by its stream alone, so it may be stopped at any
 * moment and begun again; a page done twice credits once. Between pages others have their turn.
 */
@Injectable()
export class InterestRunProcess implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(InterestRunProcess.name);
  private readonly stopping = new AbortController();
  private working: Promise<void> | undefined;
  private parkedReason: string | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly tables: LawTables,
    private readonly readModels: ReadModels,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  onApplicationBootstrap(): void {
    void this.work();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.working;
  }

  /** Why the run stands still: the code of the last error; started again, or after a restart, it goes on. */
  parked(): string | undefined {
    return this.parkedReason;
  }

  /** Registers a run or finishes one: the register's decider allows one at a time. */
  execute(
    command: Command,
    origin: Origin,
  ): Promise<Result<Outcome<InterestRunEvent, InterestRuns>, InterestRunFailure | { type: 'Conflict' }>> {
    const context = { ...origin, cause: `${command.type}/${command.run}` };
    return transact(this.store, INTEREST_RUNS, interestRuns, command, context);
  }

  async find(
    run: string,
  ): Promise<Readonly<{ run: InterestRun; progress: Progress | undefined }> | undefined> {
    const found = (await this.runs()).get(run);
    return found && { run: found, progress: await this.progressOf(run) };
  }

  /** Resolves when no run is left to do, or it is parked, or the process stops. */
  work(): Promise<void> {
    this.working ??= this.carryOn().finally(() => (this.working = undefined));
    return this.working;
  }

  private async runs(): Promise<InterestRuns> {
    return knownOf(interestRuns, await this.store.read(INTEREST_RUNS)).state;
  }

  private async progressOf(run: string): Promise<Progress | undefined> {
    const [last] = await this.store.read(interestRunStreamOf(run), { direction: 'backwards', max: 1 });
    return last && toDomain<InterestRunAdvanced>(last).data;
  }

  private async carryOn(): Promise<void> {
    this.parkedReason = undefined;
    for (let failed = 0; !this.stopping.signal.aborted;) {
      try {
        const run = unfinishedOf(await this.runs());
        if (!run) return;
        await this.advance(run);
        failed = 0;
      } catch (error) {
        const code = error instanceof Error ? error.name : typeof error;
        this.logger.warn(`interest run: ${code}`);
        // A log that is away only takes time; an error of its own, again and again, parks the run.
        if (!(error instanceof StoreUnavailable || error instanceof ReadModelsStale)) failed += 1;
        if (failed === ATTEMPTS_MAX) {
          this.parkedReason = code;
          return;
        }
        await this.pause(failed);
      }
    }
  }

  private async pause(attempt: number): Promise<void> {
    const ms = Math.min(RETRY_FIRST_MS * 2 ** attempt, RETRY_MAX_MS);
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private async advance(run: InterestRun): Promise<void> {
    const terms = this.termsOf(run);
    const total = await this.countPersons();
    let progress: Progress = { ...((await this.progressOf(run.run)) ?? NOTHING_YET), run: run.run, total };
    while (!this.stopping.signal.aborted) {
      const page = await this.queries.execute(new ListIndividuals(progress.through, PAGE_PERSONS));
      const through = page.at(-1);
      if (through === undefined) {
        const finished = await this.execute({ type: 'Finish', run: run.run }, this.originOf(run));
        if (!finished.ok) throw new Error(finished.error.type);
        return;
      }
      const done = await this.commands.execute(new CreditYear(terms, page, this.originOf(run)));
      progress = {
        ...progress,
        through,
        credited: progress.credited + done.credited,
        unchanged: progress.unchanged + done.unchanged,
        failed: progress.failed + done.failed,
        amount: toYuan(add(fromYuan(progress.amount), done.amount)),
      };
      await this.note(run, progress);
      await setImmediate();
    }
  }

  /** Persons registered before the run must all be in the read models, or it would pass them over. */
  private async countPersons(): Promise<number> {
    while (!(await this.readModels.waitForHead()).ok) this.stopping.signal.throwIfAborted();
    return this.queries.execute(new CountIndividuals());
  }

  private async note(run: InterestRun, data: Progress): Promise<void> {
    const stream = interestRunStreamOf(run.run);
    const tip = tipOf(await this.store.read(stream, { direction: 'backwards', max: 1 }));
    const context = { ...this.originOf(run), cause: `advanced:${data.through ?? ''}` };
    const events = seal(stream, tip, [{ type: 'InterestRunAdvanced', data }], context);
    const appended = await this.store.append(stream, tip.revision ?? 'no-stream', events);
    if (!appended.ok) throw new StoreUnavailable('another process works on the same run');
  }

  private termsOf({ run, year, rate, method, source, provisional, earnsFrom }: InterestRun): CreditInterest {
    const table = this.tables.find(INTEREST_METHOD, NATIONAL, toDay(`${year}-12-31`));
    const percent = parsePercent(rate);
    if (!table.ok || !percent.ok) throw new Error('the terms of a run that was started are known');
    const { annualFactor: factor, rounding } = table.value.values;
    return {
      type: 'CreditInterest',
      run,
      year,
      rate: percent.value,
      method,
      factor,
      rounding,
      source,
      provisional,
      earnsFrom,
    };
  }

  private originOf({ run }: InterestRun): Origin {
    return {
      recordedAt: this.clock.now(),
      bookedOn: this.clock.today(),
      actor: { role: 'process', id: 'interest-run' },
      channel: 'process',
      correlationId: run,
      causationId: run,
    };
  }
}

const NOTHING_YET = { credited: 0, unchanged: 0, failed: 0, amount: '0.00' } as const;
