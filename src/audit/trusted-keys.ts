import { createPublicKey, type KeyObject } from 'node:crypto';
import { thumbprintOf } from '../event-store/signing-key.js';
import type { VerificationKey } from './signer.js';

/** Public keys whose signatures count, by their RFC 7638 thumbprint. With none, no signature is checked. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>;
export const NO_KEYS: TrustedKeys = new Map();

export const toTrustedKeys = (keys: readonly Pick<VerificationKey, 'x'>[]): TrustedKeys =>
  new Map(
    keys.map(({ x }) => [
      thumbprintOf(x),
      createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
    ]),
  );

const PEM = /-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g;

/** Reads a file of public keys: a JSON Web Key Set, one JSON Web Key, or PEM. Throws when it holds no Ed25519 key. */
export const readTrustedKeys = (text: string): TrustedKeys => {
  const keys = (text.match(PEM)?.map(fromPem) ?? fromJson(text)).filter((key) => key !== undefined);
  if (keys.length === 0) throw new Error('the key file holds no Ed25519 public key (JWKS, JWK or PEM)');
  return toTrustedKeys(keys);
};

type PublicPart = Readonly<{ x: string }>;
const fromPem = (pem: string): PublicPart | undefined =>
  toPublicPart(createPublicKey(pem).export({ format: 'jwk' }));

const fromJson = (text: string): readonly (PublicPart | undefined)[] => {
  const content = parse(text);
  const keys = isRecord(content) && Array.isArray(content['keys']) ? content['keys'] : [content];
  return keys.map(toPublicPart);
};
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the key file is neither JSON nor PEM');
  }
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const toPublicPart = (key: unknown): PublicPart | undefined =>
  isRecord(key) && key['crv'] === 'Ed25519' && typeof key['x'] === 'string' ? { x: key['x'] } : undefined;
