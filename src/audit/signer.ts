/** A public key that checks our signatures (RFC 8037), as an entry of a JSON Web Key Set. */
export type VerificationKey = Readonly<{
  kty: 'OKP';
  crv: 'Ed25519';
  /** RFC 7638 thumbprint of the key, base64url. */
  kid: string;
  /** The public key, 32 bytes in base64url. */
  x: string;
  use: 'sig';
  alg: 'EdDSA';
}>;

/** The port to the keys that sign checkpoints (Ed25519). They stand in the keyring file beside the sealing keys. */
export abstract class Signer {
  /** The key that `sign` uses, the newest: a statement names it before it is signed. */
  abstract keyId(): string;
  /** The signature in base64url. */
  abstract sign(bytes: Buffer): string;
  /** Every key that ever signed, oldest first: what is old stays checkable. */
  abstract verificationKeys(): readonly VerificationKey[];
}
