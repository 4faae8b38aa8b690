import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { NeedsNoLedger } from '../http/current.interceptor.js';
import { toDay } from '../kernel/calendar.js';
import { toYuan } from '../kernel/money.js';
import { GetTrialBalance } from '../ledger/ledger.messages.js';
import { toQueryProblem } from '../projection/find-visible.js';
import { toViewpoint } from '../projection/viewpoint.dto.js';
import {
  HistoryAnswer,
  HistoryQuery,
  TrialBalanceAnswer,
  TrialBalanceQuery,
  VerificationAnswer,
  VerificationStartedAnswer,
} from './audit.dto.js';
import { verificationProblem } from './audit.problems.js';
import { HISTORY_HEADER, toHistoryLine } from './history.csv.js';
import type { HistoryItem } from './history.js';
import { HistoryReader } from './history.reader.js';
import { toRunAnswer } from './verification.texts.js';
import { Verifications } from './verifications.js';

/** `csv` when the client names it before JSON. */
const prefersCsv = ({ headers }: FastifyRequest): boolean =>
  /^(?:(?!application\/json).)*text\/csv/.test(headers.accept ?? '');

@ApiTags('audit')
@Controller('v1/audit')
export class AuditController {
  constructor(
    private readonly queries: QueryBus,
    private readonly history: HistoryReader,
    private readonly verifications: Verifications,
  ) {}

  @Get('individuals/:id/history')
  @ApiOperation({ summary: 'Every event of a person in order, with what it moved and why' })
  @ApiProduces('application/json', 'text/csv')
  @ApiResponse({ status: 200, type: HistoryAnswer })
  @ApiResponse({ status: 404, description: 'individual-not-found' })
  async readHistory(
    @Param('id') id: string,
    @Query() query: HistoryQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!(await this.history.isRecorded(id))) throw toQueryProblem({ type: 'IndividualNotFound' });
    const after = query.cursor === undefined ? undefined : BigInt(query.cursor);
    const items = this.history.read(id, toViewpoint(query), after);
    const [type, text] = prefersCsv(request)
      ? ['text/csv; charset=utf-8; header=present', toCsv(items, query.limit)]
      : ['application/json; charset=utf-8', toJson(id, items, query.limit)];
    await reply.type(type).send(Readable.from(text));
  }

  @Get('trial-balance')
  @ApiOperation({ summary: 'Turnover of every account of the book; the total is nought' })
  @ApiResponse({ status: 200, type: TrialBalanceAnswer })
  async trialBalance(@Query() { asOf }: TrialBalanceQuery): Promise<TrialBalanceAnswer> {
    const day = asOf === undefined ? undefined : toDay(asOf);
    const { accounts, total, freshness } = await this.queries.execute(new GetTrialBalance(day));
    const rows = accounts.map(({ account, debit, credit }) => ({
      account,
      debit: toYuan(debit),
      credit: toYuan(credit),
    }));
    return { accounts: rows, total: toYuan(total), freshness };
  }

  @Post('verifications')
  @NeedsNoLedger()
  @HttpCode(202)
  @ApiOperation({ summary: 'Start to verify the whole log: each hash, link, revision and position' })
  @ApiResponse({ status: 202, type: VerificationStartedAnswer })
  startVerification(@Res({ passthrough: true }) reply: FastifyReply): VerificationStartedAnswer {
    const id = this.verifications.start();
    void reply.header('Location', `/v1/audit/verifications/${id}`);
    return { id };
  }

  @Get('verifications/:id')
  @ApiOperation({ summary: 'How a verification stands' })
  @ApiResponse({ status: 200, type: VerificationAnswer })
  @ApiResponse({ status: 404, description: 'verification-not-found' })
  verification(@Param('id') id: string): VerificationAnswer {
    const run = this.verifications.find(id);
    if (!run) throw verificationProblem();
    return toRunAnswer(run);
  }
}

const toCsv = async function* (items: AsyncIterable<HistoryItem>, limit = Infinity): AsyncGenerator<string> {
  yield HISTORY_HEADER;
  let count = 0;
  for await (const item of items) {
    if (count++ === limit) return;
    yield toHistoryLine(item);
  }
};

/** `{id, items, next}`, written as the events come; `next` is the last revision of a page when more follow. */
const toJson = async function* (
  id: string,
  items: AsyncIterable<HistoryItem>,
  limit = Infinity,
): AsyncGenerator<string> {
  yield `{"id":${JSON.stringify(id)},"items":[`;
  let [count, last, next]: [number, string | null, string | null] = [0, null, null];
  for await (const item of items) {
    if (count === limit) {
      next = last;
      break;
    }
    yield `${count === 0 ? '' : ','}${JSON.stringify(item)}`;
    last = item.revision;
    count++;
  }
  yield `],"next":${JSON.stringify(next)}}`;
};
