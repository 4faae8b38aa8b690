import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CorrectionActs } from './correction.acts.js';
import { CorrectionController } from './correction.controller.js';
import {
  ApproveCorrectionHandler,
  RejectCorrectionHandler,
  RequestCorrectionHandler,
} from './correction.handlers.js';
import { CorrectionProcess } from './correction.process.js';

@Module({
  imports: [CqrsModule],
  controllers: [CorrectionController],
  providers: [
    CorrectionActs,
    CorrectionProcess,
    RequestCorrectionHandler,
    ApproveCorrectionHandler,
    RejectCorrectionHandler,
  ],
})
export class CorrectionModule {}
