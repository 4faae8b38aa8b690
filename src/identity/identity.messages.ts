import { Query } from '@nestjs/cqrs';
import type { Result } from '../kernel/result.js';
import type { Identifier } from '../kernel/ssn.js';
import type { QueryFailure } from '../projection/find-visible.js';
import type { Freshness } from '../projection/read-models.js';

/** `via` tells how the number led to the person: as registered, from 15 digits, or by a number that was replaced. */
export type Located = Readonly<{ id: string; via: 'current' | 'upgraded' | 'alias'; nameMatches?: boolean }>;

export class LocateIndividual extends Query<Result<Located, QueryFailure>> {
  constructor(
    readonly identifier: Identifier,
    /** When given it is compared; a name that differs is no failure. */
    readonly name?: string,
  ) {
    super();
  }
}

export type Coverage = Readonly<{
  insurance: string;
  state: 'paying' | 'paused' | 'ended';
  employer: string;
  /** Day, `YYYY-MM-DD`. */
  since: string;
  /** The last day, when it is known; it may lie ahead. */
  until: string | null;
}>;
/** A registered person, name and number masked. No birth date: with the masked number it would give back the whole. */
export type MaskedIdentity = Readonly<{
  id: string;
  name: string;
  number: string;
  kind: string;
  region: string;
  sex?: string;
  registeredAt: string;
  coverage: readonly Coverage[];
  freshness: Freshness;
}>;

export class GetIdentity extends Query<Result<MaskedIdentity, QueryFailure>> {
  constructor(readonly id: string) {
    super();
  }
}

/** Ids of registered persons in their order, after one of them: for who goes through all. */
export class ListIndividuals extends Query<readonly string[]> {
  constructor(
    readonly after: string | undefined,
    readonly max: number,
  ) {
    super();
  }
}
export class CountIndividuals extends Query<number> {}
