import { parsePercent } from '../kernel/money.js';
import { parsed } from './place.loader.js';
import { defineTopic } from './topics.loader.js';

/** 未按规定申报: a month that was not declared is assessed at so much of the month before, in percent, over the whole. */
export const UNDECLARED = defineTopic({
  name: 'undeclared',
  unit: 'percent',
  fields: {
    ofLastMonth: parsed((text) => parsePercent(text, 999n), 'percent text with at most four decimals'),
  },
});

export const UNDECLARED_TOPICS = [UNDECLARED];
