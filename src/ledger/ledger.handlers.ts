import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { fen, subtract, sum, ZERO } from '../kernel/money.js';
import { ok, type Result } from '../kernel/result.js';
import { findVisible, type QueryFailure } from '../projection/find-visible.js';
import { ReadModels } from '../projection/read-models.js';
import { PERSONAL_ACCOUNTS } from './accounts.js';
import { monthsPaid } from './balances.js';
import type { ContributionMonthTable } from './contribution-month.projection.js';
import {
  GetBalances,
  GetTrialBalance,
  ListContributions,
  ListEntries,
  type Balances,
  type ContributionMonth,
  type Entry,
  type Listed,
  type TrialBalance,
} from './ledger.messages.js';
import {
  findPerson,
  listContributionMonths,
  listEntries,
  readBalances,
  readBalancesAsOf,
  readPaidMonths,
  readTurnover,
} from './ledger.queries.js';

const isNow = ({ viewpoint }: GetBalances): boolean =>
  viewpoint.asOf === undefined && viewpoint.knownAt === undefined;

@QueryHandler(GetBalances)
export class GetBalancesHandler implements IQueryHandler<GetBalances> {
  constructor(private readonly readModels: ReadModels) {}

  async execute(query: GetBalances): Promise<Result<Balances, QueryFailure>> {
    const { id, viewpoint } = query;
    const person = await findVisible(this.readModels, () => findPerson(this.readModels.db(), id));
    if (!person.ok) return person;
    const freshness = await this.readModels.freshness();
    const db = this.readModels.db();
    const balances = isNow(query) ? await readBalances(db, id) : await readBalancesAsOf(db, id, viewpoint);
    const months = monthsPaid(await readPaidMonths(db, id, viewpoint));
    const accounts = PERSONAL_ACCOUNTS.map((account) => ({
      account,
      balance: balances.get(account) ?? ZERO,
    }));
    return ok({ id, accounts, months, freshness });
  }
}

@QueryHandler(ListContributions)
export class ListContributionsHandler implements IQueryHandler<ListContributions> {
  constructor(private readonly readModels: ReadModels) {}

  async execute(query: ListContributions): Promise<Result<Listed<ContributionMonth>, QueryFailure>> {
    const person = await findVisible(this.readModels, () => findPerson(this.readModels.db(), query.id));
    if (!person.ok) return person;
    const freshness = await this.readModels.freshness();
    const rows = await listContributionMonths(this.readModels.db(), oneMore(query));
    const items = rows.slice(0, query.page.limit);
    const last = rows.length > items.length ? items.at(-1) : undefined;
    const next = last && [last.month, last.insurance, last.submission];
    return ok({ items: items.map(toContributionMonth), ...(next && { next }), freshness });
  }
}

@QueryHandler(ListEntries)
export class ListEntriesHandler implements IQueryHandler<ListEntries> {
  constructor(private readonly readModels: ReadModels) {}

  async execute(query: ListEntries): Promise<Result<Listed<Entry>, QueryFailure>> {
    const person = await findVisible(this.readModels, () => findPerson(this.readModels.db(), query.id));
    if (!person.ok) return person;
    const freshness = await this.readModels.freshness();
    const lines = await listEntries(this.readModels.db(), oneMore(query));
    const items = lines.slice(0, query.page.limit);
    const next = lines.length > items.length ? items.at(-1)?.key : undefined;
    return ok({ items: items.map(({ entry }) => entry), ...(next && { next }), freshness });
  }
}

@QueryHandler(GetTrialBalance)
export class GetTrialBalanceHandler implements IQueryHandler<GetTrialBalance> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ asOf }: GetTrialBalance): Promise<TrialBalance> {
    const freshness = await this.readModels.freshness();
    const accounts = await readTurnover(this.readModels.db(), asOf);
    const total = subtract(
      sum(accounts.map(({ debit }) => debit)),
      sum(accounts.map(({ credit }) => credit)),
    );
    return { accounts, total, freshness };
  }
}

/** One row more than the page holds tells whether another page follows. */
const oneMore = <Q extends ListContributions | ListEntries>(query: Q): Q => ({
  ...query,
  page: { ...query.page, limit: query.page.limit + 1 },
});

const toContributionMonth = (row: ContributionMonthTable): ContributionMonth => ({
  month: row.month,
  insurance: row.insurance,
  submission: row.submission,
  employer: row.employer,
  wage: fen(row.wage_fen),
  base: fen(row.base_fen),
  employerPart: fen(row.employer_part_fen),
  employeePart: fen(row.employee_part_fen),
  toAccount: fen(row.to_account_fen),
  state: row.state,
  paidOn: row.paid_on,
});
