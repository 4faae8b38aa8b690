import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Keyring } from '../event-store/keyring.js';
import type { BillEffect } from '../individual/events.js';
import {
  AssessContributions,
  type AssessProblem,
  type AssessVerdict,
  type Origin,
} from '../individual/individual.messages.js';
import type { Result } from '../kernel/result.js';
import { amountsOf, amountsOfRow } from './amounts.js';
import type { Terms } from './employer.messages.js';
import type { Amounts, JudgedRow, RowField } from './events.js';
import type { RosterEntry, RowFault } from './roster.js';

/** Rows judged in one go: their verdicts are one event. */
export const RUN_ROWS = 500;

/** A row as it is judged by itself, before the persons' streams are asked. */
export type ReadRow = Result<RosterEntry, RowFault>;
export type JudgedRun = Readonly<{
  rows: readonly JudgedRow[];
  amounts: Amounts;
  /** What accepted rows of a base change take back from other bills. */
  effects: readonly BillEffect[];
}>;

const FIELDS: Readonly<Record<AssessProblem, RowField>> = {
  'name-mismatch': 'name',
  'already-submitted': 'ssn',
  'needs-base-change': 'wage',
  'not-assessed': 'ssn',
  'not-registered': 'ssn',
  'not-covered': 'change',
  'over-retirement-age': 'ssn',
  'policy-missing': 'employment',
  'insurance-unknown': 'insurances',
};

/** Completes the verdicts on a run of rows: what is well formed goes to the persons' streams. */
@Injectable()
export class RosterVerdicts {
  constructor(
    private readonly commands: CommandBus,
    private readonly keyring: Keyring,
  ) {}

  /** A run of at most RUN_ROWS rows in the order of the file. Again with the same rows: the same verdicts again. */
  async judge(
    run: readonly ReadRow[],
    submission: string,
    terms: Terms,
    dryRun: boolean,
    origin: Origin,
  ): Promise<JudgedRun> {
    const wellFormed = run.flatMap((row) => (row.ok ? [row.value] : []));
    const verdicts = await this.assess(wellFormed, submission, terms, dryRun, origin);
    const byLine = new Map(verdicts.map((verdict) => [verdict.line, verdict]));
    const rows = run.map((row) =>
      row.ok ? toJudged(byLine.get(row.value.line)) : this.toRejected(row.error),
    );
    const accepted = verdicts.filter(({ outcome }) => outcome === 'accepted');
    return {
      rows,
      amounts: amountsOf(accepted.flatMap(({ lines = [] }) => lines)),
      effects: accepted.flatMap(({ bills = [] }) => bills),
    };
  }

  /** The verdict on a row that cannot be judged: `reason` is the code of the error. */
  parked({ line, identifier }: RosterEntry, reason: string): JudgedRow {
    return this.toRejected({
      line,
      ssn: identifier.ssn,
      problems: [{ code: 'row-parked', field: 'ssn', reason }],
    });
  }

  private async assess(
    rows: readonly RosterEntry[],
    submission: string,
    { kind, uscc, region, month, injuryRate }: Terms,
    dryRun: boolean,
    origin: Origin,
  ): Promise<readonly AssessVerdict[]> {
    if (rows.length === 0) return [];
    const command = new AssessContributions(
      submission,
      kind,
      uscc,
      region,
      month,
      injuryRate,
      rows,
      dryRun,
      origin,
    );
    const { verdicts } = await this.commands.execute(command);
    return verdicts;
  }

  private toRejected({ line, ssn, problems }: RowFault): JudgedRow {
    return { line, verdict: 'rejected', problems, ...(ssn && { individual: this.keyring.streamKeyOf(ssn) }) };
  }
}

const toJudged = (verdict: AssessVerdict | undefined): JudgedRow => {
  if (!verdict) throw new Error('every row that is assessed has a verdict');
  const { line, id, outcome, registered, problem, lines } = verdict;
  return {
    line,
    verdict: outcome,
    problems: problem ? [{ code: problem, field: FIELDS[problem] }] : [],
    individual: id,
    ...(registered && { registered }),
    ...(lines && outcome !== 'rejected' && { amounts: amountsOfRow(lines) }),
  };
};
