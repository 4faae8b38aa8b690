import { daysBetween, type Day } from '../kernel/calendar.js';
import { fen, quotientOf, subtract, sum, type Fen, type Ppm } from '../kernel/money.js';

export type LateFee = Readonly<{ days: number; fee: Fen }>;
/** A part of the principal, the day on which it was paid, and the daily rate in force on that day. */
export type PaidPart = Readonly<{ amount: Fen; paidOn: Day; daily: Ppm }>;

const PPM_WHOLE = 1_000_000n;

/** Days that are late: from the day after the due day to the day of payment; none when paid in time. */
export const daysLate = (dueOn: Day, paidOn: Day): number => Math.max(0, daysBetween(dueOn, paidOn));

/**
 * Late fee (滞纳金) on a principal: days from the day after the due day to the day of payment, times the daily rate in
 * force on the day of payment (`RuleBook.lateFeeDaily`), rounded once, half a fen up. Nought when paid in time. It is
 * not capped at the principal: see the doubts in docs/rules.md. Social Insurance Law art. 86.
 */
export const lateFee = (principal: Fen, dueOn: Day, paidOn: Day, daily: Ppm): LateFee => ({
  days: daysLate(dueOn, paidOn),
  fee: lateFeeOfParts(dueOn, [{ amount: principal, paidOn, daily }]),
});

/**
 * The same on a principal that was paid in parts: each part is late up to and with the day on which it was paid, at the
 * rate of that day. Rounded once, after the parts are added up.
 */
export const lateFeeOfParts = (dueOn: Day, parts: readonly PaidPart[]): Fen => {
  let owed = 0n;
  for (const { amount, paidOn, daily } of parts) owed += amount * daily * BigInt(daysLate(dueOn, paidOn));
  return quotientOf(owed, PPM_WHOLE, 'fen-half-up');
};

type Payment = Readonly<{ amount: Fen; paidOn: Day }>;
/** The payments in order of their days, and what is left of the principal, which the last day pays. */
export const toParts = (principal: Fen, payments: readonly Payment[], paidOn: Day): readonly Payment[] => {
  const rest = subtract(principal, sum(payments.map(({ amount }) => amount)));
  const ordered = payments.toSorted((a, b) => (a.paidOn < b.paidOn ? -1 : a.paidOn > b.paidOn ? 1 : 0));
  return rest > fen(0n) ? [...ordered, { amount: rest, paidOn }] : ordered;
};
