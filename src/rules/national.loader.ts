import { BACK_PAYMENT, PAYMENT_ORDER } from './payment.topics.loader.js';
import type { Place } from './place.loader.js';
import { ELASTIC, LATE_FEE, MINIMUM_MONTHS, RETIREMENT_AGE } from './retirement.topics.loader.js';
import { RETIREMENT_CATEGORIES } from './retirement.js';
import { NATIONAL, type Keys, type Topic } from './table.js';
import type { TopicTables } from './topics.loader.js';

/** What an installation cannot do without: deadlines, ages and the order of payment hold in every region. */
const NEEDED: readonly (readonly [Topic<unknown>, Keys])[] = [
  ...RETIREMENT_CATEGORIES.map((category) => [RETIREMENT_AGE, { category }] as const),
  [ELASTIC, {}],
  [MINIMUM_MONTHS, {}],
  [LATE_FEE, {}],
  [PAYMENT_ORDER, {}],
  [BACK_PAYMENT, {}],
];

/** Judges the files of rules/national: nothing but topics, and all that are needed. */
export const checkNational = (
  files: readonly Place[],
  names: readonly string[],
  tables: TopicTables,
): void => {
  for (const file of files) {
    const top = file.record({
      region: (place) => (place.text() === NATIONAL ? NATIONAL : place.fault('region: as its folder')),
      tables: (place) => place.list(),
    });
    if (!top) file.lose();
    for (const table of top?.tables ?? []) checkTopic(table, names);
  }
  if (files.some((file) => file.hasLost)) return;
  for (const [topic, keys] of NEEDED)
    if (tables.all(topic, NATIONAL, keys).length === 0)
      files[0]?.fault(`missing topic ${[topic.name, ...Object.values(keys)].join(' of ')}`);
};

/** Notes a table whose topic nobody knows. */
export const checkTopic = (table: Place, names: readonly string[]): void => {
  const topic = table.find('topic');
  if (!topic) {
    table.fault('missing key topic');
    return table.lose();
  }
  const name = topic.text();
  if (name === undefined || names.includes(name)) return;
  topic.fault(`unknown topic: one of ${names.join(', ')}`);
  table.lose();
};
