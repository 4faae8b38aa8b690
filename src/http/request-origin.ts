import { createParamDecorator, Injectable, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Origin } from '../individual/individual.messages.js';
import { Clock } from '../kernel/clock.js';
import { httpProblem } from './http-problem.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;
/** Who acts when nobody is named. */
const LOCAL = 'local';
/** A citizen's number has 15 or 18 places, an employer's code 18. */
const LONG_NUMBER = /\d{14}/;
const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/**
 * The request's `X-Correlation-Id` when it is a UUID, else a new one. Nothing else is taken, since it goes into logs
 * and metadata, where a citizen number must not come.
 */
export const toCorrelationId = (headers: IncomingHttpHeaders): string => {
  const given = headers['x-correlation-id'];
  const id = typeof given === 'string' ? given.toLowerCase() : '';
  return UUID.test(id) ? id : randomUUID();
};

/**
 * Who acts, by the header `Actor`: a name of letters, digits, `.`, `_` and `-`, never a citizen's number. It is believed, since
 * there are no accounts yet; the server listens on this machine alone.
 */
const actorOf = ({ actor }: IncomingHttpHeaders): string => {
  if (actor === undefined || actor === '') return LOCAL;
  if (typeof actor !== 'string' || !NAME.test(actor) || LONG_NUMBER.test(actor))
    throw httpProblem('actor-malformed');
  return actor;
};

const requestOf = (context: ExecutionContext): FastifyRequest =>
  context.switchToHttp().getRequest<FastifyRequest>();

@Injectable()
export class OriginPipe implements PipeTransform<FastifyRequest, Origin> {
  constructor(private readonly clock: Clock) {}

  transform(request: FastifyRequest): Origin {
    const correlationId = UUID.test(request.id) ? request.id : toCorrelationId(request.headers);
    return {
      recordedAt: this.clock.now(),
      bookedOn: this.clock.today(),
      actor: { role: 'agency', id: actorOf(request.headers) },
      channel: 'agency',
      correlationId,
      causationId: correlationId,
    };
  }
}

const RequestItself = createParamDecorator((_: unknown, context: ExecutionContext) => requestOf(context));
/** The outside facts of this request (`Origin`): now and today from the clock, who acts, and the correlation id. */
export const RequestOrigin = (): ParameterDecorator => RequestItself(OriginPipe);

const KeyOf = createParamDecorator((required: boolean, context: ExecutionContext): string | undefined => {
  const key = requestOf(context).headers['idempotency-key'];
  if (key === undefined || key === '') {
    if (required) throw httpProblem('idempotency-key-missing');
    return undefined;
  }
  if (typeof key !== 'string' || !KEY.test(key)) throw httpProblem('idempotency-key-malformed');
  return key;
});
/** The header `Idempotency-Key`: undefined when absent, or refused with `idempotency-key-missing` when required. */
export const IdempotencyKey = ({
  required = false,
}: Readonly<{ required?: boolean }> = {}): ParameterDecorator => KeyOf(required);
