import { Command } from '@nestjs/cqrs';
import type { Conflict } from '../event-store/event-store.js';
import type { Origin, Written } from '../individual/individual.messages.js';
import type { Month } from '../kernel/calendar.js';
import type { Result } from '../kernel/result.js';
import type { NoPolicy } from '../rules/policy.js';
import type { EstimateFailure } from './estimate.js';
import type { MonthEstimated } from './events.js';

export type EstimateRefusal =
  | EstimateFailure
  | Readonly<{ type: 'DeclarationNotDue'; dueOn: string }>
  | Readonly<{ type: 'NoFactor' }>
  | NoPolicy
  | Conflict;

/** Assesses a month that an employer did not declare; the same again changes nothing. */
export class EstimateMonth extends Command<Result<Written<MonthEstimated['data']>, EstimateRefusal>> {
  constructor(
    readonly uscc: string,
    readonly month: Month,
    readonly origin: Origin,
  ) {
    super();
  }
}
