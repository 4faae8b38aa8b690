import type { LogReader, StoredEvent } from './event-store.js';

const PAGE_EVENTS = 1_000;

/** The log in order, a page in memory at a time, to where it ends when the walk comes there. */
export const pagesOf = async function* (
  log: Pick<LogReader, 'readAll'>,
  after?: bigint,
): AsyncGenerator<readonly StoredEvent[]> {
  for (let position = after; ;) {
    const page = await log.readAll({
      max: PAGE_EVENTS,
      ...(position === undefined ? {} : { after: position }),
    });
    if (page.length === 0) return;
    yield page;
    position = page.at(-1)?.position;
  }
};
