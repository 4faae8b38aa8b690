import { Query } from '@nestjs/cqrs';
import type { Day } from '../kernel/calendar.js';

/** How many persons joined an employer (增员) and left it (减员). Who only gained or lost one insurance did neither. */
export type Movements = Readonly<{ joined: number; left: number }>;

/** Whose cover by an employer began or ended within some days, both included. */
export class CountMovements extends Query<Movements> {
  constructor(
    readonly employer: string,
    readonly from: Day,
    readonly to: Day,
  ) {
    super();
  }
}
