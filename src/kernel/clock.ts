import { SHANGHAI_OFFSET_MS, type Day, type Instant } from './calendar.js';

/** Now and today: the only way to the time. A port, so that tests hold it still. */
export abstract class Clock {
  abstract now(): Instant;
  /** The business day in Asia/Shanghai. */
  today(): Day {
    return toBusinessDay(this.now());
  }
}

/** The calendar day in Asia/Shanghai of an instant. */
export const toBusinessDay = (instant: Instant): Day =>
  new Date(Date.parse(instant) + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10) as Day;

/** Milliseconds from one instant to another; negative when the other is earlier. */
export const msBetween = (from: Instant, to: Instant): number => Date.parse(to) - Date.parse(from);

/** The machine's clock, held so that it never runs backwards within one process. */
export class SystemClock extends Clock {
  private last = 0;

  now(): Instant {
    this.last = Math.max(this.last, Date.now());
    return new Date(this.last).toISOString() as Instant;
  }
}
