import { parseDay, type Day, type Instant } from '../kernel/calendar.js';
import { err, ok, type Result } from '../kernel/result.js';

const INSTANT = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(\d{1,3}))?Z$/;
/** 23:59:59.999 in Asia/Shanghai, as a time of the same day in UTC. */
const END_OF_SHANGHAI_DAY = 'T15:59:59.999Z';

/**
 * The last instant at which something must have been recorded to count as known: an instant as given, in the form of
 * the log, or the end of a day in Asia/Shanghai.
 */
export const parseKnownAt = (text: string): Result<Instant, 'instant-malformed'> => {
  const [, day, decimals = ''] = INSTANT.exec(text) ?? [];
  if (day !== undefined && parseDay(day).ok)
    return ok(`${text.slice(0, 19)}.${decimals.padEnd(3, '0')}Z` as Instant);
  return parseDay(text).ok ? ok(`${text}${END_OF_SHANGHAI_DAY}` as Instant) : err('instant-malformed');
};

/** Bounds of value and of knowledge: what did we know at K about day D? Without one of them everything counts. */
export type Viewpoint = Readonly<{ asOf?: Day; knownAt?: Instant }>;
