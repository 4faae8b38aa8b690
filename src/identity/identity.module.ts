import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { IdentityController } from './identity.controller.js';
import {
  CountIndividualsHandler,
  GetIdentityHandler,
  ListIndividualsHandler,
  LocateIndividualHandler,
} from './identity.handlers.js';
import { CountMovementsHandler } from './movements.handlers.js';

/** Who is registered, found by number or by id. */
@Module({
  imports: [CqrsModule],
  controllers: [IdentityController],
  providers: [
    LocateIndividualHandler,
    GetIdentityHandler,
    ListIndividualsHandler,
    CountIndividualsHandler,
    CountMovementsHandler,
  ],
})
export class IdentityModule {}
