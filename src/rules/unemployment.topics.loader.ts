import { count } from './place.loader.js';
import { listOf, mustRise, roundingMode } from './list.loader.js';
import { percent, yuan } from './region.loader.js';
import { defineTopic } from './topics.loader.js';

const CAPS = { caps: listOf({ from: count, most: count }), total: count };
const STEPS = { stretches: listOf({ after: count, every: count, add: count }) };
const AMOUNTS = { phases: listOf({ to: count, monthly: yuan }), extended: yuan };

/** 领取期限上限: most months by months paid, and most of all with those left of an earlier spell. */
export const UNEMPLOYMENT_CAPS = defineTopic({
  name: 'unemployment-caps',
  unit: 'month',
  when: 'day',
  fields: CAPS,
  check: ({ caps }, place) => mustRise(place, 'caps', caps, ({ from }) => from),
});
/** 领取期限: a region's steps within the statutory maxima, in stretches of months paid. */
export const UNEMPLOYMENT_STEPS = defineTopic({
  name: 'unemployment-steps',
  unit: 'month',
  when: 'day',
  scope: 'region',
  fields: STEPS,
  check: ({ stretches }, place) => {
    mustRise(place, 'stretches', stretches, ({ after }) => after);
    if (stretches.some(({ every }) => every === 0))
      place.find('stretches')?.fault('every must not be nought');
  },
});
/** 失业保险金标准 as a region publishes it: monthly, up to and with the month `to` of drawing; `extended` beyond them. */
export const UNEMPLOYMENT_AMOUNTS = defineTopic({
  name: 'unemployment-amounts',
  unit: 'yuan',
  scope: 'region',
  open: false,
  fields: AMOUNTS,
  check: ({ phases }, place) => mustRise(place, 'phases', phases, ({ to }) => to),
});
/** 失业保险金标准 where it is a share of the minimum wage. */
export const UNEMPLOYMENT_SHARE = defineTopic({
  name: 'unemployment-share',
  unit: 'percent',
  scope: 'region',
  fields: { ofMinimumWage: percent, rounding: roundingMode },
});
/** 最低工资标准, monthly. */
export const MINIMUM_WAGE = defineTopic({
  name: 'minimum-wage',
  unit: 'yuan',
  scope: 'region',
  fields: { monthly: yuan },
});

export const UNEMPLOYMENT_TOPICS = [
  UNEMPLOYMENT_CAPS,
  UNEMPLOYMENT_STEPS,
  UNEMPLOYMENT_AMOUNTS,
  UNEMPLOYMENT_SHARE,
  MINIMUM_WAGE,
];
