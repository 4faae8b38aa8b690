import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ReadModels } from '../projection/read-models.js';
import { CountMovements, type Movements } from './movements.messages.js';
import { countMovements } from './movements.queries.js';

@QueryHandler(CountMovements)
export class CountMovementsHandler implements IQueryHandler<CountMovements> {
  constructor(private readonly readModels: ReadModels) {}

  execute({ employer, from, to }: CountMovements): Promise<Movements> {
    return countMovements(this.readModels.db(), employer, from, to);
  }
}
