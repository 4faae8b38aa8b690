import type { Source } from './policy.js';

/** One step of an explanation; over HTTP it is WhyAnswer. */
export type Why = Readonly<{ rule: string; source: string; formula: string }>;

/** A step that an entry of the law is behind; a doubtful source says so. */
export const because = (entry: Readonly<{ table: string; source: Source }>, formula: string): Why => ({
  rule: entry.table,
  source: entry.source.mark === 'sure' ? entry.source.text : `${entry.source.text} (second-hand)`,
  formula,
});
