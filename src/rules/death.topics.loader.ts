import { listOf, mustRise } from './list.loader.js';
import { count } from './place.loader.js';
import { defineTopic } from './topics.loader.js';

const GRANTS = {
  funeralMonths: count,
  steps: listOf({ from: count, months: count }),
  after: count,
  every: count,
  most: count,
  lessEachYear: count,
  leastDrawn: count,
};

/** 丧葬补助金、抚恤金: months of the province's monthly disposable income of townspeople last year. */
export const DEATH_GRANTS = defineTopic({
  name: 'death-grants',
  unit: 'month',
  fields: GRANTS,
  check: ({ steps, every }, place) => {
    mustRise(place, 'steps', steps, ({ from }) => from);
    if (every === 0) place.find('every')?.fault('must not be nought');
  },
});

export const DEATH_TOPICS = [DEATH_GRANTS];
