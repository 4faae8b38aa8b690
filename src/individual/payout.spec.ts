import { describe, expect, it } from '@jest/globals';
import { fen } from '../kernel/money.js';
import { err, ok } from '../kernel/result.js';
import type { CardSettled, IndividualEvent } from './events.js';
import { individual, settling } from './individual.js';
import type { PayoutCommand, ReverseSettlement, Settle } from './payout.js';

const registered: IndividualEvent = {
  type: 'IndividualRegistered',
  data: { sealed: 'k1.x', nameDigest: 'n', contentDigest: 'c', kind: 'citizen', region: 'shanghai' },
};
const credited = (toAccount: string): IndividualEvent => ({
  type: 'ContributionPaid',
  data: {
    submission: 's1',
    bill: 's1',
    employer: 'E1',
    month: '2025-07',
    paidOn: '2025-07-20',
    payment: 'p1',
    lines: [{ insurance: 'medical', base: '0.00', employerPart: '0.00', employeePart: toAccount, toAccount }],
    complete: ['medical'],
  },
});
const settle = (other: Partial<Settle> = {}): Settle => ({
  type: 'Settle',
  settlement: 'c1',
  institution: 'I1',
  institutionSerial: '1',
  kind: 'pharmacy',
  occurredAt: '2025-08-01T01:00:00.000Z',
  valueOn: '2025-08-01',
  total: fen(10_000n),
  ownExpense: fen(2_000n),
  inScope: fen(8_000n),
  fundPaid: fen(3_000n),
  ...other,
});
const settled = (
  accountPaid: string,
  cashPaid: string,
  other: Partial<CardSettled['data']> = {},
): CardSettled => ({
  type: 'CardSettled',
  data: {
    settlement: 'c1',
    institution: 'I1',
    institutionSerial: '1',
    kind: 'pharmacy',
    occurredAt: '2025-08-01T01:00:00.000Z',
    valueOn: '2025-08-01',
    total: '100.00',
    ownExpense: '20.00',
    inScope: '80.00',
    fundPaid: '30.00',
    accountPaid,
    cashPaid,
    ...other,
  },
});
const reverse = (other: Partial<ReverseSettlement> = {}): ReverseSettlement => ({
  type: 'ReverseSettlement',
  settlement: 'c1',
  institution: 'I1',
  institutionSerial: '2',
  reason: 'goods returned',
  valueOn: '2025-08-02',
  ...other,
});
const reversal: IndividualEvent = {
  type: 'CardSettlementReversed',
  data: {
    settlement: 'c1',
    institution: 'I1',
    institutionSerial: '2',
    reason: 'goods returned',
    valueOn: '2025-08-02',
    fundPaid: '30.00',
    accountPaid: '70.00',
  },
};
const given = (...events: readonly IndividualEvent[]) => {
  const state = individual.replay(events);
  return { when: (command: PayoutCommand) => settling.decide(command, state), state };
};

describe('settling', () => {
  it.each([
    ['100.00', '70.00', '0.00', 'the account pays the whole share'],
    ['70.00', '70.00', '0.00', 'the account pays its last fen'],
    ['69.99', '69.99', '0.01', 'the rest is cash'],
    ['0.00', '0.00', '70.00', 'an empty account pays nothing'],
    ['-5.00', '0.00', '70.00', 'an account in debt pays nothing'],
  ])('from a balance of %s takes %s and cash %s: %s', (balance, accountPaid, cashPaid) =>
    expect(given(registered, credited(balance)).when(settle())).toEqual(ok([settled(accountPaid, cashPaid)])),
  );
  it.each([
    [0n, '0.00', '70.00', '0.00'],
    [5_000n, '50.00', '20.00', '50.00'],
    [9_000n, '70.00', '0.00', '90.00'],
  ])('takes at most %s fen when told so', (accountMax, accountPaid, cashPaid, text) =>
    expect(given(registered, credited('100.00')).when(settle({ accountMax: fen(accountMax) }))).toEqual(
      ok([settled(accountPaid, cashPaid, { accountMax: text })]),
    ),
  );
  it('refuses who is not registered', () =>
    expect(given().when(settle())).toEqual(err({ type: 'IndividualNotFound' })));
  it.each([
    [{ total: fen(10_001n) }, ['total', 'ownExpense', 'inScope']],
    [{ fundPaid: fen(8_001n) }, ['inScope', 'fundPaid']],
    [{ total: fen(10_001n), fundPaid: fen(8_001n) }, ['total', 'ownExpense', 'inScope', 'fundPaid']],
    [{ ownExpense: fen(-1n), accountMax: fen(-1n) }, ['ownExpense', 'accountMax']],
    [{ total: fen(10n ** 15n), inScope: fen(10n ** 15n - 2_000n) }, ['total']],
  ])('refuses amounts that do not add up: %p', (other, fields) =>
    expect(given(registered).when(settle(other))).toEqual(err({ type: 'AmountsDoNotAddUp', fields })),
  );
  it('lets the fund pay all that is in scope', () =>
    expect(given(registered).when(settle({ fundPaid: fen(8_000n) }))).toMatchObject({ ok: true }));
  it('changes nothing when the same message comes twice, also after its reversal', () => {
    const history = [registered, credited('100.00'), settled('70.00', '0.00')];
    expect(given(...history).when(settle())).toEqual(ok([]));
    expect(given(...history, reversal).when(settle())).toEqual(ok([]));
  });
  it.each([
    [{ kind: 'outpatient' }, ['kind']],
    [{ total: fen(10_001n), inScope: fen(8_001n) }, ['total', 'inScope']],
    [{ accountMax: fen(1n) }, ['accountMax']],
  ])('refuses the same serial with %p', (other, differs) =>
    expect(given(registered, credited('100.00'), settled('70.00', '0.00')).when(settle(other))).toEqual(
      err({ type: 'SettlementConflict', differs }),
    ),
  );
  it('keeps the balance before and after', () =>
    expect(
      given(registered, credited('100.00'), settled('70.00', '0.00')).state.settlements.get('c1'),
    ).toMatchObject({
      balanceBefore: 10_000n,
      balanceAfter: 3_000n,
    }));
});

describe('reversing a settlement', () => {
  const history = [registered, credited('100.00'), settled('70.00', '0.00')];
  it('mirrors what was posted', () => {
    expect(given(...history).when(reverse())).toEqual(ok([reversal]));
    expect(given(...history, reversal).state.balances.medical).toBe(10_000n);
  });
  it('adds to the balance of now, not to an old one', () =>
    expect(
      given(...history, credited('5.00'), reversal).state.settlements.get('c1')?.reversal?.balanceAfter,
    ).toBe(10_500n));
  it('changes nothing when the same message comes twice', () =>
    expect(given(...history, reversal).when(reverse())).toEqual(ok([])));
  it.each([{ institutionSerial: '3' }, { reason: 'other' }])('reverses once: refuses %p', (other) =>
    expect(given(...history, reversal).when(reverse(other))).toEqual(
      err({ type: 'SettlementAlreadyReversed' }),
    ),
  );
  it.each([{ settlement: 'c2' }, { institution: 'I2' }])('finds none for %p', (other) =>
    expect(given(...history).when(reverse(other))).toEqual(err({ type: 'SettlementNotFound' })),
  );
});
