import type { AnyCalculator } from './calculators.types.js';

export const MATERNITY_CALCULATORS: readonly AnyCalculator[] = [];
