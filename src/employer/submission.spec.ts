import { describe, expect, it } from '@jest/globals';
import { toDay } from '../kernel/calendar.js';
import { fromYuan, ppm } from '../kernel/money.js';
import { err, ok } from '../kernel/result.js';
import { NO_AMOUNTS } from './amounts.js';
import type { Amounts, JudgedRow, SubmissionEvent } from './events.js';
import { judgedCount, submission, type Received, type SubmissionCommand } from './submission.js';

const data: Received = {
  submission: 's',
  uscc: '91310000MA1FL0007C',
  region: 'shanghai',
  month: '2025-07',
  injuryRate: '0.26',
  fileSha256: 'aa',
  format: { kind: 'csv', encoding: 'utf-8', header: ['ssn', 'name', 'wage'] },
  rowsTotal: 3,
  chunks: 2,
  dueOn: '2025-08-15',
};
const received: SubmissionEvent = { type: 'SubmissionReceived', data };
const stored = (chunk: number, rows: number): SubmissionEvent => ({
  type: 'SubmissionRowsStored',
  data: { submission: 's', chunk, rows, sealed: 'x' },
});
const amounts: Amounts = {
  employer: '700.00',
  employee: '300.00',
  total: '1000.00',
  byInsurance: { pension: '1000.00' },
};
const row = (line: number, verdict: JudgedRow['verdict']): JudgedRow => ({ line, verdict, problems: [] });
const judged = (rows: readonly JudgedRow[], sums: Amounts = NO_AMOUNTS): SubmissionEvent => ({
  type: 'SubmissionRowsJudged',
  data: { submission: 's', rows, amounts: sums },
});
const assessed: SubmissionEvent = {
  type: 'SubmissionAssessed',
  data: {
    submission: 's',
    uscc: data.uscc,
    month: '2025-07',
    accepted: 1,
    duplicate: 1,
    rejected: 1,
    amounts,
  },
};
const whole = [received, stored(0, 2), stored(1, 1)];
const first = judged([row(2, 'accepted'), row(3, 'duplicate')], amounts);
const last = judged([row(4, 'rejected')]);
const ready = [...whole, first, last, assessed];
const pay = (
  changes: Partial<Extract<SubmissionCommand, { type: 'ReceivePayment' }>> = {},
): SubmissionCommand => ({
  type: 'ReceivePayment',
  payment: 'p',
  amount: fromYuan('1000.00'),
  paidOn: toDay('2025-08-15'),
  reference: 'bank-1',
  today: toDay('2025-09-01'),
  lateFeeDaily: ppm(500n),
  ...changes,
});
const paymentOf = (paidOn: string, amount: string, lateFee: string): SubmissionEvent => ({
  type: 'PaymentReceived',
  data: {
    submission: 's',
    payment: 'p',
    uscc: data.uscc,
    month: '2025-07',
    amount,
    principal: '1000.00',
    lateFee,
    paidOn,
    reference: 'bank-1',
  },
});
const payment = paymentOf('2025-08-15', '1000.00', '0.00');
const paid: SubmissionEvent = {
  type: 'SubmissionPaid',
  data: { submission: 's', payment: 'p', paidOn: '2025-08-15', persons: 1 },
};

const given = (...events: readonly SubmissionEvent[]) => ({
  when: (command: SubmissionCommand) => submission.decide(command, submission.replay(events)),
});

describe('receiving a file', () => {
  const receive = (changes: Partial<Received> = {}): SubmissionCommand => ({
    type: 'Receive',
    received: { ...data, ...changes },
  });
  it('records it', () => expect(given().when(receive())).toEqual(ok([received])));
  it('changes nothing when the same comes again', () =>
    expect(given(...ready).when(receive())).toEqual(ok([])));
  it.each<[Partial<Received>, readonly string[]]>([
    [{ fileSha256: 'bb' }, ['fileSha256']],
    [{ month: '2025-08', fileSha256: 'bb' }, ['month', 'fileSha256']],
  ])('refuses the key with other content %p', (changes, differs) =>
    expect(given(received).when(receive(changes))).toEqual(err({ type: 'IdempotencyKeyReused', differs })),
  );
});

describe('storing and judging rows', () => {
  const store = (chunk: number, rows: number): SubmissionCommand => ({
    type: 'StoreRows',
    chunk,
    rows,
    sealed: 'x',
  });
  const judge = (from: number, ...rows: readonly JudgedRow[]): SubmissionCommand => ({
    type: 'Judge',
    from,
    rows,
    amounts: from === 0 ? amounts : NO_AMOUNTS,
  });
  it('stores chunks in order', () => {
    expect(given(received).when(store(0, 2))).toEqual(ok([stored(0, 2)]));
    expect(given(received, stored(0, 2)).when(store(1, 1))).toEqual(ok([stored(1, 1)]));
    expect(() => given(received).when(store(1, 1))).toThrow('chunks come in order');
  });
  it('stores none twice', () => expect(given(...whole).when(store(1, 1))).toEqual(ok([])));
  it('judges runs in order', () => {
    expect(given(...whole).when(judge(0, row(2, 'accepted'), row(3, 'duplicate')))).toEqual(ok([first]));
    expect(given(...whole, first).when(judge(2, row(4, 'rejected')))).toEqual(ok([last]));
  });
  it('judges none twice', () =>
    expect(given(...whole, first).when(judge(0, row(2, 'accepted'), row(3, 'duplicate')))).toEqual(ok([])));
  it('judges none before all are stored', () =>
    expect(() => given(received, stored(0, 2)).when(judge(0, row(2, 'accepted')))).toThrow('once stored'));
  it('counts and sums when all are judged', () => {
    expect(given(...whole, first, last).when({ type: 'Finish' })).toEqual(ok([assessed]));
    expect(given(...ready).when({ type: 'Finish' })).toEqual(ok([]));
    expect(() => given(...whole, first).when({ type: 'Finish' })).toThrow('every row is judged');
  });
  it('knows how far it came', () => {
    const state = submission.replay([...whole, first]);
    expect(state && [state.chunksStored, state.rowsStored, judgedCount(state), state.amounts]).toEqual([
      2,
      3,
      2,
      amounts,
    ]);
  });
  it('asks for a submission first', () =>
    expect(given().when(store(0, 2))).toEqual(err({ type: 'SubmissionNotFound' })));
});

describe('paying in full', () => {
  it.each([
    ['2025-08-15', '1000.00', '0.00', 'on the day it is due'],
    ['2025-08-16', '1000.50', '0.50', 'a day late'],
    ['2025-08-25', '1005.00', '5.00', 'ten days late'],
  ])('on %s takes %s with a late fee of %s: %s', (paidOn, amount, lateFee) =>
    expect(given(...ready).when(pay({ paidOn: toDay(paidOn), amount: fromYuan(amount) }))).toEqual(
      ok([paymentOf(paidOn, amount, lateFee)]),
    ),
  );
  it.each(['999.99', '1000.01'])('refuses %s and says what is owed', (amount) =>
    expect(given(...ready).when(pay({ amount: fromYuan(amount) }))).toEqual(
      err({ type: 'AmountDiffers', expected: { amount: '1000.00', principal: '1000.00', lateFee: '0.00' } }),
    ),
  );
  it('refuses a day that lies ahead, and takes today', () => {
    const paidOn = toDay('2025-08-16');
    expect(given(...ready).when(pay({ paidOn, today: toDay('2025-08-15') }))).toEqual(
      err({ type: 'PaidOnInFuture' }),
    );
    const today = pay({ today: toDay('2025-08-15') });
    expect(given(...ready).when(today)).toEqual(ok([payment]));
  });
  it('refuses before every row is judged', () =>
    expect(given(...whole, first).when(pay())).toEqual(err({ type: 'SubmissionNotAssessed' })));
  it('refuses where nothing is owed', () =>
    expect(
      given(...whole, judged([2, 3, 4].map((line) => row(line, 'rejected'))), assessed).when(pay()),
    ).toEqual(err({ type: 'NothingOwed' })));
  it('changes nothing the second time, also when it is finished', () => {
    expect(given(...ready, payment).when(pay())).toEqual(ok([]));
    expect(given(...ready, payment, paid).when(pay())).toEqual(ok([]));
  });
  it.each([{ amount: fromYuan('1.00') }, { paidOn: toDay('2025-08-14') }, { reference: 'bank-2' }])(
    'refuses the key with other content (%#)',
    (changes) =>
      expect(given(...ready, payment).when(pay(changes))).toMatchObject(
        err({ type: 'IdempotencyKeyReused' }),
      ),
  );
  it('refuses a second payment', () =>
    expect(given(...ready, payment).when(pay({ payment: 'q' }))).toEqual(
      err({ type: 'SubmissionAlreadyPaid' }),
    ));
  it('finishes once', () => {
    expect(given(...ready, payment).when({ type: 'FinishPayment' })).toEqual(ok([paid]));
    expect(given(...ready, payment, paid).when({ type: 'FinishPayment' })).toEqual(ok([]));
    expect(() => given(...ready).when({ type: 'FinishPayment' })).toThrow('received before');
  });
});
