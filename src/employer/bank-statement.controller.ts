import { Controller, Get, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStore } from '../event-store/event-store.js';
import { TakesFile } from '../http/content-types.js';
import { localized } from '../http/localized.js';
import { IdempotencyKey, RequestOrigin } from '../http/request-origin.js';
import { written } from '../http/written.js';
import type { Origin } from '../individual/individual.messages.js';
import { BankStatementReader } from './bank-statement.reader.js';
import {
  BankLinesAnswer,
  BankLinesQuery,
  BankStatementAnswer,
  BankStatementBody,
  LINES_PAGE_MAX,
} from './bank-statement.dto.js';
import { BankStatementProcess } from './bank-statement.process.js';
import { isMatchedWhole } from './bank-statement.js';
import { readStatementUpload } from './bank-statement.upload.js';
import { toProblem } from './employer.refusals.js';
import { assertKnownKind } from './roster.upload.js';

/** How long a sender waits for the verdicts; a large statement goes on by itself. */
const ANSWER_MS_MAX = 10_000;

@ApiTags('payments')
@Controller('v1/bank-statements')
export class BankStatementController {
  constructor(
    private readonly store: EventStore,
    private readonly process: BankStatementProcess,
    private readonly reader: BankStatementReader,
  ) {}

  @Post()
  @TakesFile()
  @ApiOperation({
    summary: 'Hand in a statement of the bank or of the tax collection: each line is matched and booked',
    description:
      'CSV (UTF-8 or GB18030; comma, semicolon or tab) with columns 日期/date, 金额/amount, 流水号/reference, ' +
      '付款方代码/uscc or 付款方/payer, 摘要/remark, or JSON. Up to 10,000 lines, 8 MiB. A submission in the remark takes ' +
      'the money; else the month in it; else what is open of the employer, oldest month first. A line counts once, whatever ' +
      'files it stands in.',
  })
  @ApiConsumes('text/csv', 'multipart/form-data', 'application/json')
  @ApiBody({ type: BankStatementBody })
  @ApiResponse({ status: 201, type: BankStatementAnswer, description: 'Every line is matched' })
  @ApiResponse({ status: 202, type: BankStatementAnswer, description: 'The lines are durable; it goes on' })
  @ApiResponse({ status: 200, type: BankStatementAnswer, description: 'Handed in before' })
  @ApiResponse({ status: 400, description: 'request-invalid, file-empty, column-missing, row-malformed, …' })
  @ApiResponse({ status: 413, description: 'file-too-large' })
  @ApiResponse({ status: 415, description: 'file-type-unsupported, media-type-unsupported' })
  @ApiResponse({ status: 422, description: 'too-many-rows, idempotency-key-reused' })
  async receive(
    @IdempotencyKey({ required: true }) key: string,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BankStatementAnswer> {
    assertKnownKind(request);
    const file = await readStatementUpload(request);
    const received = await this.process.receive(file, key, origin);
    if (!received.ok) {
      const { type, ...facts } = received.error;
      throw toProblem(type, type === 'Conflict' ? {} : facts);
    }
    const { value: id, replayed } = received.value;
    const answered = new AbortController();
    await Promise.race([
      this.process.work(id),
      delay(ANSWER_MS_MAX, undefined, { signal: answered.signal }).catch(() => undefined),
    ]).finally(() => answered.abort());
    const state = await this.process.find(id);
    const done = state && isMatchedWhole(state) ? HttpStatus.CREATED : HttpStatus.ACCEPTED;
    void reply.status(replayed ? HttpStatus.OK : done).header('Location', `/v1/bank-statements/${id}`);
    const value = await this.answer(id, request);
    return written(reply, { value, position: await this.store.head(), replayed });
  }

  @Get(':id')
  @ApiOperation({ summary: 'A statement: its lines, those without an employer, and bills that stay open' })
  @ApiResponse({ status: 200, type: BankStatementAnswer })
  @ApiResponse({ status: 404, description: 'bank-statement-not-found' })
  show(@Param('id') id: string, @Req() request: FastifyRequest): Promise<BankStatementAnswer> {
    return this.answer(id, request);
  }

  @Get(':id/lines')
  @ApiOperation({ summary: 'The lines of a statement with their verdicts, in the order of the file' })
  @ApiResponse({ status: 200, type: BankLinesAnswer })
  @ApiResponse({ status: 404, description: 'bank-statement-not-found' })
  async lines(
    @Param('id') id: string,
    @Query() { verdict, cursor, limit = LINES_PAGE_MAX }: BankLinesQuery,
    @Req() request: FastifyRequest,
  ): Promise<BankLinesAnswer> {
    const wanted = { verdict, afterLine: Number(cursor ?? 0), limit };
    const found = await this.reader.findLines(id, wanted, (text) => localized(text, request));
    if (!found) throw toProblem('BankStatementNotFound');
    return found;
  }

  private async answer(id: string, request: FastifyRequest): Promise<BankStatementAnswer> {
    const found = await this.reader.find(id, (text) => localized(text, request));
    if (!found) throw toProblem('BankStatementNotFound');
    return found;
  }
}
