import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { fieldMessages } from '../http/field-messages.js';
import { localized } from '../http/localized.js';
import { requestInvalid } from '../http/validation.js';
import { CountMovements } from '../identity/movements.messages.js';
import { dayIn, lastDayOf, parseMonth, toMonth, type Month } from '../kernel/calendar.js';
import { toYuan } from '../kernel/money.js';
import { CountInsured } from '../ledger/insured.messages.js';
import { InsuredQuery } from './account.dto.js';
import { listMonthBills, listPaymentsOn, readArrearsBefore, readCreditOn } from './account.queries.js';
import { AccountReader } from './account.reader.js';
import { InsuredAnswer, EmployerStatementAnswer } from './statement.dto.js';
import { toStatement } from './statement.views.js';

/** An employer's month as a whole: its persons and its money. */
@ApiTags('employers')
@Controller('v1/employers/:uscc')
export class StatementController {
  constructor(
    private readonly reader: AccountReader,
    private readonly queries: QueryBus,
  ) {}

  @Get('insured')
  @ApiOperation({ summary: 'Persons and contribution bases of a month by insurance' })
  @ApiResponse({ status: 200, type: InsuredAnswer })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  async insured(@Param('uscc') code: string, @Query() query: InsuredQuery): Promise<InsuredAnswer> {
    const { uscc, freshness } = await this.reader.open(code);
    const month = toMonth(query.month);
    const { persons, insurances } = await this.queries.execute(new CountInsured(uscc, month));
    const lines = insurances.map((each) => ({ ...each, base: toYuan(each.base) }));
    return { uscc, month, persons, insurances: lines, freshness };
  }

  @Get('statements/:month')
  @ApiOperation({
    summary: 'The statement of a month: heads, bases and amounts by insurance and side, arrears, payments',
  })
  @ApiResponse({ status: 200, type: EmployerStatementAnswer })
  @ApiResponse({ status: 400, description: 'request-invalid' })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  async statement(
    @Param('uscc') code: string,
    @Param('month') monthText: string,
    @Req() request: FastifyRequest,
  ): Promise<EmployerStatementAnswer> {
    const month = monthIn(monthText, request);
    const [first, last] = [dayIn(month, 1), lastDayOf(month)];
    const { uscc, db, freshness, today } = await this.reader.open(code);
    const facts = {
      uscc,
      month,
      bills: await listMonthBills(db, uscc, month),
      insured: await this.queries.execute(new CountInsured(uscc, month)),
      movements: await this.queries.execute(new CountMovements(uscc, first, last)),
      carriedIn: await readArrearsBefore(db, uscc, first),
      payments: await listPaymentsOn(db, uscc, first, last),
      credit: await readCreditOn(db, uscc, last),
    };
    return { ...toStatement(facts, today), freshness };
  }
}

const monthIn = (text: string, request: FastifyRequest): Month => {
  const month = parseMonth(text);
  if (month.ok) return month.value;
  const message = localized(fieldMessages['month-malformed'], request);
  throw requestInvalid([{ field: 'month', code: 'month-malformed', message }]);
};
