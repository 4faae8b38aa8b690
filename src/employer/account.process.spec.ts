import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  employerOver,
  july,
  registerEmployer,
  typesOf,
  type EmployerSetUp,
} from '../../test/support/employer-account.js';
import { bookOf, expectBookAgrees } from '../../test/support/employer-book.js';
import { STORES_FROM_ANYWHERE, type StoreUnderTest } from '../../test/support/event-stores.js';
import { EMPLOYER } from '../../test/support/roster.js';
import { chainFaults } from '../../test/support/submission-process.js';
import { readLog } from '../../test/support/log.js';
import { DyingStore, Killed } from '../../test/support/submissions.js';
import { until } from '../../test/support/until.js';
import { StoreUnavailable, type StoredEvent } from '../event-store/event-store.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import { toDomain } from '../event-store/transact.js';
import type { IndividualEvent } from '../individual/events.js';
import { streamOf } from '../individual/individual.js';
import { fromYuan, sum } from '../kernel/money.js';
import { ProjectionRunner } from '../projection/projection.runner.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import { accountProjection } from './account.projection.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['error']));

const NAMED = STORES_FROM_ANYWHERE.filter(([name]) => name !== 'EventStoreDB');

describe.each(NAMED)('over %s', (_, open) => {
  let under: StoreUnderTest;
  let app: EmployerSetUp;
  let other: EmployerSetUp;
  beforeEach(async () => {
    under = await open();
    app = employerOver(under.store);
    other = employerOver(under.store, { keyring: app.keyring });
    await registerEmployer(under.store);
  });
  afterEach(async () => {
    await Promise.all([app.stop(), other.stop()]);
    await under.dispose();
  });
  /** Employee's parts that a person was credited with, less what was taken back. */
  const creditOf = async (n: number): Promise<bigint> => {
    const events = (await under.store.read(streamOf(app.idOf(n)))).map(toDomain<IndividualEvent>);
    return sum(
      events.flatMap((event) => {
        if (event.type === 'ContributionPaid')
          return event.data.lines.map(({ employeePart }) => fromYuan(employeePart));
        if (event.type !== 'ContributionReversed') return [];
        return event.data.bills.map((bill) => -fromYuan(bill.returned?.employeePart ?? '0.00') as never);
      }),
    );
  };

  describe('many at once', () => {
    it('of one employer lose no race to each other', async () => {
      const id = await app.declare(2);
      const keys = Array.from({ length: 40 }, (_unused, i) => `k${i}`);
      const paid = await Promise.all(keys.map((key) => app.pay(id, '100.00', { key })));
      expect(paid.every(({ ok }) => ok)).toBe(true);
      const state = await app.stateOf();
      expect([...state.payments.values()].map(({ amount }) => amount)).toEqual(Array(40).fill(10_000n));
      await expectBookAgrees(under.store);
    });

    it('of two processes: what is paid is paid once', async () => {
      const id = await app.declare(3);
      const both = await Promise.all([app.pay(id, '10878.00'), other.pay(id, '10878.00')]);
      expect(both.map((paid) => paid.ok && paid.value.value.state)).toEqual(['paid', 'paid']);
      expect(await Promise.all([0, 1, 2].map(creditOf))).toEqual(Array(3).fill(105_000n));
      await expectBookAgrees(under.store);
    });
  });

  describe('pay and withdraw at once', () => {
    it.each([0, 1, 2, 3])('exactly one wins (%i turns apart)', async (turns) => {
      const id = await app.declare(2);
      const late = async <T>(act: () => Promise<T>): Promise<T> => {
        for (let i = 0; i < turns; i++) await under.store.head();
        return act();
      };
      const [paid, withdrawn] = await Promise.all([late(() => app.pay(id, '7252.00')), other.withdraw(id)]);
      expect([paid.ok, withdrawn.ok].sort()).toEqual([false, true]);
      if (!paid.ok) expect(paid.error).toEqual({ type: 'SubmissionWithdrawn' });
      if (!withdrawn.ok) expect(withdrawn.error).toEqual({ type: 'SubmissionPartPaid' });
      const state = await app.stateOf();
      expect([state.withdrawn.has(id), state.payments.size]).toEqual([withdrawn.ok, paid.ok ? 1 : 0]);
      if (paid.ok) expect(await creditOf(0)).toBe(105_000n);
      await Promise.all([app.stop(), other.stop()]);
      await expectBookAgrees(under.store);
    });
  });

  describe('pay and reverse at once', () => {
    it.each([0, 1, 2, 4, 8])('book and account agree (%i turns apart)', async (turns) => {
      const id = await app.declare(3);
      const late = async (): Promise<unknown> => {
        for (let i = 0; i < turns; i++) await under.store.head();
        return other.reverse(0);
      };
      const [paid] = await Promise.all([app.pay(id, '10878.00'), late()]);
      expect(paid.ok).toBe(true);
      await app.account.work(EMPLOYER);
      expect((await app.stateOf()).credit).toBe(fromYuan('3626.00'));
      expect(await Promise.all([0, 1, 2].map(creditOf))).toEqual([0n, 105_000n, 105_000n]);
      expect(await bookOf(under.store)).toMatchObject({ 'payable:employers': '-3626.00' });
      await expectBookAgrees(under.store);
    });
  });

  describe('claims that are taken back', () => {
    it('of what is not paid yet: the bill asks for less, and what is whole by that is credited', async () => {
      const id = await app.declare(2);
      // The pension of the employees, 1,600 yuan, is paid half: with one person less it is whole.
      await app.pay(id, '800.00');
      expect(await creditOf(1)).toBe(0n);
      expect(await app.reverse(0)).toMatchObject({ ok: true, value: { value: { credit: 0n } } });
      expect(await creditOf(1)).toBe(80_000n);
      expect((await typesOf(under.store)).slice(-2)).toEqual(['BillChanged', 'PersonsCredited']);
      await expectBookAgrees(under.store);
      const head = await under.store.head();
      expect(await app.reverse(0)).toMatchObject({ ok: true, value: { replayed: true } });
      expect(await under.store.head()).toBe(head);
    });

    it('of one insurance that is paid: it is credit of the employer', async () => {
      const id = await app.declare(1);
      await app.pay(id, '3626.00');
      expect(await app.reverse(0, 'r', 'medical')).toMatchObject({
        ok: true,
        value: { value: { credit: fromYuan('1100.00') }, replayed: false },
      });
      expect(await creditOf(0)).toBe(85_000n);
      await expectBookAgrees(under.store);
    });

    it('tells nothing to the account where nothing is less', async () => {
      await app.declare(1);
      const head = await under.store.head();
      expect(await app.tell(EMPLOYER, 'empty', [])).toMatchObject({
        ok: true,
        value: { value: { credit: 0n }, replayed: false },
      });
      expect(await under.store.head()).toBe(head);
    });
  });

  describe('a month that goes to another person', () => {
    it('takes what was paid along, and what is paid later too', async () => {
      const id = await app.declare(2);
      await app.pay(id, '2100.00');
      // Somebody who was assessed elsewhere before is registered; the month is not his yet.
      await app.declare(1, { key: 'june', month: '2025-06' as typeof july, from: 5 });
      expect(await app.move(0, 5)).toMatchObject({ ok: true, value: { replayed: false } });
      expect(await Promise.all([creditOf(0), creditOf(5)])).toEqual([0n, 105_000n]);
      await app.pay(id, '5152.00');
      const last = (await under.store.read(streamOf(app.idOf(5)))).map(toDomain<IndividualEvent>).at(-1);
      expect(last).toMatchObject({
        type: 'ContributionPaid',
        data: { month: july, complete: ['pension', 'medical', 'unemployment', 'injury'] },
      });
      expect(await app.move(0, 5)).toMatchObject({ ok: true, value: { replayed: true } });
      await expectBookAgrees(under.store);
    });

    it('with what later bills of the month claim of it', async () => {
      await app.declare(1);
      const more = await app.declare(1, { key: 'more', kind: 'base-change' });
      await app.declare(1, { key: 'june', month: '2025-06' as typeof july, from: 5 });
      await app.move(0, 5);
      await app.pay(more, '3626.00');
      expect(await Promise.all([0, 5].map(creditOf))).toEqual([0n, 105_000n]);
      await expectBookAgrees(under.store);
    });

    it('while a payment is credited: nothing is left behind', async () => {
      const id = await app.declare(3);
      await app.declare(1, { key: 'june', month: '2025-06' as typeof july, from: 5 });
      await Promise.all([app.pay(id, '10878.00'), other.move(0, 5)]);
      expect(await Promise.all([0, 5, 1].map(creditOf))).toEqual([0n, 105_000n, 105_000n]);
      await expectBookAgrees(under.store);
    });
  });
});

describe('killed while persons are credited', () => {
  /** Two runs of persons: money, two batches, the end. */
  const PERSONS = 501;
  let id: string;
  let keyring: EmployerSetUp['keyring'];
  let assessed: readonly StoredEvent[];
  beforeAll(async () => {
    const store = MemoryEventStore.open();
    await registerEmployer(store);
    const app = employerOver(store);
    id = await app.declare(PERSONS);
    keyring = app.keyring;
    await app.stop();
    assessed = await readLog(store);
  });
  const openAssessed = async (): Promise<MemoryEventStore> => {
    const store = MemoryEventStore.open();
    await store.appendMany(
      assessed.map((event) => ({ stream: event.stream, expected: 'any', events: [event] })),
    );
    return store;
  };

  it.each(['before', 'after'] as const)('%s each write: each person once', async (when) => {
    let writes = 0;
    for (let diesAt = 1; ; diesAt++) {
      const store = await openAssessed();
      const dying = new DyingStore(store, diesAt, when);
      const first = employerOver(dying, { keyring });
      const outcome = await first.pay(id, '1816626.00', { key: 'k' }).catch((error: unknown) => error);
      await first.stop();
      if (!dying.died) break;
      writes += 1;
      expect(outcome instanceof Killed || !(outcome as { ok: boolean }).ok).toBe(true);
      const second = employerOver(store, { keyring });
      expect(await second.pay(id, '1816626.00', { key: 'k' })).toMatchObject({
        ok: true,
        value: { value: { state: 'paid', unapplied: 0n } },
      });
      const log = await readLog(store);
      const paid = log.filter(({ type }) => type === 'ContributionPaid').map(({ stream }) => stream);
      expect([paid.length, new Set(paid).size]).toEqual([PERSONS, PERSONS]);
      expect(await typesOf(store)).toEqual([
        'EmployerRegistered',
        'BillIssued',
        'MoneyReceived',
        'PersonsCredited',
      ]);
      expect(chainFaults(log)).toEqual([]);
      await expectBookAgrees(store);
    }
    expect(writes).toBe(4);
  });

  it('who pays is told that it goes on, and on a start it goes on unasked', async () => {
    const store = await openAssessed();
    const dying = new DyingStore(store, 3, 'after');
    const first = employerOver(dying, { keyring });
    await first.pay(id, '1816626.00').catch(() => undefined);
    await first.stop();
    expect(await typesOf(store)).not.toContain('PersonsCredited');
    const runner = await ProjectionRunner.open(store, new MemoryGenerations(), [accountProjection]);
    runner.start();
    const second = employerOver(store, { keyring, readModels: runner.readModels });
    second.account.onApplicationBootstrap();
    await until(async () => ((await second.stateOf()).coverings.length === 0 ? true : undefined));
    await second.stop();
    await runner.beforeApplicationShutdown();
    await runner.onApplicationShutdown();
    await expectBookAgrees(store);
  });
});

describe('an error that stays', () => {
  it('parks the employer with its code, tells who pays, and goes on when it is asked again', async () => {
    const store = MemoryEventStore.open();
    await registerEmployer(store);
    const dying = new DyingStore(store, 0, 'before');
    const app = employerOver(dying);
    const id = await app.declare(1);
    const failing = new DyingStore(store, 2, 'before');
    const second = employerOver(failing, { keyring: app.keyring });
    await expect(second.pay(id, '3626.00')).rejects.toBeInstanceOf(Killed);
    expect([...second.account.parked()]).toEqual([[EMPLOYER, 'Killed']]);
    failing.revive();
    expect(await second.pay(id, '3626.00')).toMatchObject({ ok: true, value: { replayed: true } });
    expect(second.account.parked().size).toBe(0);
    await Promise.all([app.stop(), second.stop()]);
  });

  it('a log that is away parks nothing: it goes on by itself', async () => {
    const store = MemoryEventStore.open();
    await registerEmployer(store);
    const app = employerOver(store);
    const id = await app.declare(1);
    const away = new DyingStore(store, 2, 'before', () => new StoreUnavailable('away'));
    const second = employerOver(away, { keyring: app.keyring });
    await expect(second.pay(id, '3626.00')).rejects.toThrow(StoreUnavailable);
    expect(second.account.parked().size).toBe(0);
    away.revive();
    await until(async () => ((await app.stateOf()).coverings.length === 0 ? true : undefined));
    await Promise.all([app.stop(), second.stop()]);
    await expectBookAgrees(store);
  });
});
