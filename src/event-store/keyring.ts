/**
 * Keys of one installation: the secret behind stream names and digests, and the keys that seal personal fields.
 * Filled in by the file adapter; see the ADR on bytes.
 */
export abstract class Keyring {
  /** `id` of a person: first 26 characters of lower-case base32 of HMAC-SHA256(secret, normalised SSN). */
  abstract streamKeyOf(ssn: string): string;
  /** Keyed digest (HMAC-SHA256, hex) of a text, for comparing without storing it; `purpose` keeps uses apart. */
  abstract digestOf(purpose: string, text: string): string;
  /** Seals text with AES-256-GCM under the newest key, bound to `boundTo` (the stream's name): `kid.base64url(iv|ciphertext|tag)`. */
  abstract seal(text: string, boundTo: string): string;
  /** Opens an envelope; a wrong key, place or byte throws. */
  abstract open(envelope: string, boundTo: string): string;
}
