import { Body, Controller, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestOrigin } from '../http/request-origin.js';
import { requestInvalid } from '../http/validation.js';
import { written } from '../http/written.js';
import { toDay } from '../kernel/calendar.js';
import { parseUscc, type Uscc } from '../kernel/uscc.js';
import { RuleBook } from '../rules/policy.js';
import { checkSsn, readBody, sayIn, type Checked } from './individual.body.js';
import { CoverageAnswer, CoverageRequest, RegisterAnswer, RegisterRequest } from './individual.dto.js';
import {
  RegisterIndividual,
  StartCoverage,
  StopCoverage,
  type Origin,
  type Person,
} from './individual.messages.js';
import { fieldError, regionUnknown, toProblem, type Say } from './individual.problems.js';

/** 201 for what was made now, 200 for what had been done before. */
const statusOf = (replayed: boolean): number => (replayed ? 200 : 201);

@ApiTags('individuals')
@Controller('v1/individuals')
export class IndividualController {
  constructor(
    private readonly commands: CommandBus,
    private readonly rules: RuleBook,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Register a person' })
  @ApiBody({ type: RegisterRequest })
  @ApiResponse({ status: 201, type: RegisterAnswer })
  @ApiResponse({ status: 200, type: RegisterAnswer, description: 'Registered before with the same content' })
  @ApiResponse({
    status: 400,
    description: 'request-invalid, naming every bad field and every problem of the number',
  })
  @ApiResponse({ status: 409, description: 'individual-conflict' })
  @ApiResponse({ status: 422, description: 'region-unknown' })
  async register(
    @Body() given: unknown,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegisterAnswer> {
    const say = sayIn(request);
    const { body, value: identifier } = await readBody(RegisterRequest, given, ({ ssn }) =>
      checkSsn(ssn, origin.bookedOn, say),
    );
    if (!identifier) throw requestInvalid([fieldError('ssn', 'ssn-empty', say)]);
    const { name, region, documentType, phone } = body;
    if (!this.rules.regions().includes(region)) throw regionUnknown(this.rules.regions(), say);
    const person: Person = {
      identifier,
      name,
      region,
      ...(documentType ? { documentType } : {}),
      ...(phone ? { phone } : {}),
    };
    const outcome = await this.commands.execute(new RegisterIndividual(person, origin));
    if (!outcome.ok) throw toProblem(outcome.error, say);
    reply.code(statusOf(outcome.value.replayed));
    const { revision, ...answer } = written(reply, outcome.value);
    return { ...answer, revision: revision.toString() };
  }

  @Post(':id/coverage')
  @ApiOperation({ summary: 'An employer starts to cover a person (`from`), or stops (`until`)' })
  @ApiBody({ type: CoverageRequest })
  @ApiResponse({ status: 201, type: CoverageAnswer })
  @ApiResponse({
    status: 200,
    type: CoverageAnswer,
    description: 'Covered so already, or not covered by then',
  })
  @ApiResponse({ status: 400, description: 'request-invalid, also when both days are given or neither' })
  @ApiResponse({ status: 404, description: 'individual-not-found' })
  async changeCoverage(
    @Param('id') id: string,
    @Body() given: unknown,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CoverageAnswer> {
    const say = sayIn(request);
    const { body, value: employer } = await readBody(CoverageRequest, given, (shape, isWellFormed) =>
      checkCoverage(shape, isWellFormed, say),
    );
    if (!employer) throw requestInvalid([fieldError('employer', 'uscc-empty', say)]);
    const outcome = await this.commands.execute(toCoverage(id, employer, body, origin));
    if (!outcome.ok) throw toProblem(outcome.error, say);
    reply.code(statusOf(outcome.value.replayed));
    return written(reply, outcome.value);
  }
}

/** One of the two days, and the reason with the last one. A field that is malformed is named for that alone. */
const checkCoverage = (
  shape: Partial<CoverageRequest>,
  isWellFormed: (field: keyof CoverageRequest) => boolean,
  say: Say,
): Checked<Uscc> => {
  const { errors, ...employer } = checkEmployer(shape.employer, say);
  const isGiven = (field: 'from' | 'until' | 'reason'): boolean =>
    !isWellFormed(field) || (shape[field] ?? undefined) !== undefined;
  const days =
    isGiven('from') === isGiven('until')
      ? (['from', 'until'] as const).map((field) => fieldError(field, 'one-of-from-and-until', say))
      : [];
  if (days.length > 0) return { ...employer, errors: [...errors, ...days] };
  const reason = fieldError('reason', isGiven('until') ? 'required' : 'only-with-until', say);
  return { ...employer, errors: isGiven('until') === isGiven('reason') ? errors : [...errors, reason] };
};

const toCoverage = (
  id: string,
  employer: Uscc,
  { insurance, from, until, reason }: CoverageRequest,
  origin: Origin,
): StartCoverage | StopCoverage =>
  from
    ? new StartCoverage(id, insurance, employer, toDay(from), origin)
    : new StopCoverage(id, insurance, employer, toDay(until ?? ''), reason ?? '', origin);

const checkEmployer = (employer: unknown, say: Say): Checked<Uscc> => {
  if (typeof employer !== 'string') return { errors: [] };
  const parsed = parseUscc(employer);
  if (parsed.ok) return { errors: [], value: parsed.value };
  return { errors: parsed.error.map((code) => fieldError('employer', code, say)) };
};
