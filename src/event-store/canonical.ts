import canonicalize from 'canonicalize';
import assert from 'node:assert';

/** What an event may hold. Numbers are whole and small (lines, counts): money and positions are text. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** The one form of a value (RFC 8785): keys in order, no spaces. Golden files in test/golden hold its bytes. */
export const toCanonical = (value: Json): string => {
  const text = canonicalize(value);
  assert(text !== undefined, 'every JSON value has a canonical form');
  return text;
};
