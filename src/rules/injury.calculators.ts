import type { AnyCalculator } from './calculators.types.js';

export const INJURY_CALCULATORS: readonly AnyCalculator[] = [];
