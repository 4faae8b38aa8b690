import { Body, Controller, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequestOrigin } from '../http/request-origin.js';
import { written } from '../http/written.js';
import type { Origin } from '../individual/individual.messages.js';
import { toMonth } from '../kernel/calendar.js';
import { toProblem } from './employer.refusals.js';
import { EstimateAnswer, EstimateBody } from './estimate.dto.js';
import { EstimateMonth, type EstimateRefusal } from './estimate.messages.js';

@ApiTags('employers')
@Controller('v1/employers')
export class EstimateController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':uscc/estimates')
  @ApiOperation({ summary: 'Assess a month that was not declared, at 110 percent of the month before' })
  @ApiResponse({ status: 201, type: EstimateAnswer })
  @ApiResponse({ status: 200, type: EstimateAnswer, description: 'Estimated before' })
  @ApiResponse({ status: 400, description: 'request-invalid' })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  @ApiResponse({ status: 409, description: 'month-declared' })
  @ApiResponse({ status: 422, description: 'declaration-not-due, last-month-missing, policy-missing' })
  async estimate(
    @Param('uscc') uscc: string,
    @Body() { month }: EstimateBody,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EstimateAnswer> {
    const outcome = await this.commands.execute(new EstimateMonth(uscc, toMonth(month), origin));
    if (!outcome.ok) throw toEstimateProblem(outcome.error);
    void reply.status(outcome.value.replayed ? HttpStatus.OK : HttpStatus.CREATED);
    return written(reply, outcome.value);
  }
}

const toEstimateProblem = (failure: EstimateRefusal): ReturnType<typeof toProblem> => {
  switch (failure.type) {
    case 'EmployerNotFound':
    case 'MonthDeclared':
    case 'NoLastMonth':
    case 'Conflict':
      return toProblem(failure.type);
    case 'NoFactor':
      return toProblem('NoPolicy');
    case 'DeclarationNotDue':
      return toProblem(failure.type, { dueOn: failure.dueOn });
    case 'NoPolicy': {
      const { region, month, from, to } = failure;
      return toProblem('NoPolicy', { region, month, months: from && to ? { from, to } : null });
    }
  }
};
