import { setTimeout as delay } from 'node:timers/promises';
import type { ReadModels } from '../projection/read-models.js';
import { findSubmission } from './submission.queries.js';
import type { SubmissionRecord } from './submission.rows.js';
import { countsOf } from './submission.views.js';

/** A comment now and then keeps proxies from closing a stream on which nothing happens. */
const HEARTBEAT_MS = 15_000;

const toEvent = (event: 'progress' | 'done', id: string, data: object): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const STATES = [
  'received',
  'posting',
  'assessed',
  'withdrawn',
] as const satisfies readonly SubmissionRecord['state'][];
type Seen = Readonly<{ judged: number; state: number }>;

/** An event's id tells how far the submission was: `<rows judged>.<state>`, with `.done` behind for the last event. */
const EVENT_ID = /^(\d{1,9})[.]([a-z]{1,20})(?:[.]done)?$/;
const seenOf = (lastEventId: string): Seen | undefined => {
  const [, judged, name] = EVENT_ID.exec(lastEventId) ?? [];
  const state = STATES.findIndex((known) => known === name);
  return judged === undefined || state < 0 ? undefined : { judged: Number(judged), state };
};
const isNewer = (now: Seen, seen: Seen | undefined): boolean =>
  !seen || now.state > seen.state || (now.state === seen.state && now.judged > seen.judged);

/**
 * Server-Sent Events of one submission: `progress` with the counts whenever they change, `done` when every row is judged
 * or the file is withdrawn. A client that was cut off names the last event it saw: what it saw is not told again, save
 * `done`, by which it knows that it may close. Ends when the client leaves.
 */
export const progressOf = async function* (
  readModels: ReadModels,
  id: string,
  left: AbortSignal,
  lastEventId = '',
): AsyncGenerator<string> {
  const advances = new Advances(readModels);
  try {
    for (let seen = seenOf(lastEventId); !left.aborted;) {
      advances.clear();
      const record = await findSubmission(readModels.db(), id);
      if (!record) return;
      const { state } = record;
      const rows = countsOf(record);
      const data = { id, state, rows };
      const now = { judged: rows.total - rows.pending, state: STATES.indexOf(state) };
      const eventId = `${now.judged}.${state}`;
      if (isNewer(now, seen)) {
        yield toEvent('progress', eventId, data);
        seen = now;
      }
      if (state === 'assessed' || state === 'withdrawn') {
        yield toEvent('done', `${eventId}.done`, data);
        return;
      }
      if ((await advances.next(left)) === 'quiet') yield ': waiting\n\n';
    }
  } finally {
    advances.stop();
  }
};

/** Remembers whether the read models moved on since they were last looked at. */
class Advances {
  private moved = false;
  private wake: (() => void) | undefined;
  readonly stop: () => void;

  constructor(readModels: ReadModels) {
    this.stop = readModels.onAdvance(() => {
      this.moved = true;
      this.wake?.();
    });
  }

  private hasMoved(): boolean {
    return this.moved;
  }

  clear(): void {
    this.moved = false;
  }

  /** Waits until they move on, the client leaves, or nothing has happened for the time of a heartbeat. */
  async next(left: AbortSignal): Promise<'moved' | 'left' | 'quiet'> {
    if (this.moved) return 'moved';
    const done = new AbortController();
    const moved = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    const signal = AbortSignal.any([left, done.signal]);
    await Promise.race([moved, delay(HEARTBEAT_MS, undefined, { signal }).catch(() => undefined)]);
    this.wake = undefined;
    done.abort();
    if (left.aborted) return 'left';
    return this.hasMoved() ? 'moved' : 'quiet';
  }
}
