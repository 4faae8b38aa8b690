import { describe, expect, it } from '@jest/globals';
import {
  assessed,
  covered,
  line,
  medical,
  paid,
  registered,
  reversed,
  stopped,
  USCC,
} from '../../test/support/life.js';
import { toMonth } from '../kernel/calendar.js';
import { err, ok } from '../kernel/result.js';
import type { Assess } from './contribution.js';
import type { IndividualEvent, RowChange } from './events.js';
import { assessing, individual } from './individual.js';

const lines = [line(), medical()];
const { birthDate: _, sex: __, ...identity } = registered().data;
const assess = (other: Partial<Assess> = {}): Assess => ({
  ...assessed().data,
  type: 'Assess',
  month: toMonth('2025-07'),
  nameDigest: 'name',
  ...other,
});
const given = (...events: readonly IndividualEvent[]) => ({
  assess: (other: Partial<Assess> = {}) => assessing.decide(assess(other), individual.replay(events)),
});
const standing = [registered(), covered(), assessed()];
const unpaid = (other: Parameters<typeof reversed>[0] = {}): IndividualEvent =>
  reversed({ paid: false, ...other });

describe('assessing a month', () => {
  it('registers, covers and assesses who is not known', () =>
    expect(given().assess({ identity })).toEqual(
      ok([{ type: 'IndividualRegistered', data: { ...identity, submission: 's1' } }, covered(), assessed()]),
    ));
  it('refuses who is not known without an identity', () =>
    expect(given().assess()).toEqual(err({ type: 'IndividualNotFound' })));
  it('covers who is known and not covered', () =>
    expect(given(registered()).assess()).toEqual(ok([covered(), assessed()])));
  it('only assesses who is covered', () =>
    expect(given(registered(), covered()).assess()).toEqual(ok([assessed()])));
  it('accepts the same line again and changes nothing, whatever the rules say now', () =>
    expect(given(...standing).assess({ lines: [line()], wage: '1.00' })).toEqual(ok([])));
  it('calls the same content of another submission a duplicate, lines in any order', () =>
    expect(given(...standing).assess({ submission: 's2', lines: [medical(), line()] })).toEqual(
      err({ type: 'MonthStands', same: true, sameEmployer: true, lines }),
    ));
  it.each([
    [{ employer: 'E2' }, false],
    [{ wage: '10000.01' }, true],
    [{ lines: [line()] }, true],
    [{ lines: [line(), medical({ toAccount: '200.01' })] }, true],
  ])('refuses another submission with %p, and tells whether it is by the same employer: %s', (other, by) =>
    expect(given(...standing).assess({ submission: 's2', ...other })).toEqual(
      err({ type: 'MonthStands', same: false, sameEmployer: by, lines }),
    ),
  );
  it('refuses another name', () =>
    expect(given(registered()).assess({ nameDigest: 'other' })).toEqual(err({ type: 'NameMismatch' })));
  it.each([
    ['2025-06', false],
    ['2025-07', true],
    ['2025-08', true],
  ])('of a last working month %s lets July pass: %s', (last, passes) =>
    expect(given(registered(), covered()).assess({ lastWorkingMonth: toMonth(last) })).toEqual(
      passes ? ok([assessed()]) : err({ type: 'OverRetirementAge' }),
    ),
  );
  it('assesses a month again that was wholly reversed', () =>
    expect(given(...standing, unpaid()).assess({ submission: 's2' })).toEqual(
      ok([assessed({ submission: 's2' })]),
    ));
  it('does not assess again a month of which one insurance was reversed', () =>
    expect(
      given(...standing, unpaid({ lines: [medical()], insurance: 'medical' })).assess({ submission: 's2' }),
    ).toMatchObject({ ok: false, error: { type: 'MonthStands' } }));
  it('gives a line that was accepted the same verdict after its reversal, and after another took the month', () => {
    expect(given(...standing, unpaid()).assess()).toEqual(ok([]));
    expect(given(...standing, unpaid(), assessed({ submission: 's2' })).assess()).toEqual(ok([]));
  });
  it('is claimed by the bill of its submission, whole and unpaid', () => {
    const slip = individual.replay(standing).months.get('2025-07');
    const nothing = { employerPart: '0.00', employeePart: '0.00', toAccount: '0.00' };
    expect(slip?.charges).toEqual([
      {
        bill: 's1',
        lines: lines.map(({ base: ___, ...claimed }) => ({ ...claimed, credited: nothing })),
      },
    ]);
    expect([slip?.counted, slip?.payments, slip?.reversed]).toEqual([[], [], []]);
  });
});

describe('assessing the month of somebody who joins or leaves', () => {
  const change = (kind: RowChange['kind'], on: string) => ({
    change: { kind, on, reason: 'as told' },
  });
  const ends = (until: string): IndividualEvent =>
    stopped({ until, reason: 'as told', by: { submission: 's1', line: 2 } });

  it.each([
    ['2025-07-15', '2025-07-15'],
    ['2025-07-01', '2025-07-01'],
    ['2025-06-20', '2025-06-20'],
    ['2025-08-01', '2025-08-01'],
  ])('covers who joins on %s from that day', (on, from) =>
    expect(given(registered()).assess(change('join', on))).toEqual(ok([covered({ from }), assessed()])),
  );
  it('starts nothing for who joins and is covered on that day, and earlier for who is covered later', () => {
    expect(given(registered(), covered()).assess(change('join', '2025-07-01'))).toEqual(ok([assessed()]));
    expect(given(registered(), covered()).assess(change('join', '2025-06-30'))).toEqual(
      ok([covered({ from: '2025-06-30' }), assessed()]),
    );
  });
  it('ends the cover of who leaves, after the month was assessed, also when it began with it', () => {
    expect(given(registered(), covered()).assess(change('leave', '2025-07-15'))).toEqual(
      ok([assessed(), ends('2025-07-15')]),
    );
    expect(given(registered()).assess(change('leave', '2025-07-15'))).toEqual(
      ok([covered(), assessed(), ends('2025-07-15')]),
    );
  });
  it('of who left before the month covers no day of it', () => {
    expect(given(registered()).assess(change('leave', '2025-06-30'))).toEqual(
      ok([covered({ from: '2025-06-30' }), assessed(), ends('2025-06-30')]),
    );
    const before = covered({ from: '2025-01-01' });
    expect(given(registered(), before).assess(change('leave', '2025-06-30'))).toEqual(
      ok([assessed(), ends('2025-06-30')]),
    );
  });
  it('ends all that the employer covers, not only what the row pays', () => {
    const all = covered({ from: '2025-01-01', insurances: ['pension', 'medical', 'injury'] });
    const { insurances } = all.data;
    const end = { ...ends('2025-07-15'), data: { ...ends('2025-07-15').data, insurances } };
    expect(given(registered(), all).assess(change('leave', '2025-07-15'))).toEqual(ok([assessed(), end]));
  });
  it('is done once', () => {
    const state = individual.replay([registered(), covered(), assessed(), ends('2025-07-15')]);
    expect(assessing.decide(assess(change('leave', '2025-07-15')), state)).toEqual(ok([]));
  });
  it.each([
    ['2025-07-01', []],
    ['2025-06-30', [covered()]],
  ] as const)('the month begins cover anew unless it lasted into it: until %s', (until, starts) =>
    expect(given(registered(), covered({ from: '2025-01-01' }), stopped({ until })).assess()).toEqual(
      ok([...starts, assessed()]),
    ),
  );
});
describe('replaying', () => {
  it('leaves the state it goes on from as it was', () => {
    const before = individual.replay(standing);
    const toText = (): string =>
      JSON.stringify([...before.months.values(), before.balances, USCC], (____, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      );
    const text = toText();
    individual.replay([paid(), reversed()], before);
    expect(toText()).toBe(text);
  });
});
