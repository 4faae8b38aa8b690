import {
  Injectable,
  SetMetadata,
  type CallHandler,
  type CustomDecorator,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { ReadModels } from '../projection/read-models.js';

const NEEDS_NO_LEDGER = 'needs-no-ledger';

/** A route, or all of a controller, that answers from its request alone or about the log as it is. */
export const NeedsNoLedger = (): CustomDecorator => SetMetadata(NEEDS_NO_LEDGER, true);

/**
 * Who asks for something to be done is refused before anything is decided while the log is not the one that the read
 * models were made from: a person whose registration was lost with the log's end is not "not registered", and a quote
 * is a balance too. Reads are refused where they take rows.
 */
@Injectable()
export class CurrentInterceptor implements NestInterceptor {
  constructor(
    private readonly readModels: ReadModels,
    private readonly reflector: Reflector,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const { method } = context.switchToHttp().getRequest<FastifyRequest>();
    const places = [context.getHandler(), context.getClass()];
    const needsNone = this.reflector.getAllAndOverride<boolean | undefined>(NEEDS_NO_LEDGER, places);
    if (method !== 'GET' && method !== 'HEAD' && !needsNone) await this.readModels.assertCurrent();
    return next.handle();
  }
}
