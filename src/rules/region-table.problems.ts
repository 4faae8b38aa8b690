import { fieldMessages } from '../http/field-messages.js';
import type { ProblemError } from '../http/problem.js';
import { requestInvalid } from '../http/validation.js';
import { monthOf, type Day } from '../kernel/calendar.js';
import type { Law } from './calculators.types.js';
import { noPolicyProblem, noTableProblem } from './rules.problems.js';
import { NATIONAL, type Dated, type Keys, type Topic } from './table.js';

/** `region-unknown` where the rules have no such region at all. */
export const checkRegion = (region: string, at: Day, { book, say }: Law): void => {
  if (!book.regions().includes(region))
    throw noPolicyProblem({ type: 'NoPolicy', region, month: monthOf(at), known: false }, book, say);
};

/** A region's table on a day; else `policy-missing` with the times it has and, in `regions`, who has such a table. */
export const getRegionTable = <V>(
  topic: Topic<V>,
  region: string,
  at: Day,
  law: Law,
  keys: Keys = {},
): Dated<V> => {
  checkRegion(region, at, law);
  const { book, tables, say } = law;
  const found = tables.find(topic, region, at, keys);
  if (found.ok) return found.value;
  const regions = book.regions().filter((known) => tables.all(topic, known, keys).length > 0);
  throw noTableProblem(found.error, found.error.known.length > 0 ? 'on' : 'region', say, { regions });
};

/** A national table on a day; else `policy-missing` with the times it has. */
export const getNationalTable = <V>(topic: Topic<V>, at: Day, { tables, say }: Law): Dated<V> => {
  const found = tables.find(topic, NATIONAL, at);
  if (found.ok) return found.value;
  throw noTableProblem(found.error, 'on', say);
};

/** A field that is well formed and yet beyond what the law's table allows. */
export const outOfRange = (field: string, { say }: Law): ProblemError =>
  requestInvalid([{ field, code: 'out-of-range', message: say(fieldMessages['out-of-range']) }]);
