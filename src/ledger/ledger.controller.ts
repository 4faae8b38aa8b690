import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { toDay, toMonth } from '../kernel/calendar.js';
import { toYuan } from '../kernel/money.js';
import { readCursor, toCursor } from '../projection/cursor.js';
import { toQueryProblem } from '../projection/find-visible.js';
import { cursorProblem, LIMIT_DEFAULT, type ListQuery } from '../projection/list.dto.js';
import { AsOfQuery, toViewpoint } from '../projection/viewpoint.dto.js';
import {
  BalancesAnswer,
  ContributionsAnswer,
  ContributionsQuery,
  EntriesAnswer,
  EntriesQuery,
} from './ledger.dto.js';
import {
  CONTRIBUTION_KEY_PARTS,
  ENTRY_KEY_PARTS,
  GetBalances,
  ListContributions,
  ListEntries,
  type ContributionMonth,
  type Entry,
  type Page,
} from './ledger.messages.js';

@ApiTags('individuals')
@Controller('v1/individuals/:id')
export class LedgerController {
  constructor(private readonly queries: QueryBus) {}

  @Get('balances')
  @ApiOperation({ summary: 'Personal accounts and months paid, now or as of a day as known at another' })
  @ApiResponse({ status: 200, type: BalancesAnswer })
  @ApiResponse({ status: 404, description: 'individual-not-found' })
  async balances(@Param('id') id: string, @Query() query: AsOfQuery): Promise<BalancesAnswer> {
    const found = await this.queries.execute(new GetBalances(id, toViewpoint(query)));
    if (!found.ok) throw toQueryProblem(found.error);
    const accounts = found.value.accounts.map(({ account, balance }) => ({
      account,
      balance: toYuan(balance),
    }));
    return { ...found.value, accounts };
  }

  @Get('contributions')
  @ApiOperation({ summary: 'Month lines: what was assessed and paid for each insurance' })
  @ApiResponse({ status: 200, type: ContributionsAnswer })
  @ApiResponse({ status: 404, description: 'individual-not-found' })
  async contributions(
    @Param('id') id: string,
    @Query() query: ContributionsQuery,
  ): Promise<ContributionsAnswer> {
    const { from, to } = query;
    const period = {
      ...(from === undefined ? {} : { from: toMonth(from) }),
      ...(to === undefined ? {} : { to: toMonth(to) }),
    };
    const page = toPage(query, CONTRIBUTION_KEY_PARTS);
    const found = await this.queries.execute(new ListContributions(id, period, page));
    if (!found.ok) throw toQueryProblem(found.error);
    const { items, next, freshness } = found.value;
    return { items: items.map(toContributionAnswer), next: next ? toCursor(next) : null, freshness };
  }

  @Get('entries')
  @ApiOperation({ summary: 'Lines of the personal accounts, with the balance after each' })
  @ApiResponse({ status: 200, type: EntriesAnswer })
  @ApiResponse({ status: 404, description: 'individual-not-found' })
  async entries(@Param('id') id: string, @Query() query: EntriesQuery): Promise<EntriesAnswer> {
    const { account, from, to } = query;
    const filter = {
      ...(account === undefined ? {} : { account }),
      ...(from === undefined ? {} : { from: toDay(from) }),
      ...(to === undefined ? {} : { to: toDay(to) }),
    };
    const page = toPage(query, ENTRY_KEY_PARTS);
    if (page.after && !page.after.slice(1).every((part) => /^\d{1,19}$/.test(part))) throw cursorProblem();
    const found = await this.queries.execute(new ListEntries(id, filter, page));
    if (!found.ok) throw toQueryProblem(found.error);
    const { items, next, freshness } = found.value;
    return { items: items.map(toEntryAnswer), next: next ? toCursor(next) : null, freshness };
  }
}

const toPage = ({ limit = LIMIT_DEFAULT, cursor }: ListQuery, keyParts: number): Page => {
  if (cursor === undefined) return { limit };
  const after = readCursor(cursor, keyParts);
  if (!after) throw cursorProblem();
  return { limit, after };
};

const toContributionAnswer = (line: ContributionMonth): ContributionsAnswer['items'][number] => ({
  ...line,
  wage: toYuan(line.wage),
  base: toYuan(line.base),
  employerPart: toYuan(line.employerPart),
  employeePart: toYuan(line.employeePart),
  toAccount: toYuan(line.toAccount),
});

const toEntryAnswer = (entry: Entry): EntriesAnswer['items'][number] => ({
  ...entry,
  delta: toYuan(entry.delta),
  balance: toYuan(entry.balance),
  revision: entry.revision.toString(),
  position: entry.position.toString(),
});
