import { Body, Controller, Get, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TakesFile, XLSX_TYPE } from '../http/content-types.js';
import { fieldMessages } from '../http/field-messages.js';
import { localized } from '../http/localized.js';
import { IdempotencyKey, RequestOrigin } from '../http/request-origin.js';
import { requestInvalid } from '../http/validation.js';
import { written } from '../http/written.js';
import type { Origin } from '../individual/individual.messages.js';
import { parseMonth, type Month } from '../kernel/calendar.js';
import { parseUscc } from '../kernel/uscc.js';
import { ReadModels } from '../projection/read-models.js';
import {
  EmployerAnswer,
  RegisterEmployerBody,
  RosterBody,
  SubmissionReceipt,
  SubmitQuery,
} from './employer.dto.js';
import {
  RegisterEmployer,
  RehearseRoster,
  SubmitRoster,
  type FileRefused,
  type Terms,
  type TermsFailure,
} from './employer.messages.js';
import { readRegistration } from './employer.requests.js';
import { findVisible } from './visible.queries.js';
import { toProblem } from './employer.refusals.js';
import { assertKnownKind, monthInBody, readUpload } from './roster.upload.js';
import type { RosterFile } from './roster.file.js';
import { textOf } from './row.texts.js';
import type { SubmissionFailure } from './submission.js';
import { RehearsalAnswer } from './submission.dto.js';
import { findEmployerRecord } from './submission.queries.js';
import { SubmissionTerms } from './submission.terms.js';
import { toCounts, toRowAnswer } from './submission.views.js';

@ApiTags('employers')
@Controller('v1/employers')
export class EmployerController {
  constructor(
    private readonly commands: CommandBus,
    private readonly terms: SubmissionTerms,
    private readonly readModels: ReadModels,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Register an employer; the same content again changes nothing' })
  @ApiBody({ type: RegisterEmployerBody })
  @ApiResponse({ status: 201, type: EmployerAnswer })
  @ApiResponse({ status: 200, type: EmployerAnswer, description: 'Registered before with the same content' })
  @ApiResponse({ status: 400, description: 'request-invalid' })
  @ApiResponse({ status: 409, description: 'employer-conflict' })
  @ApiResponse({ status: 422, description: 'region-unknown' })
  async register(
    @Body() body: unknown,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EmployerAnswer> {
    const { uscc, name, region, injuryRate } = readRegistration(body, request);
    const registered = await this.commands.execute(
      new RegisterEmployer(uscc, name, region, injuryRate, origin),
    );
    if (!registered.ok) {
      const { type, ...facts } = registered.error;
      throw toProblem(type, type === 'EmployerConflict' ? facts : {});
    }
    void reply.status(registered.value.replayed ? HttpStatus.OK : HttpStatus.CREATED);
    return written(reply, registered.value);
  }

  @Get(':uscc')
  @ApiOperation({ summary: 'An employer' })
  @ApiResponse({ status: 200, type: EmployerAnswer })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  async show(@Param('uscc') code: string): Promise<EmployerAnswer> {
    const uscc = parseUscc(code);
    const record =
      uscc.ok && (await findVisible(this.readModels, (db) => findEmployerRecord(db, uscc.value)));
    if (!record) throw toProblem('EmployerNotFound');
    return { uscc: record.uscc, name: record.name, region: record.region, injuryRate: record.injury_rate };
  }

  @Post(':uscc/submissions')
  @TakesFile()
  @ApiOperation({
    summary: "Hand in a month's file: .xlsx, CSV (UTF-8 or GB18030), a form with `file`, or JSON",
  })
  @ApiConsumes('text/csv', 'text/tab-separated-values', XLSX_TYPE, 'multipart/form-data', 'application/json')
  @ApiBody({ type: RosterBody })
  @ApiResponse({ status: 202, type: SubmissionReceipt, description: 'The rows are durable; verdicts follow' })
  @ApiResponse({ status: 200, type: RehearsalAnswer, description: 'dryRun=true' })
  @ApiResponse({ status: 400, description: 'request-invalid, file-empty, column-missing, row-malformed, …' })
  @ApiResponse({ status: 404, description: 'employer-not-found' })
  @ApiResponse({ status: 409, description: 'submission-withdrawn before its rows were stored' })
  @ApiResponse({ status: 413, description: 'file-too-large, workbook-too-large' })
  @ApiResponse({ status: 415, description: 'file-type-unsupported, file-xls, media-type-unsupported' })
  @ApiResponse({
    status: 422,
    description:
      'month-in-future, policy-missing, evidence-required, too-many-rows, idempotency-key-reused; file-refused with atomic=true',
  })
  async submit(
    @Param('uscc') uscc: string,
    @Query() query: SubmitQuery,
    @IdempotencyKey({ required: true }) key: string,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubmissionReceipt | RehearsalAnswer> {
    assertKnownKind(request);
    const { kind = 'normal', evidence } = query;
    const month = monthOfRequest(query.month, request);
    const terms = await this.terms.find(uscc, { month, kind, evidence: evidence?.trim() });
    if (!terms.ok) throw toTermsProblem(terms.error);
    const file = await readUpload(request);
    if (query.dryRun === 'true') return this.rehearse(terms.value, file, key, origin, request, reply);
    const atomic = query.atomic === 'true';
    const submitted = await this.commands.execute(new SubmitRoster(terms.value, file, key, origin, atomic));
    if (!submitted.ok) throw toSubmitProblem(submitted.error, request);
    void reply.status(HttpStatus.ACCEPTED).header('Location', `/v1/submissions/${submitted.value.value.id}`);
    return written(reply, submitted.value);
  }

  private async rehearse(
    terms: Terms,
    file: RosterFile,
    key: string,
    origin: Origin,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<RehearsalAnswer> {
    const { rows, amounts, items } = await this.commands.execute(
      new RehearseRoster(terms, file, key, origin),
    );
    void reply.status(HttpStatus.OK);
    return {
      dryRun: true,
      month: terms.month,
      rows: toCounts(items.length, rows),
      amounts,
      dueOn: terms.dueOn,
      items: items.map((item) => toRowAnswer(item, (text) => localized(text, request))),
    };
  }
}

/** In the query or in a JSON body; in both it must be the same. */
const monthOfRequest = (inQuery: string | undefined, request: FastifyRequest): Month => {
  const inBody = monthInBody(request);
  const given = inQuery ?? inBody;
  const month = typeof given === 'string' ? parseMonth(given) : undefined;
  if (month?.ok && (inQuery === undefined || inBody === undefined || inBody === inQuery)) return month.value;
  const code = given === undefined ? 'required' : 'month-malformed';
  throw requestInvalid([{ field: 'month', code, message: fieldMessages[code].en }]);
};

const toTermsProblem = (failure: TermsFailure): ReturnType<typeof toProblem> => {
  switch (failure.type) {
    case 'EmployerNotFound':
    case 'MonthInFuture':
      return toProblem(failure.type);
    case 'EvidenceRequired':
      return toProblem(failure.type, { since: failure.since });
    case 'NoPolicy': {
      const { region, month, from, to } = failure;
      return toProblem('NoPolicy', { region, month, months: from && to ? { from, to } : null });
    }
  }
};

const toSubmitProblem = (
  failure: SubmissionFailure | FileRefused,
  request: FastifyRequest,
): ReturnType<typeof toProblem> => {
  const { type, ...facts } = failure;
  if (failure.type !== 'FileRefused') return toProblem(type, facts);
  const { accepted, duplicate, rejected } = failure.rows;
  const rows = toCounts(accepted + duplicate + rejected, failure.rows);
  const errors = failure.rejected.flatMap(({ line, problems: [main] }) =>
    main
      ? [
          {
            field: `rows[${line}].${main.field}`,
            code: main.code,
            message: localized(textOf(main), request),
          },
        ]
      : [],
  );
  return toProblem('FileRefused', { rows }, errors);
};
