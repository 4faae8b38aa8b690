import { Query } from '@nestjs/cqrs';
import type { Month } from '../kernel/calendar.js';
import type { ContributionLine } from './events.js';

/** What stands of a submission for each of the persons named; none for one whose month was taken back. At most BATCH_MAX. */
export class GetStandingContributions extends Query<readonly (readonly ContributionLine[])[]> {
  constructor(
    readonly submission: string,
    readonly month: Month,
    readonly individuals: readonly string[],
  ) {
    super();
  }
}
