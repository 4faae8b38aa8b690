import type { FastifyInstance } from 'fastify';

const POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
/** The page of the interface brings its own script and puts styles in line. */
const DOCS_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

/** Answers are never framed, sniffed, or kept by a cache: they hold personal data. */
export const addSecurityHeaders = (fastify: FastifyInstance): void => {
  fastify.addHook('onRequest', (request, reply, done) => {
    const docs = request.url === '/docs' || request.url.startsWith('/docs/');
    void reply.headers({
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Content-Security-Policy': docs ? DOCS_POLICY : POLICY,
      ...(!docs && { 'Cache-Control': 'no-store' }),
      'X-Correlation-Id': request.id,
    });
    done();
  });
};
