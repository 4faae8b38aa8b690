import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EventStore } from '../event-store/event-store.js';
import { Keyring } from '../event-store/keyring.js';
import { toDomain, transact } from '../event-store/transact.js';
import { err, ok } from '../kernel/result.js';
import type { IndividualEvent } from './events.js';
import { registering, stopping, streamOf } from './individual.js';
import { readFor } from './individual.reading.js';
import { RegisterIndividual, StartCoverage, StopCoverage } from './individual.messages.js';
import { nameDigestOf, toIdentity, type SealedIdentity } from './individual.sealing.js';

type Answer<M extends RegisterIndividual | StartCoverage | StopCoverage> = Awaited<
  ReturnType<ICommandHandler<M>['execute']>
>;

/** A registration is the first event of its stream. */
const REGISTERED_AT = 0n;

@CommandHandler(RegisterIndividual)
export class RegisterIndividualHandler implements ICommandHandler<RegisterIndividual> {
  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
  ) {}

  async execute({ person, origin }: RegisterIndividual): Promise<Answer<RegisterIndividual>> {
    const id = this.keyring.streamKeyOf(person.identifier.ssn);
    const identity = toIdentity(this.keyring, id, person, nameDigestOf(this.keyring, person.name));
    const command = { type: 'Register', identity } as const;
    const context = { ...origin, cause: 'registration' };
    const outcome = await transact(this.store, streamOf(id), registering, command, context, () =>
      readFor(this.store, id, command),
    );
    if (!outcome.ok) {
      const failure = outcome.error;
      if (failure.type !== 'IndividualConflict' || failure.differs.length > 0) return outcome;
      return err({ ...failure, differs: await this.differingDetails(id, identity.sealed) });
    }
    const { events, position } = outcome.value;
    const { region, sex, birthDate } = identity;
    const value = {
      id,
      region,
      ...(sex && { sex }),
      ...(birthDate && { birthDate }),
      revision: REGISTERED_AT,
    };
    return ok({ value, position, replayed: events.length === 0 });
  }

  /** Which of the sealed details differ; only the envelopes can tell. */
  private async differingDetails(id: string, sealed: string): Promise<readonly string[]> {
    const stream = streamOf(id);
    const [first] = await this.store.read(stream, { max: 1 });
    const recorded = first && toDomain<IndividualEvent>(first);
    if (recorded?.type !== 'IndividualRegistered') return [];
    const open = (envelope: string): SealedIdentity =>
      JSON.parse(this.keyring.open(envelope, stream)) as SealedIdentity;
    const [known, said] = [open(recorded.data.sealed), open(sealed)];
    return (['documentType', 'phone'] as const).filter((field) => known[field] !== said[field]);
  }
}

@CommandHandler(StartCoverage)
export class StartCoverageHandler implements ICommandHandler<StartCoverage> {
  constructor(private readonly store: EventStore) {}

  async execute(message: StartCoverage): Promise<Answer<StartCoverage>> {
    const { id, employer, from, origin } = message;
    const insurances = [...new Set(message.insurances)].sort();
    const command = { type: 'StartCoverage', insurances, employer, from } as const;
    const context = { ...origin, cause: `coverage/${employer}/${from}/${insurances.join('+')}` };
    const outcome = await transact(this.store, streamOf(id), registering, command, context, () =>
      readFor(this.store, id, command),
    );
    if (!outcome.ok) return outcome;
    const { events, position } = outcome.value;
    return ok({ value: { id }, position, replayed: events.length === 0 });
  }
}

@CommandHandler(StopCoverage)
export class StopCoverageHandler implements ICommandHandler<StopCoverage> {
  constructor(private readonly store: EventStore) {}

  async execute(message: StopCoverage): Promise<Answer<StopCoverage>> {
    const { id, employer, until, reason, origin } = message;
    const insurances = [...new Set(message.insurances)].sort();
    const command = { type: 'StopCoverage', insurances, employer, until, reason } as const;
    const context = { ...origin, cause: `coverage-end/${employer}/${until}/${insurances.join('+')}` };
    const outcome = await transact(this.store, streamOf(id), stopping, command, context, () =>
      readFor(this.store, id, command),
    );
    if (!outcome.ok) return outcome;
    const { events, position } = outcome.value;
    return ok({ value: { id }, position, replayed: events.length === 0 });
  }
}
