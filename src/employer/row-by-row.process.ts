import { Injectable, Logger } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { setTimeout as delay } from 'node:timers/promises';
import { Metrics } from '../http/metrics.js';
import { WithdrawContributions, type Origin } from '../individual/individual.messages.js';
import { ok } from '../kernel/result.js';
import { addAmounts, NO_AMOUNTS } from './amounts.js';
import type { Terms } from './employer.messages.js';
import type { JudgedRow } from './events.js';
import { codeOf, isAway, waitMs } from '../projection/resumable.process.js';
import type { RosterEntry } from './roster.js';
import { RosterVerdicts, type JudgedRun, type ReadRow } from './roster.verdicts.js';

/** How often a run of rows is tried before its rows are tried one by one; and each of these is tried twice. */
const ATTEMPTS_MAX = 2;
/** When more rows of a run fail, the fault lies elsewhere. */
const PARKED_MAX = 20;

type Failed = Readonly<{ index: number; entry: RosterEntry; error: unknown }>;
type Judging = Readonly<{
  run: readonly ReadRow[];
  submission: string;
  terms: Terms;
  dryRun: boolean;
  origin: Origin;
  /** Asked before something is tried once more. */
  isStopping: () => boolean;
}>;

/**
 * Judges runs of rows so that one bad row does not stop its neighbours: a run that fails again and again is judged row by
 * row, and the row that still fails is parked, which is a verdict like others. A fault that is not in the rows is thrown on.
 */
@Injectable()
export class RowByRow {
  private readonly logger = new Logger('submission');

  constructor(
    private readonly verdicts: RosterVerdicts,
    private readonly commands: CommandBus,
    private readonly metrics: Metrics,
  ) {}

  async judge(judging: Judging): Promise<JudgedRun> {
    const { run, submission, terms, dryRun, origin, isStopping } = judging;
    try {
      return await again(isStopping, () => this.verdicts.judge(run, submission, terms, dryRun, origin));
    } catch (error) {
      if (isAway(error) || isStopping()) throw error;
      return this.judgeEach(judging);
    }
  }

  private async judgeEach(judging: Judging): Promise<JudgedRun> {
    const { run } = judging;
    const judged: JudgedRun[] = [];
    const failed = await this.tryEach(judging, [...run.entries()], judged);
    assertInRows(failed, run.filter(({ ok }) => ok).length);
    if (failed.length > 0) await delay(waitMs(1));
    const again = failed.map(({ index, entry }) => [index, ok(entry)] as const);
    for (const { index, entry, error } of await this.tryEach(judging, again, judged)) {
      judged[index] = { rows: [await this.park(entry, error, judging)], amounts: NO_AMOUNTS, effects: [] };
    }
    return judged.reduce(joined);
  }

  /** Judges rows one by one into their places, and gives those that fail. */
  private async tryEach(
    { submission, terms, dryRun, origin, isStopping }: Judging,
    rows: readonly (readonly [number, ReadRow])[],
    judged: JudgedRun[],
  ): Promise<readonly Failed[]> {
    const failed: Failed[] = [];
    for (const [index, row] of rows) {
      try {
        judged[index] = await this.verdicts.judge([row], submission, terms, dryRun, origin);
      } catch (error) {
        if (isAway(error) || isStopping() || !row.ok) throw error;
        failed.push({ index, entry: row.value, error });
        if (failed.length > PARKED_MAX) throw error;
      }
    }
    return failed;
  }

  /** Whatever the row may have posted before it failed is taken back. */
  private async park(
    entry: RosterEntry,
    error: unknown,
    { submission, terms, dryRun, origin }: Judging,
  ): Promise<JudgedRow> {
    const code = codeOf(error);
    const row = this.verdicts.parked(entry, code);
    if (dryRun || !row.individual) return row;
    this.logger.error(`submission ${submission}, line ${row.line} is parked: ${code}`);
    this.metrics.rowParked(submission, row.line, code);
    const { month } = terms;
    const takeBack = new WithdrawContributions(submission, month, [row.individual], 'row-parked', origin);
    await this.commands.execute(takeBack).catch((fault: unknown) => {
      if (isAway(fault)) throw fault;
      this.logger.error(`submission ${submission}, line ${row.line} cannot be taken back: ${codeOf(fault)}`);
    });
    return row;
  }
}

const again = async <T>(isStopping: () => boolean, act: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++)
    try {
      return await act();
    } catch (error) {
      if (isAway(error) || isStopping() || attempt === ATTEMPTS_MAX) throw error;
      await delay(waitMs(attempt));
    }
};

/** Where every row of several fails, it is not the rows. */
const assertInRows = (failed: readonly Failed[], tried: number): void => {
  const [first] = failed;
  if (first && failed.length === tried && tried > 1) throw first.error;
};

const joined = (a: JudgedRun, b: JudgedRun): JudgedRun => ({
  rows: [...a.rows, ...b.rows],
  amounts: addAmounts(a.amounts, b.amounts),
  effects: [...a.effects, ...b.effects],
});
