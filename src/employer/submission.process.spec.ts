import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { readLog } from '../../test/support/log.js';
import { EMPLOYER } from '../../test/support/roster.js';
import {
  assemble,
  chainFaults,
  expectAllDoneOnce,
  file,
  format,
  ID,
  openLog,
  origin,
  payTo,
  submitTo,
  terms,
  wholeWay,
} from '../../test/support/submission-process.js';
import { DyingStore, Killed } from '../../test/support/submissions.js';
import { until } from '../../test/support/until.js';
import { StoreUnavailable } from '../event-store/event-store.js';
import { ProjectionRunner } from '../projection/projection.runner.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import { accountProjection } from './account.projection.js';
import { submissionIdOf } from './employer.handlers.js';
import { RehearseRoster, SubmitRoster } from './employer.messages.js';
import { SubmissionLog } from './submission.log.js';
import { submissionProjection } from './submission.projection.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});
afterAll(() => {
  Logger.overrideLogger(['error']);
});

describe('a submission', () => {
  it('is judged row by row and paid', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    const submitted = await submitTo(assembly);
    expect(submitted).toMatchObject({
      ok: true,
      value: { value: { id: ID, state: 'posting' }, replayed: false },
    });
    await assembly.process.work(ID);
    const { state } = await SubmissionLog.open(store, ID);
    expect(state).toMatchObject({ assessed: true, judged: { accepted: 5, duplicate: 0, rejected: 1_195 } });
    expect(state?.amounts).toMatchObject({
      employer: '500.00',
      total: '1000.00',
      byInsurance: { pension: '1000.00' },
    });
    expect(state?.received.chunks).toBe(2);
    const paid = await payTo(assembly);
    expect(paid).toMatchObject({
      ok: true,
      value: { value: { allocated: 100_000n, state: 'paid' }, replayed: false },
    });
    expect(paid.ok && paid.value.position).toBe((await readLog(store)).at(-1)?.position);
    await expectAllDoneOnce(store);
  });

  it('gives the first answers again, and changes nothing', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    const first = await wholeWay(assembly);
    const head = await store.head();
    expect(await submitTo(assembly)).toMatchObject({
      ok: true,
      value: { value: { id: ID, state: 'posting' }, replayed: true },
    });
    await assembly.process.work(ID);
    const again = await payTo(assembly);
    expect(again).toMatchObject({ ok: true, value: { replayed: true } });
    expect(again.ok && first.ok && [again.value.value, again.value.position]).toEqual(
      first.ok && [first.value.value, first.value.position],
    );
    expect(await store.head()).toBe(head);
  });

  it('refuses its key for another file, and money before it is assessed', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    await submitTo(assembly);
    expect(await payTo(assembly, '1.00')).toMatchObject({
      ok: false,
      error: { type: 'SubmissionNotAssessed' },
    });
    await assembly.process.work(ID);
    const head = await store.head();
    expect(await submitTo(assembly, { fileSha256: 'b'.repeat(64) })).toMatchObject({
      ok: false,
      error: { type: 'IdempotencyKeyReused', differs: ['fileSha256'] },
    });
    expect(await store.head()).toBe(head);
  });

  it('tells on a rehearsal the same verdicts and leaves no trace', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    const before = await store.head();
    const rehearsal = await assembly.rehearse.execute(new RehearseRoster(terms, file, 'july', origin));
    expect(await store.head()).toBe(before);
    await submitTo(assembly);
    await assembly.process.work(ID);
    const log = await SubmissionLog.open(store, ID);
    const runs = [];
    for await (const run of log.judgedRuns()) runs.push(...run.rows);
    expect(rehearsal.items).toEqual(runs);
    expect(rehearsal.amounts).toEqual(log.state?.amounts);
    expect(rehearsal.rows).toEqual(log.state?.judged);
  });
});

describe('persons submitted before by another file', () => {
  it('are duplicates, and nothing is owed for them', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    await wholeWay(assembly);
    const again = submissionIdOf(EMPLOYER, 'again');
    await assembly.submit.execute(new SubmitRoster(terms, file, 'again', origin));
    await assembly.process.work(again);
    const { state } = await SubmissionLog.open(store, again);
    expect(state?.judged).toEqual({ accepted: 0, duplicate: 5, rejected: 1_195 });
    expect(state?.amounts).toEqual({
      employer: '0.00',
      employee: '0.00',
      total: '0.00',
      byInsurance: {},
      lines: [],
    });
  });
});

describe('two at once', () => {
  it('write in turn: who finds his events stored by the other goes on from what the other wrote', async () => {
    const store = await openLog();
    const [a, b] = [await SubmissionLog.open(store, ID), await SubmissionLog.open(store, ID)];
    const { fileSha256 } = file;
    const { uscc, region } = terms;
    const counts = { rowsTotal: 2, chunks: 2, injuryRate: '0.26', dueOn: '2025-08-15' };
    const received = {
      submission: ID,
      uscc,
      region,
      month: '2025-07',
      kind: 'normal',
      fileSha256,
      format,
      ...counts,
    } as const;
    const store0 = (sealed: string) => ({ type: 'StoreRows', chunk: 0, rows: 1, sealed }) as const;
    for (const log of [a, b]) await log.execute({ type: 'Receive', received }, 'received', origin);
    await a.execute(store0('sealed by a'), 'rows:0', origin);
    await b.execute(store0('sealed by b'), 'rows:0', origin);
    await b.execute({ ...store0('sealed by b'), chunk: 1 }, 'rows:1', origin);
    const log = await readLog(store);
    expect(log.map(({ type }) => type)).toEqual([
      'EmployerRegistered',
      'SubmissionReceived',
      'SubmissionRowsStored',
      'SubmissionRowsStored',
    ]);
    expect(chainFaults(log)).toEqual([]);
  });

  it('send the same file: one wins, the other gets the same answer', async () => {
    const store = await openLog();
    const [a, b] = [assemble(store), assemble(store)];
    const answers = await Promise.all([submitTo(a), submitTo(b), submitTo(a)]);
    expect(answers.map((answer) => answer.ok && answer.value.value.id)).toEqual([ID, ID, ID]);
    await Promise.all([a.process.work(ID), b.process.work(ID)]);
    const payments = await Promise.all([payTo(a), payTo(b)]);
    expect(payments.map((paid) => paid.ok && paid.value.value.state)).toEqual(['paid', 'paid']);
    await expectAllDoneOnce(store);
  });

  it('send other files under one key: one of them is refused', async () => {
    const store = await openLog();
    const assembly = assemble(store);
    const answers = await Promise.all([
      submitTo(assembly),
      submitTo(assembly, { fileSha256: 'b'.repeat(64) }),
    ]);
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
    await assembly.process.work(ID);
  });
});

describe('killed at any append', () => {
  const countAppends = async (): Promise<number> => {
    const counting = new DyingStore(await openLog(), Infinity, 'after');
    await wholeWay(assemble(counting));
    return counting.appendsSoFar;
  };

  it.each(['before', 'after'] as const)('%s it is stored, goes on and does each row once', async (when) => {
    const appends = await countAppends();
    expect(appends).toBe(20);
    for (let diesAt = 1; diesAt <= appends; diesAt++) {
      const store = await openLog();
      const dying = new DyingStore(store, diesAt, when);
      const first = assemble(dying);
      const run = wholeWay(first).catch((error: unknown) => error);
      await until(() => (dying.died ? true : undefined));
      await first.stop();
      expect(await run).toBeInstanceOf(Killed);
      expect(await wholeWay(assemble(store))).toMatchObject({
        ok: true,
        value: { value: { state: 'paid' } },
      });
      await expectAllDoneOnce(store);
    }
  });
});

describe('on a start', () => {
  it('goes on with what is unfinished, without being asked', async () => {
    const store = await openLog();
    const half = new DyingStore(store, 12, 'after');
    const killed = assemble(half);
    await submitTo(killed);
    await until(() => (half.died ? true : undefined));
    await killed.stop();
    const runner = await ProjectionRunner.open(store, new MemoryGenerations(), [
      submissionProjection,
      accountProjection,
    ]);
    runner.start();
    const { process } = assemble(store, { readModels: runner.readModels });
    process.onApplicationBootstrap();
    await until(async () => ((await SubmissionLog.open(store, ID)).state?.assessed ? true : undefined));
    await process.beforeApplicationShutdown();
    await runner.beforeApplicationShutdown();
    await runner.onApplicationShutdown();
  });

  it('leaves a file alone whose rows are not all stored: its client sends it again', async () => {
    const store = await openLog();
    await submitTo(assemble(new DyingStore(store, 2, 'after'))).catch(() => undefined);
    const head = await store.head();
    await assemble(store).process.work(ID);
    expect(await store.head()).toBe(head);
  });
});

describe('an error that stays', () => {
  it('parks the submission with its code, and the next attempt goes on', async () => {
    const store = await openLog();
    const dying = new DyingStore(store, 7, 'before');
    const assembly = assemble(dying);
    await submitTo(assembly);
    await until(() => (assembly.process.parked().size > 0 ? true : undefined));
    expect([...assembly.process.parked()]).toEqual([[ID, 'Killed']]);
    dying.revive();
    await assembly.process.work(ID);
    expect(assembly.process.parked().size).toBe(0);
    expect((await SubmissionLog.open(store, ID)).state?.assessed).toBe(true);
  });
});

describe('a log that is away', () => {
  const away = (): Error => new StoreUnavailable('away');
  /** More attempts than an error of its own would have. */
  const ATTEMPTS = 6;

  it.each(['before', 'after'] as const)(
    'in the middle, %s an append is stored: keeps trying, parks nothing and does each row once',
    async (when) => {
      const store = await openLog();
      const dying = new DyingStore(store, 9, when, away);
      const assembly = assemble(dying);
      await submitTo(assembly);
      await until(() => (dying.refusedSoFar >= ATTEMPTS ? true : undefined));
      expect(assembly.process.parked().size).toBe(0);
      dying.revive();
      await until(async () => ((await SubmissionLog.open(store, ID)).state?.assessed ? true : undefined));
      await payTo(assembly);
      await expectAllDoneOnce(store);
    },
  );

  it('while a payment is credited: who pays is answered meanwhile', async () => {
    const store = await openLog();
    const dying = new DyingStore(store, 16, 'before', away);
    const assembly = assemble(dying);
    await submitTo(assembly);
    await assembly.process.work(ID);
    await expect(payTo(assembly)).rejects.toThrow(StoreUnavailable);
    dying.revive();
    await until(async () => ((await readLog(store)).at(-1)?.type === 'PersonsCredited' ? true : undefined));
    await expectAllDoneOnce(store);
    await assembly.process.beforeApplicationShutdown();
  });
});
