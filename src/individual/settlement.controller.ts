import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IdempotencyKey, RequestOrigin } from '../http/request-origin.js';
import { written } from '../http/written.js';
import type { Instant } from '../kernel/calendar.js';
import { toBusinessDay } from '../kernel/clock.js';
import { fromYuan, toYuan } from '../kernel/money.js';
import { checkSsn, readBody, sayIn, type Checked } from './individual.body.js';
import {
  ReverseMessageAnswer,
  ReverseMessageRequest,
  ReverseSettlementAnswer,
  ReverseSettlementRequest,
  SettlementAnswer,
  SettlementRequest,
} from './individual.dto.js';
import type { Origin } from './individual.messages.js';
import {
  QuoteSettlement,
  ReverseMessage,
  ReverseSettlement,
  SettleCard,
  type Settled,
  type Settlement,
} from './settlement.messages.js';
import { fieldError, toProblem, type Say } from './individual.problems.js';

type Payer = SettleCard['payer'];

/** The card at pharmacies and hospitals. The business key is the institution with its serial. */
@ApiTags('settlements')
@Controller('v1/settlements')
export class SettlementController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @ApiOperation({ summary: 'Settle a purchase; the medical account pays as far as it reaches' })
  @ApiBody({ type: SettlementRequest })
  @ApiResponse({ status: 201, type: SettlementAnswer })
  @ApiResponse({ status: 200, type: SettlementAnswer, description: 'Settled before with the same content' })
  @ApiResponse({ status: 404, description: 'individual-not-found' })
  @ApiResponse({ status: 409, description: 'settlement-conflict, settlement-voided' })
  @ApiResponse({ status: 422, description: 'amounts-do-not-add-up' })
  async settle(
    @Body() given: unknown,
    @IdempotencyKey() _key: string | undefined,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SettlementAnswer> {
    const say = sayIn(request);
    const { payer, settlement } = await readClaim(given, origin, say);
    const outcome = await this.commands.execute(new SettleCard(payer, settlement, origin));
    if (!outcome.ok) throw toProblem(outcome.error, say);
    reply.code(outcome.value.replayed ? 200 : 201);
    return toAnswer(written(reply, outcome.value));
  }

  @Post('quotes')
  @HttpCode(200)
  @ApiOperation({ summary: 'The answer that settling would give, writing nothing' })
  @ApiBody({ type: SettlementRequest })
  @ApiResponse({ status: 200, type: SettlementAnswer })
  async quote(
    @Body() given: unknown,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
  ): Promise<SettlementAnswer> {
    const say = sayIn(request);
    const { payer, settlement } = await readClaim(given, origin, say);
    const outcome = await this.commands.execute(new QuoteSettlement(payer, settlement));
    if (!outcome.ok) throw toProblem(outcome.error, say);
    return toAnswer(outcome.value);
  }

  @Post('message-reversals')
  @ApiOperation({ summary: 'Take a message back by its serial, also one that never came' })
  @ApiResponse({ status: 201, type: ReverseMessageAnswer })
  @ApiResponse({ status: 200, type: ReverseMessageAnswer, description: 'Taken back before' })
  async reverseMessage(
    @Body() { institution, originalSerial }: ReverseMessageRequest,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReverseMessageAnswer> {
    const outcome = await this.commands.execute(new ReverseMessage(institution, originalSerial, origin));
    if (!outcome.ok) throw toProblem(outcome.error, sayIn(request));
    reply.code(outcome.value.replayed ? 200 : 201);
    return written(reply, outcome.value);
  }

  @Post(':settlementId/reversals')
  @ApiOperation({ summary: 'Reverse a settlement: a full mirror, once' })
  @ApiResponse({ status: 201, type: ReverseSettlementAnswer })
  @ApiResponse({
    status: 200,
    type: ReverseSettlementAnswer,
    description: 'Reversed before by the same message',
  })
  @ApiResponse({ status: 404, description: 'settlement-not-found' })
  @ApiResponse({ status: 409, description: 'settlement-already-reversed' })
  async reverse(
    @Param('settlementId') settlementId: string,
    @Body() { institution, institutionSerial, reason }: ReverseSettlementRequest,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReverseSettlementAnswer> {
    const message = new ReverseSettlement(settlementId, institution, institutionSerial, reason, origin);
    const outcome = await this.commands.execute(message);
    if (!outcome.ok) throw toProblem(outcome.error, sayIn(request));
    reply.code(outcome.value.replayed ? 200 : 201);
    const { accountReturned, fundReturned, balanceAfter } = written(reply, outcome.value);
    return {
      settlementId,
      accountReturned: toYuan(accountReturned),
      fundReturned: toYuan(fundReturned),
      balanceAfter: toYuan(balanceAfter),
    };
  }
}

type Claim = Readonly<{ payer: Payer; settlement: Settlement }>;

const readClaim = async (given: unknown, origin: Origin, say: Say): Promise<Claim> => {
  const { body, value: payer } = await readBody(SettlementRequest, given, (shape, isWellFormed) =>
    checkClaim(shape, isWellFormed, origin, say),
  );
  if (!payer) throw new Error('a claim without its payer is refused by its check');
  const { institution, institutionSerial, kind, accountMax } = body;
  const settlement = {
    institution,
    institutionSerial,
    kind,
    occurredAt: toInstant(body.occurredAt),
    total: fromYuan(body.total),
    ownExpense: fromYuan(body.ownExpense),
    inScope: fromYuan(body.inScope),
    fundPaid: fromYuan(body.fundPaid),
    ...(accountMax ? { accountMax: fromYuan(accountMax) } : {}),
  };
  return { payer, settlement };
};

/** Names the payer by exactly one of number and id, and refuses a purchase of a later day than today. */
const checkClaim = (
  { ssn, id, occurredAt }: Partial<SettlementRequest>,
  isWellFormed: (field: keyof SettlementRequest) => boolean,
  origin: Origin,
  say: Say,
): Checked<Payer> => {
  const isAhead =
    occurredAt !== undefined &&
    isWellFormed('occurredAt') &&
    toBusinessDay(toInstant(occurredAt)) > origin.bookedOn;
  const ahead = isAhead ? [fieldError('occurredAt', 'instant-in-future', say)] : [];
  const isGiven = (value: string | null | undefined): boolean => value !== undefined && value !== null;
  if (isGiven(ssn) === isGiven(id))
    return { errors: [...ahead, fieldError('ssn', 'one-of-ssn-and-id', say)] };
  if (typeof id === 'string') return { errors: ahead, value: { id } };
  const { errors, value: identifier } = checkSsn(ssn, origin.bookedOn, say);
  return { errors: [...ahead, ...errors], ...(identifier && { value: { identifier } }) };
};

/** The one form of an instant, with milliseconds, so that the same instant compares equal. */
const toInstant = (text: string): Instant =>
  `${text.slice(0, 19)}.${/\.(\d+)Z$/.exec(text)?.[1]?.padEnd(3, '0') ?? '000'}Z` as Instant;

const toAnswer = (settled: Settled): SettlementAnswer => ({
  settlementId: settled.settlementId,
  accountPaid: toYuan(settled.accountPaid),
  cashPaid: toYuan(settled.cashPaid),
  fundPaid: toYuan(settled.fundPaid),
  balanceBefore: toYuan(settled.balanceBefore),
  balanceAfter: toYuan(settled.balanceAfter),
  receipt: settled.receipt,
});
