import { setTimeout as delay } from 'node:timers/promises';
import type { ReadModels } from '../projection/read-models.js';
import { findSubmission } from './submission.queries.js';
import { countsOf } from './submission.views.js';

/** A comment now and then keeps proxies from closing a stream on which nothing happens. */
const HEARTBEAT_MS = 15_000;

const toEvent = (event: 'progress' | 'done', id: number, data: object): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/**
 * Server-Sent Events of one submission: `progress` with the counts whenever they change, `done` when every row is
 * judged. An event's id is the number of rows judged. Ends when the client leaves.
 */
export const progressOf = async function* (
  readModels: ReadModels,
  id: string,
  left: AbortSignal,
): AsyncGenerator<string> {
  const advances = new Advances(readModels);
  try {
    for (let last = ''; !left.aborted;) {
      advances.clear();
      const record = await findSubmission(readModels.db(), id);
      if (!record) return;
      const rows = countsOf(record);
      const data = { id, state: record.state, rows };
      const judged = rows.total - rows.pending;
      const isDone = record.state !== 'received' && record.state !== 'posting';
      if (last !== JSON.stringify(data)) yield toEvent('progress', judged, data);
      last = JSON.stringify(data);
      if (isDone) {
        yield toEvent('done', judged, data);
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
