import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NeedsNoLedger } from '../http/current.interceptor.js';
import { localized } from '../http/localized.js';
import { toMonth } from '../kernel/calendar.js';
import { Clock } from '../kernel/clock.js';
import { fromYuan, parsePercent, toYuan } from '../kernel/money.js';
import { normaliseNumber, parseSsn } from '../kernel/ssn.js';
import { parseUscc } from '../kernel/uscc.js';
import { assess, explain, type AssessedLine, type AssessRequest } from './assess.js';
import {
  ContributionAnswer,
  ContributionRequest,
  CreditCodeAnswer,
  CreditCodeRequest,
  IdentifierAnswer,
  IdentifierRequest,
  type ContributionLineAnswer,
} from './calculators.dto.js';
import { explainCode, explainNumber } from './explain-codes.js';
import { RuleBook } from './policy.js';
import { assessProblem, noPolicyProblem } from './rules.problems.js';

/** What the law says of figures that the caller gives. Public; nothing is kept. */
@ApiTags('calculators')
@NeedsNoLedger()
@Controller('v1/calculators')
export class CalculatorsController {
  constructor(
    private readonly book: RuleBook,
    private readonly clock: Clock,
  ) {}

  @Post('contribution')
  @HttpCode(200)
  @ApiOperation({ summary: "What employer and employee owe for a month's wage" })
  @ApiResponse({ status: 200, type: ContributionAnswer })
  @ApiResponse({ status: 422, description: 'region-unknown, policy-missing' })
  contribution(@Body() body: ContributionRequest, @Req() request: FastifyRequest): ContributionAnswer {
    const policy = this.book.inForce(body.region, toMonth(body.month), body.employment ?? 'employee');
    if (!policy.ok) throw noPolicyProblem(policy.error, this.book, (text) => localized(text, request));
    const asked = toAssessRequest(body);
    const assessed = assess(policy.value, asked);
    if (!assessed.ok) throw assessProblem(assessed.error);
    const { table, base, lines, employerTotal, employeeTotal } = assessed.value;
    return {
      table,
      base: toYuan(base),
      lines: lines.map(toLineAnswer),
      employerTotal: toYuan(employerTotal),
      employeeTotal: toYuan(employeeTotal),
      why: explain(policy.value, asked, assessed.value),
    };
  }

  @Post('identifier')
  @HttpCode(200)
  @ApiOperation({ summary: 'Whether a social security number is well formed, and what it says' })
  @ApiResponse({ status: 200, type: IdentifierAnswer })
  identifier(@Body() { number }: IdentifierRequest): IdentifierAnswer {
    const parsed = parseSsn(number, this.clock.today());
    if (!parsed.ok) {
      const normalized = normaliseNumber(number);
      return { valid: false, normalized, problems: parsed.error, why: explainNumber(number) };
    }
    const { ssn, kind, upgraded, birthDate, sex } = parsed.value;
    return {
      valid: true,
      kind,
      normalized: ssn,
      upgraded,
      ...(birthDate && { birthDate }),
      ...(sex && { sex }),
      problems: [],
      why: explainNumber(number, parsed.value),
    };
  }

  @Post('credit-code')
  @HttpCode(200)
  @ApiOperation({ summary: 'Whether a unified social credit code is well formed' })
  @ApiResponse({ status: 200, type: CreditCodeAnswer })
  creditCode(@Body() { code }: CreditCodeRequest): CreditCodeAnswer {
    const parsed = parseUscc(code);
    const normalized = normaliseNumber(code);
    const problems = parsed.ok ? [] : parsed.error;
    return { valid: parsed.ok, normalized, problems, why: explainCode(code) };
  }
}

const toAssessRequest = ({ wage, injuryRate }: ContributionRequest): AssessRequest => {
  const rate = typeof injuryRate === 'string' ? parsePercent(injuryRate) : undefined;
  return { wage: fromYuan(wage), ...(rate?.ok && { injuryRate: rate.value }) };
};

const toLineAnswer = (line: AssessedLine): ContributionLineAnswer => ({
  insurance: line.insurance,
  base: toYuan(line.base),
  employerPart: toYuan(line.employerPart),
  employeePart: toYuan(line.employeePart),
  toAccount: toYuan(line.toAccount),
});
