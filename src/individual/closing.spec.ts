import { describe, expect, it } from '@jest/globals';
import {
  assessed,
  covered,
  declared,
  employerSide,
  line,
  medical,
  paid,
  partPaid,
  registered,
  reversed,
  stopped,
} from '../../test/support/life.js';
import { ppm } from '../kernel/money.js';
import type { IndividualEvent, YearClosed } from './events.js';
import { crediting, individual, reaches, type IndividualCommand } from './individual.js';
import type { CreditInterest } from './interest.js';

const credit: CreditInterest = {
  type: 'CreditInterest',
  run: 'run-1',
  year: 2024,
  rate: ppm(15_000n),
  method: 'month-product',
  factor: { text: '1.083', numerator: 1083n, denominator: 1000n },
  rounding: 'fen-half-up',
  source: 'as published',
  provisional: false,
  earnsFrom: 'paid',
};
/** What the yearly run made of a life: its interest and the close. */
const runOn = (events: readonly IndividualEvent[]): readonly IndividualEvent[] => {
  const decision = crediting.decide(credit, individual.replay(events));
  return decision.ok ? decision.value : [];
};
const december = { month: '2024-12', submission: 's0', bill: 's0' };
const january = { month: '2025-01' };
const rest = { payment: 'p2', lines: [line(), medical()].map(employerSide) };
/** December paid in part; January reversed, handed in again, paid in part, its wage declared anew; then left. */
const life: readonly IndividualEvent[] = [
  registered(),
  covered({ from: '2024-12-01' }),
  assessed({ month: '2024-12', submission: 's0' }),
  partPaid({ ...december, paidOn: '2024-12-20' }),
  assessed({ ...january, submission: 's7' }),
  reversed({ ...january, submission: 's7', paid: false, bills: [] }),
  assessed(january),
  partPaid({ ...january, paidOn: '2025-01-20' }),
  declared(january),
  stopped({ until: '2025-01-31' }),
];
const run = runOn(life);
const close = run.find((event): event is YearClosed => event.type === 'YearClosed')!;
const whole = individual.replay([...life, ...run]);
const partial = individual.replay([close]);

describe('what a close carries of the months after it', () => {
  it('is the slips whole, with their claims, and who covers until when', () => {
    expect(close.data.carried.slips).toMatchObject([
      {
        month: '2025-01',
        charges: [{ bill: 's1' }, { bill: 'b1' }],
        payments: [{ payment: 'p1', bill: 's1', paidOn: '2025-01-20' }],
        counted: [],
        changes: [{ adjustment: 'b1/3', declared: 'b1' }],
        earlier: { submission: 's7', reversed: ['pension', 'medical'] },
      },
    ]);
    expect(close.data.carried.coverage['pension']).toMatchObject([{ until: '2025-01-31' }]);
    expect(partial.months.get('2025-01')).toEqual(whole.months.get('2025-01'));
    expect(partial.coverage).toEqual(whole.coverage);
  });

  const pay = { type: 'Pay', payment: 'p9', paidOn: '2025-03-01', bill: 's1', month: '2025-01' } as const;
  const cover = (['employer', 'employee'] as const).map((side) => ({ insurance: 'pension', side }));
  const lines = [line(), medical()];
  const row = { submission: 'b2', line: 3, employer: covered().data.employer, month: '2025-01' };
  const told = { table: 't', wage: '10000.00', lines, nameDigest: 'name', adjustment: 'b2/3', reason: 'r' };
  const leave = { until: '2025-01-15', reason: 'left', nameDigest: 'name' };
  const reached: readonly IndividualCommand[] = [
    { ...pay, cover },
    { ...pay, bill: 'b1', cover },
    { type: 'TakeBack', submission: 's1', month: '2025-01', reason: 'r', valueOn: '2025-03-01' },
    { type: 'Rebase', ...row, ...told },
    { type: 'Rebase', ...row, ...told, adjustment: 'b1/3' },
    { type: 'Leave', ...row, ...leave },
    {
      type: 'StopCoverage',
      insurances: ['pension'],
      employer: row.employer,
      until: '2025-01-15',
      reason: 'r',
    },
  ];
  it.each(reached.map((command) => [command.type, command] as const))('decides %s', (_, command) => {
    expect(reaches(partial, command)).toBe(true);
    expect(individual.decide(command, partial)).toEqual(individual.decide(command, whole));
  });

  const slip = whole.months.get('2025-01')!;
  const reverse = { key: 'k', insurance: undefined, reason: 'r', evidence: 'e', valueOn: '2025-03-01' };
  const beyond: readonly IndividualCommand[] = [
    { ...pay, cover, month: '2024-12' },
    { type: 'TakeBack', submission: 's0', month: '2024-12', reason: 'r', valueOn: '2025-03-01' },
    { type: 'Rebase', ...row, ...told, month: '2024-12' },
    { type: 'Reverse', ...reverse, month: '2025-01' },
    { type: 'MoveIn', correction: 'm', month: '2025-02', slip },
  ];
  it.each(beyond.map((command) => [command.type, command] as const))(
    'asks the whole life for %s',
    (_, command) => expect(reaches(partial, command)).toBe(false),
  );
});

describe('what comes late for a month that is closed', () => {
  const completed = paid({ ...december, ...rest, paidOn: '2025-03-01' });
  const lowered = declared({
    month: '2024-12',
    submission: 's0',
    complete: ['medical'],
    paidOn: '2024-12-20',
  });
  it.each<[string, readonly IndividualEvent[], number]>([
    ['a payment that completes it', [completed], 1],
    ['a payment of a part', [partPaid({ ...december, payment: 'p3' })], 0],
    ['a change that completes it', [lowered], 1],
    ['its reversal, when it counted', [completed, reversed({ month: '2024-12', submission: 's0' })], 0],
    [
      'its reversal, when it did not',
      [reversed({ month: '2024-12', submission: 's0', counted: [], owed: rest.lines })],
      0,
    ],
  ])('counts as in the whole life: %s', (_, late, months) => {
    const [all, since] = [individual.replay([...life, ...run, ...late]), individual.replay([close, ...late])];
    expect(since.balances).toEqual(all.balances);
    expect(since.monthsPaid.get('medical') ?? 0).toBe(months);
    expect(all.monthsPaid.get('medical') ?? 0).toBe(months);
  });
});
