import { PAYERS } from './injury.js';
import { listOf, listWith, mustRise, roundingMode, wholePercent } from './list.loader.js';
import { count, oneOf } from './place.loader.js';
import { percent } from './region.loader.js';
import { defineTopic } from './topics.loader.js';

const GRADES = {
  lowest: wholePercent,
  highest: wholePercent,
  rounding: roundingMode,
  grades: listWith({ grade: count, lumpMonths: count }, { monthly: percent, payer: oneOf(PAYERS, 'payer') }),
};
const CLASSES = {
  classes: listOf({ class: count, rate: percent }),
  /** Whole percent of the class rate that an employer may float to, by experience. */
  floatFirst: listOf({ to: count }),
  floatOthers: listOf({ to: count }),
};

/** 伤残待遇: own wage within limits; by grade the lump sum in months, the monthly share in percent and its payer. */
export const INJURY_GRADES = defineTopic({
  name: 'injury-grades',
  unit: 'percent',
  when: 'day',
  fields: GRADES,
  check: ({ grades, lowest, highest }, place) => {
    mustRise(place, 'grades', grades, ({ grade }) => grade);
    if (lowest > highest) place.find('lowest')?.fault('lowest is above highest');
    if (grades.some(({ monthly, payer }) => (monthly === undefined) !== (payer === undefined)))
      place.find('grades')?.fault('monthly and payer go together');
  },
});
/** 生活护理费: monthly share of the regional mean wage, by how much help is needed. */
export const INJURY_NURSING = defineTopic({
  name: 'injury-nursing',
  unit: 'percent',
  when: 'day',
  fields: { whole: percent, most: percent, part: percent },
});
/** 因工死亡: shares of the own wage for dependants, months of the regional wage, years of national income. */
export const INJURY_DEATH = defineTopic({
  name: 'injury-death',
  unit: 'percent',
  when: 'day',
  fields: {
    spouse: percent,
    otherDependant: percent,
    aloneMore: percent,
    funeralMonths: count,
    lumpYears: count,
  },
});
/** 行业基准费率: base rates of the eight classes of risk. */
export const INJURY_CLASSES = defineTopic({
  name: 'injury-classes',
  unit: 'percent',
  fields: CLASSES,
  check: ({ classes }, place) => mustRise(place, 'classes', classes, (each) => each.class),
});

export const INJURY_TOPICS = [INJURY_GRADES, INJURY_NURSING, INJURY_DEATH, INJURY_CLASSES];
