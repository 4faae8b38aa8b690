import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  account,
  outstandingOf,
  stateOfBill,
  type AccountCommand,
  type AccountState,
} from '../../src/employer/account.js';
import type { EmployerEvent } from '../../src/employer/events.js';
import { toDay, toMonth } from '../../src/kernel/calendar.js';
import { fen, ppm, sum, toYuan, type Fen } from '../../src/kernel/money.js';
import { registered, TODAY, USCC } from '../support/account-commands.js';
import { AccountModel } from '../support/account-model.js';

const RUNS = { numRuns: 150 };
const order = {
  sides: ['employee', 'employer'],
  insurances: ['pension', 'medical', 'unemployment', 'injury'],
} as const;
const terms = { uscc: USCC, today: TODAY, order, lateFeeDaily: ppm(500n) };
const BILLS = ['b1', 'b2', 'b3', 'd1'] as const;
/** Each bill has its month and kind, so that names mean one thing. */
const FACTS = {
  b1: { month: '2025-07', dueOn: '2025-07-31', kind: 'normal' },
  b2: { month: '2025-07', dueOn: '2025-07-31', kind: 'back' },
  b3: { month: '2025-08', dueOn: '2025-09-01', kind: 'base-change' },
  d1: { month: '2025-06', dueOn: '2025-09-30', kind: 'difference' },
} as const;
const factsOf = (bill: (typeof BILLS)[number]) => ({
  bill,
  region: 'r',
  kind: FACTS[bill].kind,
  month: toMonth(FACTS[bill].month),
  dueOn: toDay(FACTS[bill].dueOn),
});

const bill = fc.constantFrom(...BILLS);
const name = fc.integer({ min: 1, max: 12 });
const few = fc.integer({ min: 1, max: 4 });
const yuan = fc.integer({ min: 0, max: 30_000 }).map((amount) => toYuan(fen(BigInt(amount))));
const lines = fc.uniqueArray(
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
const takes = fc.uniqueArray(
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
type Act = (state: AccountState, past: readonly AccountCommand[]) => AccountCommand;
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
const walks = fc.array(act, { maxLength: 40, size: 'max' });

/** What is asked again where nothing was asked before. */
const FIRST: AccountCommand = { type: 'FinishCovering', uscc: USCC, covering: 'none', persons: 1 };

type Step = Readonly<{
  command: AccountCommand;
  before: AccountState;
  after: AccountState;
  outcome: string;
  events: readonly EmployerEvent[];
}>;
const walk = (acts: readonly Act[], step: (step: Step) => void): void => {
  let before = account.replay([registered]);
  const past: AccountCommand[] = [];
  for (const each of acts) {
    const command = each(before, past);
    past.push(command);
    const decision = account.decide(command, before);
    const events = decision.ok ? decision.value : [];
    const after = account.replay(events, before);
    const outcome = !decision.ok ? decision.error.type : events.length > 0 ? 'done' : 'nothing';
    step({ command, before, after, outcome, events });
    before = after;
  }
};

/** The account as the model tells it. */
const pictureOf = (state: AccountState) => ({
  credit: state.credit,
  withdrawn: [...state.withdrawn].sort(),
  covered: state.coverings
    .flatMap(({ covering, bill: of, cells }) =>
      cells.map(({ insurance, side }) => `${covering} ${of}/${insurance}/${side}`),
    )
    .sort(),
  bills: Object.fromEntries(
    [...state.bills].map(([of, known]) => [
      of,
      { cells: Object.fromEntries(known.cells), fee: known.lateFeePaid, state: stateOfBill(known) },
    ]),
  ),
});
const modelled = (model: AccountModel) => ({
  credit: model.credit,
  withdrawn: [...model.withdrawn].sort(),
  covered: [...model.covered].sort(),
  bills: Object.fromEntries(
    [...model.bills].map(([of, known]) => [
      of,
      { cells: Object.fromEntries(known.cells), fee: known.fee, state: model.stateOf(known) },
    ]),
  ),
});

const stateOf = (state: AccountState, of: string): string => {
  if (state.withdrawn.has(of)) return 'withdrawn';
  const known = state.bills.get(of);
  return known ? stateOfBill(known) : 'received';
};
/** What a step may make of a submission. An extension opens a paid bill again; nothing else goes back. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  received: ['received', 'assessed', 'part-paid', 'paid', 'withdrawn'],
  assessed: ['assessed', 'part-paid', 'paid', 'withdrawn'],
  'part-paid': ['part-paid', 'paid'],
  paid: ['paid'],
  withdrawn: ['withdrawn'],
};

const total = (amounts: Iterable<Fen>): bigint => sum(amounts);

describe('whatever is asked of an account in whatever order', () => {
  it('comes to what a recount without events comes to, and is refused for the same reasons', () =>
    fc.assert(
      fc.property(walks, (acts) => {
        const model = new AccountModel();
        walk(acts, ({ command, after, outcome }) => {
          expect(`${command.type}: ${outcome}`).toBe(`${command.type}: ${model.take(command)}`);
          expect(pictureOf(after)).toEqual(modelled(model));
        });
      }),
      RUNS,
    ));

  it('keeps every fen that came: in cells, late fees, credit, or paid out again', () =>
    fc.assert(
      fc.property(walks, (acts) => {
        const model = new AccountModel();
        walk(acts, ({ command, after }) => {
          model.take(command);
          const bills = [...after.bills.values()];
          const cells = bills.flatMap((known) => [...known.cells.values()]);
          for (const { amount, paid } of cells) expect(paid >= 0n && paid <= amount).toBe(true);
          for (const known of bills)
            expect(total(known.parts.map(({ amount }) => amount))).toBe(
              total([...known.cells.values()].map(({ paid }) => paid)),
            );
          expect(after.credit >= 0n).toBe(true);
          const kept =
            total(cells.map(({ paid }) => paid)) + total(bills.map(({ lateFeePaid }) => lateFeePaid));
          expect(kept + after.credit + model.refunded).toBe(model.received);
        });
      }),
      RUNS,
    ));

  it('is the same replayed, once when asked twice, and moves a submission only forwards', () =>
    fc.assert(
      fc.property(walks, (acts) => {
        const log: EmployerEvent[] = [registered];
        walk(acts, ({ command, before, after, outcome, events }) => {
          log.push(...events);
          expect(account.replay(log)).toEqual(after);
          if (outcome !== 'done') expect(after).toEqual(before);
          else expect(account.decide(command, after)).toEqual({ ok: true, value: [] });
          for (const of of BILLS) {
            const [was, is] = [stateOf(before, of), stateOf(after, of)];
            const reopened = command.type === 'ExtendBill' && was === 'paid' && is === 'part-paid';
            expect(reopened || NEXT[was]?.includes(is)).toBe(true);
          }
        });
      }),
      RUNS,
    ));

  it('is decided, never thrown at, also when what is told cannot be', () =>
    fc.assert(
      fc.property(walks, bill, lines, takes, (acts, of, asked, wild) => {
        const cells = wild.map(({ insurance, side, less, given }) => ({
          insurance,
          side,
          less: toYuan(fen(BigInt(less) * 1_000n)),
          given: toYuan(fen(BigInt(given) * 1_000n)),
        }));
        const told: readonly Act[] = [
          () => ({ ...factsOf(of), type: 'IssueBill', lines: asked, ...terms }),
          () => ({
            type: 'ChangeBills',
            uscc: USCC,
            change: 'wild',
            cause: 'reversal',
            today: TODAY,
            bills: [{ bill: of, month: factsOf(of).month, cells }],
          }),
        ];
        walk([...acts, ...told, ...acts], ({ after }) => {
          for (const known of after.bills.values())
            for (const { amount, paid } of known.cells.values())
              expect(paid >= 0n && paid <= amount).toBe(true);
        });
      }),
      RUNS,
    ));
});

it('such walks get everywhere: every act is taken and every refusal is met', () => {
  const met = new Set<string>();
  fc.assert(
    fc.property(walks, (acts) => {
      walk(acts, ({ command, outcome, after }) => {
        met.add(`${command.type} ${outcome}`);
        for (const known of after.bills.values()) met.add(stateOfBill(known));
      });
    }),
    { ...RUNS, seed: 6 },
  );
  const everywhere = [
    'assessed',
    'part-paid',
    'paid',
    'IssueBill done',
    'IssueBill nothing',
    'ExtendBill done',
    'ExtendBill nothing',
    'WithdrawBill done',
    'WithdrawBill nothing',
    'WithdrawBill SubmissionPartPaid',
    'WithdrawBill NotWithdrawable',
    'ReceiveMoney done',
    'ReceiveMoney nothing',
    'ReceiveMoney IdempotencyKeyReused',
    'ReceiveMoney PaidOnInFuture',
    'ReceiveMoney SubmissionNotAssessed',
    'ReceiveMoney SubmissionWithdrawn',
    'ReceiveMoney SubmissionAlreadyPaid',
    'UseCredit done',
    'UseCredit nothing',
    'UseCredit NoCredit',
    'UseCredit IdempotencyKeyReused',
    'ChangeBills done',
    'ChangeBills nothing',
    'ChangeBills SubmissionNotAssessed',
    'RefundCredit done',
    'RefundCredit nothing',
    'RefundCredit CreditTooLow',
    'RefundCredit IdempotencyKeyReused',
    'RefundCredit PaidOnInFuture',
    'FinishCovering done',
    'FinishCovering nothing',
  ];
  expect(everywhere.filter((each) => !met.has(each))).toEqual([]);
});
