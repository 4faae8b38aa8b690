import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventStore } from '../event-store/event-store.js';
import { toDomain } from '../event-store/transact.js';
import { PayContributions, type Origin } from '../individual/individual.messages.js';
import { Clock } from '../kernel/clock.js';
import { ReadModels } from '../projection/read-models.js';
import { account, type Covering } from './account.js';
import { EmployerAccounts } from './account.log.js';
import { findUncredited } from './account.queries.js';
import { BillPersons } from './bill.persons.js';
import { employerStreamOf } from './employer.js';
import type { EmployerEvent } from './events.js';
import { Gate } from './gate.js';
import { RUN_ROWS } from './roster.verdicts.js';
import { ResumableWork } from '../projection/resumable.process.js';

/** Employers whose persons are credited at once; the others wait in the order in which they came. */
const EMPLOYERS_AT_ONCE = 8;
/** Runs of persons at work at once; employers take turns, run by run. */
const RUNS_AT_ONCE = 2;

/**
 * Credits persons with what their employer's money covers (记账): of every covering that stands in the account, all persons
 * of its bill, run by run. What is left to do is read from the account alone, so it may be stopped at any moment and begun
 * again, also by two at once: a person is credited once.
 */
@Injectable()
export class AccountProcess implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly turns = new Gate(RUNS_AT_ONCE);
  private readonly crediting = new ResumableWork('employer account', new Gate(EMPLOYERS_AT_ONCE), (uscc) =>
    this.creditAll(uscc),
  );

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly readModels: ReadModels,
    private readonly commands: CommandBus,
    private readonly accounts: EmployerAccounts,
    private readonly persons: BillPersons,
  ) {}

  onApplicationBootstrap(): void {
    this.crediting.resume(this.readModels, () => findUncredited(this.readModels.db()));
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.crediting.stop();
  }

  /** Employers whose persons could not be credited, with the code of the last error; asked again or restarted they go on. */
  parked(): ReadonlyMap<string, string> {
    return this.crediting.parked();
  }

  /**
   * Resolves when every person is credited with what is covered now, or the employer is parked, or the process stops; also
   * when the log is away: then it goes on by itself, and nobody should wait for that.
   */
  work(uscc: string): Promise<void> {
    return this.crediting.work(uscc);
  }

  /** One covering that cannot be carried out does not keep the others back. */
  private async creditAll(uscc: string): Promise<void> {
    const failed = new Map<string, unknown>();
    for (;;) {
      const events = await this.eventsOf(uscc);
      const { coverings } = account.replay(events);
      const next = coverings.find(({ covering }) => !failed.has(covering));
      if (!next || this.crediting.isStopping) break;
      const bills = coverings.filter(({ covering }) => covering === next.covering);
      try {
        await this.credit(uscc, next.covering, bills, events);
      } catch (error) {
        failed.set(next.covering, error);
      }
    }
    for (const error of failed.values()) throw error;
  }

  private async eventsOf(uscc: string): Promise<readonly EmployerEvent[]> {
    return (await this.store.read(employerStreamOf(uscc))).map(toDomain<EmployerEvent>);
  }

  /** The bills of one covering are finished together. */
  private async credit(
    uscc: string,
    covering: string,
    bills: readonly Covering[],
    events: readonly EmployerEvent[],
  ): Promise<void> {
    let count = 0;
    for (const bill of bills) {
      for await (const { persons, reached } of this.persons.reachedBy(bill, events)) {
        if (this.crediting.isStopping) return;
        await this.turns.run(() => this.pay(bill, reached));
        count += persons;
      }
    }
    if (this.crediting.isStopping) return;
    const finish = { type: 'FinishCovering', uscc, covering, persons: count } as const;
    const finished = await this.accounts.execute(uscc, finish, `credited/${covering}`, this.origin(covering));
    if (!finished.ok) throw new Error(finished.error.type);
  }

  /** Credits persons with a covering of a bill; those who have nothing of it are passed over, as is what was credited before. */
  private async pay(
    { bill, month, payment, paidOn, cells }: Covering,
    persons: readonly string[],
  ): Promise<void> {
    for (let from = 0; from < persons.length; from += RUN_ROWS) {
      const run = persons.slice(from, from + RUN_ROWS);
      const command = new PayContributions(bill, month, payment, paidOn, cells, run, this.origin(payment));
      await this.commands.execute(command);
    }
  }

  /** Credits a person who came to a bill by a move with all that was covered of it before. */
  async creditMoved(uscc: string, bill: string, person: string): Promise<void> {
    const events = (await this.eventsOf(uscc)).filter(({ type }) => type !== 'PersonsCredited');
    const ever = account.replay(events).coverings.filter((covering) => covering.bill === bill);
    for (const covering of ever) await this.pay(covering, [person]);
  }

  /** What the process does follows from the payment, at the time it is done. */
  private origin(payment: string): Origin {
    return {
      recordedAt: this.clock.now(),
      bookedOn: this.clock.today(),
      actor: { role: 'process', id: 'employer-account' },
      channel: 'process',
      correlationId: payment,
      causationId: payment,
    };
  }
}
