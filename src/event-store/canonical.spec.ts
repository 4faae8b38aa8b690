import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { toCanonical, type Json } from './canonical.js';

const RUNS = 2_000;

describe('the canonical form', () => {
  it('is that of an independent RFC 8785 library for every value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }), (value) => {
        expect(toCanonical(value as Json)).toBe(canonicalize(value));
      }),
      { numRuns: RUNS },
    );
  });

  it('orders keys by UTF-16 units, with numbers as text among them', () => {
    expect(toCanonical({ '10': 1, '9': 2, ö: 3, '\u{1f600}': 4, '\ufb33': 5, a: 6 })).toBe(
      '{"10":1,"9":2,"a":6,"ö":3,"\u{1f600}":4,"\ufb33":5}',
    );
  });

  it('leaves out a member that is undefined', () => {
    const value: { a: string; b?: string } = { a: 'x' };
    value.b = undefined as unknown as string;
    expect(toCanonical(value)).toBe('{"a":"x"}');
  });

  it.each([['\ud800'], ['a\udc00b'], [Number.NaN], [Number.POSITIVE_INFINITY]])(
    'has none for %p',
    (value) => {
      expect(() => toCanonical([value])).toThrow();
    },
  );
});
