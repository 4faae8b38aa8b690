import type { AnyCalculator } from './calculators.types.js';

export const UNEMPLOYMENT_CALCULATORS: readonly AnyCalculator[] = [];
