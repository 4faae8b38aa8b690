import { daysBetween, type Day } from '../kernel/calendar.js';
import { ppm, shareOf, type Fen, type Ppm } from '../kernel/money.js';

export type LateFee = Readonly<{ days: number; fee: Fen }>;

/**
 * Late fee (滞纳金) on a principal: days from the day after the due day to the day of payment, times the daily rate in
 * force on the day of payment (`RuleBook.lateFeeDaily`), rounded once, half a fen up. Nought when paid in time. It is
 * not capped at the principal: see the doubts in docs/rules.md. Social Insurance Law art. 86.
 */
export const lateFee = (principal: Fen, dueOn: Day, paidOn: Day, daily: Ppm): LateFee => {
  const days = Math.max(0, daysBetween(dueOn, paidOn));
  return { days, fee: shareOf(principal, ppm(daily * BigInt(days)), 'fen-half-up') };
};
