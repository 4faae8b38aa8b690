import { account, type AccountCommand, type AccountState } from '../../src/employer/account.js';
import { toChanges } from '../../src/employer/account.handlers.js';
import type { BillKind, BillLine, EmployerEvent } from '../../src/employer/events.js';
import type { BillEffect, IndividualEvent } from '../../src/individual/events.js';
import { individual, type Individual, type IndividualCommand } from '../../src/individual/individual.js';
import { toDay, type Month } from '../../src/kernel/calendar.js';
import { fen, fromYuan, ppm, sum, type Fen } from '../../src/kernel/money.js';
import {
  EMPLOYER_MONEY_EVENT_TYPES,
  postingsOf,
  type EmployerMoneyEvent,
} from '../../src/ledger/postings.js';

export const USCC = 'E1';
export const PEOPLE = ['a', 'b', 'c'] as const;
export const terms = {
  today: toDay('2025-10-20'),
  order: { sides: ['employee', 'employer'], insurances: ['pension', 'medical'] },
  lateFeeDaily: ppm(500n),
} as const;

const identity = { sealed: 'k1.sealed', nameDigest: 'n', contentDigest: 'c', kind: 'citizen', region: 'r' };
/** Work that one side has for the other, done until it says that it is done. */
type Task = Readonly<{ given: Fen; isDone: () => boolean }>;

/**
 * An employer and its persons, each decided by its own stream, and the work between them done late and in any order: bills
 * issued, changes told to the account, persons credited with what was covered.
 */
export class World {
  account: AccountState = account.replay([
    { type: 'EmployerRegistered', data: { uscc: USCC, name: 'Works', region: 'r', injuryRate: '0.2' } },
  ]);
  readonly people = new Map<string, Individual>();
  readonly book = new Map<string, Fen>();
  readonly tasks = new Set<Task>();
  readonly happened = new Set<string>();
  /** Whom a bill is about. */
  private readonly members = new Map<string, Set<string>>();
  private names = 0;
  cash = 0n;
  lateFee = 0n;

  constructor() {
    for (const id of PEOPLE) {
      this.people.set(id, individual.initial);
      this.ask(id, { type: 'Register', identity });
    }
  }

  name(kind: string): string {
    this.names += 1;
    return `${kind}${this.names}`;
  }

  stateOf(id: string): Individual {
    return this.people.get(id) ?? individual.initial;
  }

  ask(id: string, command: IndividualCommand): readonly IndividualEvent[] {
    const before = this.stateOf(id);
    const decision = individual.decide(command, before);
    const events = decision.ok ? decision.value : [];
    this.people.set(id, individual.replay(events, before));
    for (const event of events) this.post(event);
    return events;
  }

  tell(command: AccountCommand): boolean {
    const decision = account.decide(command, this.account);
    if (!decision.ok) return false;
    this.account = account.replay(decision.value, this.account);
    for (const event of decision.value) if (isMoney(event)) this.post(event);
    return true;
  }

  private post(event: IndividualEvent | EmployerMoneyEvent): void {
    this.happened.add(event.type);
    for (const { account: name, amount } of postingsOf(event))
      this.book.set(name, fen((this.book.get(name) ?? 0n) + amount));
    if (event.type === 'MoneyReceived') this.cash += fromYuan(event.data.amount);
    if (event.type === 'CreditRefunded') this.cash -= fromYuan(event.data.amount);
    if (event.type === 'MoneyReceived' || event.type === 'CreditUsed')
      for (const { lateFee } of event.data.allocations) this.lateFee += fromYuan(lateFee);
  }

  membersOf(bill: string): Set<string> {
    const known = this.members.get(bill) ?? new Set();
    this.members.set(bill, known);
    return known;
  }

  addTask(isDone: () => boolean, given = 0n): void {
    this.tasks.add({ isDone, given: fen(given) });
  }

  issue(bill: string, kind: BillKind, owed: Month, billLines: readonly BillLine[]): void {
    const named = { uscc: USCC, bill, kind, region: 'r', month: owed, dueOn: toDay(`${owed}-15`) };
    const issued = { ...named, lines: billLines, ...terms };
    this.addTask(() =>
      kind === 'difference'
        ? this.tell({ ...issued, type: 'ExtendBill', extension: bill })
        : this.tell({ ...issued, type: 'IssueBill' }),
    );
  }

  /** What is told of a change: each has its name, and is told until the account takes it. */
  change(owed: Month, effects: readonly BillEffect[], own?: string): void {
    const others = effects.filter(({ bill }) => bill !== own);
    const bills = toChanges(others, owed);
    if (bills.length === 0) return;
    const command = { type: 'ChangeBills', uscc: USCC, change: this.name('c'), cause: 'reversal' } as const;
    this.addTask(() => this.tell({ ...command, today: terms.today, bills }), sum(others.map(givenBack)));
  }

  /** One piece of work: of the two sides together, or the credit of one person with what was covered. */
  work(which: number): boolean {
    const tasks = [...this.tasks];
    const credits = this.account.coverings.flatMap((covering) =>
      [...this.membersOf(covering.bill)].map((id) => ({ covering, id })),
    );
    const of = which % Math.max(1, tasks.length + credits.length);
    const task = tasks[of];
    if (task) return task.isDone() && this.tasks.delete(task);
    const credit = credits[of - tasks.length];
    if (!credit) return false;
    const { bill, month: owed, payment, paidOn, cells: cover } = credit.covering;
    return this.ask(credit.id, { type: 'Pay', bill, month: owed, payment, paidOn, cover }).length > 0;
  }

  /** Until nothing is left to do. */
  finish(): void {
    for (let isBusy = true; isBusy;) {
      isBusy = false;
      for (const task of this.tasks) if (task.isDone()) isBusy = this.tasks.delete(task);
      for (const { covering, bill, month: owed, payment, paidOn, cells: cover } of this.account.coverings) {
        for (const id of this.membersOf(bill))
          this.ask(id, { type: 'Pay', bill, month: owed, payment, paidOn, cover });
        const others = this.account.coverings.filter((each) => each.covering === covering);
        if (others.at(-1)?.bill !== bill) continue;
        isBusy = this.tell({ type: 'FinishCovering', uscc: USCC, covering, persons: 1 });
      }
    }
  }
}

const isMoney = (event: EmployerEvent): event is EmployerMoneyEvent =>
  EMPLOYER_MONEY_EVENT_TYPES.some((type) => type === event.type);
export const givenBack = ({ returned }: BillEffect): Fen =>
  returned ? fen(fromYuan(returned.employerPart) + fromYuan(returned.employeePart)) : fen(0n);
