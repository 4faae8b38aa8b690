import { CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { EventStore } from '../event-store/event-store.js';
import { transact } from '../event-store/transact.js';
import { notYetVisible } from '../http/http-problem.js';
import type { Written } from '../individual/individual.messages.js';
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
    const outcome = await transact(
      this.store,
      employerStreamOf(uscc),
      estimating,
      {
        type: 'Estimate',
        uscc,
        month,
        factor: factor.value.values.ofLastMonth,
        source: factor.value.source.text,
        isDeclared: declared.length > 0,
        lastMonth,
      },
      { ...origin, cause: `estimate/${month}` },
    );
    if (!outcome.ok) return outcome;
    const { state, events, position } = outcome.value;
    const value = findEstimate(state, month);
    if (!value) throw new Error('an estimate that was decided stands');
    return ok({ value, position, replayed: events.length === 0 });
  }

  /** Estimated person by person, a run of rows in memory at a time. */
  private async lastMonthOf(uscc: string, month: Month, factor: Ppm): Promise<LastMonth> {
    const submissions = await listDeclared(this.readModels.db(), uscc, month);
    let estimated: readonly SideLine[] = [];
    let persons = 0;
    for (const id of submissions) {
      const log = await SubmissionLog.open(this.store, id);
      for await (const { rows } of log.judgedRuns()) {
        const ids = rows.flatMap(({ verdict, individual }) =>
          verdict === 'accepted' && individual ? [individual] : [],
        );
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
