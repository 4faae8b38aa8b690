import { Body, Controller, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { IdempotencyKey, RequestOrigin } from '../http/request-origin.js';
import { written } from '../http/written.js';
import type { Origin, Written } from '../individual/individual.messages.js';
import { toDay, toMonth } from '../kernel/calendar.js';
import { fromYuan } from '../kernel/money.js';
import type { Result } from '../kernel/result.js';
import { parseUscc, type Uscc } from '../kernel/uscc.js';
import {
  PayEmployer,
  PaySubmission,
  UseCredit,
  type PaymentDone,
  type PaymentFailure,
} from './employer.messages.js';
import { toProblem } from './employer.refusals.js';
import { PayBody, PayEmployerBody, PaymentAnswer } from './payment.dto.js';
import { toPaymentAnswer } from './payment.views.js';

const REPLAYED = 'The same again, or a line of the bank that came before: the first answer';
const IN_PROGRESS = 'payment-in-progress: recorded, send it again';

@ApiTags('payments')
@Controller('v1')
export class PaymentController {
  constructor(private readonly commands: CommandBus) {}

  @Post('submissions/:id/payments')
  @ApiOperation({
    summary: 'Money for a submission: too little pays a part, too much is kept as credit',
    description:
      'Answered when every person whom it covers is credited. Which part is paid first stands in rules/national/payment.yaml.',
  })
  @ApiResponse({ status: 201, type: PaymentAnswer })
  @ApiResponse({ status: 200, type: PaymentAnswer, description: REPLAYED })
  @ApiResponse({ status: 404, description: 'submission-not-found' })
  @ApiResponse({
    status: 409,
    description: 'submission-not-assessed, submission-withdrawn, submission-already-paid',
  })
  @ApiResponse({ status: 422, description: 'paid-on-in-future, idempotency-key-reused' })
  @ApiResponse({ status: 503, description: IN_PROGRESS })
  async paySubmission(
    @Param('id') id: string,
    @Body() { amount, paidOn, reference }: PayBody,
    @IdempotencyKey({ required: true }) key: string,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentAnswer> {
    const command = new PaySubmission(id, fromYuan(amount), toDay(paidOn), reference.trim(), key, origin);
    return answer(await this.commands.execute(command), reply);
  }

  @Post('employers/:uscc/payments')
  @ApiOperation({
    summary: 'Money from an employer: pays a month, or what is open, oldest month first; the rest is credit',
  })
  @ApiResponse({ status: 201, type: PaymentAnswer })
  @ApiResponse({ status: 200, type: PaymentAnswer, description: REPLAYED })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  @ApiResponse({ status: 422, description: 'paid-on-in-future, idempotency-key-reused' })
  @ApiResponse({ status: 503, description: IN_PROGRESS })
  async payEmployer(
    @Param('uscc') code: string,
    @Body() { amount, paidOn, reference, month }: PayEmployerBody,
    @IdempotencyKey({ required: true }) key: string,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentAnswer> {
    const command = new PayEmployer(
      getUscc(code),
      month == null ? undefined : toMonth(month),
      fromYuan(amount),
      toDay(paidOn),
      reference.trim(),
      key,
      origin,
    );
    return answer(await this.commands.execute(command), reply);
  }

  @Post('employers/:uscc/credit-uses')
  @ApiOperation({ summary: "The employer's credit pays what is open, oldest month first" })
  @ApiResponse({ status: 201, type: PaymentAnswer })
  @ApiResponse({
    status: 200,
    type: PaymentAnswer,
    description: 'The same again; or nothing is open, and the credit stays',
  })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  @ApiResponse({ status: 409, description: 'no-credit' })
  @ApiResponse({ status: 503, description: IN_PROGRESS })
  async useCredit(
    @Param('uscc') code: string,
    @IdempotencyKey({ required: true }) key: string,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentAnswer> {
    const used = await this.commands.execute(new UseCredit(getUscc(code), key, origin));
    const isNothing = used.ok && used.value.value.allocations.length === 0;
    const told = answer(used, reply);
    if (isNothing) void reply.status(HttpStatus.OK);
    return told;
  }
}

const getUscc = (code: string): Uscc => {
  const uscc = parseUscc(code);
  if (!uscc.ok) throw toProblem('EmployerNotFound');
  return uscc.value;
};

const answer = (done: Result<Written<PaymentDone>, PaymentFailure>, reply: FastifyReply): PaymentAnswer => {
  if (!done.ok) {
    const { type, ...facts } = done.error;
    throw toProblem(type, type === 'Conflict' ? {} : facts);
  }
  void reply.status(done.value.replayed ? HttpStatus.OK : HttpStatus.CREATED);
  return toPaymentAnswer(written(reply, done.value));
};
