import { Injectable } from '@nestjs/common';
import { nameOf } from '../event-store/chain.js';
import { EventStore } from '../event-store/event-store.js';
import type { Origin } from '../individual/individual.messages.js';
import { toYuan } from '../kernel/money.js';
import { openBills, type AccountState, type KnownPayment } from './account.js';
import { EmployerAccounts, type AccountLog } from './account.log.js';
import { AccountPayments } from './account.payments.js';
import { readBankRow, type BankEntry, type BankProblem, type BankRow } from './bank-line.js';
import type { BankLine } from './bank-statement.js';
import { principalOf } from './bill.js';
import { findEmployerOf } from './bill.persons.js';
import type { PaymentTarget } from './events.js';
import { Gate } from './gate.js';

/** Accounts booked on at once: they wait for the log together. */
const EMPLOYERS_AT_ONCE = 16;
/** How often a line finds its bill changed by somebody else meanwhile. */
const ATTEMPTS_MAX = 3;

type Aim = Readonly<{ target: PaymentTarget; note?: BankLine['note'] }>;
type Placed = Readonly<{ entry: BankEntry; uscc: string }>;

/** Finds whose money a line of the bank is, and books it there. Nothing is guessed: what is not sure stays unmatched. */
@Injectable()
export class BankMatcher {
  private readonly turns = new Gate(EMPLOYERS_AT_ONCE);

  constructor(
    private readonly store: EventStore,
    private readonly accounts: EmployerAccounts,
    private readonly payments: AccountPayments,
  ) {}

  /** Verdicts in the order of the lines. The same lines of the same statement again: the same verdicts, nothing booked. */
  async match(statement: string, rows: readonly BankRow[], origin: Origin): Promise<readonly BankLine[]> {
    const verdicts = new Map<number, BankLine>();
    const placed: Placed[] = [];
    for (const row of rows) {
      const found = await this.place(row, origin);
      if ('entry' in found) placed.push(found);
      else verdicts.set(row[0], found);
    }
    const byEmployer = new Map<string, BankEntry[]>();
    for (const { entry, uscc } of placed) byEmployer.set(uscc, [...(byEmployer.get(uscc) ?? []), entry]);
    const booking = [...byEmployer].map(([uscc, entries]) =>
      this.turns.run(async () => {
        for (const line of await this.bookAll(statement, uscc, entries, origin))
          verdicts.set(line.line, line);
      }),
    );
    // Each is waited for before the first error is told, so that nothing is booked on behind its back.
    for (const settled of await Promise.allSettled(booking))
      if (settled.status === 'rejected') throw settled.reason;
    return rows.map(([line]) => {
      const verdict = verdicts.get(line);
      if (!verdict) throw new Error('every line has a verdict');
      return verdict;
    });
  }

  private async place(row: BankRow, { bookedOn }: Origin): Promise<Placed | BankLine> {
    const read = readBankRow(row, bookedOn);
    if (!read.ok) return unmatched(row[0], read.error);
    const entry = read.value;
    const { bill, payer, line } = entry;
    if (bill === undefined)
      return payer === undefined
        ? unmatched(line, [{ code: 'payer-missing', field: 'uscc' }])
        : { entry, uscc: payer };
    const uscc = await findEmployerOf(this.store, bill);
    if (uscc === undefined) return unmatched(line, [{ code: 'bill-unknown', field: 'remark' }]);
    if (payer !== undefined && payer !== uscc)
      return unmatched(line, [{ code: 'payer-differs', field: entry.payerField }]);
    return { entry, uscc };
  }

  private bookAll(
    statement: string,
    uscc: string,
    entries: readonly BankEntry[],
    origin: Origin,
  ): Promise<readonly BankLine[]> {
    return this.accounts.use(uscc, async (log) => {
      const lines: BankLine[] = [];
      for (const entry of entries)
        lines.push(
          log.state.uscc === undefined
            ? unmatched(entry.line, [{ code: 'payer-unknown', field: entry.payerField }])
            : await this.book(log, statement, uscc, entry, origin),
        );
      return lines;
    });
  }

  private async book(
    log: AccountLog,
    statement: string,
    uscc: string,
    entry: BankEntry,
    origin: Origin,
  ): Promise<BankLine> {
    const payment = nameOf('bank-line', statement, entry.line.toString());
    const { amount, paidOn, reference } = entry;
    for (let attempt = 1; ; attempt++) {
      const { target, note } = aimOf(entry, log.state);
      const known = log.state.payments.get(payment);
      if (known) return booked(entry.line, uscc, known, note);
      const incoming = { payment, amount, paidOn, reference, target };
      const recorded = await this.payments.record(log, uscc, incoming, origin);
      if (recorded.ok) {
        const first = recorded.value.payment;
        if (first.payment === payment) return booked(entry.line, uscc, first, note);
        const came = { payment: first.payment, amount: toYuan(amount) };
        return { line: entry.line, verdict: 'duplicate', uscc, ...came };
      }
      if (attempt === ATTEMPTS_MAX) throw new Error(recorded.error.type);
    }
  }
}

/** Where the money goes: where the line says, or to the account as a whole where that takes none. */
const aimOf = ({ bill, month, isSeveralMonths }: BankEntry, state: AccountState): Aim => {
  if (bill !== undefined) {
    const target = { kind: 'bill', bill } as const;
    if (openBills(state, target).length > 0) return { target };
    const code = state.withdrawn.has(bill)
      ? 'bill-withdrawn'
      : state.bills.has(bill)
        ? 'bill-already-paid'
        : 'bill-not-assessed';
    return { target: { kind: 'account' }, note: { code, field: 'remark' } };
  }
  if (month !== undefined) {
    const target = { kind: 'month', month } as const;
    const isOpen = openBills(state, target).length > 0;
    return { target, ...(!isOpen && { note: { code: 'month-not-open', field: 'remark' } }) };
  }
  const target = { kind: 'account' } as const;
  return { target, ...(isSeveralMonths && { note: { code: 'months-several', field: 'remark' } }) };
};

const unmatched = (line: number, problems: readonly BankProblem[]): BankLine => ({
  line,
  verdict: 'unmatched',
  problems,
});

const booked = (
  line: number,
  uscc: string,
  { payment, amount, allocations, unapplied }: KnownPayment,
  note: BankLine['note'],
): BankLine => ({
  line,
  verdict: allocations.length > 0 ? 'matched' : 'credit',
  ...(note && { note }),
  uscc,
  payment,
  amount: toYuan(amount),
  allocations: allocations.map(({ bill, month, cells, lateFee }) => ({
    bill,
    month,
    principal: toYuan(principalOf({ cells })),
    lateFee,
  })),
  unapplied: toYuan(unapplied),
});
