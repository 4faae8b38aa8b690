import { CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { EventStore } from '../event-store/event-store.js';
import { knownOf, transact } from '../event-store/transact.js';
import { notYetVisible } from '../http/http-problem.js';
import type { Origin, Written } from '../individual/individual.messages.js';
import { GetStandingContributions } from '../individual/standing.messages.js';
import { addMonths, dayIn, type Month } from '../kernel/calendar.js';
import { fromYuan, type Ppm } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { parseUscc } from '../kernel/uscc.js';
import { ReadModels } from '../projection/read-models.js';
import { RuleBook } from '../rules/policy.js';
import { LawTables, NATIONAL } from '../rules/table.js';
import { byInsurance, estimateOf, type SideLine } from '../rules/undeclared.js';
import { UNDECLARED } from '../rules/undeclared.topics.loader.js';
import { employerStreamOf } from './employer.js';
import { estimating, findEstimate, type EstimateCommand } from './estimate.js';
import { EstimateMonth, type EstimateRefusal } from './estimate.messages.js';
import type { MonthEstimated } from './events.js';
import { judgedCount, personsOf } from './submission.js';
import { SubmissionLog } from './submission.log.js';
import { listDeclared } from './submission.queries.js';
import { SubmissionTerms } from './submission.terms.js';

type LastMonth = Extract<EstimateCommand, { type: 'Estimate' }>['lastMonth'];

/** Gathers what was declared and the factor in force; the decider judges. */
@CommandHandler(EstimateMonth)
export class EstimateMonthHandler implements ICommandHandler<EstimateMonth> {
  constructor(
    private readonly store: EventStore,
    private readonly rules: RuleBook,
    private readonly tables: LawTables,
    private readonly terms: SubmissionTerms,
    private readonly readModels: ReadModels,
    private readonly queries: QueryBus,
  ) {}

  async execute({
    uscc: code,
    month,
    origin,
  }: EstimateMonth): Promise<Result<Written<MonthEstimated['data']>, EstimateRefusal>> {
    const parsed = parseUscc(code);
    const employer = parsed.ok ? await this.terms.findEmployer(parsed.value) : undefined;
    if (!parsed.ok || !employer) return err({ type: 'EmployerNotFound' });
    const dueOn = this.rules.dueOn(employer.region, month);
    if (!dueOn.ok) return dueOn;
    if (origin.bookedOn <= dueOn.value) return err({ type: 'DeclarationNotDue', dueOn: dueOn.value });
    const factor = this.tables.find(UNDECLARED, NATIONAL, dayIn(month, 1));
    if (!factor.ok) return err({ type: 'NoFactor' });
    const waited = await this.readModels.waitForHead();
    if (!waited.ok) throw notYetVisible();
    const uscc = parsed.value;
    const declared = await listDeclared(this.readModels.db(), uscc, month);
    const lastMonth = await this.lastMonthOf(uscc, addMonths(month, -1), factor.value.values.ofLastMonth);
    const estimated = await this.estimate(
      {
        type: 'Estimate',
        uscc,
        month,
        factor: factor.value.values.ofLastMonth,
        source: factor.value.source.text,
        isDeclared: declared.length > 0,
        lastMonth,
      },
      origin,
    );
    await this.lookAgain(uscc, month, origin);
    return estimated;
  }

  private async estimate(
    command: Extract<EstimateCommand, { type: 'Estimate' }>,
    origin: Origin,
  ): Promise<Result<Written<MonthEstimated['data']>, EstimateRefusal>> {
    const { uscc, month } = command;
    const stream = employerStreamOf(uscc);
    const known = knownOf(estimating, await this.store.read(stream));
    // A month may be estimated anew when its declaration was withdrawn: each time has a name of its own.
    const times = findEstimate(known.state, month)?.times ?? 0;
    const context = { ...origin, cause: `estimate/${month}/${times}` };
    const outcome = await transact(this.store, stream, estimating, command, context, async () => known);
    if (!outcome.ok) return outcome;
    const { state, events, position } = outcome.value;
    const estimate = findEstimate(state, month);
    if (!estimate) throw new Error('an estimate that was decided stands');
    return ok({ value: estimate.estimated, position, replayed: events.length === 0 });
  }

  /**
   * A file may have been judged whole while its month was estimated, too early to see the estimate: then it is settled here. One
   * that is not judged whole yet settles it by itself.
   */
  private async lookAgain(uscc: string, month: Month, origin: Origin): Promise<void> {
    const { state } = knownOf(estimating, await this.store.read(employerStreamOf(uscc)));
    if (findEstimate(state, month)?.state !== 'open') return;
    const waited = await this.readModels.waitForHead();
    if (!waited.ok) throw notYetVisible();
    for (const id of await listDeclared(this.readModels.db(), uscc, month)) {
      const { state: file } = await SubmissionLog.open(this.store, id);
      if (!file || file.judged.accepted === 0 || judgedCount(file) < file.received.rowsTotal) continue;
      const settled = await transact(
        this.store,
        employerStreamOf(uscc),
        estimating,
        { type: 'Settle', month, submission: id, declared: file.amounts },
        { ...origin, cause: `estimate-settled/${month}/${id}` },
      );
      if (!settled.ok) throw new Error(settled.error.type);
    }
  }

  /** Estimated person by person, a run of rows in memory at a time. */
  private async lastMonthOf(uscc: string, month: Month, factor: Ppm): Promise<LastMonth> {
    const submissions = await listDeclared(this.readModels.db(), uscc, month);
    let estimated: readonly SideLine[] = [];
    let persons = 0;
    for (const id of submissions) {
      const log = await SubmissionLog.open(this.store, id);
      for await (const { rows } of log.judgedRuns()) {
        const ids = personsOf(rows);
        const lives = await this.queries.execute(new GetStandingContributions(id, month, ids));
        persons += lives.filter((lines) => lines.length > 0).length;
        const sides = lives.flat().map(({ insurance, employerPart, employeePart }): SideLine => ({
          insurance,
          employerPart: fromYuan(employerPart),
          employeePart: fromYuan(employeePart),
        }));
        estimated = byInsurance([...estimated, ...estimateOf(sides, factor)]);
      }
    }
    return { of: submissions, persons, estimated };
  }
}
