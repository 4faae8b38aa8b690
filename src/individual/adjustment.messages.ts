import { Command } from '@nestjs/cqrs';
import { nameOf } from '../event-store/chain.js';
import type { Conflict } from '../event-store/event-store.js';
import type { Day, Month } from '../kernel/calendar.js';
import type { Result } from '../kernel/result.js';
import type { Origin, Written } from './individual.messages.js';
import type { AdjustmentTotals } from './reckoning.js';

export type AdjustmentFailure = Readonly<{ type: 'RegionUnknown' }> | Conflict;

/** The bill on which an employer owes for a month what a notice made more: one for all its persons. */
export const differenceBillOf = (publication: string, employer: string, month: string): string =>
  nameOf('difference', publication, employer, month);

/** Posts what the rules now in force change of months assessed before; once a publication, however often it is sent. */
export class AdjustContributions extends Command<Result<Written<AdjustmentTotals>, AdjustmentFailure>> {
  constructor(
    readonly publication: Readonly<{
      region: string;
      monthFrom: Month;
      monthTo: Month;
      publication: string;
      reason: string;
      /** When what is more falls due; absent: as of what is declared next month. */
      dueOn?: Day;
    }>,
    readonly origin: Origin,
  ) {
    super();
  }
}
