import { createPublicKey, verify } from 'node:crypto';
import { headHashOf, statementBytesOf, type SignedHead } from './checkpoint.js';
import type { VerificationKey } from './signer.js';

/** `head-differs`: the head is not that of the statement. `key-unknown`: none of the keys is the one it names. */
export type SignatureFault = 'head-differs' | 'key-unknown' | 'signature-differs';

/** Whether a head is what it says and one of these keys signed it; undefined when it is. */
export const signatureFaultOf = (
  signed: SignedHead,
  keys: readonly VerificationKey[],
): SignatureFault | undefined => {
  if (headHashOf(signed) !== signed.head) return 'head-differs';
  const key = keys.find(({ kid }) => kid === signed.keyId);
  if (!key) return 'key-unknown';
  const { kty, crv, x } = key;
  const publicKey = createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  const signature = Buffer.from(signed.signature, 'base64url');
  // Base64url has several spellings of one value; only the exact one counts.
  const exact = signature.toString('base64url') === signed.signature;
  return exact && verify(null, statementBytesOf(signed), publicKey, signature)
    ? undefined
    : 'signature-differs';
};
