import type { AnyCalculator } from './calculators.types.js';

export const MEDICAL_CALCULATORS: readonly AnyCalculator[] = [];
