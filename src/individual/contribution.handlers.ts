import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import assert from 'node:assert';
import { nameOf } from '../event-store/chain.js';
import { Keyring } from '../event-store/keyring.js';
import { toYuan, type Fen } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { assess, type AssessedLine, type Assessment } from '../rules/assess.js';
import { RuleBook, type Employment, type NoPolicy, type Policy } from '../rules/policy.js';
import type { Rebase } from './base-change.js';
import type { Assess } from './contribution.js';
import type { ContributionLine } from './events.js';
import { IndividualBatch, latestOf, type Job } from './individual.batch.js';
import type { Individual } from './individual.js';
import {
  AssessContributions,
  BATCH_MAX,
  type AssessProblem,
  type AssessRow,
  type AssessVerdict,
} from './individual.messages.js';
import { nameDigestOf, toIdentity } from './individual.sealing.js';
import { changeOfRow, judging, standingIn, type RowCommand, type Unreckoned } from './row.js';
import { verdictOn, type RowJudged } from './row.verdicts.js';

type AssessAnswer = Readonly<{ verdicts: readonly AssessVerdict[]; position: bigint | undefined }>;
type PolicyOf = (employment: Employment) => Result<Policy, NoPolicy>;
/** A row with what was gathered for it. */
type Asked = Readonly<{
  message: AssessContributions;
  row: AssessRow;
  judged: RowJudged;
  nameDigest: string;
  policyOf: PolicyOf;
}>;
const BASE_CHANGE_REASON = 'wage declared anew';

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
      const asked = this.ask(message, row, policyOf);
      return { judged: asked.judged, job: this.toJob(asked) };
    });
    const jobs = rows.flatMap(({ job }) => (job.ok ? [job.value] : []));
    const results = await this.batch.run(judging, jobs, { month, origin, dryRun });
    const outcomes = new Map(jobs.map((job, index) => [job, results[index]]));
    const verdicts = rows.map(({ judged, job }): AssessVerdict => {
      const outcome = job.ok ? outcomes.get(job.value) : undefined;
      if (outcome) return verdictOn(judged, outcome);
      const { line, id } = judged;
      const problem = job.ok ? 'policy-missing' : job.error;
      return { line, id, outcome: 'rejected', registered: false, problem };
    });
    return { verdicts, position: latestOf(results) };
  }

  /** The rules of a batch, asked once for each kind of employment. */
  private policies({ region, month }: AssessContributions): PolicyOf {
    const known = new Map<string, Result<Policy, NoPolicy>>();
    return (employment) => {
      const policy = known.get(employment) ?? this.rules.inForce(region, month, employment);
      known.set(employment, policy);
      return policy;
    };
  }

  private ask(message: AssessContributions, row: AssessRow, policyOf: PolicyOf): Asked {
    const { submission, month } = message;
    const { line } = row;
    const id = this.keyring.streamKeyOf(row.identifier.ssn);
    const adjustment = nameOf('base-change', submission, line.toString());
    const judged = { submission, month, line, id, act: actOf(message, row), adjustment };
    return { message, row, judged, nameDigest: nameDigestOf(this.keyring, row.name), policyOf };
  }

  private toJob(asked: Asked): Result<Job<RowCommand>, AssessProblem> {
    const { id, act, submission, line } = asked.judged;
    const job = { id, cause: `submission/${submission}/${line}` };
    switch (act) {
      case 'Leave': {
        const command = toLeave(asked);
        return ok({ ...job, commandOn: () => command });
      }
      case 'Rebase':
        return ok({ ...job, commandOn: (state) => toRebase(asked, state) });
      case 'Assess': {
        const { row, message, nameDigest } = asked;
        const assessed = assessRow(asked);
        if (!assessed.ok) return assessed;
        const command = this.toAssess(asked, assessed.value);
        const { identifier, name } = row;
        const person = { identifier, name, region: message.region };
        return ok({
          ...job,
          commandOn: ({ registration }) =>
            registration
              ? command
              : { ...command, identity: toIdentity(this.keyring, id, person, nameDigest) },
        });
      }
    }
  }

  private toAssess({ message, row, nameDigest }: Asked, { table, lines }: Assessment): Assess {
    const { submission, employer, region, month } = message;
    const { line, identifier, employment, change } = row;
    const { birthDate, sex } = identifier;
    const lastWorkingMonth =
      employment === 'employee' && birthDate && sex ? this.rules.lastWorkingMonth(birthDate, sex) : undefined;
    return {
      type: 'Assess',
      submission,
      line,
      employer,
      region,
      month,
      wage: toYuan(wageOf(row)),
      employment,
      table,
      lines: lines.map(toLine),
      nameDigest,
      ...(lastWorkingMonth && { lastWorkingMonth }),
      ...(change && { change }),
    };
  }
}

/** Somebody who leaves and is not paid for any more has no wage. */
const actOf = ({ kind }: AssessContributions, { wage }: AssessRow): RowJudged['act'] => {
  if (wage === undefined) return 'Leave';
  return kind === 'base-change' ? 'Rebase' : 'Assess';
};

const wageOf = ({ wage }: AssessRow): Fen => {
  assert(wage !== undefined, 'a month is declared with its wage');
  return wage;
};

const toLeave = ({ message, row, nameDigest }: Asked): RowCommand => {
  assert(row.change?.kind === 'leave', 'only somebody who leaves comes without a wage');
  const { submission, employer } = message;
  const { on: until, reason } = row.change;
  return { type: 'Leave', submission, line: row.line, employer, until, reason, nameDigest };
};

const assessRow = ({ row, message, policyOf }: Asked): Result<Assessment, AssessProblem> => {
  const policy = policyOf(row.employment);
  if (!policy.ok) return err('policy-missing');
  const { insurances } = row;
  const request = { wage: wageOf(row), injuryRate: message.injuryRate };
  const assessed = assess(policy.value, { ...request, ...(insurances && { insurances }) });
  return assessed.ok ? assessed : err('insurance-unknown');
};

/** What stands is reckoned anew, all of it: a wage is that of the whole month. Without it the decider says what is wrong. */
const toRebase = (asked: Asked, { months }: Individual): Rebase | Unreckoned => {
  const { message, row, judged } = asked;
  const slip = months.get(message.month);
  const standing = standingIn(slip);
  if (!slip || standing.length === 0 || changeOfRow(slip, judged.adjustment))
    return rebaseOf(asked, { table: '', lines: [] });
  const insurances = standing.map(({ insurance }) => insurance);
  if (row.insurances && !isSameSet(row.insurances, insurances))
    return { type: 'Unreckoned', problem: 'not-assessed' };
  const policy = asked.policyOf(slip.employment === 'flexible' ? 'flexible' : 'employee');
  if (!policy.ok) return { type: 'Unreckoned', problem: 'policy-missing' };
  const { injuryRate } = message;
  const assessed = assess(policy.value, { wage: wageOf(row), injuryRate, insurances });
  return assessed.ok ? rebaseOf(asked, assessed.value) : { type: 'Unreckoned', problem: 'insurance-unknown' };
};

const rebaseOf = (
  { message, row, judged, nameDigest }: Asked,
  { table, lines }: Pick<Assessment, 'table' | 'lines'>,
): Rebase => {
  const { submission, employer, month } = message;
  return {
    type: 'Rebase',
    submission,
    line: row.line,
    employer,
    month,
    wage: toYuan(wageOf(row)),
    table,
    lines: lines.map(toLine),
    nameDigest,
    adjustment: judged.adjustment,
    reason: BASE_CHANGE_REASON,
  };
};

const isSameSet = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((each) => others.includes(each));

const toLine = (line: AssessedLine): ContributionLine => ({
  insurance: line.insurance,
  base: toYuan(line.base),
  employerPart: toYuan(line.employerPart),
  employeePart: toYuan(line.employeePart),
  toAccount: toYuan(line.toAccount),
});
