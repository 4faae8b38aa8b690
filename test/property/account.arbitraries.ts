import fc from 'fast-check';
import { outstandingOf, type AccountCommand, type AccountState } from '../../src/employer/account.js';
import { toDay, toMonth } from '../../src/kernel/calendar.js';
import { fen, ppm, toYuan, type Fen } from '../../src/kernel/money.js';
import { TODAY, USCC } from '../support/account-commands.js';

const order = {
  sides: ['employee', 'employer'],
  insurances: ['pension', 'medical', 'unemployment', 'injury'],
} as const;
export const terms = { uscc: USCC, today: TODAY, order, lateFeeDaily: ppm(500n) };
export const BILLS = ['b1', 'b2', 'b3', 'd1'] as const;
/** Each bill has its month and kind, so that names mean one thing. */
const FACTS = {
  b1: { month: '2025-07', dueOn: '2025-07-31', kind: 'normal' },
  b2: { month: '2025-07', dueOn: '2025-07-31', kind: 'back' },
  b3: { month: '2025-08', dueOn: '2025-09-01', kind: 'base-change' },
  d1: { month: '2025-06', dueOn: '2025-09-30', kind: 'difference' },
} as const;
export const factsOf = (bill: (typeof BILLS)[number]) => ({
  bill,
  region: 'r',
  kind: FACTS[bill].kind,
  month: toMonth(FACTS[bill].month),
  dueOn: toDay(FACTS[bill].dueOn),
});

export const bill = fc.constantFrom(...BILLS);
const name = fc.integer({ min: 1, max: 12 });
const few = fc.integer({ min: 1, max: 4 });
const yuan = fc.integer({ min: 0, max: 30_000 }).map((amount) => toYuan(fen(BigInt(amount))));
export const lines = fc.uniqueArray(
  fc.record({
    insurance: fc.constantFrom('pension', 'medical', 'injury', 'aid'),
    employer: yuan,
    employee: yuan,
  }),
  { maxLength: 3, selector: ({ insurance }) => insurance },
);
const paidOn = fc
  .constantFrom('2025-07-31', '2025-08-01', '2025-08-31', '2025-09-30', '2025-10-01')
  .map(toDay);
const target = fc.oneof(
  { weight: 3, arbitrary: bill.map((one) => ({ kind: 'bill', bill: one }) as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('2025-07', '2025-08').map((month) => ({ kind: 'month', month }) as const),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'account' } as const) },
);
/** An amount as it meets the account: anything, or just what a bill lacks, a fen less or a fen more. */
const near = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 80_000 }).map((amount) => () => fen(BigInt(amount))) },
  {
    weight: 2,
    arbitrary: fc
      .record({ bill, by: fc.integer({ min: -1, max: 1 }) })
      .map((of) => (state: AccountState): Fen => {
        const known = state.bills.get(of.bill);
        const open = known ? outstandingOf(known).total + BigInt(of.by) : 1n;
        return fen(open > 0n ? open : 1n);
      }),
  },
);
type Take = Readonly<{ insurance: string; side: 'employer' | 'employee'; less: number; given: number }>;
export const takes = fc.uniqueArray(
  fc.record({
    insurance: fc.constantFrom('pension', 'medical', 'injury', 'aid'),
    side: fc.constantFrom('employer', 'employee'),
    less: fc.integer({ min: 0, max: 100 }),
    given: fc.integer({ min: 0, max: 100 }),
  }) as fc.Arbitrary<Take>,
  { minLength: 1, maxLength: 4, selector: ({ insurance, side }) => `${insurance}/${side}` },
);
/** As much per cent of a cell is claimed less, and of that as much was given back: never more than had come. */
const cellsOf = (state: AccountState, from: string, asked: readonly Take[]) =>
  asked.map(({ insurance, side, less, given }) => {
    const cell = state.bills.get(from)?.cells.get(`${insurance}/${side}`);
    const taken = ((cell?.amount ?? 0n) * BigInt(less)) / 100n;
    const most = cell && cell.paid < taken ? cell.paid : taken;
    return { insurance, side, less: toYuan(fen(taken)), given: toYuan(fen((most * BigInt(given)) / 100n)) };
  });

/** `past`: what was asked before, oldest first. */
export type Act = (state: AccountState, past: readonly AccountCommand[]) => AccountCommand;
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({ bill, lines })
      .map((of): Act => () => ({ ...factsOf(of.bill), type: 'IssueBill', lines: of.lines, ...terms })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ extension: few.map(String), lines })
      .map((of): Act => () => ({ ...factsOf('d1'), type: 'ExtendBill', ...of, uscc: USCC, today: TODAY })),
  },
  {
    weight: 1,
    arbitrary: bill.map((one): Act => () => ({
      type: 'WithdrawBill',
      uscc: USCC,
      bill: one,
      month: factsOf(one).month,
      reason: 'wrong',
      today: TODAY,
    })),
  },
  {
    weight: 6,
    arbitrary: fc.record({ name, near, paidOn, line: name, target }).map((of): Act => (state) => ({
      type: 'ReceiveMoney',
      payment: `p${of.name}`,
      amount: of.near(state),
      paidOn: of.paidOn,
      reference: `l${of.line}`,
      target: of.target,
      ...terms,
    })),
  },
  {
    weight: 2,
    arbitrary: name.map((of): Act => () => ({
      type: 'UseCredit',
      payment: of > 9 ? `p${of}` : `u${of}`,
      ...terms,
    })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ name, bills: fc.uniqueArray(bill, { minLength: 1, maxLength: 2 }), takes })
      .map((of): Act => (state) => ({
        type: 'ChangeBills',
        uscc: USCC,
        change: `c${of.name}`,
        cause: 'reversal',
        today: TODAY,
        bills: of.bills.map((one) => ({
          bill: one,
          month: factsOf(one).month,
          cells: cellsOf(state, one, of.takes),
        })),
      })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ few, near, paidOn }).map((of): Act => (state) => ({
      type: 'RefundCredit',
      uscc: USCC,
      refund: `r${of.few}`,
      amount: of.near(state),
      paidOn: of.paidOn,
      reference: 'out',
      today: TODAY,
    })),
  },
  {
    weight: 2,
    arbitrary: fc.nat({ max: 3 }).map((of): Act => ({ coverings }) => ({
      type: 'FinishCovering',
      uscc: USCC,
      covering: coverings[of]?.covering ?? 'none',
      persons: 1,
    })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ pick: fc.nat(), renamed: fc.boolean() }).map((of): Act => (_, past) => {
      const again = past[of.pick % Math.max(1, past.length)] ?? FIRST;
      return of.renamed && again.type === 'ReceiveMoney' ? { ...again, payment: 'p99' } : again;
    }),
  },
);
/** What is asked again where nothing was asked before. */
const FIRST: AccountCommand = { type: 'FinishCovering', uscc: USCC, covering: 'none', persons: 1 };
/** What may be asked of an account, one after the other. */
export const walks = fc.array(act, { maxLength: 40, size: 'max' });
