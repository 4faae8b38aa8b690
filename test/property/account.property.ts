import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { account, stateOfBill, type AccountCommand, type AccountState } from '../../src/employer/account.js';
import type { EmployerEvent } from '../../src/employer/events.js';
import { fen, sum, toYuan, type Fen } from '../../src/kernel/money.js';
import { registered, TODAY, USCC } from '../support/account-commands.js';
import { AccountModel } from '../support/account-model.js';
import { bill, factsOf, lines, takes, walks, terms, BILLS, type Act } from './account.arbitraries.js';

const RUNS = { numRuns: 150 };

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
