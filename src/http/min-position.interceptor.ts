import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { ReadModels } from '../projection/read-models.js';
import { httpProblem, notYetVisible } from './http-problem.js';

const POSITION = /^(?:0|[1-9]\d{0,18})$/;

/** A read that names `Ledger-Min-Position` waits until the read models include it, or is told to come again. */
@Injectable()
export class MinPositionInterceptor implements NestInterceptor {
  constructor(private readonly readModels: ReadModels) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const wanted = request.headers['ledger-min-position'];
    if (wanted === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return next.handle();
    if (typeof wanted !== 'string' || !POSITION.test(wanted)) throw httpProblem('min-position-malformed');
    const waited = await this.readModels.waitFor(BigInt(wanted));
    if (!waited.ok) throw notYetVisible();
    return next.handle();
  }
}
