import { listWith } from './list.loader.js';
import { PENSION_ROUNDINGS, type AgeDivisor } from './pension.js';
import { count, oneOf, type Place, type Reader } from './place.loader.js';
import { percent, yuan } from './region.loader.js';
import { defineTopic } from './topics.loader.js';

const text: Reader<string> = (place) => place.text();

const DIVISORS = { divisors: listWith({ age: count, months: count }, { doubt: text }) };

/** An age later by a year follows each, and no later age has more months. */
const checkDivisors = (divisors: readonly AgeDivisor[], place: Place): void => {
  const at = place.find('divisors');
  divisors.forEach(({ age, months }, i) => {
    const before = divisors[i - 1];
    if (months === 0) at?.fault(`the divisor of ${age} must not be nought`);
    if (before && age !== before.age + 1) at?.fault(`age ${age} must follow ${before.age} by a year`);
    if (before && months > before.months) at?.fault(`the divisor of ${age} is above that of ${before.age}`);
  });
};

/** 计发月数 by age in whole years. `doubt`: what other sources say of one. */
export const ANNUITY_DIVISORS = defineTopic({
  name: 'annuity-divisors',
  unit: 'month',
  fields: DIVISORS,
  check: ({ divisors }, place) => checkDivisors(divisors, place),
});
/** Since when months count between two whole ages, and to how many decimals the divisor is then rounded, half up. */
export const ANNUITY_BY_MONTH = defineTopic({
  name: 'annuity-by-month',
  unit: 'decimals',
  fields: { decimals: count },
  check: ({ decimals }, place) => {
    if (decimals > 6) place.find('decimals')?.fault('must be at most 6');
  },
});
/** 基础养老金: percent of the mean of reference and indexed wage for each year. */
export const BASIC_PENSION = defineTopic({
  name: 'basic-pension',
  unit: 'percent',
  fields: { perYear: percent },
});
/** How years and indexed wages are rounded on the way; a region's practice goes before the nation's. */
export const PENSION_ROUNDING = defineTopic({
  name: 'pension-rounding',
  unit: 'mode',
  scope: 'either',
  fields: { rounding: oneOf(PENSION_ROUNDINGS, 'rounding') },
});
/** 过渡系数: between which a region's percent for each year before there were accounts must lie. */
export const TRANSITIONAL_RANGE = defineTopic({
  name: 'transitional-range',
  unit: 'percent',
  fields: { lowest: percent, highest: percent },
  check: ({ lowest, highest }, place) => {
    if (lowest > highest) place.find('lowest')?.fault('lowest is above highest');
  },
});
/** 过渡系数 of a region. */
export const TRANSITIONAL_RATE = defineTopic({
  name: 'transitional-rate',
  unit: 'percent',
  scope: 'region',
  fields: { rate: percent },
});
/** 计发基数, monthly, of those who retire in these months. */
export const REFERENCE_WAGE = defineTopic({
  name: 'reference-wage',
  unit: 'yuan',
  scope: 'region',
  open: false,
  fields: { monthly: yuan },
});

export const PENSION_TOPICS = [
  ANNUITY_DIVISORS,
  ANNUITY_BY_MONTH,
  BASIC_PENSION,
  PENSION_ROUNDING,
  TRANSITIONAL_RANGE,
  TRANSITIONAL_RATE,
  REFERENCE_WAGE,
];
