import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { EventStore } from '../event-store/event-store.js';
import { toDomain } from '../event-store/transact.js';
import { slipOf, standingLines } from './contribution.js';
import type { ContributionLine, IndividualEvent } from './events.js';
import { individual, streamOf } from './individual.js';
import { GetStandingContributions } from './standing.messages.js';

/** Whole lives in memory at once. */
const LIVES_AT_ONCE = 64;

/** Asked of the streams themselves: what money follows from is not left to a read model. */
@QueryHandler(GetStandingContributions)
export class GetStandingContributionsHandler implements IQueryHandler<GetStandingContributions> {
  constructor(private readonly store: EventStore) {}

  async execute({
    submission,
    month,
    individuals,
  }: GetStandingContributions): Promise<readonly (readonly ContributionLine[])[]> {
    const found: (readonly ContributionLine[])[] = [];
    for (let from = 0; from < individuals.length; from += LIVES_AT_ONCE) {
      const streams = await this.store.readMany(individuals.slice(from, from + LIVES_AT_ONCE).map(streamOf));
      for (const stored of streams.values()) {
        const { months } = individual.replay(stored.map(toDomain<IndividualEvent>));
        const slip = slipOf(months.get(month), (each) => each.submission === submission);
        found.push(slip ? standingLines(slip) : []);
      }
    }
    return found;
  }
}
