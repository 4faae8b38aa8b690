import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { record } from '../../test/support/log.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import { ProjectionRunner } from '../projection/projection.runner.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import { NO_AMOUNTS } from './amounts.js';
import type { SubmissionEvent } from './events.js';
import { progressOf } from './submission.progress.js';
import { submissionProjection } from './submission.projection.js';

const ID = 's';
const received: SubmissionEvent = {
  type: 'SubmissionReceived',
  data: {
    submission: ID,
    uscc: '91310000MA1FL0007C',
    region: 'shanghai',
    month: '2025-07',
    kind: 'normal',
    injuryRate: '0.26',
    fileSha256: 'aa',
    format: { kind: 'csv', encoding: 'utf-8', header: [] },
    rowsTotal: 4,
    chunks: 1,
    dueOn: '2025-08-15',
  },
};
const stored: SubmissionEvent = {
  type: 'SubmissionRowsStored',
  data: { submission: ID, chunk: 0, rows: 4, sealed: 'x' },
};
const judged = (line: number): SubmissionEvent => ({
  type: 'SubmissionRowsJudged',
  data: {
    submission: ID,
    rows: [line, line + 1].map((at) => ({ line: at, verdict: 'accepted', problems: [] })),
    amounts: NO_AMOUNTS,
  },
});
const assessed: SubmissionEvent = {
  type: 'SubmissionAssessed',
  data: {
    submission: ID,
    uscc: '',
    month: '2025-07',
    accepted: 4,
    duplicate: 0,
    rejected: 0,
    amounts: NO_AMOUNTS,
  },
};
const withdrawn: SubmissionEvent = {
  type: 'SubmissionWithdrawn',
  data: { submission: ID, uscc: '', month: '2025-07', reason: 'wrong' },
};
const LIFE = [stored, judged(2), judged(4), assessed];

let store: MemoryEventStore;
let runner: ProjectionRunner;
beforeEach(async () => {
  store = MemoryEventStore.open();
  runner = await ProjectionRunner.open(store, new MemoryGenerations(), [submissionProjection]);
  runner.start();
  await happens(received);
});
afterEach(async () => {
  await runner.beforeApplicationShutdown();
  await runner.onApplicationShutdown();
});

/** Records an event and waits until the read models show it. */
const happens = async (event: SubmissionEvent): Promise<void> => {
  await record(store, `submission-${ID}`, [event]);
  await runner.readModels.waitForHead();
};
/** A client that names the last event it saw. */
const connect = (lastEventId?: string) =>
  progressOf(runner.readModels, ID, new AbortController().signal, lastEventId);
const parse = (text: string) => {
  const [, id = '', event = '', data = ''] = /^id: (.*)\nevent: (.*)\ndata: (.*)\n\n$/.exec(text) ?? [];
  const { state, rows } = JSON.parse(data) as { state: string; rows: { pending: number } };
  return { id, event, state, pending: rows.pending };
};
type Event = ReturnType<typeof parse>;

/** Takes the next `count` events, with a change of the submission before each but the first; then the line is cut. */
const take = async (
  client: ReturnType<typeof connect>,
  count: number,
  changes: SubmissionEvent[],
): Promise<readonly Event[]> => {
  const events: Event[] = [];
  while (events.length < count) {
    const { value, done } = await client.next();
    if (done) break;
    events.push(parse(value));
    const change = changes.shift();
    if (change) await happens(change);
  }
  await client.return(undefined);
  return events;
};

const WHOLE = [
  { event: 'progress', state: 'received', pending: 4 },
  { event: 'progress', state: 'posting', pending: 4 },
  { event: 'progress', state: 'posting', pending: 2 },
  { event: 'progress', state: 'posting', pending: 0 },
  { event: 'progress', state: 'assessed', pending: 0 },
  { event: 'done', state: 'assessed', pending: 0 },
];

describe('the progress of a submission', () => {
  it('is told from the start to the end, each event with an id of its own', async () => {
    const events = await take(connect(), Infinity, [...LIFE]);
    expect(events).toMatchObject(WHOLE);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it.each([1, 2, 3, 4, 5])(
    'goes on where it was cut after %i events: nothing twice, nothing missed',
    async (count) => {
      const changes = [...LIFE];
      const before = await take(connect(), count, changes);
      const after = await take(connect(before.at(-1)?.id), Infinity, changes);
      expect([...before, ...after]).toMatchObject(WHOLE);
    },
  );

  it('tells what was missed meanwhile by how it stands now', async () => {
    const [first] = await take(connect(), 1, []);
    for (const event of LIFE) await happens(event);
    const events = await take(connect(first?.id), Infinity, []);
    expect(events).toMatchObject(WHOLE.slice(-2));
  });

  it('tells who saw the end that it is the end, and no more', async () => {
    for (const event of LIFE) await happens(event);
    const last = (await take(connect(), Infinity, [])).at(-1);
    expect(await take(connect(last?.id), Infinity, [])).toEqual([last]);
  });

  it('tells of a withdrawal after the end', async () => {
    for (const event of LIFE) await happens(event);
    const last = (await take(connect(), Infinity, [])).at(-1);
    await happens(withdrawn);
    expect(await take(connect(last?.id), Infinity, [])).toMatchObject([
      { event: 'progress', state: 'withdrawn' },
      { event: 'done', state: 'withdrawn' },
    ]);
  });

  it.each(['', '17', 'x.posting', '4.unknown', '9'.repeat(400)])(
    'begins at the start for an id that is not its own: %p',
    async (id) => {
      expect(await take(connect(id), 1, [])).toMatchObject(WHOLE.slice(0, 1));
    },
  );
});
