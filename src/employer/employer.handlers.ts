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
  type FileRefused,
  type RegisterFailure,
  type Rehearsal,
} from './employer.messages.js';
import type { Amounts, JudgedRow, Verdict } from './events.js';
import { Gate } from './gate.js';
import { toChunks } from './roster.chunks.js';
import { judgeRow, type Seen } from './roster.js';
import { RUN_ROWS, type JudgedRun } from './roster.verdicts.js';
import { RowByRow } from './row-by-row.process.js';
import { countVerdicts, submissionStreamOf, type Received, type SubmissionFailure } from './submission.js';
import { SubmissionLog } from './submission.log.js';
import { SubmissionProcess } from './submission.process.js';

/** Of a file that is refused so many bad rows are named; the rest is counted. */
const REFUSED_ROWS_NAMED_MAX = 100;
const VERDICTS = ['accepted', 'duplicate', 'rejected'] as const satisfies readonly Verdict[];

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

type SubmitAnswer = Result<
  Written<Readonly<{ id: string; state: 'posting' }>>,
  SubmissionFailure | FileRefused
>;

@CommandHandler(SubmitRoster)
export class SubmitRosterHandler implements ICommandHandler<SubmitRoster> {
  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
    private readonly rows: RowByRow,
    private readonly process: SubmissionProcess,
  ) {}

  async execute(command: SubmitRoster): Promise<SubmitAnswer> {
    const { terms, file, key, origin, atomic } = command;
    const id = submissionIdOf(terms.uscc, key);
    const log = await SubmissionLog.open(this.store, id);
    // What was taken before is not judged before it is answered: it may have been posted since.
    const refused = atomic && !log.state ? await this.refusalOf(command, id) : undefined;
    if (refused) return err(refused);
    const chunks = toChunks(file.rows);
    const data = toReceived(id, command, chunks.length);
    const received = await log.execute({ type: 'Receive', received: data }, causeOf(data), origin);
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

  private async refusalOf(command: SubmitRoster, id: string): Promise<FileRefused | undefined> {
    const rejected: JudgedRow[] = [];
    const rows = { accepted: 0, duplicate: 0, rejected: 0 };
    for await (const run of rehearse(this.rows, command, id)) {
      const counts = countVerdicts(run.rows);
      for (const verdict of VERDICTS) rows[verdict] += counts[verdict];
      const bad = run.rows.filter(({ verdict }) => verdict === 'rejected');
      rejected.push(...bad.slice(0, REFUSED_ROWS_NAMED_MAX - rejected.length));
    }
    return rows.rejected > 0 ? { type: 'FileRefused', rows, rejected } : undefined;
  }
}

const toReceived = (submission: string, { terms, file, atomic }: SubmitRoster, chunks: number): Received => ({
  submission,
  uscc: terms.uscc,
  region: terms.region,
  month: terms.month,
  kind: terms.kind,
  ...(atomic && { atomic: true as const }),
  ...(terms.evidence !== undefined && { evidence: terms.evidence }),
  injuryRate: toPercent(terms.injuryRate),
  fileSha256: file.fileSha256,
  format: file.format,
  rowsTotal: file.rows.length,
  chunks,
  dueOn: terms.dueOn,
});

/** Names all that the sender says, so that equal event ids are equal events. */
const causeOf = ({ month, kind, atomic, evidence = '', fileSha256 }: Received): string =>
  `received:${month}:${kind}:${atomic === true}:${digestOf(evidence)}:${fileSha256}`;
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Runs of rows that are judged for a rehearsal at once; those who rehearse take turns, run by run. */
const rehearsals = new Gate(2);

/** Judges a file run by run, writing nothing. */
const rehearse = async function* (
  rows: RowByRow,
  { terms, file, origin }: Pick<SubmitRoster, 'terms' | 'file' | 'origin'>,
  submission: string,
): AsyncGenerator<JudgedRun> {
  const { month, insurances } = terms;
  const seen: Seen = new Map();
  const facts = { today: origin.bookedOn, month, insurances };
  for (let from = 0; from < file.rows.length; from += RUN_ROWS) {
    const run = file.rows.slice(from, from + RUN_ROWS).map((row) => judgeRow(row, seen, facts));
    const judging = { run, submission, terms, dryRun: true, origin, isStopping: () => false };
    yield await rehearsals.run(() => rows.judge(judging));
  }
};

@CommandHandler(RehearseRoster)
export class RehearseRosterHandler implements ICommandHandler<RehearseRoster> {
  constructor(private readonly rows: RowByRow) {}

  async execute(command: RehearseRoster): Promise<Rehearsal> {
    const items: JudgedRow[] = [];
    let amounts: Amounts = NO_AMOUNTS;
    for await (const run of rehearse(this.rows, command, submissionIdOf(command.terms.uscc, command.key))) {
      items.push(...run.rows);
      amounts = addAmounts(amounts, run.amounts);
    }
    return { rows: countVerdicts(items), amounts, items };
  }
}
