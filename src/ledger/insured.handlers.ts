import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ReadModels } from '../projection/read-models.js';
import { CountInsured, type Insured } from './insured.messages.js';
import { countInsured } from './insured.queries.js';

@QueryHandler(CountInsured)
export class CountInsuredHandler implements IQueryHandler<CountInsured> {
  constructor(private readonly readModels: ReadModels) {}

  execute({ employer, month }: CountInsured): Promise<Insured> {
    return countInsured(this.readModels.db(), employer, month);
  }
}
