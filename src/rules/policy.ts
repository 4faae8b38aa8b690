import type { Day, Month } from '../kernel/calendar.js';
import type { Fen, Ppm, Rounding } from '../kernel/money.js';
import type { Result } from '../kernel/result.js';
import type { Sex } from '../kernel/ssn.js';
import type { PaymentOrder } from './payment.js';

/** Where a number comes from. `sure`: seen in the official text or several copies; `second-hand`: keep it in doubt. */
export type Source = Readonly<{ text: string; mark: 'sure' | 'second-hand' }>;
export type Employment = 'employee' | 'flexible';

/** What one insurance asks in one month: everything is data of rules/, nothing is code. */
export type InsuranceRule = Readonly<{
  insurance: string;
  floor: Fen;
  ceiling: Fen;
  employer: Ppm;
  employee: Ppm;
  /** Points of the base that go to the personal account; nought where the insurance has none. */
  toAccount: Ppm;
  employerFixed: Fen;
  employeeFixed: Fen;
  employerRounding: Rounding;
  employeeRounding: Rounding;
  /** The employer's rate is its own (work injury); `employer` above is the region's default. */
  employerOwnRate: boolean;
  /** Lowest and highest class rate where the employer has its own; a class may float beyond them by experience. */
  classRates?: Readonly<{ lowest: Ppm; highest: Ppm }>;
  source: Source;
  /** The last day on which any of it was made known, where the tables tell: limits are often published late. */
  published?: Day;
}>;

/** All that is in force in a region at a month for one kind of employment. `table` names it, `shanghai/2025-07`. */
export type Policy = Readonly<{
  region: string;
  month: Month;
  table: string;
  employment: Employment;
  insurances: readonly InsuranceRule[];
}>;

export type NoPolicy = Readonly<{
  type: 'NoPolicy';
  region: string;
  month: Month;
  /** Whether the region is known at all, and the months it does have, first and last. */
  known: boolean;
  from?: Month;
  to?: Month;
}>;

/** The dated tables, loaded and checked at start (src/rules/rules.loader.ts). */
export abstract class RuleBook {
  abstract regions(): readonly string[];
  abstract inForce(region: string, month: Month, employment: Employment): Result<Policy, NoPolicy>;
  /** The same as it was known on a day: where a notice came later, the numbers before it still stood. */
  abstract inForceAsPublished(
    region: string,
    month: Month,
    employment: Employment,
    on: Day,
  ): Result<Policy, NoPolicy>;
  /** Default employer's work-injury rate of a region at a month. */
  abstract injuryRate(region: string, month: Month): Result<Ppm, NoPolicy>;
  /**
   * Day a month's contributions fall due in a region: the day its rule names, or the next working day after it. Where the
   * holidays of a year are not published yet, its weekends alone are off.
   */
  abstract dueOn(region: string, month: Month): Result<Day, NoPolicy>;
  /**
   * Last month in which anyone with this birth date and sex may still pay as an employee: statutory age of the latest
   * category plus the elastic years.
   */
  abstract lastWorkingMonth(birthDate: Day, sex: Sex): Month;
  /** Daily rate of the late fee in force on a day. */
  abstract lateFeeDaily(on: Day): Ppm;
  /** In which order money that comes on a day pays the cells of a bill. */
  abstract paymentOrder(on: Day): PaymentOrder;
  /** The first month that may still be paid afterwards (补缴) without papers; those before it need them. */
  abstract paidWithoutPapersFrom(today: Day): Month;
}
