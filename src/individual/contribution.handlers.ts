import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import assert from 'node:assert';
import { EventStore } from '../event-store/event-store.js';
import { Keyring } from '../event-store/keyring.js';
import { toDomain, transact } from '../event-store/transact.js';
import { toYuan } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { assess, type Assessment } from '../rules/assess.js';
import { RuleBook, type NoPolicy, type Policy } from '../rules/policy.js';
import {
  reversalKeyOf,
  slipOf,
  type Assess,
  type AssessFailure,
  type Pay,
  type Reverse,
} from './contribution.js';
import type { ContributionLine, IndividualEvent } from './events.js';
import { IndividualBatch, type Job, type Judged } from './individual.batch.js';
import { assessing, individual, paying, reversing, streamOf } from './individual.js';
import {
  AssessContributions,
  BATCH_MAX,
  PayContributions,
  ReverseContribution,
  type AssessProblem,
  type AssessRow,
  type AssessVerdict,
} from './individual.messages.js';
import { nameDigestOf, toIdentity } from './individual.sealing.js';

type AssessAnswer = Readonly<{ verdicts: readonly AssessVerdict[]; position: bigint | undefined }>;

/** Judges and posts rows of a submission. It gathers numbers, digests and rules; the decider judges. */
@CommandHandler(AssessContributions)
export class AssessContributionsHandler implements ICommandHandler<AssessContributions> {
  constructor(
    private readonly batch: IndividualBatch,
    private readonly keyring: Keyring,
    private readonly rules: RuleBook,
  ) {}

  async execute(message: AssessContributions): Promise<AssessAnswer> {
    const { month, origin, dryRun } = message;
    assert(message.rows.length <= BATCH_MAX, 'a batch is a run of rows, not a file');
    const policyOf = this.policies(message);
    const rows = message.rows.map((row) => {
      const id = this.keyring.streamKeyOf(row.identifier.ssn);
      const assessed = assessRow(row, message, policyOf);
      return {
        row,
        id,
        assessed,
        job: assessed.ok ? this.toJob(message, row, id, assessed.value) : undefined,
      };
    });
    const jobs = rows.flatMap(({ job }) => job ?? []);
    const results = await this.batch.run(assessing, jobs, { month, origin, dryRun });
    const judged = new Map(jobs.map((job, index) => [job, results[index]]));
    const verdicts = rows.map(({ row, id, assessed, job }): AssessVerdict => {
      const verdict = job && judged.get(job);
      if (assessed.ok && verdict) return toVerdict(message, row.line, id, verdict);
      const problem = assessed.ok ? 'policy-missing' : assessed.error;
      return { line: row.line, id, outcome: 'rejected', registered: false, problem };
    });
    return { verdicts, position: latestOf(results) };
  }

  /** The rules of a batch, asked once for each kind of employment. */
  private policies({ region, month }: AssessContributions): (row: AssessRow) => Result<Policy, NoPolicy> {
    const known = new Map<string, Result<Policy, NoPolicy>>();
    return ({ employment }) => {
      const policy = known.get(employment) ?? this.rules.inForce(region, month, employment);
      known.set(employment, policy);
      return policy;
    };
  }

  private toJob(
    message: AssessContributions,
    row: AssessRow,
    id: string,
    assessment: Assessment,
  ): Job<Assess> {
    const { submission, employer, region, month } = message;
    const { line, identifier, name, wage, employment } = row;
    const nameDigest = nameDigestOf(this.keyring, name);
    const { birthDate, sex } = identifier;
    const lastWorkingMonth =
      employment === 'employee' && birthDate && sex ? this.rules.lastWorkingMonth(birthDate, sex) : undefined;
    const command: Assess = {
      type: 'Assess',
      submission,
      line,
      employer,
      region,
      month,
      wage: toYuan(wage),
      employment,
      table: assessment.table,
      lines: assessment.lines.map(toLine),
      nameDigest,
      ...(lastWorkingMonth && { lastWorkingMonth }),
    };
    return {
      id,
      cause: `submission/${submission}/${line}`,
      commandOn: ({ registration }) =>
        registration
          ? command
          : { ...command, identity: toIdentity(this.keyring, id, { identifier, name, region }, nameDigest) },
    };
  }
}

const assessRow = (
  row: AssessRow,
  { injuryRate }: AssessContributions,
  policyOf: (row: AssessRow) => Result<Policy, NoPolicy>,
): Result<Assessment, AssessProblem> => {
  const policy = policyOf(row);
  if (!policy.ok) return err('policy-missing');
  const { wage, insurances } = row;
  const assessed = assess(policy.value, { wage, injuryRate, ...(insurances && { insurances }) });
  return assessed.ok ? assessed : err('insurance-unknown');
};

const toLine = (line: Assessment['lines'][number]): ContributionLine => ({
  insurance: line.insurance,
  base: toYuan(line.base),
  employerPart: toYuan(line.employerPart),
  employeePart: toYuan(line.employeePart),
  toAccount: toYuan(line.toAccount),
});

const toVerdict = (
  { submission, month }: AssessContributions,
  line: number,
  id: string,
  { decision, after }: Judged<AssessFailure>,
): AssessVerdict => {
  if (decision.ok) {
    const slip = slipOf(after.months.get(month), (one) => one.submission === submission && one.line === line);
    const registered = after.registration?.submission === submission;
    return { line, id, outcome: 'accepted', registered, ...(slip && { lines: slip.lines }) };
  }
  const failure = decision.error;
  if (failure.type === 'MonthStands' && failure.same)
    return { line, id, outcome: 'duplicate', registered: false, lines: failure.lines };
  return { line, id, outcome: 'rejected', registered: false, problem: toProblem(failure) };
};

const toProblem = (failure: AssessFailure): AssessProblem => {
  switch (failure.type) {
    case 'NameMismatch':
      return 'name-mismatch';
    case 'OverRetirementAge':
      return 'over-retirement-age';
    case 'MonthStands':
      return 'already-submitted';
    case 'IndividualNotFound':
      throw new Error('a row carries the identity of the person it names');
  }
};

const latestOf = (judged: readonly Judged<unknown>[]): bigint | undefined => {
  let latest: bigint | undefined;
  for (const { position } of judged)
    if (position !== undefined && (latest === undefined || position > latest)) latest = position;
  return latest;
};

/** Credits a payment to the persons of a submission. Who has nothing to be credited is passed over. */
@CommandHandler(PayContributions)
export class PayContributionsHandler implements ICommandHandler<PayContributions> {
  constructor(private readonly batch: IndividualBatch) {}

  async execute(message: PayContributions): Promise<Readonly<{ position: bigint | undefined }>> {
    const { submission, month, payment, paidOn, individuals, origin } = message;
    assert(individuals.length <= BATCH_MAX, 'a batch is a run of persons, not a file');
    const command = { type: 'Pay', submission, month, payment, paidOn } as const;
    const cause = `submission/${submission}/payment/${payment}`;
    const jobs = [...new Set(individuals)].map((id): Job<Pay> => ({ id, cause, commandOn: () => command }));
    const judged = await this.batch.run(paying, jobs, { month, origin, dryRun: false });
    return { position: latestOf(judged) };
  }
}

/** Takes back what stands of a month, or one insurance of it. */
@CommandHandler(ReverseContribution)
export class ReverseContributionHandler implements ICommandHandler<ReverseContribution> {
  constructor(private readonly store: EventStore) {}

  async execute(message: ReverseContribution): Promise<ReverseAnswer> {
    const { id, month, insurance, reason, evidence, key, origin } = message;
    const stream = streamOf(id);
    const valueOn = origin.bookedOn;
    const command: Reverse = { type: 'Reverse', key, month, insurance, reason, evidence, valueOn };
    const named = key ?? (await this.reversalKey(stream, command)) ?? month;
    const context = { ...origin, cause: `reversal/${named}` };
    const outcome = await transact(this.store, stream, reversing, command, context);
    if (!outcome.ok) return outcome;
    const { state, events, position } = outcome.value;
    const reversal = reversalKeyOf(command, state.months.get(month));
    const lines = (reversal === undefined ? undefined : state.reversals.get(reversal)?.lines) ?? [];
    return ok({ value: { id, month, lines }, position, replayed: events.length === 0 });
  }

  /** Without the sender's key the event is named by what it reverses, which only the stream can tell. */
  private async reversalKey(stream: string, command: Reverse): Promise<string | undefined> {
    const stored = await this.store.read(stream);
    const state = individual.replay(stored.map(toDomain<IndividualEvent>));
    return reversalKeyOf(command, state.months.get(command.month));
  }
}
type ReverseAnswer = Awaited<ReturnType<ICommandHandler<ReverseContribution>['execute']>>;
