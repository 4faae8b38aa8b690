import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.js';

/**
 * One line and one measurement a request: method, route PATTERN, status, milliseconds. The id is in the
 * request's logger. Never the URL, a header or a body: they hold ids, keys and numbers.
 */
export const addRequestLog = (fastify: FastifyInstance, metrics: Metrics): void => {
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? '(none)';
    const { method } = request;
    const status = reply.statusCode;
    metrics.requestSeconds.observe({ method, route, status }, reply.elapsedTime / 1000);
    const ms = Number(reply.elapsedTime.toFixed(1));
    request.log.info({ method, route, status, ms }, 'request');
    done();
  });
};
