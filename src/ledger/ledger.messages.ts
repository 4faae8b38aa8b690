import { Query } from '@nestjs/cqrs';
import type { Day, Month } from '../kernel/calendar.js';
import type { Fen } from '../kernel/money.js';
import type { Result } from '../kernel/result.js';
import type { QueryFailure } from '../projection/find-visible.js';
import type { Freshness } from '../projection/read-models.js';
import type { Viewpoint } from '../projection/viewpoint.js';
import type { PersonalAccount } from './accounts.js';
import type { MonthsPaid } from './balances.js';
import type { ContributionState } from './contribution-month.projection.js';

/** What a person has, positive is the person's money, and the months that count. */
export type Balances = Readonly<{
  id: string;
  accounts: readonly Readonly<{ account: PersonalAccount; balance: Fen }>[];
  months: readonly MonthsPaid[];
  freshness: Freshness;
}>;

/** Now; or as of a day of value, as known at an instant. */
export class GetBalances extends Query<Result<Balances, QueryFailure>> {
  constructor(
    readonly id: string,
    readonly viewpoint: Viewpoint = {},
  ) {
    super();
  }
}

/** `after`: key of the last item of the page before. */
export type Page = Readonly<{ limit: number; after?: readonly string[] }>;
/** `next`: key of the last item, when more follow. */
export type Listed<T> = Readonly<{ items: readonly T[]; next?: readonly string[]; freshness: Freshness }>;

export type ContributionMonth = Readonly<{
  month: string;
  insurance: string;
  submission: string;
  employer: string;
  wage: Fen;
  base: Fen;
  employerPart: Fen;
  employeePart: Fen;
  toAccount: Fen;
  state: ContributionState;
  paidOn: string | null;
}>;
/** Parts of the key of a page of contributions: month, insurance, submission. */
export const CONTRIBUTION_KEY_PARTS = 3;

/** In order of month, insurance and submission; `from` and `to` inclusive. */
export class ListContributions extends Query<Result<Listed<ContributionMonth>, QueryFailure>> {
  constructor(
    readonly id: string,
    readonly period: Readonly<{ from?: Month; to?: Month }>,
    readonly page: Page,
  ) {
    super();
  }
}

/** `balance` is that of the account after this line, in the order of value. */
export type Entry = Readonly<{
  account: string;
  valueDate: string;
  bookedOn: string;
  recordedAt: string;
  delta: Fen;
  balance: Fen;
  type: string;
  reference: string;
  month: string | null;
  revision: bigint;
  position: bigint;
}>;
/** Parts of the key of a page of entries: value date, position, line. */
export const ENTRY_KEY_PARTS = 3;

/** In order of value date and position; `from` and `to` are days of value, inclusive. */
export class ListEntries extends Query<Result<Listed<Entry>, QueryFailure>> {
  constructor(
    readonly id: string,
    readonly filter: Readonly<{ account?: PersonalAccount; from?: Day; to?: Day }>,
    readonly page: Page,
  ) {
    super();
  }
}

/** Turnover of each account; `total` is debits less credits of the whole book, and it is nought. */
export type TrialBalance = Readonly<{
  accounts: readonly Readonly<{ account: string; debit: Fen; credit: Fen }>[];
  total: Fen;
  freshness: Freshness;
}>;

/** With value up to a day; without it the whole book. */
export class GetTrialBalance extends Query<TrialBalance> {
  constructor(readonly asOf?: Day) {
    super();
  }
}
