import { hundredths, roundingMode } from './list.loader.js';
import { count } from './place.loader.js';
import { defineTopic } from './topics.loader.js';

/** 产假: national days of leave. */
export const MATERNITY_LEAVE = defineTopic({
  name: 'maternity-leave',
  unit: 'day',
  when: 'day',
  fields: {
    birth: count,
    difficult: count,
    furtherBaby: count,
    miscarriageEarly: count,
    miscarriageLate: count,
  },
});
/** 生育假 and the like: days of leave that a region gives on top, to a birth. */
export const MATERNITY_LOCAL_LEAVE = defineTopic({
  name: 'maternity-local-leave',
  unit: 'day',
  when: 'day',
  scope: 'region',
  fields: { days: count },
});
/** 生育津贴: by how many days a month is divided, where a region does not say otherwise. */
export const MATERNITY_ALLOWANCE = defineTopic({
  name: 'maternity-allowance',
  unit: 'day',
  when: 'day',
  fields: { divisor: hundredths, rounding: roundingMode },
});

export const MATERNITY_TOPICS = [MATERNITY_LEAVE, MATERNITY_LOCAL_LEAVE, MATERNITY_ALLOWANCE];
