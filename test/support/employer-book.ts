import { expect } from '@jest/globals';
import { EmployerAccounts } from '../../src/employer/account.log.js';
import { employerStreamOf } from '../../src/employer/employer.js';
import type { EmployerEvent } from '../../src/employer/events.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { toDomain } from '../../src/event-store/transact.js';
import type { IndividualEvent } from '../../src/individual/events.js';
import { fromYuan, toYuan, type Fen } from '../../src/kernel/money.js';
import { postingsOf, type EmployerMoneyEvent } from '../../src/ledger/postings.js';
import { readLog } from './log.js';
import { EMPLOYER } from './roster.js';

const MONEY: readonly string[] = [
  'MoneyReceived',
  'CreditUsed',
  'BillChanged',
  'CreditRefunded',
  'CreditMoved',
] satisfies EmployerMoneyEvent['type'][];
/** The book of a whole log by account, yuan text; each entry is asserted to sum to nought where it is made. */
export const bookOf = async (store: EventStore): Promise<Readonly<Record<string, string>>> => {
  const sums = new Map<string, bigint>();
  for (const { stream, type, data } of await readLog(store)) {
    if (!stream.startsWith('individual-') && !MONEY.includes(type)) continue;
    const event = { type, data: JSON.parse(data) as object } as IndividualEvent | EmployerMoneyEvent;
    for (const { account, amount } of postingsOf(event))
      sums.set(account, (sums.get(account) ?? 0n) + amount);
  }
  return Object.fromEntries([...sums].map(([account, amount]) => [account, toYuan(amount as Fen)]));
};

/** What the accounts of employers say and what the book says are the same. */
export const expectBookAgrees = async (store: EventStore, ...usccs: readonly string[]): Promise<void> => {
  const book = await bookOf(store);
  let [credit, waiting, cash, fees] = [0n, 0n, 0n, 0n];
  for (const uscc of usccs.length > 0 ? usccs : [EMPLOYER]) {
    const { state } = await new EmployerAccounts(store).read(uscc);
    expect(state.coverings).toEqual([]);
    credit += state.credit;
    for (const { cells } of state.bills.values())
      for (const { amount, paid } of cells.values()) if (paid < amount) waiting += paid;
    for (const event of (await store.read(employerStreamOf(uscc))).map(toDomain<EmployerEvent>)) {
      if (event.type === 'MoneyReceived') cash += fromYuan(event.data.amount);
      if (event.type === 'CreditRefunded') cash -= fromYuan(event.data.amount);
      if (event.type === 'MoneyReceived' || event.type === 'CreditUsed')
        for (const { lateFee } of event.data.allocations) fees += fromYuan(lateFee);
    }
  }
  const of = (account: string): bigint => fromYuan(book[account] ?? '0.00');
  expect({
    credit: -of('payable:employers'),
    waiting: -of('clearing:payments'),
    cash: of('cash:treasury'),
    fees: -of('income:late-fee'),
  }).toEqual({ credit, waiting, cash, fees });
};
