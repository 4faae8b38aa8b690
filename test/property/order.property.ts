import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Slip } from '../../src/individual/contribution.js';
import type { ContributionLine, IndividualEvent } from '../../src/individual/events.js';
import { individual, type Individual, type IndividualCommand } from '../../src/individual/individual.js';
import { isNought, openIn } from '../../src/individual/slip-amounts.js';
import { addMonths, toMonth, type Month } from '../../src/kernel/calendar.js';
import { fen, fromYuan, sum, toYuan, ZERO, type Fen } from '../../src/kernel/money.js';
import { postingsOf } from '../../src/ledger/postings.js';
import { lines } from './individual.arbitraries.js';

/**
 * One person's year, given as facts. Its commands may come in any order and any number of times; a command whose cause
 * has not come yet (a payment before its assessment, a purchase before the money) is sent again later, as its sender
 * would. Purchases are such that the money of what stands in the end suffices for all of them.
 */
type Year = Readonly<{
  months: readonly Readonly<{
    month: Month;
    lines: readonly ContributionLine[];
    reversal: 'none' | 'medical' | 'all';
  }>[];
  purchases: readonly Readonly<{ share: bigint; fundPaid: bigint; isReversed: boolean }>[];
}>;
const year: fc.Arbitrary<Year> = fc.record({
  months: fc
    .array(fc.record({ lines, reversal: fc.constantFrom('none', 'none', 'medical', 'all') }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((all) => all.map((one, i) => ({ ...one, month: addMonths(toMonth('2025-01'), i) }))),
  purchases: fc.array(
    fc.record({
      share: fc.bigInt({ min: 1n, max: 100n }),
      fundPaid: fc.bigInt({ min: 0n, max: 1_000n }),
      isReversed: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});

const SIDES = ['employee', 'employer'] as const;
const identity = {
  sealed: 'k1.sealed',
  nameDigest: 'name-1',
  contentDigest: 'content-1',
  kind: 'citizen',
  region: 'shanghai',
};

const contributionCommands = ({ months }: Year): readonly IndividualCommand[] =>
  months.flatMap(({ month, lines: monthLines, reversal }, i): readonly IndividualCommand[] => {
    const submission = `s${i}`;
    const reverse = {
      type: 'Reverse',
      key: `r${i}`,
      month,
      insurance: reversal === 'medical' ? 'medical' : undefined,
      reason: 'wrong',
      evidence: 'file',
      valueOn: '2025-12-01',
    } as const;
    return [
      {
        type: 'Assess',
        submission,
        line: 2,
        employer: 'E1',
        region: 'shanghai',
        month,
        wage: '5000.00',
        employment: 'employee',
        table: 'shanghai/2025-07',
        lines: monthLines,
        nameDigest: 'name-1',
        identity,
      },
      ...SIDES.map((side) => ({
        type: 'Pay' as const,
        bill: submission,
        month,
        payment: `p${i}/${side}`,
        paidOn: '2025-11-01',
        cover: monthLines.map(({ insurance }) => ({ insurance, side })),
      })),
      ...(reversal === 'none' ? [] : [reverse]),
    ];
  });

/** What the medical account holds in the end if nothing is bought. */
const standingMoney = ({ months }: Year): bigint =>
  sum(
    months.flatMap(({ lines: monthLines, reversal }) =>
      reversal === 'none'
        ? monthLines
            .filter(({ insurance }) => insurance === 'medical')
            .map(({ toAccount }) => fromYuan(toAccount))
        : [],
    ),
  );

const payoutCommands = (facts: Year): readonly IndividualCommand[] => {
  let left = standingMoney(facts);
  return facts.purchases.flatMap(({ share, fundPaid, isReversed }, i): readonly IndividualCommand[] => {
    if (share > left) return [];
    left -= share;
    const key = { settlement: `c${i}`, institution: 'I1', valueOn: '2025-11-02' } as const;
    const total = fen(share + fundPaid);
    return [
      {
        ...key,
        type: 'Settle',
        institutionSerial: `${i}`,
        kind: 'pharmacy',
        occurredAt: '2025-11-02T01:00:00.000Z',
        total,
        ownExpense: ZERO,
        inScope: total,
        fundPaid: fen(fundPaid),
      },
      ...(isReversed
        ? [{ ...key, type: 'ReverseSettlement', institutionSerial: `r${i}`, reason: 'returned' } as const]
        : []),
    ];
  });
};

const isPaid = (slip: Slip | undefined): boolean =>
  slip !== undefined &&
  slip.payments.length > 0 &&
  slip.lines.every(({ insurance }) => isNought(openIn(slip.charges, insurance)));

/** A sender waits for the cause of its command: the payment before its reversal, the money before a purchase. */
const isDue = (command: IndividualCommand, state: Individual): boolean => {
  switch (command.type) {
    case 'Reverse':
      return isPaid(state.months.get(command.month));
    case 'Settle':
      return (
        state.settlements.has(command.settlement) ||
        state.balances.medical >= command.total - command.fundPaid
      );
    case 'Register':
    case 'StartCoverage':
    case 'Leave':
    case 'StopCoverage':
    case 'Assess':
    case 'Pay':
    case 'TakeBack':
    case 'Adjust':
    case 'Rebase':
    case 'MoveIn':
    case 'ReverseSettlement':
    case 'CreditInterest':
      return true;
  }
};

/** Sends commands in order, and those that were refused or not due again, until a whole round brings nothing new. */
const liveThrough = (commands: readonly IndividualCommand[]): readonly IndividualEvent[] => {
  const events: IndividualEvent[] = [];
  let state = individual.initial;
  for (let before = -1; before < events.length;) {
    before = events.length;
    for (const command of commands) {
      if (!isDue(command, state)) continue;
      const decision = individual.decide(command, state);
      if (!decision.ok) continue;
      events.push(...decision.value);
      state = individual.replay(decision.value, state);
    }
  }
  return events;
};

const balancesOf = (events: readonly IndividualEvent[]): readonly string[] => {
  const book = new Map<string, Fen>();
  for (const { account, amount } of events.flatMap(postingsOf))
    book.set(account, sum([book.get(account) ?? ZERO, amount]));
  const { pension, medical } = individual.replay(events).balances;
  const accounts = [...book].map(([account, amount]) => `${account} ${toYuan(amount)}`).sort();
  return [...accounts, `pension ${toYuan(pension)}`, `medical ${toYuan(medical)}`];
};

const told = year.chain((facts) => {
  const commands = [...contributionCommands(facts), ...payoutCommands(facts)];
  const shuffled = fc.shuffledSubarray([...commands, ...commands, ...commands], {
    minLength: commands.length * 3,
    maxLength: commands.length * 3,
  });
  const repeated = fc.tuple(shuffled, fc.shuffledSubarray([...commands]));
  return fc.record({
    commands: fc.constant(commands),
    shuffled: repeated.map(([all, some]) => [...some, ...all]),
  });
});

describe('the same commands in any order and any number', () => {
  it('end in the same balances', () =>
    fc.assert(
      fc.property(told, ({ commands, shuffled }) => {
        expect(balancesOf(liveThrough(shuffled))).toEqual(balancesOf(liveThrough(commands)));
      }),
      { numRuns: 1_000 },
    ));

  it('do all that can be done: every purchase is settled in the end', () =>
    fc.assert(
      fc.property(told, ({ commands, shuffled }) => {
        const wanted = commands.filter(({ type }) => type === 'Settle').length;
        expect(liveThrough(shuffled).filter(({ type }) => type === 'CardSettled')).toHaveLength(wanted);
      }),
      { numRuns: 1_000 },
    ));
});
