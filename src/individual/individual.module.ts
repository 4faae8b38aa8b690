import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AdjustmentController } from './adjustment.controller.js';
import { IndividualBatch } from './individual.batch.js';
import { IndividualController } from './individual.controller.js';
import { individualHandlers } from './individual.handlers.js';
import { InterestRunController } from './interest-run.controller.js';
import { InterestRunProcess } from './interest-run.process.js';
import { SettlementController } from './settlement.controller.js';
import { StateCache } from './state-cache.js';

/** The write side: one stream a person. */
@Module({
  imports: [CqrsModule],
  controllers: [IndividualController, AdjustmentController, InterestRunController, SettlementController],
  providers: [
    ...individualHandlers,
    IndividualBatch,
    InterestRunProcess,
    { provide: StateCache, useFactory: () => new StateCache() },
  ],
})
export class IndividualModule {}
