import { describe, expect, it } from '@jest/globals';
import { err, ok } from '../kernel/result.js';
import { NO_AMOUNTS } from './amounts.js';
import type { Amounts, JudgedRow, SubmissionEvent } from './events.js';
import { judgedCount, submission, type Received, type SubmissionCommand } from './submission.js';

const data: Received = {
  submission: 's',
  uscc: '91310000MA1FL0007C',
  region: 'shanghai',
  month: '2025-07',
  kind: 'normal',
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
  lines: [{ insurance: 'pension', employer: '700.00', employee: '300.00' }],
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
    [{ kind: 'back' }, ['kind']],
    [{ atomic: true }, ['atomic']],
    [{ evidence: '劳监令〔2025〕12号' }, ['evidence']],
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

describe('withdrawing', () => {
  const withdraw: SubmissionCommand = { type: 'Withdraw', reason: 'wrong month' };
  const withdrawn: SubmissionEvent = {
    type: 'SubmissionWithdrawn',
    data: { submission: 's', uscc: data.uscc, month: '2025-07', reason: 'wrong month' },
  };
  const closed = (persons: number): SubmissionEvent => ({
    type: 'SubmissionClosed',
    data: { submission: 's', persons },
  });
  it.each([[[...whole, first]], [ready]])('ends a file that is posted or assessed (%#)', (before) =>
    expect(given(...before).when(withdraw)).toEqual(ok([withdrawn])),
  );
  it('closes a file at once whose rows are not all stored', () =>
    expect(given(received, stored(0, 2)).when(withdraw)).toEqual(ok([withdrawn, closed(0)])));
  it('changes nothing the second time, also for another reason', () =>
    expect(given(...ready, withdrawn).when({ ...withdraw, reason: 'other' })).toEqual(ok([])));
  it.each(['base-change', 'difference'] as const)('is refused for a %s', (kind) =>
    expect(given({ ...received, data: { ...data, kind } }, ...whole.slice(1)).when(withdraw)).toEqual(
      err({ type: 'NotWithdrawable' }),
    ),
  );
  it.each<[readonly SubmissionEvent[], SubmissionCommand]>([
    [whole, { type: 'Judge', from: 0, rows: [row(2, 'accepted')], amounts }],
    [[...whole, first, last], { type: 'Finish' }],
    [[received], { type: 'StoreRows', chunk: 0, rows: 2, sealed: 'x' }],
    [ready, { type: 'MoveRow', correction: 'c', line: 2, from: 'a', to: 'b' }],
  ])('lets nothing more happen to it (%#)', (before, command) =>
    expect(given(...before, withdrawn).when(command)).toEqual(err({ type: 'SubmissionWithdrawn' })),
  );
  it('is closed once, when all is taken back', () => {
    expect(given(...ready, withdrawn).when({ type: 'Close' })).toEqual(ok([closed(1)]));
    expect(given(...ready, withdrawn, closed(1)).when({ type: 'Close' })).toEqual(ok([]));
    expect(() => given(...ready).when({ type: 'Close' })).toThrow('withdrawn before');
  });
  it('answers who sends the file again as the first time', () =>
    expect(given(...ready, withdrawn, closed(1)).when({ type: 'Receive', received: data })).toEqual(ok([])));
});

describe('a line that went to another person', () => {
  const move = (correction: string, to: string): SubmissionCommand => ({
    type: 'MoveRow',
    correction,
    line: 2,
    from: 'a',
    to,
  });
  const moved = (correction: string, to: string): SubmissionEvent => ({
    type: 'RowMoved',
    data: { submission: 's', line: 2, correction, from: 'a', to },
  });
  it('is known, by its last correction', () => {
    expect(given(...ready).when(move('c1', 'b'))).toEqual(ok([moved('c1', 'b')]));
    const state = submission.replay([...ready, moved('c1', 'b'), moved('c2', 'c')]);
    expect(state?.moved).toEqual(new Map([[2, 'c']]));
  });
  it('goes there once for each correction', () =>
    expect(given(...ready, moved('c1', 'b'), moved('c2', 'c')).when(move('c1', 'b'))).toEqual(ok([])));
  it('can only be one of a file that is assessed', () =>
    expect(given(...whole, first).when(move('c1', 'b'))).toEqual(err({ type: 'SubmissionNotAssessed' })));
});
