import { Body, Controller, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequestOrigin } from '../http/request-origin.js';
import { written } from '../http/written.js';
import type { Origin } from '../individual/individual.messages.js';
import { WithdrawSubmission } from './employer.messages.js';
import { toProblem } from './employer.refusals.js';
import { WithdrawalAnswer, WithdrawBody } from './withdrawal.dto.js';

@ApiTags('submissions')
@Controller('v1/submissions')
export class WithdrawalController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':id/withdrawals')
  @ApiOperation({ summary: 'Take a file back that is not paid, also while its rows are posted' })
  @ApiResponse({
    status: 201,
    type: WithdrawalAnswer,
    description: 'No more rows are posted; those that were go back',
  })
  @ApiResponse({ status: 200, type: WithdrawalAnswer, description: 'Withdrawn before' })
  @ApiResponse({ status: 400, description: 'request-invalid' })
  @ApiResponse({ status: 404, description: 'submission-not-found' })
  @ApiResponse({ status: 409, description: 'submission-part-paid, not-withdrawable, write-conflict' })
  async withdraw(
    @Param('id') id: string,
    @Body() { reason }: WithdrawBody,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WithdrawalAnswer> {
    const withdrawn = await this.commands.execute(new WithdrawSubmission(id, reason.trim(), origin));
    if (!withdrawn.ok) throw toProblem(withdrawn.error.type);
    void reply.status(withdrawn.value.replayed ? HttpStatus.OK : HttpStatus.CREATED);
    return written(reply, withdrawn.value);
  }
}
