import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { createHash } from 'node:crypto';
import { toCanonical } from '../event-store/canonical.js';
import { nameOf } from '../event-store/chain.js';
import { EventStore } from '../event-store/event-store.js';
import { Keyring } from '../event-store/keyring.js';
import { transact } from '../event-store/transact.js';
import type { Written } from '../individual/individual.messages.js';
import { monthOf } from '../kernel/calendar.js';
import { Clock } from '../kernel/clock.js';
import { toPercent, type Ppm } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { RuleBook } from '../rules/policy.js';
import { addAmounts, NO_AMOUNTS } from './amounts.js';
import { employer, employerStreamOf, type Employer } from './employer.js';
import {
  RegisterEmployer,
  RehearseRoster,
  SubmitRoster,
  type RegisterFailure,
  type Rehearsal,
} from './employer.messages.js';
import type { Amounts, JudgedRow } from './events.js';
import { toChunks } from './roster.chunks.js';
import { judgeRow, type Seen } from './roster.js';
import { RosterVerdicts, RUN_ROWS } from './roster.verdicts.js';
import { countVerdicts, submissionStreamOf, type Received, type SubmissionFailure } from './submission.js';
import { SubmissionLog } from './submission.log.js';
import { SubmissionProcess } from './submission.process.js';

/** The same key of the same employer always means the same submission. */
export const submissionIdOf = (uscc: string, key: string): string => nameOf('submission', uscc, key);

@CommandHandler(RegisterEmployer)
export class RegisterEmployerHandler implements ICommandHandler<RegisterEmployer> {
  constructor(
    private readonly store: EventStore,
    private readonly rules: RuleBook,
    private readonly clock: Clock,
  ) {}

  async execute(command: RegisterEmployer): Promise<Result<Written<Employer>, RegisterFailure>> {
    const { uscc, name, region, origin } = command;
    if (!this.rules.regions().includes(region)) return err({ type: 'RegionUnknown' });
    const injuryRate = toPercent(command.injuryRate ?? this.defaultRate(region));
    const given: Employer = { uscc, name, region, injuryRate };
    const cause = createHash('sha256').update(toCanonical(given)).digest('hex');
    const registered = await transact(
      this.store,
      employerStreamOf(uscc),
      employer,
      { type: 'Register', employer: given, ownRate: command.injuryRate !== undefined },
      { ...origin, cause },
    );
    if (!registered.ok) return registered;
    const { state, position, events } = registered.value;
    return ok({ value: state ?? given, position, replayed: events.length === 0 });
  }

  /** The region's default today, or the last one known where the tables end before. */
  private defaultRate(region: string): Ppm {
    const month = monthOf(this.clock.today());
    const rate = this.rules.injuryRate(region, month);
    if (rate.ok) return rate.value;
    const nearest = rate.error.to ? this.rules.injuryRate(region, rate.error.to) : rate;
    if (!nearest.ok) throw new Error('a region has a work-injury rate in some month');
    return nearest.value;
  }
}

@CommandHandler(SubmitRoster)
export class SubmitRosterHandler implements ICommandHandler<SubmitRoster> {
  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
    private readonly process: SubmissionProcess,
  ) {}

  async execute({
    terms,
    file,
    key,
    origin,
  }: SubmitRoster): Promise<Result<Written<Readonly<{ id: string; state: 'posting' }>>, SubmissionFailure>> {
    const { uscc, region, month, dueOn } = terms;
    const id = submissionIdOf(uscc, key);
    const chunks = toChunks(file.rows);
    const { fileSha256, format } = file;
    const injuryRate = toPercent(terms.injuryRate);
    const counts = { rowsTotal: file.rows.length, chunks: chunks.length };
    const data: Received = {
      submission: id,
      uscc,
      region,
      month,
      injuryRate,
      fileSha256,
      format,
      ...counts,
      dueOn,
    };
    const log = await SubmissionLog.open(this.store, id);
    const received = await log.execute(
      { type: 'Receive', received: data },
      `received:${month}:${fileSha256}`,
      origin,
    );
    if (!received.ok) return received;
    // Who stored the receipt was first, whoever stored the rows: of many at once exactly one.
    const replayed = received.value.length === 0;
    for (const [chunk, { rows, text }] of chunks.entries()) {
      if (chunk < (log.state?.chunksStored ?? 0)) continue;
      const sealed = this.keyring.seal(text, submissionStreamOf(id));
      const stored = await log.execute({ type: 'StoreRows', chunk, rows, sealed }, `rows:${chunk}`, origin);
      if (!stored.ok) return stored;
    }
    void this.process.work(id);
    return ok({ value: { id, state: 'posting' }, position: log.position, replayed });
  }
}

@CommandHandler(RehearseRoster)
export class RehearseRosterHandler implements ICommandHandler<RehearseRoster> {
  constructor(private readonly verdicts: RosterVerdicts) {}

  async execute({ terms, file, key, origin }: RehearseRoster): Promise<Rehearsal> {
    const id = submissionIdOf(terms.uscc, key);
    const seen: Seen = new Map();
    const facts = { today: origin.bookedOn, insurances: terms.insurances };
    const items: JudgedRow[] = [];
    let amounts: Amounts = NO_AMOUNTS;
    for (let from = 0; from < file.rows.length; from += RUN_ROWS) {
      const run = file.rows.slice(from, from + RUN_ROWS).map((row) => judgeRow(row, seen, facts));
      const judged = await this.verdicts.judge(run, id, terms, true, origin);
      items.push(...judged.rows);
      amounts = addAmounts(amounts, judged.amounts);
    }
    return { rows: countVerdicts(items), amounts, items };
  }
}
