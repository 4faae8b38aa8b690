import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  august,
  employerOver,
  IN_ORDER,
  july,
  ONE_MONTH,
  registerEmployer,
  typesOf,
  type EmployerSetUp,
} from '../../test/support/employer-account.js';
import { bookOf, expectBookAgrees } from '../../test/support/employer-book.js';
import { STORES_FROM_ANYWHERE, type StoreUnderTest } from '../../test/support/event-stores.js';
import { record } from '../../test/support/log.js';
import { EMPLOYER } from '../../test/support/roster.js';
import { toDomain } from '../event-store/transact.js';
import type { IndividualEvent } from '../individual/events.js';
import { streamOf } from '../individual/individual.js';
import { fromYuan, toYuan, type Fen } from '../kernel/money.js';
import type { PaymentDone } from './employer.messages.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['error']));

const NAMED = STORES_FROM_ANYWHERE.filter(([name]) => name !== 'EventStoreDB');

describe.each(NAMED)('over %s', (_, open) => {
  let under: StoreUnderTest;
  let app: EmployerSetUp;
  beforeEach(async () => {
    under = await open();
    app = employerOver(under.store);
    await registerEmployer(under.store);
  });
  afterEach(async () => {
    await app.stop();
    await under.dispose();
  });

  const done = (outcome: Awaited<ReturnType<EmployerSetUp['pay']>>): PaymentDone => {
    if (!outcome.ok) throw new Error(outcome.error.type);
    return outcome.value.value;
  };
  /** What each payment credited to a person, in order. */
  const creditedTo = async (n: number) =>
    (await under.store.read(streamOf(app.idOf(n))))
      .map(toDomain<IndividualEvent>)
      .flatMap((event) => (event.type === 'ContributionPaid' ? [event.data] : []));

  describe('a submission', () => {
    it('is paid whole, and every person credited once', async () => {
      const id = await app.declare(2);
      const paid = await app.pay(id, '7252.00');
      expect(done(paid)).toMatchObject({
        allocated: 725_200n,
        lateFee: 0n,
        unapplied: 0n,
        state: 'paid',
        allocations: [{ bill: id, month: july }],
      });
      expect(await typesOf(under.store)).toEqual([
        'EmployerRegistered',
        'BillIssued',
        'MoneyReceived',
        'PersonsCredited',
      ]);
      for (const n of [0, 1])
        expect(await creditedTo(n)).toMatchObject([
          {
            bill: id,
            paidOn: '2025-08-10',
            complete: ['pension', 'medical', 'unemployment', 'injury'],
          },
        ]);
      expect(await bookOf(under.store)).toMatchObject({
        'cash:treasury': '7252.00',
        'clearing:payments': '0.00',
        'account:pension': '-1600.00',
        'account:medical': '-400.00',
      });
      await expectBookAgrees(under.store);
    });

    it('is paid in parts: each cell of the order is credited when it is whole', async () => {
      const id = await app.declare(2);
      let before = 0;
      for (const [insurance, side, each] of IN_ORDER) {
        const whole = 2n * fromYuan(each);
        const half = toYuan((whole / 2n) as Fen);
        const name = `${insurance}/${side}`;
        // Half of a cell waits, and nobody is credited with it.
        const first = done(await app.pay(id, half, { key: `${name} first` }));
        expect(first).toMatchObject({
          allocated: fromYuan(half),
          state: 'part-paid',
          allocations: [{ cells: [{ insurance, side, amount: half }], covered: [] }],
        });
        expect(await creditedTo(0)).toHaveLength(before);
        await expectBookAgrees(under.store);

        const second = done(await app.pay(id, half, { key: `${name} second` }));
        expect(second.allocations).toMatchObject([{ covered: [{ insurance, side }] }]);
        const credited = await creditedTo(1);
        expect(credited).toHaveLength((before += 1));
        const { lines, complete } = credited.at(-1)!;
        const part = side === 'employer' ? 'employerPart' : 'employeePart';
        expect(lines.map((line) => [line.insurance, line[part]])).toEqual([[insurance, each]]);
        // A month counts for an insurance when both sides are paid; work injury has one side.
        expect(complete).toEqual(side === 'employer' ? [insurance] : []);
        await expectBookAgrees(under.store);
      }
      expect((await app.stateOf()).bills.get(id)?.parts).toHaveLength(2 * IN_ORDER.length);
      expect(await app.pay(id, '0.01')).toMatchObject({
        ok: false,
        error: { type: 'SubmissionAlreadyPaid' },
      });
    });

    it('takes more than is owed: the rest is credit, and the next bill uses it by itself', async () => {
      const id = await app.declare(1);
      expect(done(await app.pay(id, '4676.00'))).toMatchObject({
        allocated: fromYuan(ONE_MONTH),
        unapplied: fromYuan('1050.00'),
        state: 'paid',
      });
      expect((await app.stateOf()).credit).toBe(fromYuan('1050.00'));
      const next = await app.declare(1, { key: 'august', month: august });
      // The whole employees' part of the next month, 1,050 yuan, is paid from it and credited.
      expect((await typesOf(under.store)).slice(-3)).toEqual(['BillIssued', 'CreditUsed', 'PersonsCredited']);
      expect((await app.stateOf()).credit).toBe(0n);
      expect((await creditedTo(0)).at(-1)).toMatchObject({ bill: next, month: august, complete: [] });
      await expectBookAgrees(under.store);
      expect(done(await app.pay(next, '2576.00'))).toMatchObject({ state: 'paid' });
      await expectBookAgrees(under.store);
    });

    it('owes a late fee to the day, of the employer alone and last', async () => {
      const id = await app.declare(1);
      app.clock.set('2025-08-20T02:00:00.000Z');
      // On time: the employees' side. Then five days late: the rest, without the fee.
      expect(done(await app.pay(id, '1050.00', { paidOn: '2025-08-15' }))).toMatchObject({ lateFee: 0n });
      expect(done(await app.pay(id, '2576.00', { paidOn: '2025-08-20' }))).toMatchObject({
        allocated: fromYuan('2576.00'),
        lateFee: 0n,
        state: 'part-paid',
      });
      // 2,576.00 x 0.05 % x 5 days = 6.44, whenever it is paid.
      expect(done(await app.pay(id, '10.00', { paidOn: '2025-08-20' }))).toMatchObject({
        allocated: 0n,
        lateFee: fromYuan('6.44'),
        unapplied: fromYuan('3.56'),
        state: 'paid',
      });
      const lines = (await creditedTo(0)).flatMap((paid) => paid.lines);
      expect(lines.filter(({ employeePart }) => employeePart !== '0.00')).toHaveLength(3);
      expect(await bookOf(under.store)).toMatchObject({ 'income:late-fee': '-6.44' });
      await expectBookAgrees(under.store);
    });

    it('is late from the day after it was due', async () => {
      const id = await app.declare(1);
      app.clock.set('2025-08-16T02:00:00.000Z');
      // 3,626.00 x 0.05 % = 1.813
      expect(done(await app.pay(id, '3627.81', { paidOn: '2025-08-16' }))).toMatchObject({
        lateFee: fromYuan('1.81'),
        unapplied: 0n,
        state: 'paid',
      });
    });

    it('takes no money before it is assessed, after it is withdrawn, or from tomorrow', async () => {
      const received = { submission: 's-new', uscc: EMPLOYER };
      await record(under.store, 'submission-s-new', [{ type: 'SubmissionReceived', data: received }]);
      expect(await app.pay('s-new', '1.00')).toMatchObject({ error: { type: 'SubmissionNotAssessed' } });
      expect(await app.pay('nowhere', '1.00')).toMatchObject({ error: { type: 'SubmissionNotFound' } });
      const id = await app.declare(1);
      expect(await app.pay(id, '1.00', { paidOn: '2025-08-11' })).toMatchObject({
        error: { type: 'PaidOnInFuture' },
      });
      expect((await app.withdraw(id)).ok).toBe(true);
      expect(await app.pay(id, '1.00')).toMatchObject({ error: { type: 'SubmissionWithdrawn' } });
      expect((await app.stateOf()).payments.size).toBe(0);
    });
  });

  describe('the same again', () => {
    it('gives the first answer, at the place in the log where all was done', async () => {
      const id = await app.declare(2);
      const first = await app.pay(id, '2100.00', { key: 'k' });
      expect(done(first).state).toBe('part-paid');
      const at = await under.store.head();
      expect(first.ok && first.value.position).toBe(at);
      await app.pay(id, '5152.00');
      const head = await under.store.head();
      const again = await app.pay(id, '2100.00', { key: 'k' });
      expect(again).toEqual({ ok: true, value: { ...(first.ok && first.value), replayed: true } });
      expect(await under.store.head()).toBe(head);
    });

    it('the same line of the bank under two keys is once', async () => {
      const id = await app.declare(2);
      const line = { reference: 'bank-7', paidOn: '2025-08-09' };
      const first = await app.pay(id, '2100.00', { key: 'one', ...line });
      const second = await app.pay(id, '2100.00', { key: 'two', ...line });
      expect(second).toMatchObject({ ok: true, value: { replayed: true } });
      expect(done(second)).toEqual(done(first));
      // Sent to the employer, or at once by many: it is still that line.
      const many = await Promise.all(
        ['a', 'b', 'c'].map((key) => app.payEmployer('2100.00', { key, ...line })),
      );
      expect(many.map((paid) => done(paid).payment)).toEqual(Array(3).fill(done(first).payment));
      expect((await typesOf(under.store)).filter((type) => type === 'MoneyReceived')).toHaveLength(1);
      // Another day or amount is another line.
      expect(await app.pay(id, '2100.00', { key: 'three', ...line, paidOn: '2025-08-10' })).toMatchObject({
        ok: true,
        value: { replayed: false },
      });
      await expectBookAgrees(under.store);
    });

    it('a key that stands for other content is refused', async () => {
      const id = await app.declare(1);
      await app.pay(id, '100.00', { key: 'k', reference: 'r' });
      expect(await app.pay(id, '200.00', { key: 'k', reference: 'q' })).toMatchObject({
        error: { type: 'IdempotencyKeyReused', differs: ['amount', 'reference'] },
      });
    });
  });

  describe('an employer', () => {
    it('pays before any bill: it is credit, used by the first bill', async () => {
      expect(done(await app.payEmployer('5000.00'))).toMatchObject({
        allocated: 0n,
        unapplied: fromYuan('5000.00'),
        state: undefined,
        allocations: [],
      });
      const id = await app.declare(1);
      const state = await app.stateOf();
      expect(state.credit).toBe(fromYuan('1374.00'));
      expect(state.bills.get(id)?.lastPayment).toMatchObject({ paidOn: '2025-08-10' });
      await expectBookAgrees(under.store);
    });

    it('pays the oldest month first, or the month it names', async () => {
      const first = await app.declare(1);
      const second = await app.declare(1, { key: 'august', month: august });
      expect(done(await app.payEmployer('800.00', { month: august })).allocations).toMatchObject([
        { bill: second },
      ]);
      expect(done(await app.payEmployer('4000.00')).allocations).toMatchObject([
        { bill: first, month: july },
        { bill: second, month: august, cells: [{ insurance: 'medical', side: 'employee' }, {}, {}] },
      ]);
      await expectBookAgrees(under.store);
    });

    it('uses credit once, and is told when there is none', async () => {
      expect(await app.useCredit()).toMatchObject({ error: { type: 'NoCredit' } });
      const id = await app.declare(1);
      // Money for a month that has no bill stays credit while another month is open.
      await app.payEmployer('1000.00', { month: august });
      const used = await app.useCredit('first');
      expect(done(used)).toMatchObject({ allocated: fromYuan('1000.00'), allocations: [{ bill: id }] });
      expect(await app.useCredit('first')).toEqual({
        ok: true,
        value: { ...(used.ok && used.value), replayed: true },
      });
      expect(await app.useCredit('second')).toMatchObject({ error: { type: 'NoCredit' } });
      await expectBookAgrees(under.store);
    });

    it('keeps its credit where nothing is open', async () => {
      await app.payEmployer('10.00');
      expect(done(await app.useCredit())).toMatchObject({ allocated: 0n, allocations: [] });
      expect((await app.stateOf()).credit).toBe(fromYuan('10.00'));
    });

    it('gets credit back, never more than there is, and once', async () => {
      await app.payEmployer('100.00');
      expect(await app.refund('100.01')).toMatchObject({ error: { type: 'CreditTooLow', credit: '100.00' } });
      const first = await app.refund('60.00');
      expect(first).toMatchObject({ ok: true, value: { value: { credit: 4_000n }, replayed: false } });
      expect(await app.refund('60.00')).toMatchObject({ ok: true, value: { replayed: true } });
      expect(await app.refund('61.00')).toMatchObject({ error: { type: 'IdempotencyKeyReused' } });
      await expectBookAgrees(under.store);
    });

    it('that is not registered has no account', async () => {
      expect(await app.payEmployer('1.00', { uscc: '91110000100000003B' })).toMatchObject({
        error: { type: 'EmployerNotFound' },
      });
    });
  });
});
