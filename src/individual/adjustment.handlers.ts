import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BillDifferences, type Difference } from '../employer/employer.messages.js';
import { EventStore, type Conflict } from '../event-store/event-store.js';
import { transact } from '../event-store/transact.js';
import { toMonth } from '../kernel/calendar.js';
import { err, ok, type Result } from '../kernel/result.js';
import { RuleBook } from '../rules/policy.js';
import { decideAdjust } from './adjustment.js';
import { AdjustContributions, type AdjustmentFailure } from './adjustment.messages.js';
import { AffectedPersons, type AffectedPerson } from './adjustment.walk.js';
import type { ContributionAdjusted } from './events.js';
import { adjusting, streamOf } from './individual.js';
import type { Origin, Written } from './individual.messages.js';
import { DifferenceSums, type AdjustmentTotals } from './reckoning.js';

type Posted = Readonly<{
  adjusted: readonly ContributionAdjusted[];
  isNew: boolean;
  position: bigint | undefined;
}>;

/**
 * Posts the differences of a publication to everyone they concern, a few persons at a time. Each person's are one append,
 * named by the publication: cut short, it is sent again and goes on where it stopped, and answers the whole.
 */
@CommandHandler(AdjustContributions)
export class AdjustContributionsHandler implements ICommandHandler<AdjustContributions> {
  constructor(
    private readonly store: EventStore,
    private readonly rules: RuleBook,
    private readonly commands: CommandBus,
  ) {}

  async execute({
    publication,
    origin,
  }: AdjustContributions): Promise<Result<Written<AdjustmentTotals>, AdjustmentFailure>> {
    if (!this.rules.regions().includes(publication.region)) return err({ type: 'RegionUnknown' });
    const sums = new DifferenceSums();
    let [isNew, latest] = [false, undefined as bigint | undefined];
    for await (const group of new AffectedPersons(this.store, this.rules, publication).groups()) {
      const outcomes = await Promise.all(group.map((person) => this.post(person, origin)));
      const differences: Difference[] = [];
      for (const [index, outcome] of outcomes.entries()) {
        if (!outcome.ok) return outcome;
        const { adjusted, position } = outcome.value;
        const { id = '', withoutRules = 0 } = group[index] ?? {};
        sums.add(adjusted, withoutRules);
        differences.push(...adjusted.map((event) => toDifference(id, event)));
        isNew ||= outcome.value.isNew;
        if (position !== undefined && (latest === undefined || position > latest)) latest = position;
      }
      // Also what an earlier attempt had posted: it may have been cut short before the employers were told.
      const { publication: notice, region, dueOn } = publication;
      const billed = await this.commands.execute(
        new BillDifferences(notice, region, dueOn, differences, origin),
      );
      if (!billed.ok) return err(toConflict(billed.error));
    }
    const value = sums.totals();
    // The employers' accounts were told after the persons' streams.
    const position = isNew ? await this.store.head() : latest;
    return ok({ value, position, replayed: !isNew && value.persons > 0 });
  }

  /** What this publication changed for a person: what it had posted before, and what it posts now. */
  private async post(
    { id, events, state, command }: AffectedPerson,
    origin: Origin,
  ): Promise<Result<Posted, AdjustmentFailure>> {
    const before = events.filter(
      (event): event is ContributionAdjusted =>
        event.type === 'ContributionAdjusted' && event.data.publication === command.publication,
    );
    const planned = decideAdjust(command, state);
    const [first] = planned.ok ? planned.value : [];
    if (!first) return ok({ adjusted: before, isNew: false, position: undefined });
    const cause = `adjustment/${first.data.adjustment}`;
    const posted = await transact(this.store, streamOf(id), adjusting, command, { ...origin, cause });
    if (!posted.ok) return posted;
    const made = posted.value.events.filter((event) => event.type === 'ContributionAdjusted');
    return ok({ adjusted: [...before, ...made], isNew: made.length > 0, position: posted.value.position });
  }
}

const toDifference = (individual: string, { data }: ContributionAdjusted): Difference => ({
  uscc: data.employer,
  month: toMonth(data.month),
  bill: data.bill,
  individual,
  effects: data.bills,
});

/** An account that refuses its own bills is a bug; a lost race is not. */
const toConflict = (error: Readonly<{ type: string }> | Conflict): Conflict => {
  if ('stream' in error) return error;
  throw new Error(error.type);
};
