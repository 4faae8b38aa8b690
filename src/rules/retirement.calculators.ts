import type { AnyCalculator } from './calculators.types.js';

export const RETIREMENT_CALCULATORS: readonly AnyCalculator[] = [];
