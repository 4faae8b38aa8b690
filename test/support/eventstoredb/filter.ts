import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredEvent } from '../../../src/event-store/event-store.js';

/** Events a filtered subscription looks at between checkpoints when the client names no window. */
const SEARCH_WINDOW = 32;

/** `interval`: a checkpoint is due after so many events looked at; undefined without a filter. */
export type Filter = Readonly<{
  isWanted: (event: Pick<StoredEvent, 'stream' | 'type'>) => boolean;
  interval: number | undefined;
}>;

/** A filter looks at stream names or at types, by openings or by a regular expression. */
export const toFilter = (options: ReadReq.Options): Filter => {
  const filter = options.getFilter();
  if (!filter) return { isWanted: () => true, interval: undefined };
  const window = filter.hasMax() ? filter.getMax() : SEARCH_WINDOW;
  const interval = window * Math.max(filter.getCheckpointintervalmultiplier(), 1);
  const streamExpression = filter.getStreamIdentifier();
  const fits = toTest(streamExpression ?? filter.getEventType());
  return { isWanted: ({ stream, type }) => fits(streamExpression ? stream : type), interval };
};

const toTest = (
  expression: ReadReq.Options.FilterOptions.Expression | undefined,
): ((text: string) => boolean) => {
  const prefixes = expression?.getPrefixList() ?? [];
  if (prefixes.length > 0) return (text) => prefixes.some((prefix) => text.startsWith(prefix));
  const regex = new RegExp(expression?.getRegex() ?? '');
  return (text) => regex.test(text);
};
