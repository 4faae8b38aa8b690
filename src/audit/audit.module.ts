import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AuditController } from './audit.controller.js';
import { HistoryReader } from './history.reader.js';
import { Verifications } from './verifications.js';

/** What an auditor asks: a life replayed and explained, the trial balance, whether the log is whole. */
@Module({
  imports: [CqrsModule],
  controllers: [AuditController],
  providers: [HistoryReader, Verifications],
})
export class AuditModule {}
