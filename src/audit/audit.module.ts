import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AuditController } from './audit.controller.js';
import { CheckpointController } from './checkpoint.controller.js';
import { CheckpointReader } from './checkpoint.reader.js';
import { CheckpointSchedule } from './checkpoint.schedule.js';
import { Checkpointer } from './checkpointer.js';
import { HistoryReader } from './history.reader.js';
import { ProofReader } from './proof.reader.js';
import { Verifications } from './verifications.js';

/** What an auditor asks: a life replayed and explained, the trial balance, whether the log is whole, and proof of it. */
@Module({
  imports: [CqrsModule],
  controllers: [AuditController, CheckpointController],
  providers: [HistoryReader, Verifications, CheckpointReader, Checkpointer, CheckpointSchedule, ProofReader],
})
export class AuditModule {}
