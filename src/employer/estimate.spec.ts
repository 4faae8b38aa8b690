import { describe, expect, it } from '@jest/globals';
import { toMonth } from '../kernel/calendar.js';
import { fen, ppm, sum } from '../kernel/money.js';
import { err, ok } from '../kernel/result.js';
import { postingsOf } from '../ledger/postings.js';
import { employer } from './employer.js';
import { estimating, findEstimate, type EstimateCommand } from './estimate.js';
import type { BillLine, EmployerEvent } from './events.js';

type Estimate = Extract<EstimateCommand, { type: 'Estimate' }>;
const line = (insurance: string, employerPart: bigint, employeePart: bigint) => ({
  insurance,
  employerPart: fen(employerPart),
  employeePart: fen(employeePart),
});
const estimate = (other: Partial<Estimate> = {}): Estimate => ({
  type: 'Estimate',
  uscc: 'E1',
  month: toMonth('2025-08'),
  factor: ppm(1_100_000n),
  source: 'art. 62',
  isDeclared: false,
  lastMonth: {
    of: ['s7'],
    persons: 2,
    estimated: [line('pension', 176_000n, 88_000n), line('medical', 11n, 6n)],
  },
  ...other,
});
const amounts = (
  employerSide: string,
  employee: string,
  total: string,
  byInsurance: Record<string, string>,
  ...lines: readonly BillLine[]
) => ({
  employer: employerSide,
  employee,
  total,
  byInsurance,
  lines,
});
const sides = (insurance: string, employerSide: string, employee: string): BillLine => ({
  insurance,
  employer: employerSide,
  employee,
});
const settle: EstimateCommand = {
  type: 'Settle',
  month: '2025-08',
  submission: 's8',
  declared: amounts(
    '1600.00',
    '800.00',
    '2400.00',
    { pension: '2400.00' },
    sides('pension', '1600.00', '800.00'),
  ),
};
const registered: EmployerEvent = {
  type: 'EmployerRegistered',
  data: { uscc: 'E1', name: '厂', region: 'shanghai', injuryRate: '0.16' },
};
const none = { of: [], persons: 0, estimated: [] };

/** What a list of commands makes, one after another. */
const made = (...commands: readonly EstimateCommand[]): readonly EmployerEvent[] => {
  const events: EmployerEvent[] = [registered];
  for (const command of commands) {
    const decision = estimating.decide(command, estimating.replay(events));
    if (!decision.ok) throw new Error(decision.error.type);
    events.push(...decision.value);
  }
  return events.slice(1);
};
const decide = (command: EstimateCommand, ...before: readonly EmployerEvent[]) =>
  estimating.decide(command, estimating.replay(before));

describe('a month that was not declared', () => {
  const estimated = {
    type: 'MonthEstimated',
    data: {
      uscc: 'E1',
      month: '2025-08',
      of: ['s7'],
      lastMonth: '2025-07',
      factor: '110',
      source: 'art. 62',
      rounding: 'fen-half-up',
      persons: 2,
      lines: [
        { insurance: 'medical', employerPart: '0.11', employeePart: '0.06' },
        { insurance: 'pension', employerPart: '1760.00', employeePart: '880.00' },
      ],
      amounts: amounts(
        '1760.11',
        '880.06',
        '2640.17',
        { medical: '0.17', pension: '2640.00' },
        sides('medical', '0.11', '0.06'),
        sides('pension', '1760.00', '880.00'),
      ),
      valueOn: '2025-08-01',
    },
  };

  it('is assessed by the month before, once', () =>
    expect(made(estimate(), estimate())).toEqual([estimated]));

  it.each([
    [estimate(), [], 'EmployerNotFound'],
    [estimate({ isDeclared: true }), [registered], 'MonthDeclared'],
    [estimate({ lastMonth: none }), [registered], 'NoLastMonth'],
  ] as const)('is refused (%#)', (command, before, type) =>
    expect(decide(command, ...before)).toEqual(err({ type })),
  );

  it('is settled once by the declaration, and not estimated again', () => {
    const events = made(estimate(), settle, settle);
    expect(events).toHaveLength(2);
    expect(events[1]).toEqual({
      type: 'EstimateSettled',
      data: {
        uscc: 'E1',
        month: '2025-08',
        submission: 's8',
        lines: estimated.data.lines,
        declared: settle.type === 'Settle' ? settle.declared : undefined,
        difference: amounts(
          '-160.11',
          '-80.06',
          '-240.17',
          { medical: '-0.17', pension: '-240.00' },
          sides('medical', '-0.11', '-0.06'),
          sides('pension', '-160.00', '-80.00'),
        ),
        valueOn: '2025-08-01',
      },
    });
    expect(decide(estimate(), registered, ...events)).toEqual(err({ type: 'MonthDeclared' }));
  });

  const withdrawn = (bill: string): EmployerEvent => ({
    type: 'BillWithdrawn',
    data: { uscc: 'E1', bill, month: '2025-08', reason: 'wrong', valueOn: '2025-09-20' },
  });

  it('is estimated anew when the declaration that settled it is withdrawn', () => {
    const events = [registered, ...made(estimate(), settle), withdrawn('s8')];
    expect(decide(estimate({ isDeclared: true }), ...events)).toEqual(err({ type: 'MonthDeclared' }));
    expect(decide(estimate(), ...events)).toEqual(ok([estimated]));
    const again = [...events, estimated as EmployerEvent];
    expect(decide(estimate(), ...again)).toEqual(ok([]));
    expect(decide({ ...settle, submission: 's9' }, ...again)).toMatchObject({
      ok: true,
      value: [{ type: 'EstimateSettled', data: { submission: 's9' } }],
    });
    expect(findEstimate(estimating.replay(again), '2025-08')).toMatchObject({ state: 'open', times: 2 });
  });

  it('stays settled when another file of the month is withdrawn', () =>
    expect(decide(estimate(), registered, ...made(estimate(), settle), withdrawn('s7'))).toEqual(
      err({ type: 'MonthDeclared' }),
    ));

  it('is not settled by a declaration that was withdrawn before', () =>
    expect(decide(settle, registered, ...made(estimate()), withdrawn('s8'))).toEqual(ok([])));

  it('that nobody estimated needs no settling', () => expect(decide(settle, registered)).toEqual(ok([])));

  it('after another is assessed by the estimate of that one, while it stands', () => {
    const next = estimate({ month: toMonth('2025-09'), lastMonth: none });
    expect(made(estimate(), next)[1]).toMatchObject({
      data: {
        of: [],
        lastMonth: '2025-08',
        persons: 2,
        lines: [
          { insurance: 'medical', employerPart: '0.12', employeePart: '0.07' },
          { insurance: 'pension', employerPart: '1936.00', employeePart: '968.00' },
        ],
      },
    });
    expect(decide(next, registered, ...made(estimate(), settle))).toEqual(err({ type: 'NoLastMonth' }));
  });

  it('is owed while it stands and leaves nothing in the book once settled', () => {
    const book = (events: readonly EmployerEvent[]) => {
      const sums = new Map<string, bigint>();
      for (const event of events)
        if (event.type === 'MonthEstimated' || event.type === 'EstimateSettled')
          for (const { account, amount } of postingsOf(event))
            sums.set(account, (sums.get(account) ?? 0n) + amount);
      expect(sum([...sums.values()].map(fen))).toBe(0n);
      return Object.fromEntries(sums);
    };
    expect(book(made(estimate()))).toEqual({
      'receivable:medical': 17n,
      'assessed:medical': -17n,
      'receivable:pension': 264_000n,
      'assessed:pension': -264_000n,
    });
    expect(Object.values(book(made(estimate(), settle)))).toEqual([0n, 0n, 0n, 0n]);
  });

  it('changes nothing of who the employer is', () =>
    expect(employer.replay([registered, ...made(estimate(), settle)])).toEqual(registered.data));
});
