import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StoreUnavailable } from '../event-store/event-store.js';
import { ReadModelsStale } from '../projection/read-models.js';
import { fieldMessages, type FieldCode } from './field-messages.js';
import { httpProblem } from './http-problem.js';
import type { HttpProblem } from './http.problems.js';
import { localized } from './localized.js';
import { toLoggable } from './log.js';
import { ProblemError, type FieldError } from './problem.js';

/** Refusals of Fastify and Nest by status; anything else of 4xx is a request that cannot be read. */
const STATUS_PROBLEMS: Readonly<Record<number, HttpProblem>> = {
  404: 'route-not-found',
  413: 'body-too-large',
  415: 'media-type-unsupported',
  503: 'shutting-down',
};
/** The disk is full, gone or locked: the same request may be sent again. */
const STORE_DOWN = /^SQLITE_(?:FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|NOTADB|CORRUPT)/;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
const statusOf = (error: unknown): number => {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500;
};

/** What a client is told of an error; `undefined` for one that nobody foresaw. */
const toHttpProblem = (error: unknown): HttpProblem | undefined => {
  if (STORE_DOWN.test(codeOf(error)) || error instanceof StoreUnavailable) return 'store-unavailable';
  if (error instanceof ReadModelsStale) return 'read-models-stale';
  const status = statusOf(error);
  return STATUS_PROBLEMS[status] ?? (status >= 400 && status < 500 ? 'request-malformed' : undefined);
};

const isFieldCode = (code: string): code is FieldCode => Object.hasOwn(fieldMessages, code);
const toLocal = (error: FieldError, request: FastifyRequest): FieldError =>
  isFieldCode(error.code) ? { ...error, message: localized(fieldMessages[error.code], request) } : error;

const FIELDS_IN_DETAIL_MAX = 5;
const detailOf = ({ spec }: ProblemError, errors: readonly FieldError[], request: FastifyRequest): string => {
  if (spec.detail) return localized(spec.detail, request);
  const named = errors.slice(0, FIELDS_IN_DETAIL_MAX).map(({ field, message }) => `${field}: ${message}`);
  if (named.length === 0) return localized(spec.title, request);
  return `${named.join('; ')}${errors.length > named.length ? `; … (${errors.length})` : ''}`;
};

const toProblem = (error: unknown, request: FastifyRequest): ProblemError => {
  if (error instanceof ProblemError) return error;
  const code = toHttpProblem(error) ?? 'internal-error';
  if (code === 'internal-error' || code === 'store-unavailable')
    request.log.error({ error: toLoggable(error) }, 'request failed');
  return httpProblem(code);
};

/** Ends a request with RFC 9457 `application/problem+json`, in the language that the client prefers. */
export const answerProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
  const problem = toProblem(error, request);
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  const errors = problem.errors.map((each) => toLocal(each, request));
  const body = {
    ...problem.facts,
    type: `/problems/${problem.code}`,
    code: problem.code,
    title: localized(problem.spec.title, request),
    status: problem.spec.status,
    detail: detailOf(problem, errors, request),
    errors,
  };
  void reply
    .code(problem.spec.status)
    .headers({ ...problem.headers, Vary: 'Accept-Language' })
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(body));
};

/** Every error leaves as a problem. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
