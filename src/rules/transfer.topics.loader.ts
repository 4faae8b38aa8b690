import { roundingMode } from './list.loader.js';
import { count } from './place.loader.js';
import { percent } from './region.loader.js';
import { defineTopic } from './topics.loader.js';

/** 跨省转移: the share of each year's paid-on wages that the pool hands over, from the year `since`. */
export const TRANSFER_POOLED = defineTopic({
  name: 'transfer-pooled',
  unit: 'percent',
  fields: { share: percent, since: count, rounding: roundingMode },
});

export const TRANSFER_TOPICS = [TRANSFER_POOLED];
