import { describe, expect, it } from '@jest/globals';
import { assessed, line, medical, paid, registered, reversed, settled } from '../../test/support/life.js';
import { fen, parsePercent, toYuan, type Ppm } from '../kernel/money.js';
import { postingsOf } from '../ledger/postings.js';
import type { IndividualEvent, InterestCredited, YearClosed } from './events.js';
import { crediting, individual, reaches } from './individual.js';
import type { CreditInterest } from './interest.js';

const rateOf = (text: string): Ppm => {
  const rate = parsePercent(text);
  if (!rate.ok) throw new Error(text);
  return rate.value;
};
const credit = (given: Partial<CreditInterest> = {}): CreditInterest => ({
  type: 'CreditInterest',
  run: 'run-1',
  year: 2024,
  rate: rateOf('2.62'),
  method: 'month-product',
  factor: { text: '1.083', numerator: 1083n, denominator: 1000n },
  rounding: 'fen-half-up',
  source: 'as published',
  provisional: false,
  earnsFrom: 'paid',
  ...given,
});

/** A contribution paid in full: 800 to the pension account. */
const month = (of: string, paidOn: string, amount = '800.00'): readonly IndividualEvent[] => {
  const lines = [line({ employeePart: amount, toAccount: amount }), medical()];
  return [
    assessed({ submission: `s-${of}`, month: of, lines }),
    paid({ submission: `s-${of}`, month: of, paidOn, payment: `p-${of}`, lines }),
  ];
};
const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'];
const year = (of: number): readonly IndividualEvent[] =>
  MONTHS.flatMap((each) => month(`${of}-${each}`, `${of}-${each}-15`));
/** 50,000.00 from 2023, then 800.00 a month: the example of the law's commentary. */
const life = [registered(), ...month('2023-06', '2023-06-15', '50000.00'), ...year(2024)];

const decided = (events: readonly IndividualEvent[], command: CreditInterest): readonly IndividualEvent[] => {
  const decision = crediting.decide(command, individual.replay(events));
  if (!decision.ok) throw new Error(decision.error.type);
  return decision.value;
};
const creditedIn = (events: readonly IndividualEvent[]): InterestCredited['data'] | undefined =>
  events.find((event): event is InterestCredited => event.type === 'InterestCredited')?.data;
const closeIn = (events: readonly IndividualEvent[]): YearClosed => {
  const close = events.find((event): event is YearClosed => event.type === 'YearClosed');
  if (!close) throw new Error('no close');
  return close;
};

describe("a year's interest", () => {
  it('is credited by month products, on the opening and on the credits, and the year is closed', () => {
    const events = decided(life, credit());
    expect(events.map(({ type }) => type)).toEqual(['InterestCredited', 'YearClosed']);
    expect(creditedIn(events)).toMatchObject({
      opening: '50000.00',
      onOpening: '1310.00',
      onCredits: '136.24',
      amount: '1446.24',
      valueOn: '2024-12-31',
      rate: '2.62',
      provisional: false,
    });
    expect(creditedIn(events)).not.toHaveProperty('restates');
    expect(toYuan(individual.replay([...life, ...events]).balances.pension)).toBe('61046.24');
  });

  it('by the annual method differs by its factor', () => {
    // 9600.00 x 2.62 % x 1.083 / 2 = 136.198..., so 136.20
    expect(creditedIn(decided(life, credit({ method: 'annual' })))).toMatchObject({
      method: 'annual',
      onCredits: '136.20',
    });
  });

  it('is reckoned by month products where money was taken back, also when the annual method is asked for', () => {
    const lines = [line({ employeePart: '50000.00', toAccount: '50000.00' })];
    const back = reversed({ submission: 's-2023-06', month: '2023-06', valueOn: '2024-12-20', lines });
    expect(creditedIn(decided([...life, back], credit({ method: 'annual' })))).toMatchObject({
      method: 'month-product',
    });
  });

  it.each([
    // 1000.00 from July on: 1000 x 6 x 2.62 % / 12; from January on: twice that.
    ['paid', '13.10'],
    ['owed', '26.20'],
  ] as const)('of a month paid late earns from the month %s', (earnsFrom, onCredits) => {
    const late = [registered(), ...month('2024-01', '2024-07-01', '1000.00')];
    expect(creditedIn(decided(late, credit({ earnsFrom })))).toMatchObject({ onCredits });
  });

  it('moves money from the pool to the account and sums to nought', () => {
    const [credited] = decided(life, credit());
    expect(credited && postingsOf(credited)).toEqual([
      { account: 'pool:pension', amount: fen(144_624n), insurance: 'pension', valueOn: '2024-12-31' },
      { account: 'account:pension', amount: fen(-144_624n), insurance: 'pension', valueOn: '2024-12-31' },
    ]);
  });

  it('of the same run is credited once', () => {
    const events = decided(life, credit());
    expect(decided([...life, ...events], credit())).toEqual([]);
  });

  it('of another run with the same rate is nothing new', () => {
    const events = decided(life, credit());
    expect(decided([...life, ...events], credit({ run: 'run-2' }))).toEqual([]);
  });

  it('by a later rate restates the difference alone, on the whole life and on the close', () => {
    const first = decided(life, credit({ rate: rateOf('2.60'), provisional: true }));
    const final = credit({ run: 'run-2' });
    // at 2.60 %: 1300.00 + 135.20
    for (const known of [[...life, ...first], first.slice(1)]) {
      const events = decided(known, final);
      expect(events.map(({ type }) => type)).toEqual(['InterestCredited']);
      expect(creditedIn(events)).toMatchObject({ amount: '11.04', restates: 'run-1', onOpening: '1310.00' });
    }
  });

  it('by a lower rate takes back', () => {
    const first = decided(life, credit());
    const lower = decided([...life, ...first], credit({ run: 'run-2', rate: rateOf('2.60') }));
    expect(creditedIn(lower)).toMatchObject({ amount: '-11.04', restates: 'run-1' });
  });

  it('is made final by the same rate without money', () => {
    const first = decided(life, credit({ provisional: true }));
    const final = decided([...life, ...first], credit({ run: 'run-2' }));
    expect(final.map(({ type }) => type)).toEqual(['InterestCredited']);
    expect(creditedIn(final)).toMatchObject({ amount: '0.00', provisional: false });
  });

  it('of the year before raises the opening of the next', () => {
    const first = decided(life, credit());
    const next = decided([...life, ...first, ...year(2025)], credit({ run: 'run-2', year: 2025 }));
    expect(creditedIn(next)).toMatchObject({ opening: '61046.24' });
    expect(decided([...first.slice(1), ...year(2025)], credit({ run: 'run-2', year: 2025 }))).toEqual(next);
  });

  it('is refused to who is not registered', () =>
    expect(crediting.decide(credit(), individual.initial)).toEqual({
      ok: false,
      error: { type: 'IndividualNotFound' },
    }));
});

describe('streams do not grow for nothing', () => {
  it('with a person of whom nothing is to be carried', () =>
    expect(decided([registered()], credit())).toEqual([]));

  it('with a person who is closed and at rest: interest alone, and nothing on an empty account', () => {
    const first = decided(life, credit());
    const second = decided([...life, ...first], credit({ run: 'run-2', year: 2025 }));
    expect(second.map(({ type }) => type)).toEqual(['InterestCredited']);
    const empty = [registered(), assessed({ month: '2024-03' })];
    const closed = decided(empty, credit());
    expect(closed.map(({ type }) => type)).toEqual(['YearClosed']);
    expect(decided([...empty, ...closed], credit({ run: 'run-2', year: 2025 }))).toEqual([]);
  });
});

describe('a close', () => {
  const recent = month('2025-01', '2025-02-10');
  const events = decided([...life, ...recent], credit());
  const close = closeIn(events);

  it('carries what everyday commands ask', () => {
    const { carried, through } = close.data;
    expect(through).toBe('2024-12');
    expect(carried.registration).toEqual(registered().data);
    expect(carried).toMatchObject({
      balances: { pension: '61846.24' },
      opening: '50000.00',
      openingNext: '61046.24',
      monthsPaid: { pension: 13, medical: 13 },
    });
    expect(carried.slips.map(({ month: of }) => of)).toEqual(['2025-01']);
    expect(carried.credits).toHaveLength(13);
  });

  it('is known from the month after it, and does not reach further back', () => {
    const state = individual.replay([close]);
    expect(state.knownFrom).toBe('2025-01');
    const pay = { type: 'Pay', bill: 's', payment: 'p', paidOn: '2025-03-01', cover: [] } as const;
    expect(reaches(state, { ...pay, month: '2025-01' })).toBe(true);
    expect(reaches(state, { ...pay, month: '2024-12' })).toBe(false);
    expect(() => individual.decide({ ...pay, month: '2024-12' }, state)).toThrow(/the life before/);
    expect(reaches(state, credit({ year: 2023 }))).toBe(false);
  });

  it('goes on with what comes late for a month that is closed', () => {
    const back = reversed({ submission: 's-2024-03', month: '2024-03', valueOn: '2025-03-01' });
    const bought = settled({ valueOn: '2025-03-02', accountPaid: '100.00' });
    const late = [...recent, ...events, back, bought];
    const whole = individual.replay([...life, ...late]);
    const partial = individual.replay(late.slice(late.indexOf(close)));
    expect(partial.balances).toEqual(whole.balances);
    expect(partial.monthsPaid).toEqual(whole.monthsPaid);
    expect(partial.months.has('2024-03')).toBe(false);
    const next = credit({ run: 'run-2', year: 2025 });
    expect(crediting.decide(next, partial)).toEqual(crediting.decide(next, whole));
  });
});
