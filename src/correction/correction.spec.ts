import { describe, expect, it } from '@jest/globals';
import { err, ok } from '../kernel/result.js';
import { correction, type CorrectionCommand } from './correction.js';
import type { CorrectionEvent, CorrectionRequest } from './events.js';

const refund: CorrectionRequest = { kind: 'refund', uscc: 'U1', amount: '12.00', reference: 'R' };
const ask = (more: Partial<Extract<CorrectionCommand, { type: 'Request' }>> = {}): CorrectionCommand => ({
  type: 'Request',
  correction: 'c1',
  request: refund,
  reason: 'paid twice',
  evidence: 'file 1',
  by: 'zhang',
  ...more,
});
const requested: CorrectionEvent = {
  type: 'CorrectionRequested',
  data: { correction: 'c1', request: refund, reason: 'paid twice', evidence: 'file 1', requestedBy: 'zhang' },
};
const approved: CorrectionEvent = {
  type: 'CorrectionApproved',
  data: { correction: 'c1', approvedBy: 'li' },
};
const rejected: CorrectionEvent = {
  type: 'CorrectionRejected',
  data: { correction: 'c1', rejectedBy: 'li', reason: 'no papers' },
};
const posted: CorrectionEvent = { type: 'CorrectionPosted', data: { correction: 'c1', employer: 'U1' } };
const done: CorrectionEvent = { type: 'CorrectionDone', data: { correction: 'c1' } };
const failed: CorrectionEvent = {
  type: 'CorrectionFailed',
  data: { correction: 'c1', code: 'CreditTooLow' },
};

const given = (...events: CorrectionEvent[]) => ({
  when: (command: CorrectionCommand) => correction.decide(command, correction.replay(events)),
});
const approve = (by: string): CorrectionCommand => ({ type: 'Approve', by });
const reject = (by: string): CorrectionCommand => ({ type: 'Reject', by, reason: 'no papers' });

describe('asking', () => {
  it('writes down who asks for what', () => expect(given().when(ask())).toEqual(ok([requested])));
  it('is once when sent again, also by somebody else', () => {
    expect(given(requested).when(ask())).toEqual(ok([]));
    expect(given(requested, approved, done).when(ask({ by: 'wang' }))).toEqual(ok([]));
  });
  it.each([
    [{ reason: 'other' }, ['reason']],
    [{ evidence: 'other' }, ['evidence']],
    [{ request: { ...refund, amount: '12.01' } }, ['request']],
  ])('refuses the same key with other content %j', (other, differs) =>
    expect(given(requested).when(ask(other))).toEqual(err({ type: 'IdempotencyKeyReused', differs })),
  );
});

describe('deciding', () => {
  it('needs another person', () => {
    expect(given(requested).when(approve('zhang'))).toEqual(err({ type: 'SamePerson' }));
    expect(given(requested).when(reject('zhang'))).toEqual(err({ type: 'SamePerson' }));
    expect(given(requested, approved).when(approve('zhang'))).toEqual(err({ type: 'SamePerson' }));
  });
  it('approves, and approving again is once', () => {
    expect(given(requested).when(approve('li'))).toEqual(ok([approved]));
    for (const later of [[approved], [approved, posted, done], [approved, failed]])
      for (const by of ['li', 'wang']) expect(given(requested, ...later).when(approve(by))).toEqual(ok([]));
  });
  it('rejects, and rejecting again is once', () => {
    expect(given(requested).when(reject('li'))).toEqual(ok([rejected]));
    expect(given(requested, rejected).when(reject('wang'))).toEqual(ok([]));
  });
  it('does not decide the other way afterwards', () => {
    expect(given(requested, rejected).when(approve('li'))).toEqual(
      err({ type: 'CorrectionDecided', state: 'rejected' }),
    );
    for (const [state, ...events] of [
      ['approved', approved],
      ['done', approved, done],
      ['failed', approved, failed],
    ] as const)
      expect(given(requested, ...events).when(reject('li'))).toEqual(
        err({ type: 'CorrectionDecided', state }),
      );
  });
  it('knows nothing of what was not asked', () => {
    for (const command of [approve('li'), reject('li'), { type: 'Finish' } as const])
      expect(given().when(command)).toEqual(err({ type: 'CorrectionNotFound' }));
  });
});

describe('carrying out', () => {
  const post: CorrectionCommand = { type: 'Post', posted: { employer: 'U1' } };
  const finish: CorrectionCommand = { type: 'Finish' };
  const fail: CorrectionCommand = { type: 'Fail', code: 'CreditTooLow' };
  it('goes step by step, each once', () => {
    expect(given(requested, approved).when(post)).toEqual(ok([posted]));
    expect(given(requested, approved, posted).when(post)).toEqual(ok([]));
    expect(given(requested, approved, posted).when(finish)).toEqual(ok([done]));
    expect(given(requested, approved).when(fail)).toEqual(ok([failed]));
  });
  it.each([
    ['not approved', [requested]],
    ['rejected', [requested, rejected]],
    ['done', [requested, approved, posted, done]],
    ['failed', [requested, approved, failed]],
  ])('does nothing for what is %s', (_, events) => {
    for (const command of [post, finish, fail]) expect(given(...events).when(command)).toEqual(ok([]));
  });
});
