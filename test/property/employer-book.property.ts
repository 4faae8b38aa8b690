import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Slip } from '../../src/individual/contribution.js';
import { fromYuan } from '../../src/kernel/money.js';
import { World } from '../support/employer-world.js';
import { acts, happen } from './employer.arbitraries.js';

const slipsOf = (world: World): readonly Slip[] => {
  const earlier = (slip: Slip | undefined): readonly Slip[] => (slip ? [slip, ...earlier(slip.earlier)] : []);
  return [...world.people.values()].flatMap(({ months }) => [...months.values()].flatMap(earlier));
};
/** What persons are claimed and credited, by cell of a bill. */
const claimsOf = (world: World): ReadonlyMap<string, Readonly<{ claimed: bigint; credited: bigint }>> => {
  const claims = new Map<string, { claimed: bigint; credited: bigint }>();
  for (const { charges } of slipsOf(world))
    for (const { bill, lines: charged } of charges)
      for (const { insurance, credited, ...line } of charged)
        for (const side of ['employer', 'employee'] as const) {
          const key = `${bill} ${insurance}/${side}`;
          const before = claims.get(key) ?? { claimed: 0n, credited: 0n };
          claims.set(key, {
            claimed: before.claimed + fromYuan(line[`${side}Part`]),
            credited: before.credited + fromYuan(credited[`${side}Part`]),
          });
        }
  return claims;
};
const cellsOf = (world: World): ReadonlyMap<string, Readonly<{ amount: bigint; paid: bigint }>> =>
  new Map(
    [...world.account.bills.values()].flatMap(({ bill, cells }) =>
      [...cells].map(([key, cell]) => [`${bill} ${key}`, cell] as const),
    ),
  );
const totalOf = <T>(all: Iterable<T>, amount: (one: T) => bigint): bigint =>
  [...all].reduce((total, one) => total + amount(one), 0n);

const bookOf = (world: World): Readonly<Record<string, bigint>> => {
  const of = (prefix: string): bigint =>
    totalOf(world.book, ([name, amount]) => (name.startsWith(prefix) ? amount : 0n));
  return {
    all: of(''),
    receivable: of('receivable:'),
    assessed: of('assessed:'),
    clearing: of('clearing:'),
    payable: of('payable:employers'),
    cash: of('cash:'),
    lateFee: of('income:'),
    pension: of('account:pension'),
    medical: of('account:medical'),
  };
};

/** What both sides have, with what the one has not told the other yet. */
const expected = (world: World): Readonly<Record<string, bigint>> => {
  const claims = [...claimsOf(world).values()];
  const credited = totalOf(claims, (claim) => claim.credited);
  const owed = totalOf(claims, (claim) => claim.claimed) - credited;
  const untold = totalOf(world.tasks, ({ given }) => given);
  const paid = totalOf(cellsOf(world).values(), (cell) => cell.paid);
  return {
    all: 0n,
    receivable: owed,
    assessed: -owed,
    clearing: -(paid - credited - untold),
    payable: -(world.account.credit + untold),
    cash: world.cash,
    lateFee: -world.lateFee,
    pension: -totalOf(world.people.values(), ({ balances }) => balances.pension),
    medical: -totalOf(world.people.values(), ({ balances }) => balances.medical),
  };
};

const RUNS = { numRuns: 150 };

describe('the book of an employer and its persons, whatever happens in whatever order', () => {
  it('says at every step what the two sides say together', () =>
    fc.assert(
      fc.property(acts, (all) => {
        const world = new World();
        for (const each of all) {
          happen(world, each);
          expect(bookOf(world)).toEqual(expected(world));
        }
      }),
      RUNS,
    ));

  it('when all is done: what waits is in cells paid in part, what is owed is outstanding, the credit is the employer’s', () =>
    fc.assert(
      fc.property(acts, (all) => {
        const world = new World();
        for (const each of all) happen(world, each);
        world.finish();
        expect([world.tasks.size, world.account.coverings]).toEqual([0, []]);
        const cells = cellsOf(world);
        const claims = claimsOf(world);
        for (const [key, { amount, paid }] of cells) {
          const { claimed, credited } = claims.get(key) ?? { claimed: 0n, credited: 0n };
          expect([key, claimed, credited]).toEqual([key, amount, paid === amount ? amount : 0n]);
        }
        const waiting = totalOf(cells.values(), ({ amount, paid }) => (paid === amount ? 0n : paid));
        const outstanding = totalOf(cells.values(), ({ amount, paid }) => amount - paid);
        const book = bookOf(world);
        expect(book).toMatchObject({ all: 0n, clearing: -waiting, payable: -world.account.credit });
        expect(book['receivable']).toBe(outstanding + waiting);
      }),
      RUNS,
    ));

  it('sees every event that moves money for an employer', () => {
    const seen = new Set<string>();
    for (const all of fc.sample(acts, { numRuns: 100, seed: 6 })) {
      const world = new World();
      for (const each of all) happen(world, each);
      for (const type of world.happened) seen.add(type);
    }
    const money = ['MoneyReceived', 'CreditUsed', 'BillChanged', 'CreditRefunded', 'CreditMoved'];
    for (const type of [...money, 'ContributionAdjusted', 'ContributionReversed', 'ContributionPaid'])
      expect([type, seen.has(type)]).toEqual([type, true]);
  });
});
