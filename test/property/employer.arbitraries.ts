import fc from 'fast-check';
import type { BillLine } from '../../src/employer/events.js';
import type { BillEffect, ContributionLine, IndividualEvent } from '../../src/individual/events.js';
import { toAssessed } from '../../src/individual/slip-change.js';
import { toDay, toMonth } from '../../src/kernel/calendar.js';
import { fen, fromYuan, sum, toYuan, type Fen } from '../../src/kernel/money.js';
import { givenBack, PEOPLE, terms, USCC, type World } from '../support/employer-world.js';
import { lines } from './individual.arbitraries.js';

const MONTHS = ['2025-07', '2025-08'].map(toMonth);
const person = fc.constantFrom(...PEOPLE);
const month = fc.constantFrom(...MONTHS);
const pick = fc.nat({ max: 20 });
const act = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('file' as const), month, lines, pick }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pay' as const), pick, percent: fc.nat({ max: 150 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('use' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refund' as const), percent: fc.nat({ max: 100 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('reverse' as const),
      person,
      month,
      insurance: fc.constantFrom(undefined, undefined, 'pension', 'medical'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rebase' as const), person, month, lines }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('adjust' as const), person, month, lines }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), person, to: person, month }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('work' as const), pick }) },
);
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

const toBillLines = (
  all: readonly Pick<ContributionLine, 'insurance' | 'employerPart' | 'employeePart'>[],
): readonly BillLine[] =>
  [...new Set(all.map(({ insurance }) => insurance))].sort().map((insurance) => {
    const of = all.filter((line) => line.insurance === insurance);
    const total = (part: 'employerPart' | 'employeePart'): string =>
      toYuan(sum(of.map((line) => fromYuan(line[part]))));
    return { insurance, employer: total('employerPart'), employee: total('employeePart') };
  });

/** A file for some of the people, each with the same lines; who has the month already is left out. */
const file = (world: World, given: Extract<Act, { do: 'file' }>): void => {
  const submission = world.name('s');
  const wanted = PEOPLE.filter((_, index) => (given.pick >> index) % 2 === 1);
  const assessed = wanted.flatMap((id, index) => {
    const row = { submission, line: index + 2, employer: USCC, region: 'r', month: given.month };
    const costs = { wage: '5000.00', employment: 'employee', table: 't', lines: given.lines };
    const events = world.ask(id, { type: 'Assess', ...row, ...costs, nameDigest: 'n' });
    if (events.length > 0) world.membersOf(submission).add(id);
    return events.flatMap((event) => (event.type === 'ContributionAssessed' ? event.data.lines : []));
  });
  world.issue(submission, 'normal', given.month, toBillLines(assessed));
};

/** Another price of a month: what is more is a bill of its own, what is less is told to the others. */
const reprice = (world: World, given: Extract<Act, { do: 'rebase' | 'adjust' }>): void => {
  const { person: id, month: owed } = given;
  const bill = world.name(given.do === 'rebase' ? 'b' : 'd');
  const slip = world.stateOf(id).months.get(owed);
  if (!slip) return;
  const named = { adjustment: bill, month: owed, table: 't2' };
  const events = world.ask(
    id,
    given.do === 'rebase'
      ? {
          type: 'Rebase',
          ...named,
          ...{ submission: bill, line: 2, employer: USCC, wage: '6000.00', lines: given.lines },
          ...{ nameDigest: 'n', reason: 'new year' },
        }
      : {
          type: 'Adjust',
          publication: bill,
          reason: 'late',
          months: [{ ...slip, ...named, bill, lines: given.lines.map(toAssessed) }],
        },
  );
  const effects = events.flatMap((event) => (event.type === 'ContributionAdjusted' ? event.data.bills : []));
  const own = effects.filter((effect) => effect.bill === bill);
  world.membersOf(bill).add(id);
  if (own.length > 0)
    world.issue(bill, given.do === 'rebase' ? 'base-change' : 'difference', owed, toBillLines(own));
  world.change(owed, effects, bill);
};

const effectsOf = (events: readonly IndividualEvent[]): readonly BillEffect[] =>
  events.flatMap((event) => (event.type === 'ContributionReversed' ? event.data.bills : []));

/** As the correction does it, for what has a bill: taken back, given on with what was credited, and the account told at once. */
const moveOver = (world: World, { person: id, to, month: owed }: Extract<Act, { do: 'move' }>): void => {
  const slip = world.stateOf(id).months.get(owed);
  const there = world.stateOf(to).months.get(owed);
  if (id === to || !slip || !world.account.bills.has(slip.submission)) return;
  if (there && there.reversed.length < there.lines.length) return;
  const correction = world.name('m');
  const taken = { key: correction, month: owed, insurance: undefined, reason: 'x', evidence: 'y' };
  const effects = effectsOf(world.ask(id, { type: 'Reverse', ...taken, valueOn: '2025-10-01' }));
  if (effects.length === 0) return;
  world.ask(to, { type: 'MoveIn', correction, month: owed, slip });
  for (const { bill } of slip.charges) world.membersOf(bill).add(to);
  const amount = sum(effects.map(givenBack));
  world.tell({ type: 'MoveCredit', uscc: USCC, correction, month: owed, amount, today: terms.today });
};

const withdraw = (world: World, { pick: which }: Extract<Act, { do: 'withdraw' }>): void => {
  const bill = `s${which}`;
  const owed = [...MONTHS].find((each) =>
    PEOPLE.some((id) => world.stateOf(id).months.get(each)?.submission === bill),
  );
  if (!owed) return;
  const named = { uscc: USCC, bill, month: owed, reason: 'wrong' };
  if (!world.tell({ type: 'WithdrawBill', ...named, today: terms.today })) return;
  const back = {
    type: 'TakeBack',
    submission: bill,
    month: owed,
    reason: 'wrong',
    valueOn: '2025-10-01',
  } as const;
  for (const id of world.membersOf(bill))
    world.addTask(() => {
      world.change(owed, effectsOf(world.ask(id, back)), bill);
      return true;
    });
};

const share = (amount: bigint, percent: number): Fen => fen((amount * BigInt(percent)) / 100n);
const pay = (world: World, { pick: which, percent }: Extract<Act, { do: 'pay' }>): void => {
  const bills = [...world.account.bills.values()];
  const bill = bills[which % Math.max(1, bills.length)];
  const asked = sum([...(bill?.cells.values() ?? [])].map(({ amount }) => amount));
  const target =
    !bill || which % 3 === 0 ? ({ kind: 'account' } as const) : ({ kind: 'bill', bill: bill.bill } as const);
  const payment = world.name('p');
  const amount = fen(share(asked, percent) + 1n);
  world.tell({
    type: 'ReceiveMoney',
    uscc: USCC,
    payment,
    amount,
    paidOn: toDay('2025-08-20'),
    reference: payment,
    target,
    ...terms,
  });
};

const refund = (world: World, { percent }: Extract<Act, { do: 'refund' }>): void => {
  const amount = share(world.account.credit, percent);
  const name = world.name('f');
  const refunded = { refund: name, amount, paidOn: toDay('2025-10-01'), reference: name };
  if (amount > 0n) world.tell({ type: 'RefundCredit', uscc: USCC, ...refunded, today: terms.today });
};

export const happen = (world: World, given: Act): void => {
  switch (given.do) {
    case 'file':
      return file(world, given);
    case 'pay':
      return pay(world, given);
    case 'use':
      world.tell({ type: 'UseCredit', uscc: USCC, payment: world.name('u'), ...terms });
      return;
    case 'refund':
      return refund(world, given);
    case 'reverse': {
      const { month: owed, insurance } = given;
      const taken = { key: world.name('r'), month: owed, insurance, reason: 'x', evidence: 'y' };
      const events = world.ask(given.person, { type: 'Reverse', ...taken, valueOn: '2025-10-01' });
      return world.change(owed, effectsOf(events));
    }
    case 'rebase':
    case 'adjust':
      return reprice(world, given);
    case 'withdraw':
      return withdraw(world, given);
    case 'move':
      return moveOver(world, given);
    case 'work':
      world.work(given.pick);
      return;
  }
};

export const acts = fc.array(act, { minLength: 10, maxLength: 80, size: 'max' });
