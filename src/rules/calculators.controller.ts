import { Body, Controller, HttpCode, Post, Req, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NeedsNoLedger } from '../http/current.interceptor.js';
import { localized } from '../http/localized.js';
import { createValidationPipe } from '../http/validation.js';
import { Clock } from '../kernel/clock.js';
import type { AnyCalculator } from './calculators.types.js';
import { RuleBook } from './policy.js';
import { LawTables } from './table.js';

/** The route of one calculator. Public; nothing of what is asked is kept. */
export const toController = ({
  name,
  summary,
  refusals,
  request,
  answer,
  calculate,
}: AnyCalculator): Type => {
  @ApiTags('calculators')
  @NeedsNoLedger()
  @Controller(`v1/calculators/${name}`)
  class CalculatorController {
    constructor(
      private readonly book: RuleBook,
      private readonly tables: LawTables,
      private readonly clock: Clock,
    ) {}

    @Post()
    @HttpCode(200)
    @ApiOperation({ summary })
    @ApiBody({ type: request })
    @ApiResponse({ status: 200, type: answer })
    @ApiResponse({ status: 422, description: refusals.join(', ') })
    answer(@Body(createValidationPipe(request)) body: object, @Req() http: FastifyRequest): object {
      const { book, tables, clock } = this;
      return calculate(body, { book, tables, today: clock.today(), say: (text) => localized(text, http) });
    }
  }
  return CalculatorController;
};
