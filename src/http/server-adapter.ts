import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LogController, type FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { addContentTypes, BODY_BYTES_MAX, FILE_BYTES_MAX } from './content-types.js';
import type { Metrics } from './metrics.js';
import { httpProblem } from './http-problem.js';
import { answerProblem } from './problem.filter.js';
import { addRequestLog } from './request-log.js';
import { toCorrelationId } from './request-origin.js';
import { addSecurityHeaders } from './security-headers.js';

/** How long a request may take to arrive whole. */
const REQUEST_TIMEOUT_MS = 120_000;

/** Fastify as this system wants it: hooks, body limits, content types, request ids. */
export const createServerAdapter = (logger: Logger, metrics: Metrics): FastifyAdapter => {
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    genReqId: ({ headers }: IncomingMessage) => toCorrelationId(headers),
    frameworkErrors: answerProblem,
    return503OnClosing: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    multipart: { limits: { fileSize: FILE_BYTES_MAX, files: 1, fields: 8, parts: 9 } },
  });
  const fastify: FastifyInstance = adapter.getInstance<FastifyInstance>();
  addSecurityHeaders(fastify);
  addRequestLog(fastify, metrics);
  refuseWhenClosing(fastify);
  addContentTypes(fastify);
  return adapter;
};

/** Requests in hand are finished; new ones on an open connection hear that they should go elsewhere. */
const refuseWhenClosing = (fastify: FastifyInstance): void => {
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!closing) {
      done();
      return;
    }
    void reply.header('Connection', 'close');
    answerProblem(httpProblem('shutting-down'), request, reply);
  });
};
