import { Query } from '@nestjs/cqrs';
import type { Month } from '../kernel/calendar.js';
import type { Fen } from '../kernel/money.js';

/** How many persons an employer pays an insurance for, and their contribution bases together. */
export type InsuredBy = Readonly<{ insurance: string; persons: number; base: Fen }>;
/** `persons`: how many of whom anything stands, each counted once. Insurances in the order of the alphabet. */
export type Insured = Readonly<{ persons: number; insurances: readonly InsuredBy[] }>;

/** Who is insured by an employer in a month (参保人数), by what stands for the month, paid or not. */
export class CountInsured extends Query<Insured> {
  constructor(
    readonly employer: string,
    readonly month: Month,
  ) {
    super();
  }
}
