import type { FastifyReply } from 'fastify';
import type { Written } from '../individual/individual.messages.js';

/**
 * Tells the client where its write stands (`Ledger-Position`, decimal text) and whether it had been done before
 * (`Idempotency-Replayed: true`); gives back what was written.
 */
export const written = <T>(reply: FastifyReply, { value, position, replayed }: Written<T>): T => {
  if (position !== undefined) void reply.header('Ledger-Position', position.toString());
  if (replayed) void reply.header('Idempotency-Replayed', 'true');
  return value;
};
