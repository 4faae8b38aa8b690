import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { createHash } from 'node:crypto';
import { EventStore, type Conflict } from '../event-store/event-store.js';
import { Keyring } from '../event-store/keyring.js';
import { toDomain } from '../event-store/transact.js';
import type { BillEffect } from '../individual/events.js';
import { WithdrawContributions, type Origin } from '../individual/individual.messages.js';
import { toMonth } from '../kernel/calendar.js';
import { ok, type Result } from '../kernel/result.js';
import type { AccountFailure } from './account.js';
import { EmployerAccounts } from './account.log.js';
import { employerStreamOf } from './employer.js';
import { ChangeEmployerBills } from './employer.messages.js';
import type { BillWithdrawn, EmployerEvent } from './events.js';
import type { Pace } from './pace.js';
import { judgeRow } from './roster.js';
import { RUN_ROWS } from './roster.verdicts.js';
import {
  isWhollyStored,
  judgedCount,
  personsOf,
  submission,
  type SubmissionFailure,
  type SubmissionState,
} from './submission.js';
import type { SubmissionLog } from './submission.log.js';
import { SubmissionOrigins } from './submission.origins.js';
import { SubmissionTerms } from './submission.terms.js';

/** Withdraws submissions: the account first, which knows whether money came, then the file; then persons' months go back. */
@Injectable()
export class Withdrawals {
  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
    private readonly commands: CommandBus,
    private readonly accounts: EmployerAccounts,
    private readonly terms: SubmissionTerms,
    private readonly origins: SubmissionOrigins,
  ) {}

  /** Whether it was withdrawn by this call. From here on no more of it is posted, and what was posted waits to be taken back. */
  async withdraw(
    log: SubmissionLog,
    reason: string,
    origin: Origin,
  ): Promise<Result<boolean, SubmissionFailure | AccountFailure | Conflict>> {
    const asked = submission.decide({ type: 'Withdraw', reason }, log.state);
    if (!asked.ok) return asked;
    if (!log.state || log.state.withdrawn) return ok(false);
    const { uscc, month } = log.state.received;
    const today = origin.bookedOn;
    const told = await this.accounts.execute(
      uscc,
      { type: 'WithdrawBill', uscc, bill: log.id, month: toMonth(month), reason, today },
      `bill-withdrawn/${log.id}/${digestOf(reason)}`,
      origin,
    );
    return told.ok ? this.record(log, reason, origin) : told;
  }

  /** The account knows of a withdrawal that was stopped before the file did: it is carried to its end. */
  async follow(log: SubmissionLog): Promise<void> {
    if (!log.state || log.state.withdrawn) return;
    const { uscc } = log.state.received;
    const { state } = await this.accounts.read(uscc);
    if (!state.withdrawn.has(log.id)) return;
    const events = (await this.store.read(employerStreamOf(uscc))).map(toDomain<EmployerEvent>);
    const known = events.find(
      (event): event is BillWithdrawn => event.type === 'BillWithdrawn' && event.data.bill === log.id,
    );
    const followed = await this.record(log, known?.data.reason ?? '', this.origins.of(log));
    if (!followed.ok) throw new Error(followed.error.type);
  }

  private async record(
    log: SubmissionLog,
    reason: string,
    origin: Origin,
  ): Promise<Result<boolean, SubmissionFailure>> {
    const withdrawn = await log.execute(
      { type: 'Withdraw', reason },
      `withdrawn:${digestOf(reason)}`,
      origin,
    );
    return withdrawn.ok ? ok(withdrawn.value.length > 0) : withdrawn;
  }

  /**
   * Takes back what was assessed, run by run; done again it does nothing more. The rows after the last verdict may have been
   * posted by a run that was stopped before its verdicts were noted.
   */
  async takeBack(log: SubmissionLog, pace: Pace): Promise<void> {
    const { state } = log;
    if (!state?.withdrawn) return;
    const month = toMonth(state.received.month);
    const { reason } = state.withdrawn;
    let run = 0;
    for await (const persons of this.personsIn(log, state)) {
      if (pace.isStopping()) return;
      const name = `withdrawn/${log.id}/${run}`;
      run += 1;
      if (persons.length === 0) continue;
      const origin = this.origins.of(log);
      const command = new WithdrawContributions(log.id, month, persons, reason, origin);
      const { bills } = await pace.turns.run(() => this.commands.execute(command));
      // What a base change or a late table had added to these months was claimed by bills of their own.
      if (bills.length > 0) await this.tell(state, name, bills, origin);
    }
    const closed = await log.execute({ type: 'Close' }, 'closed', this.origins.of(log));
    if (!closed.ok) throw new Error(closed.error.type);
  }

  private async tell(
    { received: { uscc, month } }: SubmissionState,
    name: string,
    bills: readonly BillEffect[],
    origin: Origin,
  ): Promise<void> {
    const change = new ChangeEmployerBills(uscc, name, 'row-withdrawn', toMonth(month), bills, origin);
    const told = await this.commands.execute(change);
    if (!told.ok) throw new Error(told.error.type);
  }

  private async *personsIn(log: SubmissionLog, state: SubmissionState): AsyncGenerator<readonly string[]> {
    for await (const { rows } of log.judgedRuns()) yield personsOf(rows);
    yield [...state.moved.values()];
    if (isWhollyStored(state)) yield this.unnoted(log, state);
  }

  private async unnoted(log: SubmissionLog, state: SubmissionState): Promise<readonly string[]> {
    const from = judgedCount(state);
    const facts = this.terms.factsOf(state.received, this.origins.receivedOn(log));
    const persons = new Set<string>();
    let passed = 0;
    for await (const rows of log.chunks(this.keyring)) {
      for (const row of rows) {
        passed += 1;
        if (passed <= from) continue;
        const read = judgeRow(row, new Map(), facts);
        const ssn = read.ok ? read.value.identifier.ssn : read.error.ssn;
        if (ssn) persons.add(this.keyring.streamKeyOf(ssn));
        if (passed === from + RUN_ROWS) return [...persons];
      }
    }
    return [...persons];
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
