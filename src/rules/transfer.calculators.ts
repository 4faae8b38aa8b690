import type { AnyCalculator } from './calculators.types.js';

export const TRANSFER_CALCULATORS: readonly AnyCalculator[] = [];
