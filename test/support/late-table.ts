import { expect } from '@jest/globals';
import type { Adjust } from '../../src/individual/adjustment.js';
import type { ContributionAdjusted, ContributionLine, IndividualEvent } from '../../src/individual/events.js';
import { individual } from '../../src/individual/individual.js';
import { toAssessed } from '../../src/individual/slip-change.js';
import { toMonth } from '../../src/kernel/calendar.js';
import { sum, toYuan } from '../../src/kernel/money.js';
import { postingsOf } from '../../src/ledger/postings.js';

/** A month at the floor, and what a table published late says of it. */
export const pension = (base: string, employer: string, employee: string): ContributionLine => ({
  insurance: 'pension',
  base,
  employerPart: employer,
  employeePart: employee,
  toAccount: employee,
});
export const atFloor = pension('5000.00', '800.00', '400.00');
export const raised = pension('5500.00', '880.00', '440.00');
export const lowered = pension('4500.00', '720.00', '360.00');
export const july = toMonth('2025-07');

export const registered: IndividualEvent = {
  type: 'IndividualRegistered',
  data: { sealed: 'k1.s', nameDigest: 'n', contentDigest: 'c', kind: 'citizen', region: 'shanghai' },
};
export const assessed: IndividualEvent = {
  type: 'ContributionAssessed',
  data: {
    submission: 's1',
    line: 2,
    employer: 'E1',
    region: 'shanghai',
    month: july,
    wage: '3000.00',
    employment: 'employee',
    table: 'shanghai/2024-07',
    lines: [atFloor],
  },
};
export const paid: IndividualEvent = {
  type: 'ContributionPaid',
  data: {
    submission: 's1',
    bill: 's1',
    employer: 'E1',
    month: july,
    paidOn: '2025-07-20',
    payment: 'p1',
    lines: [atFloor],
    complete: ['pension'],
  },
};
export const adjust = (lines: readonly ContributionLine[], publication = 'notice 8'): Adjust => ({
  type: 'Adjust',
  publication,
  reason: 'published late',
  months: [
    {
      adjustment: `${publication}/${july}`,
      bill: `bill of ${publication}`,
      month: july,
      submission: 's1',
      line: 2,
      wage: '3000.00',
      table: 'shanghai/2025-07',
      lines: lines.map(toAssessed),
    },
  ],
});
export const reverse = {
  type: 'Reverse',
  key: 'r1',
  month: july,
  insurance: undefined,
  reason: 'wrong',
  evidence: 'file',
  valueOn: '2025-11-10',
} as const;

export const payOf = (bill: string) =>
  ({
    type: 'Pay',
    bill,
    month: july,
    payment: `payment of ${bill}`,
    paidOn: '2025-11-10',
    cover: [
      { insurance: 'pension', side: 'employer' },
      { insurance: 'pension', side: 'employee' },
    ],
  }) as const;

/** A life: events, then commands on it one after another. */
export const live = (
  given: readonly IndividualEvent[],
  ...commands: readonly Parameters<typeof individual.decide>[0][]
) => {
  let state = individual.replay(given);
  const events = [...given];
  for (const command of commands) {
    const decision = individual.decide(command, state);
    if (!decision.ok) throw new Error(decision.error.type);
    events.push(...decision.value);
    state = individual.replay(decision.value, state);
  }
  const book = new Map<string, bigint>();
  for (const { account, amount } of events.flatMap(postingsOf))
    book.set(account, (book.get(account) ?? 0n) + amount);
  expect(sum([...book.values()] as never)).toBe(0n);
  const balances = Object.fromEntries(
    [...book]
      .filter(([, amount]) => amount !== 0n)
      .map(([account, amount]) => [account, toYuan(amount as never)]),
  );
  return { state, made: events.slice(given.length), book: balances };
};
export const adjustedIn = (made: readonly IndividualEvent[]): ContributionAdjusted['data'] => {
  const found = made.find((event) => event.type === 'ContributionAdjusted');
  if (!found) throw new Error('nothing was adjusted');
  return found.data;
};
