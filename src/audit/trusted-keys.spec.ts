import { describe, expect, it } from '@jest/globals';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { KeySigner } from './signer.adapter.js';
import { readTrustedKeys } from './trusted-keys.js';

const keys = [KeySigner.fresh(), KeySigner.fresh()].flatMap((signer) => signer.verificationKeys());
const kids = keys.map(({ kid }) => kid);
const toPem = (key: (typeof keys)[number]): string =>
  createPublicKey({ key: { ...key }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();

describe('a file of public keys', () => {
  it.each([
    ['a key set', JSON.stringify({ keys }), kids],
    ['a single key', JSON.stringify(keys[0]), kids.slice(0, 1)],
    ['PEM', toPem(keys[0]!), kids.slice(0, 1)],
    ['several PEM blocks', keys.map(toPem).join(''), kids],
    [
      'keys of other kinds among them',
      JSON.stringify({ keys: [{ kty: 'RSA', n: 'x', e: 'AQAB' }, keys[1]] }),
      kids.slice(1),
    ],
  ])('may be %s', (_, text, named) => expect([...readTrustedKeys(text).keys()]).toEqual(named));

  it('names a key by its thumbprint, whatever it says itself', () =>
    expect([...readTrustedKeys(JSON.stringify({ ...keys[0], kid: kids[1] })).keys()]).toEqual([kids[0]]));

  it.each([
    ['text', 'none'],
    ['an empty set', '{"keys":[]}'],
    ['null', 'null'],
    [
      'a key of another kind',
      generateKeyPairSync('rsa', { modulusLength: 1024 })
        .publicKey.export({ type: 'spki', format: 'pem' })
        .toString(),
    ],
  ])('is refused when it is %s', (_, text) => expect(() => readTrustedKeys(text)).toThrow(/key file/));
});
