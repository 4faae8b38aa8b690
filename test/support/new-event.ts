import { nameOf } from '../../src/event-store/chain.js';
import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  StoredEvent,
} from '../../src/event-store/event-store.js';

/** An event to store whose id follows from a word: the same word, the same id. */
export const newEvent = (word: string, changes: Partial<NewEvent> = {}): NewEvent => ({
  id: nameOf('test', word),
  type: 'Noted',
  data: `{"word":${JSON.stringify(word)}}`,
  metadata: '{}',
  ...changes,
});
export const newEvents = (words: string): readonly NewEvent[] => [...words].map((word) => newEvent(word));

/** The word of each event, one letter each. */
export const wordsOf = (events: readonly StoredEvent[]): string =>
  events.map(({ data }) => (JSON.parse(data) as { word: string }).word).join('');
export const allOf = (store: EventStore): Promise<readonly StoredEvent[]> => store.readAll({ max: 100_000 });

/** A verdict in a word: `3` stored up to revision 3, `=3` stood there already, `!3` conflict with the last at 3. */
export const told = (result: AppendResult): string => {
  if (!result.ok) return `!${result.error.actual}`;
  return `${result.value.stored ? '' : '='}${result.value.revision}`;
};

/** Steps as text: an expected revision (`*` any, `-` no stream, or digits), then a letter for each event. */
export const toSteps = (steps: string): readonly (readonly [ExpectedRevision, string])[] =>
  [...steps.matchAll(/([*-]|\d+)([a-z]+)/g)].map(([, expected = '', words = '']) => {
    if (expected === '*') return ['any', words];
    return [expected === '-' ? 'no-stream' : BigInt(expected), words];
  });
