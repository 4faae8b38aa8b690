import type { AnyCalculator } from './calculators.types.js';

export const INTEREST_CALCULATORS: readonly AnyCalculator[] = [];
