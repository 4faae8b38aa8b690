import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

/** An Ed25519 key that signs. `key` is its seed, 32 bytes (RFC 8032); `kid` the thumbprint of its public half. */
export type SigningKey = Readonly<{ kid: string; key: Buffer }>;

const SEED_BYTES = 32;
/** A PKCS #8 private key of Ed25519 (RFC 8410) up to where the seed stands. */
const PKCS8_OPENING = Buffer.from('302e020100300506032b657004220420', 'hex');
/** Never change it: it names the key that a keyring from before signing gets. */
const DERIVED_FOR = 'shebao-ledger signing key 1';

export const privateKeyOf = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_OPENING, seed]), format: 'der', type: 'pkcs8' });

/** The public half of a key pair, 32 bytes in base64url, as a JSON Web Key has it (RFC 8037). */
export const publicXOf = (key: KeyObject): string => createPublicKey(key).export({ format: 'jwk' }).x ?? '';

/** RFC 7638 thumbprint of a public Ed25519 key, base64url. */
export const thumbprintOf = (x: string): string =>
  createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');

export const toSigningKey = (seed: Buffer): SigningKey => ({
  kid: thumbprintOf(publicXOf(privateKeyOf(seed))),
  key: seed,
});

export const freshSigningKey = (): SigningKey => toSigningKey(randomBytes(SEED_BYTES));

/**
 * The signing key of a keyring that had none. It follows from the secret, so that two processes that open the file at
 * once come to the same key, and an old copy of the file, put back, still signs and checks as before.
 */
export const derivedSigningKey = (secret: Buffer): SigningKey =>
  toSigningKey(Buffer.from(hkdfSync('sha256', secret, '', DERIVED_FOR, SEED_BYTES)));
