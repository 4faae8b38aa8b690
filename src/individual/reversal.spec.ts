import { describe, expect, it } from '@jest/globals';
import {
  assessed,
  covered,
  declared,
  employeeSide,
  employerSide,
  line,
  medical,
  paid,
  partPaid,
  registered,
  reversed,
  settled,
} from '../../test/support/life.js';
import { toYuan } from '../kernel/money.js';
import { err, ok } from '../kernel/result.js';
import type { BillEffect, IndividualEvent } from './events.js';
import { individual, reversing, takingBack } from './individual.js';
import type { Reverse, TakeBack } from './reversal.js';

const both = [line(), medical()];
const said = { reason: 'wrong person', evidence: 'file 1' };
const reverse = (other: Partial<Reverse> = {}): Reverse => ({
  type: 'Reverse',
  key: undefined,
  month: '2025-07',
  insurance: undefined,
  valueOn: '2025-08-01',
  ...said,
  ...other,
});
const takeBack = (other: Partial<TakeBack> = {}): TakeBack => ({
  type: 'TakeBack',
  submission: 's1',
  month: '2025-07',
  reason: 'sent by mistake',
  valueOn: '2025-08-01',
  ...other,
});
type Given = Parameters<typeof reversed>[0];
const back = (reversal: string, other: Given = {}): ReturnType<typeof reversed> =>
  reversed({ reversal, ...said, ...other });
const unpaid = (reversal: string, other: Given = {}): ReturnType<typeof reversed> =>
  back(reversal, { paid: false, ...other });

const given = (...events: readonly IndividualEvent[]) => {
  const state = individual.replay(events);
  return {
    reverse: (other: Partial<Reverse> = {}) => reversing.decide(reverse(other), state),
    takeBack: (other: Partial<TakeBack> = {}) => takingBack.decide(takeBack(other), state),
    balances: [state.balances.pension, state.balances.medical].map(toYuan),
    months: Object.fromEntries(state.monthsPaid),
  };
};
const standing = [registered(), covered(), assessed()];

describe('reversing a month', () => {
  it('negates what was posted, before and after payment, and tells the bill', () => {
    expect(given(...standing).reverse()).toEqual(ok([unpaid('s1/2/*')]));
    expect(given(...standing, paid()).reverse()).toEqual(ok([back('s1/2/*')]));
    expect(given(...standing, paid(), back('s1/2/*'))).toMatchObject({
      balances: ['0.00', '0.00'],
      months: { pension: 0, medical: 0 },
    });
    expect(given(...standing, unpaid('s1/2/*'))).toMatchObject({ balances: ['0.00', '0.00'], months: {} });
  });
  it('that is paid in part gives back that part, and the rest is no longer owed', () => {
    const owed = both.map(employerSide);
    const returned = both.map(({ insurance, employeePart, toAccount }): Partial<BillEffect> => ({
      insurance,
      returned: { employerPart: '0.00', employeePart, toAccount },
    }));
    const decision = given(...standing, partPaid()).reverse();
    expect(decision).toMatchObject({
      ok: true,
      value: [{ data: { paid: true, lines: both, owed, bills: returned } }],
    });
    const events = decision.ok ? decision.value : [];
    expect(events[0]?.data).not.toHaveProperty('counted');
    expect(given(...standing, partPaid(), ...events)).toMatchObject({
      balances: ['0.00', '0.00'],
      months: {},
    });
  });
  it('claimed by two bills takes back from each what it claims, and returns what it was paid', () => {
    const decision = given(...standing, paid(), declared()).reverse({ insurance: 'pension' });
    const { base: _, insurance, ...first } = line();
    expect(decision).toMatchObject({
      ok: true,
      value: [
        {
          data: {
            insurance,
            lines: [{ employerPart: '1920.00', employeePart: '960.00', toAccount: '960.00' }],
            owed: [{ employerPart: '320.00', employeePart: '160.00', toAccount: '160.00' }],
            counted: ['pension'],
            bills: [
              { bill: 's1', employerPart: '-1600.00', employeePart: '-800.00', returned: first },
              { bill: 'b1', employerPart: '-320.00', employeePart: '-160.00', toAccount: '-160.00' },
            ],
          },
        },
      ],
    });
    expect(decision).not.toHaveProperty('value.0.data.bills.1.returned');
  });
  it('takes back one insurance, then the rest', () => {
    const first = back('s1/2/medical', { lines: [medical()], insurance: 'medical' });
    expect(given(...standing, paid()).reverse({ insurance: 'medical' })).toEqual(ok([first]));
    expect(given(...standing, paid(), first).reverse()).toEqual(ok([back('s1/2/*', { lines: [line()] })]));
    expect(given(...standing, paid(), first).months).toEqual({ pension: 1, medical: 0 });
  });
  it('leaves a debt when the money is spent already', () =>
    expect(given(...standing, paid(), settled({ accountPaid: '150.00' }), back('r')).balances).toEqual([
      '0.00',
      '-150.00',
    ]));
  it('changes nothing when the same comes twice, with a key and without', () => {
    expect(given(...standing, unpaid('s1/2/*')).reverse()).toEqual(ok([]));
    expect(given(...standing, unpaid('k')).reverse({ key: 'k' })).toEqual(ok([]));
  });
  it.each([
    [{ reason: 'other' }, ['reason']],
    [{ evidence: 'other', insurance: 'medical' }, ['insurance', 'evidence']],
  ])('refuses the same key with %p', (other, differs) =>
    expect(given(...standing, unpaid('k')).reverse({ key: 'k', ...other })).toEqual(
      err({ type: 'IdempotencyKeyReused', differs }),
    ),
  );
  it('finds nothing where nothing stands', () => {
    const nothing = err({ type: 'NothingToReverse', month: '2025-07' });
    expect(given(registered()).reverse()).toEqual(nothing);
    expect(given(...standing, unpaid('k')).reverse()).toEqual(nothing);
    expect(given(...standing, unpaid('s1/2/*')).reverse({ reason: 'other' })).toEqual(nothing);
  });
  it('refuses an insurance that was not assessed, and who is not registered', () => {
    expect(given(...standing).reverse({ insurance: 'injury' })).toEqual(
      err({ type: 'InsuranceNotAssessed', insurance: 'injury' }),
    );
    expect(given().reverse()).toEqual(err({ type: 'IndividualNotFound' }));
  });
  it('reverses the slip that took the month after the first was reversed', () => {
    const again = assessed({ submission: 's2', line: 7 });
    expect(given(...standing, unpaid('s1/2/*'), again).reverse()).toMatchObject({
      ok: true,
      value: [{ data: { reversal: 's2/7/*', submission: 's2', bills: [{ bill: 's2' }, { bill: 's2' }] } }],
    });
  });
});

describe('taking back what a withdrawn file assessed', () => {
  const withdrawn = { reason: 'sent by mistake', evidence: 'withdrawal' };

  it('takes back what stands, named by the file', () =>
    expect(given(...standing).takeBack()).toEqual(ok([unpaid('withdrawn/s1', withdrawn)])));
  it('takes back what is left when one insurance was reversed before', () => {
    const first = unpaid('k', { lines: [medical()], insurance: 'medical' });
    expect(given(...standing, first).takeBack()).toEqual(
      ok([unpaid('withdrawn/s1', { ...withdrawn, lines: [line()] })]),
    );
  });
  it('takes back what others claim of it since, and returns what they were paid', () => {
    const more = { ...line(), employerPart: '320.00', employeePart: '160.00', toAccount: '160.00' };
    const later = paid({ bill: 'b1', lines: [employeeSide(more)], complete: [] });
    expect(given(...standing, declared(), later).takeBack()).toMatchObject({
      ok: true,
      value: [
        {
          data: {
            paid: true,
            bills: [
              { bill: 's1', insurance: 'pension', employeePart: '-800.00' },
              {
                bill: 'b1',
                insurance: 'pension',
                returned: { employeePart: '160.00', employerPart: '0.00' },
              },
              { bill: 's1', insurance: 'medical' },
            ],
          },
        },
      ],
    });
  });
  it.each([
    ['twice', [...standing, unpaid('withdrawn/s1', withdrawn)]],
    ['what was reversed', [...standing, unpaid('k')]],
    ['what another file has since', [...standing, unpaid('k'), assessed({ submission: 's2' })]],
    ['who is not known', []],
  ] as const)('takes back nothing of %s', (_, events) => expect(given(...events).takeBack()).toEqual(ok([])));
  it('leaves other months and files alone', () => {
    expect(given(...standing).takeBack({ month: '2025-08' })).toEqual(ok([]));
    expect(given(...standing).takeBack({ submission: 's2' })).toEqual(ok([]));
  });
});
