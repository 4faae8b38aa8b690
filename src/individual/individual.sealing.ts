import type { Keyring } from '../event-store/keyring.js';
import type { Person } from './individual.messages.js';
import { streamOf } from './individual.js';
import { normaliseName, type Identity } from './registration.js';

/** What the sealed envelope of a registration holds. */
export type SealedIdentity = Readonly<{ ssn: string; name: string; documentType?: string; phone?: string }>;

/** Keyed digest by which names are compared. */
export const nameDigestOf = (keyring: Keyring, name: string): string =>
  keyring.digestOf('name', normaliseName(name));

/** A person's identity as the stream keeps it: personal fields sealed to the stream, the rest in clear. */
export const toIdentity = (keyring: Keyring, id: string, person: Person, nameDigest: string): Identity => {
  const { identifier, name, region, documentType, phone } = person;
  const { ssn, kind, birthDate, sex } = identifier;
  const personal: SealedIdentity = {
    ssn,
    name: name.trim(),
    ...(documentType === undefined ? {} : { documentType }),
    ...(phone === undefined ? {} : { phone }),
  };
  const said = [normaliseName(name), region, documentType ?? null, phone ?? null];
  return {
    sealed: keyring.seal(JSON.stringify(personal), streamOf(id)),
    nameDigest,
    contentDigest: keyring.digestOf('registration', JSON.stringify(said)),
    kind,
    region,
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(sex === undefined ? {} : { sex }),
  };
};
