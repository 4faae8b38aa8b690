import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiExtraModels, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fieldMessages } from '../http/field-messages.js';
import { RequestOrigin } from '../http/request-origin.js';
import { requestInvalid } from '../http/validation.js';
import { written } from '../http/written.js';
import { toDay, toMonth } from '../kernel/calendar.js';
import { RuleBook } from '../rules/policy.js';
import { AdjustAnswer, AdjustRequest, SumsAnswer } from './adjustment.dto.js';
import { AdjustContributions } from './adjustment.messages.js';
import { sayIn } from './individual.body.js';
import type { Origin } from './individual.messages.js';
import { regionUnknown, toProblem } from './individual.problems.js';

const REASON_DEFAULT = 'rules published late';

@ApiTags('adjustments')
@ApiExtraModels(SumsAnswer)
@Controller('v1/adjustments')
export class AdjustmentController {
  constructor(
    private readonly commands: CommandBus,
    private readonly rules: RuleBook,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Post what rules published late change of months assessed before' })
  @ApiResponse({
    status: 200,
    type: AdjustAnswer,
    description: 'All that this publication changed; cut short, send it again',
  })
  @ApiResponse({ status: 400, description: 'request-invalid' })
  @ApiResponse({ status: 409, description: 'write-conflict' })
  @ApiResponse({ status: 422, description: 'region-unknown' })
  async adjust(
    @Body() { region, monthFrom, monthTo, publication, reason = REASON_DEFAULT, dueOn }: AdjustRequest,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdjustAnswer> {
    const say = sayIn(request);
    if (monthTo < monthFrom)
      throw requestInvalid([
        { field: 'monthTo', code: 'out-of-range', message: say(fieldMessages['out-of-range']) },
      ]);
    const months = { monthFrom: toMonth(monthFrom), monthTo: toMonth(monthTo) };
    const notice = { region, ...months, publication, reason, ...(dueOn && { dueOn: toDay(dueOn) }) };
    const outcome = await this.commands.execute(new AdjustContributions(notice, origin));
    if (!outcome.ok) {
      if (outcome.error.type === 'RegionUnknown') throw regionUnknown(this.rules.regions(), say);
      throw toProblem(outcome.error, say);
    }
    return { publication, ...written(reply, outcome.value) };
  }
}
