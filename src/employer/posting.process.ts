import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventStore } from '../event-store/event-store.js';
import { Keyring } from '../event-store/keyring.js';
import { transact } from '../event-store/transact.js';
import type { BillEffect } from '../individual/events.js';
import { toDay, toMonth } from '../kernel/calendar.js';
import { fromYuan, ZERO } from '../kernel/money.js';
import { RuleBook } from '../rules/policy.js';
import { EmployerAccounts } from './account.log.js';
import { employerStreamOf } from './employer.js';
import { ChangeEmployerBills, type Terms } from './employer.messages.js';
import { estimating } from './estimate.js';
import type { Pace } from './pace.js';
import { judgeRow, type Seen } from './roster.js';
import type { ReadRow } from './roster.verdicts.js';
import { RUN_ROWS } from './roster.verdicts.js';
import { RowByRow } from './row-by-row.process.js';
import { judgedCount, type SubmissionState } from './submission.js';
import type { SubmissionLog } from './submission.log.js';
import { SubmissionOrigins } from './submission.origins.js';
import { SubmissionTerms } from './submission.terms.js';
import { Withdrawals } from './withdrawal.process.js';

/** Why an atomic file was withdrawn by the process itself. */
const NOT_WHOLE = 'row-rejected';

/** Judges the rows of a submission and issues its bill. */
@Injectable()
export class Posting {
  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
    private readonly rules: RuleBook,
    private readonly commands: CommandBus,
    private readonly rows: RowByRow,
    private readonly accounts: EmployerAccounts,
    private readonly withdrawals: Withdrawals,
    private readonly terms: SubmissionTerms,
    private readonly origins: SubmissionOrigins,
  ) {}

  /** Ends when it is assessed, or found to be withdrawn: then a run may have been posted that its stream does not know. */
  async post(log: SubmissionLog, pace: Pace): Promise<void> {
    await this.judgeRows(log, pace);
    if (!log.state || log.state.withdrawn || pace.isStopping()) return;
    await this.settleEstimate(log, log.state);
    await this.issueBill(log, log.state);
    await this.withdrawals.follow(log);
    const finished = await log.execute({ type: 'Finish' }, 'assessed', this.origins.of(log));
    if (!finished.ok && finished.error.type !== 'SubmissionWithdrawn') throw new Error(finished.error.type);
  }

  private async judgeRows(log: SubmissionLog, pace: Pace): Promise<void> {
    if (!log.state) return;
    const { received } = log.state;
    const terms = this.terms.of(received);
    const facts = this.terms.factsOf(received, this.origins.receivedOn(log));
    const seen: Seen = new Map();
    let passed = 0;
    let run: ReadRow[] = [];
    for await (const rows of log.chunks(this.keyring)) {
      for (const row of rows) {
        const read = judgeRow(row, seen, facts);
        if (passed >= judgedCount(log.state)) run.push(read);
        passed += 1;
        if (run.length < RUN_ROWS && passed < received.rowsTotal) continue;
        if (pace.isStopping() || log.state.withdrawn) return;
        const [whole, from] = [run, passed - run.length];
        await pace.turns.run(() => this.judgeRun(log, whole, from, terms, pace));
        run = [];
      }
    }
  }

  private async judgeRun(
    log: SubmissionLog,
    run: readonly ReadRow[],
    from: number,
    terms: Terms,
    { isStopping }: Pace,
  ): Promise<void> {
    if (run.length === 0) return;
    const submission = log.id;
    const origin = this.origins.of(log);
    const judging = { run, submission, terms, dryRun: false, origin, isStopping };
    const { rows, amounts, effects } = await this.rows.judge(judging);
    await this.tellAccount(log, terms, `${submission}/${from}`, effects);
    const judged = await log.execute(
      { type: 'Judge', from, rows, amounts },
      `judged:${from}`,
      this.origins.of(log),
    );
    if (!judged.ok && judged.error.type !== 'SubmissionWithdrawn') throw new Error(judged.error.type);
    await this.keepWhole(log);
  }

  /** What a base change takes back from older bills. Before the verdicts are noted, so that who is stopped in between repeats it. */
  private async tellAccount(
    log: SubmissionLog,
    { uscc, month }: Terms,
    change: string,
    effects: readonly BillEffect[],
  ): Promise<void> {
    if (effects.length === 0) return;
    const command = new ChangeEmployerBills(
      uscc,
      change,
      'base-change',
      month,
      effects,
      this.origins.of(log),
    );
    const told = await this.commands.execute(command);
    if (!told.ok) throw new Error(told.error.type);
  }

  /** A file that was to be taken whole or not at all was good when it came; meanwhile somebody else was first. */
  private async keepWhole(log: SubmissionLog): Promise<void> {
    if (!log.state) return;
    const { received, judged } = log.state;
    if (!received.atomic || judged.rejected === 0 || received.kind === 'base-change') return;
    const withdrawn = await this.withdrawals.withdraw(log, NOT_WHOLE, this.origins.of(log));
    if (!withdrawn.ok) throw new Error(withdrawn.error.type);
  }

  /** Before the submission counts as assessed: stopped in between it is done again, and settles once. */
  private async settleEstimate(
    log: SubmissionLog,
    { received, amounts, judged }: SubmissionState,
  ): Promise<void> {
    const { uscc, month, kind } = received;
    if (judged.accepted === 0 || kind === 'base-change') return;
    const settled = await transact(
      this.store,
      employerStreamOf(uscc),
      estimating,
      { type: 'Settle', month, submission: log.id, declared: amounts },
      { ...this.origins.of(log), cause: `estimate-settled/${month}/${log.id}` },
    );
    if (!settled.ok) throw new Error(settled.error.type);
  }

  private async issueBill(log: SubmissionLog, { received, amounts }: SubmissionState): Promise<void> {
    const lines = amounts.lines.filter(
      ({ employer, employee }) => fromYuan(employer) !== ZERO || fromYuan(employee) !== ZERO,
    );
    if (lines.length === 0) return;
    const { uscc, kind, region, month, dueOn } = received;
    const origin = this.origins.of(log);
    const today = origin.bookedOn;
    const issued = await this.accounts.execute(
      uscc,
      {
        type: 'IssueBill',
        uscc,
        bill: log.id,
        kind,
        region,
        month: toMonth(month),
        dueOn: toDay(dueOn),
        lines,
        today,
        order: this.rules.paymentOrder(today),
        lateFeeDaily: this.rules.lateFeeDaily(today),
      },
      `bill/${log.id}`,
      origin,
    );
    if (!issued.ok) throw new Error(issued.error.type);
  }
}
