import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { nameOf } from '../event-store/chain.js';
import { localized } from '../http/localized.js';
import { IdempotencyKey, RequestOrigin } from '../http/request-origin.js';
import { requestInvalid } from '../http/validation.js';
import { written } from '../http/written.js';
import { toDay, yearOf } from '../kernel/calendar.js';
import { parsePercent, toPercent } from '../kernel/money.js';
import { INTEREST_METHOD, INTEREST_RATE } from '../rules/interest.topics.loader.js';
import { noTableProblem } from '../rules/rules.problems.js';
import { LawTables, NATIONAL, type Dated, type Topic } from '../rules/table.js';
import type { Origin } from './individual.messages.js';
import { fieldError, type Say } from './individual.problems.js';
import { InterestRunAnswer, InterestRunRequest, InterestRunStartedAnswer } from './interest-run.dto.js';
import { toRunProblem } from './interest-run.problems.js';
import { InterestRunProcess } from './interest-run.process.js';

type Rate = Readonly<{ rate: string; source: string; provisional: boolean }>;

@ApiTags('interest')
@Controller('v1/interest-runs')
export class InterestRunController {
  constructor(
    private readonly process: InterestRunProcess,
    private readonly tables: LawTables,
  ) {}

  @Post()
  @ApiOperation({ summary: "Credit a year's interest to every pension account and close the year" })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Tells runs of the same year, rate and method apart; without it they are one',
  })
  @ApiResponse({ status: 202, type: InterestRunStartedAnswer })
  @ApiResponse({ status: 200, type: InterestRunStartedAnswer, description: 'Started before' })
  @ApiResponse({ status: 409, description: 'interest-run-in-progress, with its id' })
  @ApiResponse({ status: 422, description: 'policy-missing with the years known, year-not-over' })
  async start(
    @Body() body: InterestRunRequest,
    @IdempotencyKey() key: string | undefined,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InterestRunStartedAnswer> {
    const say: Say = (text) => localized(text, request);
    const { year } = body;
    if (year >= yearOf(origin.bookedOn)) throw toRunProblem('YearNotOver');
    const rate = this.rateOf(body, say);
    this.get(INTEREST_METHOD, year, say);
    const terms = {
      year,
      ...rate,
      method: body.method ?? ('month-product' as const),
      earnsFrom: body.earnsFrom ?? ('paid' as const),
    };
    const named = [year.toString(), terms.rate, terms.method, terms.earnsFrom, `${terms.provisional}`];
    const run = nameOf('interest-run', ...named, key ?? '');
    const started = await this.process.execute({ type: 'Start', run, ...terms }, origin);
    if (!started.ok) {
      const { type, ...facts } = started.error;
      throw toRunProblem(type, facts);
    }
    void this.process.work();
    const { events, state, position } = started.value;
    const replayed = events.length === 0;
    void reply.status(replayed ? 200 : 202);
    const isFinished = state.get(run)?.isFinished === true;
    return written(reply, {
      value: { id: run, state: isFinished ? 'finished' : 'running' },
      position,
      replayed,
    });
  }

  @Get(':id')
  @ApiOperation({ summary: 'An interest run: how far it is, and what it posted' })
  @ApiResponse({ status: 200, type: InterestRunAnswer })
  @ApiResponse({ status: 404, description: 'interest-run-not-found' })
  async show(@Param('id') id: string): Promise<InterestRunAnswer> {
    const found = await this.process.find(id);
    if (!found) throw toRunProblem('InterestRunNotFound');
    const { run: _, isFinished, ...terms } = found.run;
    const { total = 0, credited = 0, unchanged = 0, failed = 0, amount = '0.00' } = found.progress ?? {};
    const parked = isFinished ? undefined : this.process.parked();
    return {
      id,
      state: isFinished ? 'finished' : 'running',
      ...terms,
      counts: { total, credited, unchanged, failed },
      amount,
      ...(parked !== undefined && { parked }),
    };
  }

  /** A rate is given for a year that has none yet, with who says so; it is provisional. */
  private rateOf(body: InterestRunRequest, say: Say): Rate {
    const { year, rate, source } = body;
    const provisional = body.provisional === true;
    const isGiven = rate !== undefined && rate !== null;
    const missing = [
      ...(provisional && !isGiven ? ['rate'] : []),
      ...(provisional && !source ? ['source'] : []),
      ...(isGiven && !provisional ? ['provisional'] : []),
    ];
    if (missing.length > 0) throw requestInvalid(missing.map((field) => fieldError(field, 'required', say)));
    const percent = isGiven ? parsePercent(rate) : undefined;
    if (percent?.ok && source) return { rate: toPercent(percent.value), source, provisional };
    const table = this.get(INTEREST_RATE, year, say);
    const { text, mark } = table.source;
    const said = mark === 'sure' ? text : `${text} (second-hand)`;
    return { rate: toPercent(table.values.rate), source: said, provisional: false };
  }

  private get<V>(topic: Topic<V>, year: number, say: Say): Dated<V> {
    const found = this.tables.find(topic, NATIONAL, toDay(`${year}-12-31`));
    if (!found.ok) throw noTableProblem(found.error, 'year', say);
    return found.value;
  }
}
