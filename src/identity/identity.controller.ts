import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { localized } from '../http/localized.js';
import { Clock } from '../kernel/clock.js';
import { parseSsn } from '../kernel/ssn.js';
import { toQueryProblem } from '../projection/find-visible.js';
import { IdentityAnswer, LocateAnswer, LocateRequest } from './identity.dto.js';
import { GetIdentity, LocateIndividual } from './identity.messages.js';
import { numberProblem } from './identity.problems.js';

@ApiTags('individuals')
@Controller('v1/individuals')
export class IdentityController {
  constructor(
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Post('locate')
  @HttpCode(200)
  @ApiOperation({ summary: 'The id of the person whom a number names' })
  @ApiResponse({ status: 200, type: LocateAnswer })
  @ApiResponse({ status: 400, description: 'ssn-invalid, with every problem of the number' })
  @ApiResponse({ status: 404, description: 'individual-not-found' })
  async locate(
    @Body() { number, name }: LocateRequest,
    @Req() request: FastifyRequest,
  ): Promise<LocateAnswer> {
    const parsed = parseSsn(number, this.clock.today());
    if (!parsed.ok) throw numberProblem(parsed.error, 'number', (text) => localized(text, request));
    const located = await this.queries.execute(new LocateIndividual(parsed.value, name ?? undefined));
    if (!located.ok) throw toQueryProblem(located.error);
    return located.value;
  }

  @Get(':id')
  @ApiOperation({ summary: 'A registered person, name and number masked, and who covers them' })
  @ApiResponse({ status: 200, type: IdentityAnswer })
  @ApiResponse({ status: 404, description: 'individual-not-found' })
  async identity(@Param('id') id: string): Promise<IdentityAnswer> {
    const identity = await this.queries.execute(new GetIdentity(id));
    if (!identity.ok) throw toQueryProblem(identity.error);
    return identity.value;
  }
}
