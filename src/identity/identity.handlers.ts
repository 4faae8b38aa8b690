import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Keyring } from '../event-store/keyring.js';
import { nameDigestOf, type SealedIdentity } from '../individual/individual.sealing.js';
import { streamOf } from '../individual/individual.js';
import { Clock } from '../kernel/clock.js';
import { ok, type Result } from '../kernel/result.js';
import { findVisible, type QueryFailure } from '../projection/find-visible.js';
import { ReadModels } from '../projection/read-models.js';
import { coverageOn } from './coverage.js';
import {
  CountIndividuals,
  GetIdentity,
  ListIndividuals,
  LocateIndividual,
  type Located,
  type MaskedIdentity,
} from './identity.messages.js';
import { countIds, findIdentity, listCoverage, listIds } from './identity.queries.js';
import { maskName, maskNumber } from './masking.js';

@QueryHandler(LocateIndividual)
export class LocateIndividualHandler implements IQueryHandler<LocateIndividual> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly keyring: Keyring,
  ) {}

  async execute({ identifier, name }: LocateIndividual): Promise<Result<Located, QueryFailure>> {
    const id = this.keyring.streamKeyOf(identifier.ssn);
    const found = await findVisible(this.readModels, () => findIdentity(this.readModels.db(), id));
    if (!found.ok) return found;
    const via = identifier.upgraded ? 'upgraded' : 'current';
    if (name === undefined) return ok({ id, via });
    return ok({ id, via, nameMatches: nameDigestOf(this.keyring, name) === found.value.name_digest });
  }
}

@QueryHandler(GetIdentity)
export class GetIdentityHandler implements IQueryHandler<GetIdentity> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: GetIdentity): Promise<Result<MaskedIdentity, QueryFailure>> {
    const found = await findVisible(this.readModels, () => findIdentity(this.readModels.db(), id));
    if (!found.ok) return found;
    const { sealed, kind, region, sex, registered_at: registeredAt } = found.value;
    const freshness = await this.readModels.freshness();
    const { name, ssn } = JSON.parse(this.keyring.open(sealed, streamOf(id))) as SealedIdentity;
    return ok({
      id,
      name: maskName(name),
      number: maskNumber(ssn),
      kind,
      region,
      ...(sex === null ? {} : { sex }),
      registeredAt,
      coverage: coverageOn(this.clock.today(), await listCoverage(this.readModels.db(), id)),
      freshness,
    });
  }
}

@QueryHandler(ListIndividuals)
export class ListIndividualsHandler implements IQueryHandler<ListIndividuals> {
  constructor(private readonly readModels: ReadModels) {}

  execute({ after = '', max }: ListIndividuals): Promise<readonly string[]> {
    return listIds(this.readModels.db(), after, max);
  }
}

@QueryHandler(CountIndividuals)
export class CountIndividualsHandler implements IQueryHandler<CountIndividuals> {
  constructor(private readonly readModels: ReadModels) {}

  execute(): Promise<number> {
    return countIds(this.readModels.db());
  }
}
