import { describe, expect, it } from '@jest/globals';
import { toMonth } from '../kernel/calendar.js';
import { fen } from '../kernel/money.js';
import { err, ok } from '../kernel/result.js';
import type { Assess, Pay, Reverse } from './contribution.js';
import type { ContributionLine, IndividualEvent } from './events.js';
import { assessing, individual, paying, reversing } from './individual.js';
import type { Identity } from './registration.js';

const july = toMonth('2025-07');
const pension: ContributionLine = {
  insurance: 'pension',
  base: '10000.00',
  employerPart: '1600.00',
  employeePart: '800.00',
  toAccount: '800.00',
};
const medical: ContributionLine = {
  insurance: 'medical',
  base: '10000.00',
  employerPart: '900.00',
  employeePart: '200.00',
  toAccount: '200.00',
};
const lines = [pension, medical];
const identity: Identity = {
  sealed: 'k1.sealed',
  nameDigest: 'name-1',
  contentDigest: 'content-1',
  kind: 'citizen',
  region: 'shanghai',
};
const assess = (other: Partial<Assess> = {}): Assess => ({
  type: 'Assess',
  submission: 's1',
  line: 2,
  employer: 'E1',
  region: 'shanghai',
  month: july,
  wage: '10000.00',
  employment: 'employee',
  table: 'shanghai/2025-07',
  lines,
  nameDigest: 'name-1',
  ...other,
});
const registered: IndividualEvent = { type: 'IndividualRegistered', data: identity };
const covered: IndividualEvent = {
  type: 'CoverageStarted',
  data: { employer: 'E1', insurances: ['pension', 'medical'], from: '2025-07-01' },
};
const assessed = ({ submission = 's1', line = 2 }: Partial<Assess> = {}): IndividualEvent => {
  const { employer, region, month, wage, employment, table } = assess();
  return {
    type: 'ContributionAssessed',
    data: { submission, line, employer, region, month, wage, employment, table, lines },
  };
};
const pay = (other: Partial<Pay> = {}): Pay => ({
  type: 'Pay',
  submission: 's1',
  month: july,
  payment: 'p1',
  paidOn: '2025-07-20',
  ...other,
});
const paid = (paidLines: readonly ContributionLine[] = lines): IndividualEvent => ({
  type: 'ContributionPaid',
  data: {
    submission: 's1',
    employer: 'E1',
    month: july,
    paidOn: '2025-07-20',
    payment: 'p1',
    lines: paidLines,
  },
});
const reverse = (other: Partial<Reverse> = {}): Reverse => ({
  type: 'Reverse',
  key: undefined,
  month: july,
  insurance: undefined,
  reason: 'wrong person',
  evidence: 'file 1',
  valueOn: '2025-08-01',
  ...other,
});
const reversed = (
  reversal: string,
  wasPaid: boolean,
  reversedLines: readonly ContributionLine[] = lines,
  insurance?: string,
): IndividualEvent => ({
  type: 'ContributionReversed',
  data: {
    reversal,
    submission: 's1',
    employer: 'E1',
    month: july,
    ...(insurance && { insurance }),
    reason: 'wrong person',
    evidence: 'file 1',
    paid: wasPaid,
    valueOn: '2025-08-01',
    lines: reversedLines,
  },
});
const given = (...events: readonly IndividualEvent[]) => {
  const state = individual.replay(events);
  return {
    assess: (command: Assess) => assessing.decide(command, state),
    pay: (command: Pay) => paying.decide(command, state),
    reverse: (command: Reverse) => reversing.decide(command, state),
    balances: state.balances,
  };
};
const standing = [registered, covered, assessed()];

describe('assessing a month', () => {
  it('registers, covers and assesses who is not known', () =>
    expect(given().assess(assess({ identity }))).toEqual(
      ok([{ type: 'IndividualRegistered', data: { ...identity, submission: 's1' } }, covered, assessed()]),
    ));
  it('refuses who is not known without an identity', () =>
    expect(given().assess(assess())).toEqual(err({ type: 'IndividualNotFound' })));
  it('covers who is known and not covered', () =>
    expect(given(registered).assess(assess())).toEqual(ok([covered, assessed()])));
  it('only assesses who is covered', () =>
    expect(given(registered, covered).assess(assess())).toEqual(ok([assessed()])));
  it('accepts the same line again and changes nothing, whatever the rules say now', () =>
    expect(given(...standing).assess(assess({ lines: [pension], wage: '1.00' }))).toEqual(ok([])));
  it('calls the same content of another submission a duplicate, lines in any order', () =>
    expect(given(...standing).assess(assess({ submission: 's2', lines: [medical, pension] }))).toEqual(
      err({ type: 'MonthStands', same: true, lines }),
    ));
  it.each([
    { employer: 'E2' },
    { wage: '10000.01' },
    { lines: [pension] },
    { lines: [pension, { ...medical, toAccount: '200.01' }] },
  ])('refuses another submission with %p', (other) =>
    expect(given(...standing).assess(assess({ submission: 's2', ...other }))).toEqual(
      err({ type: 'MonthStands', same: false, lines }),
    ),
  );
  it('refuses another name', () =>
    expect(given(registered).assess(assess({ nameDigest: 'name-2' }))).toEqual(
      err({ type: 'NameMismatch' }),
    ));
  it.each([
    ['2025-06', false],
    ['2025-07', true],
    ['2025-08', true],
  ])('of a last working month %s lets July pass: %s', (last, passes) =>
    expect(given(registered, covered).assess(assess({ lastWorkingMonth: toMonth(last) }))).toEqual(
      passes ? ok([assessed()]) : err({ type: 'OverRetirementAge' }),
    ),
  );
  it('assesses a month again that was wholly reversed', () =>
    expect(given(...standing, reversed('r', false)).assess(assess({ submission: 's2' }))).toEqual(
      ok([assessed({ submission: 's2' })]),
    ));
  it('does not assess again a month of which one insurance was reversed', () =>
    expect(
      given(...standing, reversed('r', false, [medical], 'medical')).assess(assess({ submission: 's2' })),
    ).toMatchObject({ ok: false, error: { type: 'MonthStands' } }));
  it('gives a line that was accepted the same verdict after its reversal, and after another took the month', () => {
    const reversal = reversed('r', false);
    expect(given(...standing, reversal).assess(assess())).toEqual(ok([]));
    expect(given(...standing, reversal, assessed({ submission: 's2' })).assess(assess())).toEqual(ok([]));
  });
});

describe('paying a month', () => {
  it('credits what was assessed', () => {
    expect(given(...standing).pay(pay())).toEqual(ok([paid()]));
    expect(given(...standing, paid()).balances).toEqual({ pension: fen(80_000n), medical: fen(20_000n) });
  });
  it('credits nothing on assessment alone', () =>
    expect(given(...standing).balances).toEqual({ pension: 0n, medical: 0n }));
  it('changes nothing when the same payment comes twice', () =>
    expect(given(...standing, paid()).pay(pay())).toEqual(ok([])));
  it.each([{ payment: 'p2' }, { paidOn: '2025-07-21' }])('refuses a second payment with %p', (other) =>
    expect(given(...standing, paid()).pay(pay(other))).toEqual(
      err({ type: 'AlreadyPaid', payment: 'p1', paidOn: '2025-07-20' }),
    ),
  );
  it('credits what still stands', () =>
    expect(given(...standing, reversed('r', false, [medical], 'medical')).pay(pay())).toEqual(
      ok([paid([pension])]),
    ));
  it('credits nothing of a month that was wholly reversed', () =>
    expect(given(...standing, reversed('r', false)).pay(pay())).toEqual(ok([])));
  it('knows nothing of what another submission assessed', () =>
    expect(given(...standing).pay(pay({ submission: 's2' }))).toEqual(err({ type: 'NotAssessed' })));
});

describe('reversing a month', () => {
  it('negates what was posted, before and after payment', () => {
    expect(given(...standing).reverse(reverse())).toEqual(ok([reversed('s1/2/*', false)]));
    expect(given(...standing, paid()).reverse(reverse())).toEqual(ok([reversed('s1/2/*', true)]));
    expect(given(...standing, paid(), reversed('s1/2/*', true)).balances).toEqual({
      pension: 0n,
      medical: 0n,
    });
    expect(given(...standing, reversed('s1/2/*', false)).balances).toEqual({ pension: 0n, medical: 0n });
  });
  it('takes back one insurance, then the rest', () => {
    const first = reversed('s1/2/medical', true, [medical], 'medical');
    expect(given(...standing, paid()).reverse(reverse({ insurance: 'medical' }))).toEqual(ok([first]));
    expect(given(...standing, paid(), first).reverse(reverse())).toEqual(
      ok([reversed('s1/2/*', true, [pension])]),
    );
  });
  it('leaves a debt when the money is spent already', () => {
    const spent: IndividualEvent = {
      type: 'CardSettled',
      data: {
        settlement: 'c1',
        institution: 'I1',
        institutionSerial: '1',
        kind: 'pharmacy',
        occurredAt: '2025-07-25T01:00:00.000Z',
        valueOn: '2025-07-25',
        total: '150.00',
        ownExpense: '0.00',
        inScope: '150.00',
        fundPaid: '0.00',
        accountPaid: '150.00',
        cashPaid: '0.00',
      },
    };
    expect(given(...standing, paid(), spent, reversed('r', true)).balances.medical).toBe(-15_000n);
  });
  it('changes nothing when the same comes twice, with a key and without', () => {
    expect(given(...standing, reversed('s1/2/*', false)).reverse(reverse())).toEqual(ok([]));
    expect(given(...standing, reversed('k', false)).reverse(reverse({ key: 'k' }))).toEqual(ok([]));
  });
  it.each([
    [{ reason: 'other' }, ['reason']],
    [{ evidence: 'other', insurance: 'medical' }, ['insurance', 'evidence']],
  ])('refuses the same key with %p', (other, differs) =>
    expect(given(...standing, reversed('k', false)).reverse(reverse({ key: 'k', ...other }))).toEqual(
      err({ type: 'IdempotencyKeyReused', differs }),
    ),
  );
  it('finds nothing where nothing stands', () => {
    const nothing = err({ type: 'NothingToReverse', month: july });
    expect(given(registered).reverse(reverse())).toEqual(nothing);
    expect(given(...standing, reversed('k', false)).reverse(reverse())).toEqual(nothing);
    expect(given(...standing, reversed('s1/2/*', false)).reverse(reverse({ reason: 'other' }))).toEqual(
      nothing,
    );
  });
  it('refuses an insurance that was not assessed, and who is not registered', () => {
    expect(given(...standing).reverse(reverse({ insurance: 'injury' }))).toEqual(
      err({ type: 'InsuranceNotAssessed', insurance: 'injury' }),
    );
    expect(given().reverse(reverse())).toEqual(err({ type: 'IndividualNotFound' }));
  });
  it('reverses the slip that took the month after the first was reversed', () => {
    const again = assessed({ submission: 's2', line: 7 });
    const decision = given(...standing, reversed('s1/2/*', false), again).reverse(reverse());
    expect(decision).toMatchObject({ ok: true, value: [{ data: { reversal: 's2/7/*', submission: 's2' } }] });
  });
});

describe('replaying', () => {
  it('leaves the state it goes on from as it was', () => {
    const before = individual.replay(standing);
    const text = JSON.stringify([...before.months.values(), before.balances], (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    individual.replay([paid(), reversed('r', true)], before);
    const after = JSON.stringify([...before.months.values(), before.balances], (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    expect(after).toBe(text);
  });
});
