import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { toDay } from '../kernel/calendar.js';
import { readCursor, toCursor } from '../projection/cursor.js';
import { cursorProblem, LIMIT_DEFAULT, ListQuery } from '../projection/list.dto.js';
import {
  EmployerAccountAnswer,
  AccountEntriesAnswer,
  AccountEntriesQuery,
  ArrearsAnswer,
  BillsAnswer,
  BillsQuery,
  PaymentsAnswer,
} from './account.dto.js';
import {
  findAccount,
  listBills,
  listEntries,
  listOpenBills,
  listPayments,
  listUnsettled,
} from './account.queries.js';
import { AccountReader } from './account.reader.js';
import {
  toAccount,
  toArrears,
  toBillAnswer,
  toEntryAnswer,
  toEstimate,
  toPaymentAnswer,
} from './account.views.js';

/** What an employer owes, paid and has: read, never changed, here. */
@ApiTags('employers')
@Controller('v1/employers/:uscc')
export class AccountController {
  constructor(private readonly reader: AccountReader) {}

  @Get('account')
  @ApiOperation({ summary: 'What an employer owes and has, late fees to today, arrears by month' })
  @ApiResponse({ status: 200, type: EmployerAccountAnswer })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  async account(@Param('uscc') code: string): Promise<EmployerAccountAnswer> {
    const { uscc, db, freshness, today } = await this.reader.open(code);
    const account = await findAccount(db, uscc);
    return { ...toAccount(uscc, account, await listOpenBills(db, uscc), today), freshness };
  }

  @Get('bills')
  @ApiOperation({ summary: 'Bills by month owed, with what each insurance and side asks' })
  @ApiResponse({ status: 200, type: BillsAnswer })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  async bills(@Param('uscc') code: string, @Query() query: BillsQuery): Promise<BillsAnswer> {
    const { state, month, limit = LIMIT_DEFAULT } = query;
    const after = keyIn(query, 2);
    const { uscc, db, freshness, today } = await this.reader.open(code);
    const found = await listBills(db, uscc, {
      ...(state && { state }),
      ...(month && { month }),
      ...(after && { after }),
      limit: limit + 1,
    });
    const { page, next } = cut(found, limit, ({ bill }) => [bill.month, bill.bill]);
    return { items: page.map((known) => toBillAnswer(known, today)), next, freshness };
  }

  @Get('payments')
  @ApiOperation({ summary: 'Payments and uses of credit by day, with the bills that each paid' })
  @ApiResponse({ status: 200, type: PaymentsAnswer })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  async payments(@Param('uscc') code: string, @Query() query: ListQuery): Promise<PaymentsAnswer> {
    const { limit = LIMIT_DEFAULT } = query;
    const [paidOn, ...numbers] = keyIn(query, 2) ?? [];
    const [position] = toNumbers(numbers);
    const { uscc, db, freshness } = await this.reader.open(code);
    const after = paidOn !== undefined && position !== undefined ? ([paidOn, position] as const) : undefined;
    const found = await listPayments(db, uscc, { ...(after && { after }), limit: limit + 1 });
    const { page, next } = cut(found, limit, (record) => [record.paid_on, `${record.position}`]);
    return { items: page.map(toPaymentAnswer), next, freshness };
  }

  @Get('arrears')
  @ApiOperation({ summary: 'What is past due by month, oldest first, late fee to today' })
  @ApiResponse({ status: 200, type: ArrearsAnswer })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  async arrears(@Param('uscc') code: string, @Query() query: ListQuery): Promise<ArrearsAnswer> {
    const { limit = LIMIT_DEFAULT } = query;
    const [after = ''] = keyIn(query, 1) ?? [];
    const { uscc, db, freshness, today } = await this.reader.open(code);
    const months = toArrears(await listOpenBills(db, uscc), today).filter(({ month }) => month > after);
    const { page, next } = cut(months, limit, ({ month }) => [month]);
    const estimates = (await listUnsettled(db, uscc)).map(toEstimate);
    return { items: page, next, estimates, freshness };
  }

  @Get('entries')
  @ApiOperation({ summary: 'Lines of the account in order of value, with the balance after each' })
  @ApiResponse({ status: 200, type: AccountEntriesAnswer })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  async entries(
    @Param('uscc') code: string,
    @Query() query: AccountEntriesQuery,
  ): Promise<AccountEntriesAnswer> {
    const { from, to, limit = LIMIT_DEFAULT } = query;
    const [valueOn, ...numbers] = keyIn(query, 3) ?? [];
    const [position, seq] = toNumbers(numbers);
    const { uscc, db, freshness } = await this.reader.open(code);
    const found = await listEntries(db, uscc, {
      ...(from && { from: toDay(from) }),
      ...(to && { to: toDay(to) }),
      ...(valueOn !== undefined &&
        position !== undefined &&
        seq !== undefined && { after: [valueOn, position, seq] as const }),
      limit: limit + 1,
    });
    const { page, next } = cut(found, limit, (row) => [row.value_on, `${row.position}`, `${row.seq}`]);
    return { items: page.map(toEntryAnswer), next, freshness };
  }
}

const keyIn = ({ cursor }: ListQuery, parts: number): readonly string[] | undefined => {
  if (cursor === undefined) return undefined;
  const key = readCursor(cursor, parts);
  if (!key) throw cursorProblem();
  return key;
};

const WHOLE_NUMBER = /^\d{1,18}$/;
const toNumbers = (parts: readonly string[]): readonly bigint[] => {
  if (!parts.every((part) => WHOLE_NUMBER.test(part))) throw cursorProblem();
  return parts.map(BigInt);
};

/** A page of what was found with one more than it holds, and the cursor to the next when more follow. */
const cut = <T>(
  found: readonly T[],
  limit: number,
  keyOf: (last: T) => readonly string[],
): Readonly<{ page: readonly T[]; next: string | null }> => {
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return { page, next: last === undefined ? null : toCursor(keyOf(last)) };
};
