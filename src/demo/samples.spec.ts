import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { SAMPLES, sampleBytes } from './samples.js';

describe('the files of samples/', () => {
  it.each(SAMPLES)('$name is what the generator makes, byte for byte', (sample) => {
    const stored = readFileSync(new URL(`../../samples/${sample.name}`, import.meta.url));
    expect(sampleBytes(sample).equals(stored)).toBe(true);
  });
});
