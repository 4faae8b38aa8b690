import assert from 'node:assert';
import { sign, type KeyObject } from 'node:crypto';
import { freshSigningKey, privateKeyOf, publicXOf, type SigningKey } from '../event-store/signing-key.js';
import { Signer, type VerificationKey } from './signer.js';

/** Signs with the newest of a keyring's signing keys. */
export class KeySigner extends Signer {
  private readonly newest: Readonly<{ kid: string; privateKey: KeyObject }>;
  private readonly published: readonly VerificationKey[];

  /** `keys`: oldest first, at least one. */
  constructor(keys: readonly SigningKey[]) {
    super();
    const last = keys.at(-1);
    assert(last, 'a signer has at least one key');
    this.newest = { kid: last.kid, privateKey: privateKeyOf(last.key) };
    this.published = keys.map(({ kid, key }) => ({
      kty: 'OKP',
      crv: 'Ed25519',
      kid,
      x: publicXOf(privateKeyOf(key)),
      use: 'sig',
      alg: 'EdDSA',
    }));
  }

  /** A random key that is kept nowhere. */
  static fresh(): KeySigner {
    return new KeySigner([freshSigningKey()]);
  }

  keyId(): string {
    return this.newest.kid;
  }

  sign(bytes: Buffer): string {
    return sign(null, bytes, this.newest.privateKey).toString('base64url');
  }

  verificationKeys(): readonly VerificationKey[] {
    return this.published;
  }
}
