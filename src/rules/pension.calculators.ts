import type { AnyCalculator } from './calculators.types.js';

export const PENSION_CALCULATORS: readonly AnyCalculator[] = [];
