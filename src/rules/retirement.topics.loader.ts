import { count } from './place.loader.js';
import { percent } from './region.loader.js';
import { RETIREMENT_CATEGORIES } from './retirement.js';
import { month } from './series.loader.js';
import { defineTopic } from './topics.loader.js';

/** 法定退休年龄 by category: `oldAge` in years, the other counts in months. */
export const RETIREMENT_AGE = defineTopic({
  name: 'retirement-age',
  unit: 'month',
  keys: { category: RETIREMENT_CATEGORIES },
  fields: { oldAge: count, firstBirth: month, step: count, cap: count },
});
/** 弹性退休: months by which one may leave earlier or later than the statutory age. */
export const ELASTIC = defineTopic({
  name: 'elastic',
  unit: 'month',
  fields: { earlier: count, later: count },
});
/** 最低缴费年限: least months of payment, by the month in which the age is reached. */
export const MINIMUM_MONTHS = defineTopic({
  name: 'minimum-months',
  unit: 'month',
  fields: { months: count },
});
/** 滞纳金, in percent of the unpaid principal for each day. */
export const LATE_FEE = defineTopic({
  name: 'late-fee',
  unit: 'percent',
  when: 'day',
  fields: { daily: percent },
});
/** The most that a late fee may come to, in percent of the principal. No entry: not capped. */
export const LATE_FEE_CAP = defineTopic({
  name: 'late-fee-cap',
  unit: 'percent',
  when: 'day',
  fields: { ofPrincipal: percent },
});

export const RETIREMENT_TOPICS = [RETIREMENT_AGE, ELASTIC, MINIMUM_MONTHS];
export const LATE_FEE_TOPICS = [LATE_FEE, LATE_FEE_CAP];
