import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { XLSX_TYPE } from '../http/content-types.js';
import { ReadModels } from '../projection/read-models.js';
import { toProblem } from './employer.refusals.js';
import { toErrorsCsv, toErrorsXlsx } from './roster.errors.js';
import { SubmissionErrors, type Rejected } from './submission.errors.js';
import { findSubmission } from './submission.queries.js';
import { findVisible } from './visible.queries.js';

/** The rejected rows of a submission as files to mend and send again. */
@ApiTags('submissions')
@Controller('v1/submissions')
export class ErrorsController {
  constructor(
    private readonly readModels: ReadModels,
    private readonly errors: SubmissionErrors,
  ) {}

  @Get(':id/errors.csv')
  @ApiOperation({
    summary: 'The rejected rows as the template they came in, with an error column: mend and send',
  })
  @ApiProduces('text/csv')
  @ApiResponse({
    status: 200,
    description: 'CSV in the encoding and with the delimiter of the file that was sent',
  })
  @ApiResponse({ status: 404, description: 'submission-not-found' })
  async csv(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { format, pages } = await this.rejectedOf(id);
    await reply
      .type(`text/csv; charset=${format.encoding}`)
      .header('Content-Disposition', `attachment; filename="errors-${id}.csv"`)
      .send(Readable.from(toErrorsCsv(format, pages), { objectMode: false }));
  }

  @Get(':id/errors.xlsx')
  @ApiOperation({ summary: 'The same as a workbook, with the number column as text' })
  @ApiProduces(XLSX_TYPE)
  @ApiResponse({ status: 200, description: 'A workbook of one sheet' })
  @ApiResponse({ status: 404, description: 'submission-not-found' })
  async xlsx(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { format, pages } = await this.rejectedOf(id);
    await reply
      .type(XLSX_TYPE)
      .header('Content-Disposition', `attachment; filename="errors-${id}.xlsx"`)
      .send(toErrorsXlsx(format, pages));
  }

  private async rejectedOf(id: string): Promise<Rejected> {
    const record = await findVisible(this.readModels, (db) => findSubmission(db, id));
    if (!record) throw toProblem('SubmissionNotFound');
    return this.errors.of(id);
  }
}
