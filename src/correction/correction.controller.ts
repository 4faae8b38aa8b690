import { Body, Controller, Get, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fieldMessages } from '../http/field-messages.js';
import { localized } from '../http/localized.js';
import { IdempotencyKey, RequestOrigin } from '../http/request-origin.js';
import { requestInvalid } from '../http/validation.js';
import { written } from '../http/written.js';
import type { Origin, Written } from '../individual/individual.messages.js';
import { parseMonth } from '../kernel/calendar.js';
import type { Result } from '../kernel/result.js';
import { findVisible, toQueryProblem } from '../projection/find-visible.js';
import { cursorProblem, LIMIT_DEFAULT } from '../projection/list.dto.js';
import { ReadModels } from '../projection/read-models.js';
import {
  CorrectionAnswer,
  CorrectionItem,
  CorrectionsAnswer,
  CorrectionsQuery,
  MoveRequest,
  RefundRequest,
  RejectionRequest,
  ReversalRequest,
  type CorrectionSubject,
} from './correction.dto.js';
import {
  ApproveCorrection,
  RejectCorrection,
  RequestCorrection,
  type Corrected,
  type CorrectionRefusal,
} from './correction.messages.js';
import { codeOfRefusal, toProblem } from './correction.problems.js';
import type { CorrectionTable } from './correction.projection.js';
import { findCorrection, listCorrections } from './correction.queries.js';
import type { CorrectionRequest } from './events.js';

const ACTOR = {
  name: 'Actor',
  required: false,
  description: 'Who acts, a name of letters, digits, `.`, `_` and `-`; `local` without it',
} as const;
const KEY = { name: 'Idempotency-Key', required: false, description: 'Absent: named by what it corrects' };

/** Two people for every correction: one asks, another approves. */
@ApiTags('corrections')
@ApiHeader(ACTOR)
@Controller('v1')
export class CorrectionController {
  constructor(
    private readonly commands: CommandBus,
    private readonly readModels: ReadModels,
  ) {}

  @Post('individuals/:id/contributions/:month/reversals')
  @ApiOperation({ summary: 'Ask to take back what stands of a month, or one insurance of it' })
  @ApiHeader(KEY)
  @ApiResponse({ status: 202, type: CorrectionAnswer, description: 'Written down; another person approves' })
  @ApiResponse({ status: 404, description: 'individual-not-found, nothing-to-reverse' })
  @ApiResponse({ status: 422, description: 'insurance-not-assessed, idempotency-key-reused' })
  reverse(
    @Param('id') individual: string,
    @Param('month') monthText: string,
    @Body() { insurance, reason, evidence }: ReversalRequest,
    @IdempotencyKey() key: string | undefined,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CorrectionAnswer> {
    const month = monthIn(monthText, request);
    const asked = {
      kind: 'reversal',
      individual,
      month,
      ...(insurance && { insurance }),
    } as const;
    return this.ask(new RequestCorrection(asked, reason, evidence, key, origin), reply);
  }

  @Post('individuals/:id/contributions/:month/moves')
  @ApiOperation({ summary: 'Ask to give a month that was assessed for the wrong person to the right one' })
  @ApiHeader(KEY)
  @ApiResponse({ status: 202, type: CorrectionAnswer, description: 'Written down; another person approves' })
  @ApiResponse({ status: 404, description: 'individual-not-found, receiver-not-found, nothing-to-reverse' })
  @ApiResponse({ status: 409, description: 'month-taken, submission-not-assessed' })
  move(
    @Param('id') from: string,
    @Param('month') monthText: string,
    @Body() { to, reason, evidence }: MoveRequest,
    @IdempotencyKey() key: string | undefined,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CorrectionAnswer> {
    const asked = { kind: 'move', from, to, month: monthIn(monthText, request) } as const;
    return this.ask(new RequestCorrection(asked, reason, evidence, key, origin), reply);
  }

  @Post('employers/:uscc/refunds')
  @ApiOperation({ summary: "Ask to pay out an employer's credit" })
  @ApiResponse({ status: 202, type: CorrectionAnswer, description: 'Written down; another person approves' })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  @ApiResponse({ status: 409, description: 'credit-too-low' })
  refund(
    @Param('uscc') uscc: string,
    @Body() { amount, reference, reason, evidence }: RefundRequest,
    @IdempotencyKey({ required: true }) key: string,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CorrectionAnswer> {
    const asked = { kind: 'refund', uscc, amount, reference } as const;
    return this.ask(new RequestCorrection(asked, reason, evidence, key, origin), reply);
  }

  @Post('corrections/:id/approvals')
  @ApiOperation({ summary: 'Approve: answered when it is carried out' })
  @ApiResponse({
    status: 201,
    type: CorrectionAnswer,
    description: '`failed` where it is not possible any more',
  })
  @ApiResponse({ status: 200, type: CorrectionAnswer, description: 'Approved before' })
  @ApiResponse({ status: 403, description: 'same-person' })
  @ApiResponse({ status: 404, description: 'correction-not-found' })
  @ApiResponse({ status: 409, description: 'correction-decided' })
  async approve(
    @Param('id') id: string,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CorrectionAnswer> {
    return decided(reply, await this.commands.execute(new ApproveCorrection(id, origin)));
  }

  @Post('corrections/:id/rejections')
  @ApiOperation({ summary: 'Reject: nothing is changed' })
  @ApiResponse({ status: 201, type: CorrectionAnswer })
  @ApiResponse({ status: 200, type: CorrectionAnswer, description: 'Rejected before' })
  @ApiResponse({ status: 403, description: 'same-person' })
  @ApiResponse({ status: 404, description: 'correction-not-found' })
  @ApiResponse({ status: 409, description: 'correction-decided' })
  async reject(
    @Param('id') id: string,
    @Body() { reason }: RejectionRequest,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CorrectionAnswer> {
    return decided(reply, await this.commands.execute(new RejectCorrection(id, reason, origin)));
  }

  @Get('corrections/:id')
  @ApiOperation({ summary: 'A correction: what was asked, by whom, and what became of it' })
  @ApiResponse({ status: 200, type: CorrectionItem })
  @ApiResponse({ status: 404, description: 'correction-not-found' })
  async show(@Param('id') id: string): Promise<CorrectionItem> {
    const found = await findVisible(this.readModels, () => findCorrection(this.readModels.db(), id));
    if (found.ok) return toItem(found.value);
    if (found.error.type === 'NotYetVisible') throw toQueryProblem(found.error);
    throw toProblem({ type: 'CorrectionNotFound' });
  }

  @Get('corrections')
  @ApiOperation({ summary: 'Corrections in the order in which they were asked for' })
  @ApiResponse({ status: 200, type: CorrectionsAnswer })
  async list(@Query() query: CorrectionsQuery): Promise<CorrectionsAnswer> {
    const limit = query.limit ?? LIMIT_DEFAULT;
    const after = query.cursor ?? '0';
    if (!/^\d{1,19}$/.test(after)) throw cursorProblem();
    const found = await listCorrections(this.readModels.db(), {
      after: query.cursor === undefined ? -1n : BigInt(after),
      limit: limit + 1,
      ...(query.state && { state: query.state }),
    });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const next = found.length > limit && last ? last.requested_position.toString() : null;
    return { items: page.map(toItem), next };
  }

  private async ask(command: RequestCorrection, reply: FastifyReply): Promise<CorrectionAnswer> {
    const outcome = await this.commands.execute(command);
    if (!outcome.ok) throw toProblem(outcome.error);
    const { id } = outcome.value.value;
    void reply.status(HttpStatus.ACCEPTED).header('Location', `/v1/corrections/${id}`);
    return toAnswer(written(reply, outcome.value));
  }
}

const monthIn = (text: string, request: FastifyRequest): string => {
  const month = parseMonth(text);
  if (month.ok) return month.value;
  const message = localized(fieldMessages['month-malformed'], request);
  throw requestInvalid([{ field: 'month', code: 'month-malformed', message }]);
};

const decided = (
  reply: FastifyReply,
  outcome: Result<Written<Corrected>, CorrectionRefusal>,
): CorrectionAnswer => {
  if (!outcome.ok) throw toProblem(outcome.error);
  void reply.status(outcome.value.replayed ? HttpStatus.OK : HttpStatus.CREATED);
  return toAnswer(written(reply, outcome.value));
};

const toAnswer = ({ id, correction }: Corrected): CorrectionAnswer => {
  const { requested, state, decidedBy, code } = correction;
  const { request, requestedBy } = requested;
  return {
    id,
    state,
    request: toSubject(request),
    requestedBy,
    ...(decidedBy !== undefined && { decidedBy }),
    ...(code !== undefined && { code: codeOfRefusal(code) }),
  };
};

const toItem = (row: CorrectionTable): CorrectionItem => ({
  id: row.id,
  state: row.state,
  request: toSubject(JSON.parse(row.request) as CorrectionRequest),
  requestedBy: row.requested_by,
  requestedAt: row.requested_at,
  ...(row.decided_by !== null && { decidedBy: row.decided_by }),
  ...(row.decided_at !== null && { decidedAt: row.decided_at }),
  ...(row.code !== null && { code: codeOfRefusal(row.code) }),
});

const toSubject = (request: CorrectionRequest): CorrectionSubject => request;
