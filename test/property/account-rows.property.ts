import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { account, stateOfBill, type AccountCommand, type AccountState } from '../../src/employer/account.js';
import { accountProjection } from '../../src/employer/account.projection.js';
import type { EmployerEvent } from '../../src/employer/events.js';
import { toDay, toMonth } from '../../src/kernel/calendar.js';
import { fen, ppm, toYuan } from '../../src/kernel/money.js';
import { logOf } from '../support/log.js';
import { project, type Rows } from '../support/projecting.js';

const USCC = 'E1';
const today = toDay('2025-10-20');
const order = { sides: ['employee', 'employer'], insurances: ['pension', 'medical'] } as const;
const rate = { today, order, lateFeeDaily: ppm(500n) };
const BILLS = ['s1', 's2', 's3', 'd1'] as const;
const MONTHS = ['2025-07', '2025-08', '2025-09'] as const;

const bill = fc.constantFrom(...BILLS);
const month = fc.constantFrom(...MONTHS).map(toMonth);
const amount = fc.integer({ min: 1, max: 4_000 }).map((yuan) => fen(BigInt(yuan) * 25n));
const paidOn = fc.constantFrom('2025-07-10', '2025-08-20', '2025-10-20').map(toDay);
const name = fc.integer({ min: 0, max: 1_000 });
const lines = fc.constantFrom(
  [
    { insurance: 'pension', employer: '160.00', employee: '80.00' },
    { insurance: 'injury', employer: '1.60', employee: '0.00' },
  ],
  [{ insurance: 'medical', employer: '90.05', employee: '20.01' }],
);
const target = fc.oneof(
  bill.map((one) => ({ kind: 'bill', bill: one }) as const),
  month.map((one) => ({ kind: 'month', month: one }) as const),
  fc.constant({ kind: 'account' } as const),
);
/** What was given back of a cell is never more than what had come for it: nobody is credited with more. */
type Taken = Readonly<{ insurance: string; side: 'employer' | 'employee'; percent: number; given: boolean }>;
const taken: fc.Arbitrary<Taken> = fc.record({
  insurance: fc.constantFrom('pension', 'medical'),
  side: fc.constantFrom('employer', 'employee'),
  percent: fc.integer({ min: 1, max: 100 }),
  given: fc.boolean(),
});

type Asked = (state: AccountState) => AccountCommand;
const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({ bill, month, lines }).map((of): Asked => () => ({
    type: 'IssueBill',
    uscc: USCC,
    kind: 'normal',
    region: 'r',
    dueOn: toDay('2025-09-15'),
    ...of,
    ...rate,
  })),
  fc.record({ month, lines, extension: name.map(String) }).map((of): Asked => () => ({
    type: 'ExtendBill',
    uscc: USCC,
    bill: 'd1',
    kind: 'difference',
    region: 'r',
    dueOn: toDay('2025-09-15'),
    today,
    ...of,
  })),
  fc
    .record({ bill, month })
    .map((of): Asked => () => ({ type: 'WithdrawBill', uscc: USCC, reason: 'r', today, ...of })),
  fc
    .record({ amount, paidOn, target, payment: name.map((n) => `p${n}`) })
    .map((of): Asked => () => ({ type: 'ReceiveMoney', uscc: USCC, reference: of.payment, ...of, ...rate })),
  name.map((n): Asked => () => ({ type: 'UseCredit', uscc: USCC, payment: `u${n}`, ...rate })),
  fc
    .record({
      bill,
      change: name.map((n) => `c${n}`),
      cells: fc.array(taken, { minLength: 1, maxLength: 3 }),
    })
    .map(
      (of): Asked =>
        (state) =>
          changeOf(state, of),
    ),
  fc.record({ amount, paidOn, refund: name.map((n) => `f${n}`) }).map((of): Asked => () => ({
    type: 'RefundCredit',
    uscc: USCC,
    reference: of.refund,
    today,
    ...of,
  })),
  name.map((n): Asked => () => ({
    type: 'MoveCredit',
    uscc: USCC,
    correction: `m${n}`,
    month: toMonth('2025-07'),
    amount: fen(100n),
    today,
  })),
  fc.constant<Asked>(({ coverings: [first] }) => ({
    type: 'FinishCovering',
    uscc: USCC,
    covering: first?.covering ?? 'none',
    persons: 1,
  })),
);

const changeOf = (
  { bills }: AccountState,
  { bill: one, change, cells }: Readonly<{ bill: string; change: string; cells: readonly Taken[] }>,
): AccountCommand => {
  const of = bills.get(one);
  const distinct = [...new Map(cells.map((cell) => [`${cell.insurance}/${cell.side}`, cell]))];
  return {
    type: 'ChangeBills',
    uscc: USCC,
    change,
    cause: 'reversal',
    today,
    bills: [
      {
        bill: one,
        month: of?.month ?? toMonth('2025-07'),
        cells: distinct.map(([key, { insurance, side, percent, given }]) => {
          const known = of?.cells.get(key) ?? { amount: 0n, paid: 0n };
          const less = (known.amount * BigInt(percent)) / 100n;
          const isWhole = known.paid >= known.amount;
          return {
            insurance,
            side,
            less: toYuan(fen(less)),
            given: toYuan(fen(given && isWhole ? less : 0n)),
          };
        }),
      },
    ],
  };
};

type History = Readonly<{ events: readonly EmployerEvent[]; state: AccountState }>;
const live = (all: readonly Asked[]): History => {
  const registered: EmployerEvent = {
    type: 'EmployerRegistered',
    data: { uscc: USCC, name: '厂', region: 'r', injuryRate: '0.16' },
  };
  const events: EmployerEvent[] = [registered];
  let state = account.replay(events);
  for (const command of all) {
    const decision = account.decide(command(state), state);
    if (!decision.ok) continue;
    state = account.replay(decision.value, state);
    events.push(...decision.value);
  }
  return { events, state };
};

/** Cells of bills that stand, as text in one order. */
const cellsOf = ({ bills }: AccountState): readonly string[] =>
  [...bills.values()]
    .flatMap(({ bill: one, cells }) =>
      [...cells].map(([key, { amount: asks, paid }]) => `${one} ${key} ${asks} ${paid}`),
    )
    .sort();
const cellsIn = (rows: Rows): readonly string[] => {
  const gone = new Set(
    (rows['bill'] ?? []).filter(({ state }) => state === 'withdrawn').map((row) => row['bill']),
  );
  return (rows['bill_cell'] ?? [])
    .filter((row) => !gone.has(row['bill']))
    .map((row) =>
      [
        row['bill'] as string,
        `${row['insurance'] as string}/${row['side'] as string}`,
        row['amount_fen'] as bigint,
        row['paid_fen'] as bigint,
      ].join(' '),
    )
    .sort();
};
const sumIn = (rows: Rows, table: string, column: string): bigint =>
  (rows[table] ?? []).reduce((total, row) => total + (row[column] as bigint), 0n);

describe('rows of an employer’s account, whatever is asked of it and however the log is cut', () => {
  it('are what the account itself holds, and the lines add up to it', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(asked, { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (all, batch) => {
          const { events, state } = live(all);
          const rows = await project(await logOf([`employer-${USCC}`, events]), [accountProjection], batch);
          expect(cellsIn(rows)).toEqual(cellsOf(state));
          const standing = (rows['bill'] ?? []).filter((row) => row['state'] !== 'withdrawn');
          expect(new Map(standing.map((row) => [row['bill'], row['state']]))).toEqual(
            new Map([...state.bills].map(([one, known]) => [one, stateOfBill(known)])),
          );
          const pending = (rows['employer_covering'] ?? []).filter((row) => row['pending'] === 1n);
          expect(new Set(pending.map((row) => row['covering']))).toEqual(
            new Set(state.coverings.map(({ covering }) => covering)),
          );
          expect(sumIn(rows, 'employer_account', 'credit_fen')).toBe(state.credit);
          // On a second path: sums of cells, of lines and of the account are the same money.
          const cells = [...state.bills.values()].flatMap((known) => [...known.cells.values()]);
          const billed = cells.reduce((total, cell) => total + cell.amount, 0n);
          const paid = cells.reduce((total, cell) => total + cell.paid, 0n);
          for (const table of ['employer_account', 'employer_entry'])
            expect(sumIn(rows, table, 'principal_fen')).toBe(paid);
          expect(sumIn(rows, 'employer_account', 'billed_fen')).toBe(billed);
          expect(sumIn(rows, 'employer_entry', 'claimed_fen')).toBe(billed);
          const fees = sumIn(rows, 'employer_entry', 'late_fee_fen');
          expect(sumIn(rows, 'employer_entry', 'received_fen')).toBe(paid + fees + state.credit);
        },
      ),
    ));
});
