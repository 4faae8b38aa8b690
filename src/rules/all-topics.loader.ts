import { DEATH_TOPICS } from './death.topics.loader.js';
import { INJURY_TOPICS } from './injury.topics.loader.js';
import { INTEREST_TOPICS } from './interest.topics.loader.js';
import { MATERNITY_TOPICS } from './maternity.topics.loader.js';
import { MEDICAL_TOPICS } from './medical.topics.loader.js';
import { PAYMENT_TOPICS } from './payment.topics.loader.js';
import { PENSION_TOPICS } from './pension.topics.loader.js';
import { LATE_FEE_TOPICS, RETIREMENT_TOPICS } from './retirement.topics.loader.js';
import type { AnyTopic } from './topics.loader.js';
import { TRANSFER_TOPICS } from './transfer.topics.loader.js';
import { UNDECLARED_TOPICS } from './undeclared.topics.loader.js';
import { UNEMPLOYMENT_TOPICS } from './unemployment.topics.loader.js';

/** Every topic that is read by its definition. What a month's contributions are assessed by is in region.loader.ts. */
export const ALL_TOPICS: readonly AnyTopic[] = [
  ...RETIREMENT_TOPICS,
  ...LATE_FEE_TOPICS,
  ...UNDECLARED_TOPICS,
  ...PAYMENT_TOPICS,
  ...INTEREST_TOPICS,
  ...PENSION_TOPICS,
  ...UNEMPLOYMENT_TOPICS,
  ...MATERNITY_TOPICS,
  ...INJURY_TOPICS,
  ...MEDICAL_TOPICS,
  ...DEATH_TOPICS,
  ...TRANSFER_TOPICS,
];
