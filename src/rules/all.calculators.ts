import type { AnyCalculator } from './calculators.types.js';
import { creditCodeCalculator, identifierCalculator } from './code.calculators.js';
import { contributionCalculator } from './contribution.calculators.js';
import { DEATH_CALCULATORS } from './death.calculators.js';
import { INJURY_CALCULATORS } from './injury.calculators.js';
import { INTEREST_CALCULATORS } from './interest.calculators.js';
import { LATE_FEE_CALCULATORS } from './late-fee.calculators.js';
import { MATERNITY_CALCULATORS } from './maternity.calculators.js';
import { MEDICAL_CALCULATORS } from './medical.calculators.js';
import { PENSION_CALCULATORS } from './pension.calculators.js';
import { RETIREMENT_CALCULATORS } from './retirement.calculators.js';
import { TRANSFER_CALCULATORS } from './transfer.calculators.js';
import { UNEMPLOYMENT_CALCULATORS } from './unemployment.calculators.js';

export const CALCULATORS: readonly AnyCalculator[] = [
  identifierCalculator,
  creditCodeCalculator,
  contributionCalculator,
  ...INTEREST_CALCULATORS,
  ...PENSION_CALCULATORS,
  ...RETIREMENT_CALCULATORS,
  ...LATE_FEE_CALCULATORS,
  ...UNEMPLOYMENT_CALCULATORS,
  ...MATERNITY_CALCULATORS,
  ...INJURY_CALCULATORS,
  ...MEDICAL_CALCULATORS,
  ...TRANSFER_CALCULATORS,
  ...DEATH_CALCULATORS,
];
