import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { addContentTypes, BODY_BYTES_MAX, FILE_BYTES_MAX } from './content-types.js';
import type { Metrics } from './metrics.js';
import { addRequestLog } from './request-log.js';
import { toCorrelationId } from './request-origin.js';
import { addSecurityHeaders } from './security-headers.js';

/** How long a request may take to arrive whole. */
const REQUEST_TIMEOUT_MS = 120_000;

/** Fastify as this system wants it: hooks, body limits, content types, request ids. */
export const createServerAdapter = (logger: Logger, metrics: Metrics): FastifyAdapter => {
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    disableRequestLogging: true,
    genReqId: ({ headers }: IncomingMessage) => toCorrelationId(headers),
    requestIdLogLabel: 'correlationId',
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    multipart: { limits: { fileSize: FILE_BYTES_MAX, files: 1, fields: 8, parts: 9 } },
  });
  const fastify: FastifyInstance = adapter.getInstance<FastifyInstance>();
  addSecurityHeaders(fastify);
  addRequestLog(fastify, metrics);
  addContentTypes(fastify);
  return adapter;
};
