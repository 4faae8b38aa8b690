import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { CurrentInterceptor } from './current.interceptor.js';
import { HealthController } from './health.controller.js';
import { MinPositionInterceptor } from './min-position.interceptor.js';
import { ProblemFilter } from './problem.filter.js';
import { ProblemPagesController } from './problem-pages.controller.js';
import { createValidationPipe } from './validation.js';

/** What holds on every route: validation, problems, freshness; and the routes of operations. */
@Module({
  controllers: [HealthController, ProblemPagesController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_INTERCEPTOR, useClass: CurrentInterceptor },
    { provide: APP_INTERCEPTOR, useClass: MinPositionInterceptor },
    { provide: APP_PIPE, useFactory: createValidationPipe },
  ],
})
export class HttpModule {}
