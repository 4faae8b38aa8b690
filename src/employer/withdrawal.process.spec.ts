import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { readLog } from '../../test/support/log.js';
import { EMPLOYER } from '../../test/support/roster.js';
import {
  assemble,
  expectAllTakenBack,
  file,
  fileOf,
  ID,
  openLog,
  origin,
  payTo,
  submitTo,
  terms,
  wholeWay,
  withdrawFrom,
  type Assembly,
} from '../../test/support/submission-process.js';
import { DyingStore, Killed } from '../../test/support/submissions.js';
import { until } from '../../test/support/until.js';
import type { EventStore } from '../event-store/event-store.js';
import { submissionIdOf } from './employer.handlers.js';
import { SubmitRoster } from './employer.messages.js';
import { SubmissionLog } from './submission.log.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});
afterAll(() => {
  Logger.overrideLogger(['error']);
});

const AGAIN = submissionIdOf(EMPLOYER, 'again');
/** Hands the same rows in under another key and gives the counts. */
const sendAgain = async (assembly: Assembly, store: EventStore) => {
  await assembly.submit.execute(new SubmitRoster(terms, file, 'again', origin));
  await assembly.process.work(AGAIN);
  return (await SubmissionLog.open(store, AGAIN)).state?.judged;
};
const stateOf = async (store: EventStore, id = ID) => (await SubmissionLog.open(store, id)).state;
const typesIn = async (store: EventStore, stream: string): Promise<readonly string[]> =>
  (await store.read(stream)).map(({ type }) => type);
const ALL = { accepted: 5, duplicate: 0, rejected: 1_195 };

describe('a submission that is withdrawn', () => {
  it('gives back what it assessed; its rows may be sent in another file', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    await submitTo(assembly);
    await assembly.process.work(ID);
    expect(await withdrawFrom(assembly)).toMatchObject({
      ok: true,
      value: { value: { id: ID, state: 'withdrawn' }, replayed: false },
    });
    await assembly.process.work(ID);
    await expectAllTakenBack(store);
    expect(await stateOf(store)).toMatchObject({ withdrawn: { reason: 'wrong month' }, closed: true });
    expect(await sendAgain(assembly, store)).toEqual(ALL);
  });

  it('is withdrawn once, and takes no money', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    await submitTo(assembly);
    await assembly.process.work(ID);
    await withdrawFrom(assembly);
    await assembly.process.work(ID);
    const head = await store.head();
    expect(await withdrawFrom(assembly, ID, 'another reason')).toMatchObject({
      ok: true,
      value: { replayed: true },
    });
    await assembly.process.work(ID);
    expect(await payTo(assembly)).toMatchObject({ ok: false, error: { type: 'SubmissionWithdrawn' } });
    expect(await store.head()).toBe(head);
  });

  it('lets the next file of the employer wait until its months are free', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    await submitTo(assembly);
    await assembly.process.work(ID);
    await withdrawFrom(assembly);
    expect(await sendAgain(assembly, store)).toEqual(ALL);
  });

  it('is refused when money came, or when it is not there', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    await wholeWay(assembly);
    const head = await store.head();
    expect(await withdrawFrom(assembly)).toMatchObject({ ok: false, error: { type: 'SubmissionPartPaid' } });
    expect(await withdrawFrom(assembly, AGAIN)).toMatchObject({
      ok: false,
      error: { type: 'SubmissionNotFound' },
    });
    expect(await store.head()).toBe(head);
  });

  it('is refused for a base change, also before it has a bill', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    const command = new SubmitRoster({ ...terms, kind: 'base-change' }, fileOf(1), 'july', origin);
    await assembly.submit.execute(command);
    expect(await withdrawFrom(assembly)).toMatchObject({ ok: false, error: { type: 'NotWithdrawable' } });
    await assembly.process.work(ID);
    expect(await withdrawFrom(assembly)).toMatchObject({ ok: false, error: { type: 'NotWithdrawable' } });
  });

  it('before its rows are stored is closed at once, and takes no more of them', async () => {
    const store = await openLog();
    await submitTo(assemble(new DyingStore(store, 2, 'after'))).catch(() => undefined);
    const assembly = assemble(store);
    await withdrawFrom(assembly);
    await assembly.process.work(ID);
    expect(await typesIn(store, `submission-${ID}`)).toEqual([
      'SubmissionReceived',
      'SubmissionRowsStored',
      'SubmissionWithdrawn',
      'SubmissionClosed',
    ]);
    expect(await stateOf(store)).toMatchObject({ chunksStored: 1, withdrawn: {}, closed: true });
    expect(await submitTo(assembly)).toMatchObject({ ok: false, error: { type: 'SubmissionWithdrawn' } });
  });
});

/** Withdraws the file as its second run of rows is posted. */
const withdrawnWhilePosting = (store: EventStore) => {
  let withdrawn: ReturnType<typeof withdrawFrom> | undefined;
  const assembly = assemble(store, {
    hooks: {
      onRow: async ({ line }) => {
        if (line === 502) await (withdrawn ??= withdrawFrom(assembly));
      },
    },
  });
  const run = async () => {
    await submitTo(assembly);
    await assembly.process.work(ID);
    await withdrawn;
    await assembly.process.work(ID);
  };
  return { assembly, run, answer: () => withdrawn };
};

describe('while its rows are posted', () => {
  it('the run in hand ends, then all goes back, also what no verdict was noted of', async () => {
    const store = await openLog();
    const { run, answer } = withdrawnWhilePosting(store);
    await run();
    expect(await answer()).toMatchObject({ ok: true, value: { value: { state: 'withdrawn' } } });
    await expectAllTakenBack(store);
    const state = await stateOf(store);
    expect(state?.judged).toEqual({ accepted: 2, duplicate: 0, rejected: 498 });
    const log = await readLog(store);
    expect(log.filter(({ type }) => type === 'ContributionReversed')).toHaveLength(4);
    expect(log.filter(({ type }) => type === 'BillIssued')).toHaveLength(0);
  });

  it.each(['before', 'after'] as const)(
    'killed at any append, %s it is stored, ends the same',
    async (when) => {
      const counting = new DyingStore(await openLog(), Infinity, 'after');
      await withdrawnWhilePosting(counting).run();
      const appends = counting.appendsSoFar;
      expect(appends).toBeGreaterThan(12);
      for (let diesAt = 1; diesAt <= appends; diesAt++) {
        const store = await openLog();
        const dying = new DyingStore(store, diesAt, when);
        const { assembly, run } = withdrawnWhilePosting(dying);
        const ended = run().catch((error: unknown) => error);
        await until(() => (dying.died ? true : undefined));
        await assembly.stop();
        expect([undefined, expect.any(Killed)]).toContainEqual(await ended);
        const second = assemble(store);
        await submitTo(second);
        expect(await withdrawFrom(second)).toMatchObject({ ok: true });
        await second.process.work(ID);
        await expectAllTakenBack(store);
        expect(await sendAgain(second, store)).toEqual(ALL);
      }
    },
  );

  it('is carried to its end when only the account knew of it', async () => {
    for (const before of ['posting', 'assessed'] as const) {
      const store = await openLog();
      const assembly = assemble(store);
      if (before === 'assessed') {
        await submitTo(assembly);
        await assembly.process.work(ID);
      } else await submitTo(assemble(new DyingStore(store, 3, 'after'))).catch(() => undefined);
      // The append to the account is stored, that to the file is not.
      const dying = new DyingStore(store, 1, 'after');
      await expect(withdrawFrom(assemble(dying))).rejects.toThrow(Killed);
      expect((await stateOf(store))?.withdrawn).toBeUndefined();
      await assembly.process.work(ID);
      await expectAllTakenBack(store);
      expect((await stateOf(store))?.withdrawn).toEqual({ reason: 'wrong month' });
    }
  });

  it('is not undone by another server that had a run in hand', async () => {
    const store = await openLog();
    const other = assemble(store);
    let closed: Promise<void> | undefined;
    const posting = assemble(store, {
      hooks: {
        onDone: async ({ line }) => {
          if (line === 502) await (closed ??= withdrawFrom(other).then(() => other.process.work(ID)));
        },
      },
    });
    await submitTo(posting);
    await posting.process.work(ID);
    await closed;
    await posting.process.work(ID);
    await expectAllTakenBack(store);
  });
});

describe('a file that is taken whole or not at all', () => {
  const atomic = (assembly: Assembly, key: string, roster = fileOf(3)) =>
    assembly.submit.execute(new SubmitRoster(terms, roster, key, origin, true));

  it('is refused with its bad rows named, and leaves no trace', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    const head = await store.head();
    const refused = await atomic(assembly, 'july', file);
    expect(refused).toMatchObject({ ok: false, error: { type: 'FileRefused', rows: ALL } });
    const { rejected } =
      refused.ok || refused.error.type !== 'FileRefused' ? { rejected: [] } : refused.error;
    expect(rejected).toHaveLength(100);
    expect(rejected[0]).toMatchObject({ line: 3, problems: [{ code: 'ssn-invalid' }] });
    expect(await store.head()).toBe(head);
  });

  it('is taken when every row stands, and answered the same again', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    expect(await atomic(assembly, 'july')).toMatchObject({ ok: true, value: { replayed: false } });
    await assembly.process.work(ID);
    expect(await stateOf(store)).toMatchObject({
      received: { atomic: true },
      assessed: true,
      judged: { accepted: 3, rejected: 0 },
    });
    expect(await atomic(assembly, 'july')).toMatchObject({ ok: true, value: { replayed: true } });
    const other = await assembly.submit.execute(new SubmitRoster(terms, fileOf(3), 'july', origin));
    expect(other).toMatchObject({ ok: false, error: { type: 'IdempotencyKeyReused', differs: ['atomic'] } });
  });

  it('goes back when a row that was good is good no more', async () => {
    const store = await openLog();
    const seen = new Map<number, number>();
    const hooks = {
      onRow: ({ line }: { line: number }) => {
        seen.set(line, (seen.get(line) ?? 0) + 1);
        if (line === 3 && (seen.get(line) ?? 0) > 1) throw new TypeError('poison');
      },
    };
    const assembly = assemble(store, { hooks });
    expect(await atomic(assembly, 'july')).toMatchObject({ ok: true });
    await assembly.process.work(ID);
    await expectAllTakenBack(store);
    expect((await stateOf(store))?.withdrawn).toEqual({ reason: 'row-rejected' });
  });

  it('of two at once that contradict each other one is taken', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    const dearer = fileOf(3);
    const rows = dearer.rows.map((row) => row.with(3, '2000.00') as unknown as typeof row);
    const answers = await Promise.all([
      atomic(assembly, 'july'),
      atomic(assembly, 'again', { ...dearer, rows, fileSha256: 'd'.repeat(64) }),
    ]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
    await Promise.all([assembly.process.work(ID), assembly.process.work(AGAIN)]);
    expect(await stateOf(store)).toMatchObject({ assessed: true, judged: { accepted: 3 } });
    await expectAllTakenBack(store, AGAIN);
  });
});
