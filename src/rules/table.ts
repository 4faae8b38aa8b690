import type { Day, Month } from '../kernel/calendar.js';
import type { Result } from '../kernel/result.js';
import type { Source } from './policy.js';

/** Where what holds in the whole country stands; as a region's code it is nobody's. */
export const NATIONAL = 'national';

/** A kind of dated table whose entries hold V. What it is called and how it is read: src/rules/topics.loader.ts. */
export type Topic<V> = Readonly<{ name: string; values?: V }>;
/** What tells several tables of one topic apart, `{category: 'men'}`. */
export type Keys = Readonly<Record<string, string>>;

/** Values in force, since when, and who says so. `table` names the entry, `national/interest.yaml interest-rate 2024-01`. */
export type Dated<V> = Readonly<{
  values: V;
  from: Month | Day;
  to?: Month | Day;
  source: Source;
  table: string;
}>;
/** The law, as far as we hold it, has no answer at that day; `known`: the times that it has answers for, in order. */
export type NoTable = Readonly<{
  type: 'NoTable';
  topic: string;
  region: string;
  at: Day;
  known: readonly Readonly<{ from: Month | Day; to?: Month | Day }>[];
}>;

/** The port to the dated tables that are not about what a month costs. Topics: src/rules/*.topics.loader.ts. */
export abstract class LawTables {
  /** A topic's values on a day: the region's own where it has any, else the nation's. */
  abstract find<V>(topic: Topic<V>, region: string, at: Day, keys?: Keys): Result<Dated<V>, NoTable>;
  /** Everything that a region (or NATIONAL) says on a topic, oldest first. */
  abstract all<V>(topic: Topic<V>, region: string, keys?: Keys): readonly Dated<V>[];
}
