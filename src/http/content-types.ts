import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { httpProblem } from './http-problem.js';

/** Most bytes of a submission's file; the consumer of a raw stream holds to it itself. */
export const FILE_BYTES_MAX = 32 * 1024 * 1024;
/** Most bytes of any other body. */
export const BODY_BYTES_MAX = 1024 * 1024;

export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** An employer's file as a body. What it is, its bytes say. */
const FILE_TYPES = ['text/csv', 'text/tab-separated-values', XLSX_TYPE] as const;

const BODY_LIMIT = 'bodyBytesMax';

/** A route that takes a whole file: JSON up to FILE_BYTES_MAX. */
export const TakesFile = (): MethodDecorator =>
  applyDecorators(RouteConfig({ [BODY_LIMIT]: FILE_BYTES_MAX }));

/**
 * What bodies a server reads: JSON; files handed on as a raw stream; a multipart form by the route that wants
 * one. Everything else is 415.
 */
export const addContentTypes = (fastify: FastifyInstance): void => {
  fastify.removeContentTypeParser(['application/json', 'text/plain']);
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) =>
    parseJson(request, text, (error, body) => {
      // The parser's own message quotes the body.
      if (error || hasHalfPair(text, body)) done(httpProblem('json-malformed'));
      else done(null, body);
    }),
  );
  fastify.addContentTypeParser([...FILE_TYPES], (_request, payload, done) => {
    done(null, payload);
  });
  fastify.addHook('onRoute', (route) => {
    const limit = (route.config as Readonly<Record<string, unknown>> | undefined)?.[BODY_LIMIT];
    if (typeof limit === 'number') route.bodyLimit = limit;
  });
};

const HALF_PAIR_ESCAPE = /\\u[dD][89a-fA-F]/;
/**
 * Whether text in a body is half a surrogate pair, which only an escape can bring: no event could hold it
 * (RFC 8785), and RFC 8259 leaves it undefined.
 */
const hasHalfPair = (text: string, body: unknown): boolean =>
  HALF_PAIR_ESCAPE.test(text) && HALF_PAIR_ESCAPE.test(JSON.stringify(body).replaceAll('\\\\', ''));
