import { Controller, Get, Headers, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { localized } from '../http/localized.js';
import { ReadModels } from '../projection/read-models.js';
import { findBill } from './account.queries.js';
import { AccountReader } from './account.reader.js';
import { findVisible } from './visible.queries.js';
import { toProblem } from './employer.refusals.js';
import { LIMIT_DEFAULT, RowsAnswer, RowsQuery, SubmissionAnswer } from './submission.dto.js';
import { SubmissionProcess } from './submission.process.js';
import { progressOf } from './submission.progress.js';
import { findRows, findSubmission } from './submission.queries.js';
import type { SubmissionRecord } from './submission.rows.js';
import { toJudgedRow, toRowAnswer, toSubmission } from './submission.views.js';

@ApiTags('submissions')
@Controller('v1/submissions')
export class SubmissionController {
  constructor(
    private readonly readModels: ReadModels,
    private readonly accounts: AccountReader,
    private readonly process: SubmissionProcess,
  ) {}

  @Get(':id')
  @ApiOperation({ summary: 'A submission: counts, amounts, what is owed' })
  @ApiResponse({ status: 200, type: SubmissionAnswer })
  @ApiResponse({ status: 404, description: 'submission-not-found' })
  async show(@Param('id') id: string): Promise<SubmissionAnswer> {
    const record = await this.get(id);
    const bill = await findBill(this.readModels.db(), id);
    const parked = this.process.parked().get(id);
    return { ...toSubmission(record, bill, this.accounts.today()), ...(parked && { parked }) };
  }

  @Get(':id/rows')
  @ApiOperation({ summary: 'Verdicts on rows, in the order of the file' })
  @ApiResponse({ status: 200, type: RowsAnswer })
  async rows(
    @Param('id') id: string,
    @Query() query: RowsQuery,
    @Req() request: FastifyRequest,
  ): Promise<RowsAnswer> {
    await this.get(id);
    const limit = query.limit ?? LIMIT_DEFAULT;
    const wanted = { ...(query.verdict && { verdict: query.verdict }), afterLine: Number(query.cursor ?? 0) };
    const found = await findRows(this.readModels.db(), id, { ...wanted, limit: limit + 1 });
    const page = found.slice(0, limit);
    const items = page.map((row) => toRowAnswer(toJudgedRow(row), (text) => localized(text, request)));
    return { items, next: found.length > limit ? (page.at(-1)?.line.toString() ?? null) : null };
  }

  @Get(':id/progress')
  @ApiOperation({ summary: 'Server-Sent Events: `progress` with the counts, `done` at the end' })
  @ApiProduces('text/event-stream')
  async progress(
    @Param('id') id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.get(id);
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    await reply
      .type('text/event-stream; charset=utf-8')
      .header('Cache-Control', 'no-store')
      .header('X-Accel-Buffering', 'no')
      .send(Readable.from(progressOf(this.readModels, id, left.signal, lastEventId)));
  }

  private async get(id: string): Promise<SubmissionRecord> {
    const record = await findVisible(this.readModels, (db) => findSubmission(db, id));
    if (!record) throw toProblem('SubmissionNotFound');
    return record;
  }
}
