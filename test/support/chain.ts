import { linkOf, type Tip } from '../../src/event-store/chain.js';
import type { StoredEvent } from '../../src/event-store/event-store.js';

/** What does not fit of an event behind where its stream stood; undefined when it fits. */
export const faultOf = (event: StoredEvent, before: Tip): string | undefined => {
  const { prev, fits } = linkOf(event);
  if (event.revision !== (before.revision ?? -1n) + 1n) return 'revision-gap';
  if (prev !== before.hash) return 'prev-differs';
  return fits ? undefined : 'hash-differs';
};
