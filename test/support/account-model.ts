import type { AccountCommand } from '../../src/employer/account.js';
import type { PaymentTarget } from '../../src/employer/events.js';

/**
 * What an employer's account should come to, told apart from the code it is held against: amounts are plain fen, nothing is
 * replayed, days are counted by the calendar of the language, and the order of the cells is written out.
 */
const ORDER = [
  'pension/employee',
  'medical/employee',
  'injury/employee',
  'aid/employee',
  'pension/employer',
  'medical/employer',
  'injury/employer',
  'aid/employer',
];
const DAY_MS = 86_400_000;
const PPM = 500n;

type Cell = { amount: bigint; paid: bigint };
type ModelBill = {
  month: string;
  due: string;
  kind: string;
  cells: Map<string, Cell>;
  /** Principal as it came, and how many days late. */
  parts: { amount: bigint; days: bigint }[];
  fee: bigint;
  last: string | undefined;
  extensions: Set<string>;
};
type Line = Readonly<{ name: string; amount: bigint; paidOn: string; reference: string; target: string }>;

const fenOf = (yuan: string): bigint => BigInt(yuan.replace('.', ''));
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** `nothing`: a repeat, or nothing to do. `done`: something was recorded. Else the failure. */
export type Outcome = string;

export class AccountModel {
  readonly bills = new Map<string, ModelBill>();
  readonly withdrawn = new Set<string>();
  /** `covering bill/cell`, still to be credited. */
  covered: string[] = [];
  credit = 0n;
  received = 0n;
  refunded = 0n;
  private readonly lines: Line[] = [];
  private readonly used = new Set<string>();
  private readonly changes = new Set<string>();
  private readonly refunds = new Map<string, string>();

  take(command: AccountCommand): Outcome {
    switch (command.type) {
      case 'IssueBill':
        return this.issue(command);
      case 'ExtendBill':
        return this.extend(command);
      case 'WithdrawBill':
        return this.withdraw(command.bill);
      case 'ReceiveMoney':
        return this.receive(command);
      case 'UseCredit':
        return this.useCredit(command);
      case 'ChangeBills':
        return this.change(command);
      case 'RefundCredit':
        return this.refund(command);
      case 'MoveCredit':
        return 'done';
      case 'FinishCovering': {
        const before = this.covered.length;
        this.covered = this.covered.filter((each) => !each.startsWith(`${command.covering} `));
        return this.covered.length < before ? 'done' : 'nothing';
      }
    }
  }

  open(bill: ModelBill): bigint {
    return [...bill.cells.values()].reduce((all, { amount, paid }) => all + amount - paid, 0n);
  }
  /** What of the late fee is not paid, once the principal is. */
  feeLeft({ parts, fee }: ModelBill): bigint {
    const owed = parts.reduce((all, { amount, days }) => all + amount * PPM * days, 0n);
    const due = (owed + 500_000n) / 1_000_000n;
    return due > fee ? due - fee : 0n;
  }
  stateOf(bill: ModelBill): string {
    if (bill.last === undefined) return 'assessed';
    return this.open(bill) > 0n || this.feeLeft(bill) > 0n ? 'part-paid' : 'paid';
  }

  private add(bill: ModelBill, lines: readonly { insurance: string; employer: string; employee: string }[]) {
    for (const line of lines)
      for (const side of ['employer', 'employee'] as const) {
        const key = `${line.insurance}/${side}`;
        const cell = bill.cells.get(key) ?? { amount: 0n, paid: 0n };
        bill.cells.set(key, { ...cell, amount: cell.amount + fenOf(line[side]) });
      }
  }
  private make({ bill, kind, month, dueOn }: Extract<AccountCommand, { type: 'IssueBill' | 'ExtendBill' }>) {
    const made: ModelBill = {
      month,
      due: dueOn,
      kind,
      cells: new Map(),
      parts: [],
      fee: 0n,
      last: undefined,
      extensions: new Set(),
    };
    this.bills.set(bill, made);
    return made;
  }

  private issue(command: Extract<AccountCommand, { type: 'IssueBill' }>): Outcome {
    const { bill: name, lines, today } = command;
    if (this.withdrawn.has(name) || this.bills.has(name)) return 'nothing';
    const bill = this.make(command);
    this.add(bill, lines);
    if (this.credit > 0n) this.credit = this.pay(`${name}-credit`, this.credit, today, [[name, bill]]);
    return 'done';
  }
  private extend(command: Extract<AccountCommand, { type: 'ExtendBill' }>): Outcome {
    const { bill: name, extension, lines } = command;
    if (this.withdrawn.has(name) || this.bills.get(name)?.extensions.has(extension)) return 'nothing';
    const bill = this.bills.get(name) ?? this.make(command);
    this.add(bill, lines);
    bill.extensions.add(extension);
    return 'done';
  }
  private withdraw(name: string): Outcome {
    const bill = this.bills.get(name);
    if (this.withdrawn.has(name)) return 'nothing';
    if (bill && ['base-change', 'difference'].includes(bill.kind)) return 'NotWithdrawable';
    if (bill?.last !== undefined) return 'SubmissionPartPaid';
    this.bills.delete(name);
    this.withdrawn.add(name);
    return 'done';
  }

  private receive(command: Extract<AccountCommand, { type: 'ReceiveMoney' }>): Outcome {
    const { payment: name, amount, paidOn, reference, today } = command;
    const target = JSON.stringify(command.target);
    const line = { name, amount, paidOn, reference, target };
    const known = this.lines.find((each) => each.name === name);
    if (known)
      return JSON.stringify(known, text) === JSON.stringify(line, text) ? 'nothing' : 'IdempotencyKeyReused';
    if (this.used.has(name)) return 'IdempotencyKeyReused';
    const same = (each: Line): boolean =>
      each.reference === reference && each.amount === amount && each.paidOn === paidOn;
    if (this.lines.some(same)) return 'nothing';
    if (paidOn > today) return 'PaidOnInFuture';
    const bills = this.payable(command.target);
    if (command.target.kind === 'bill' && bills.length === 0) {
      if (this.withdrawn.has(command.target.bill)) return 'SubmissionWithdrawn';
      return this.bills.has(command.target.bill) ? 'SubmissionAlreadyPaid' : 'SubmissionNotAssessed';
    }
    this.lines.push(line);
    this.received += amount;
    this.credit += this.pay(name, amount, paidOn, bills);
    return 'done';
  }
  private useCredit({ payment, today }: Extract<AccountCommand, { type: 'UseCredit' }>): Outcome {
    if (this.lines.some(({ name }) => name === payment)) return 'IdempotencyKeyReused';
    if (this.used.has(payment)) return 'nothing';
    if (this.credit === 0n) return 'NoCredit';
    const bills = this.payable({ kind: 'account' });
    if (bills.length === 0) return 'nothing';
    this.credit = this.pay(payment, this.credit, today, bills);
    this.used.add(payment);
    return 'done';
  }

  private payable(target: PaymentTarget): readonly (readonly [string, ModelBill])[] {
    const meant = [...this.bills].filter(
      ([name, { month }]) =>
        (target.kind === 'bill' && target.bill === name) ||
        (target.kind === 'month' && target.month === month) ||
        target.kind === 'account',
    );
    const open = meant.filter(([, bill]) => this.open(bill) > 0n || this.feeLeft(bill) > 0n);
    const months = [...new Set(open.map(([, { month }]) => month))].sort();
    return months.flatMap((month) => open.filter(([, bill]) => bill.month === month));
  }

  /** Gives what is left over. */
  private pay(
    by: string,
    amount: bigint,
    on: string,
    bills: readonly (readonly [string, ModelBill])[],
  ): bigint {
    let left = amount;
    for (const [name, bill] of bills) {
      if (left === 0n) break;
      const before = left;
      for (const key of ORDER) {
        const cell = bill.cells.get(key);
        if (!cell || cell.paid === cell.amount) continue;
        const part = least(left, cell.amount - cell.paid);
        cell.paid += part;
        left -= part;
        if (part > 0n && cell.paid === cell.amount) this.covered.push(`${by} ${name}/${key}`);
      }
      const days = Math.max(0, (Date.parse(on) - Date.parse(bill.due)) / DAY_MS);
      if (before > left) bill.parts.push({ amount: before - left, days: BigInt(days) });
      if (this.open(bill) === 0n) {
        const fee = least(left, this.feeLeft(bill));
        bill.fee += fee;
        left -= fee;
      }
      if (before > left) bill.last = by;
    }
    return left;
  }

  private change({ change, bills }: Extract<AccountCommand, { type: 'ChangeBills' }>): Outcome {
    if (this.changes.has(change)) return 'nothing';
    const asked = bills.filter(({ bill }) => !this.withdrawn.has(bill));
    if (asked.some(({ bill }) => !this.bills.has(bill))) return 'SubmissionNotAssessed';
    if (asked.length === 0) return 'nothing';
    this.changes.add(change);
    for (const { bill: name, cells } of asked)
      for (const { insurance, side, less, given } of cells) {
        const bill = this.bills.get(name);
        const key = `${insurance}/${side}`;
        const cell = bill?.cells.get(key);
        if (!bill || !cell) continue;
        const wasWhole = cell.paid === cell.amount;
        const paid = cell.paid;
        cell.amount -= fenOf(less);
        cell.paid = least(paid - fenOf(given), cell.amount);
        this.credit += paid - cell.paid;
        this.forget(bill, paid - cell.paid);
        if (!wasWhole && cell.amount > 0n && cell.paid === cell.amount)
          this.covered.push(`${change} ${name}/${key}`);
      }
    return 'done';
  }
  private forget({ parts }: ModelBill, amount: bigint): void {
    let left = amount;
    while (left > 0n) {
      const last = parts.pop();
      if (!last) throw new Error('more went back than came');
      const kept = last.amount - least(last.amount, left);
      left -= last.amount - kept;
      if (kept > 0n) parts.push({ ...last, amount: kept });
    }
  }

  private refund(command: Extract<AccountCommand, { type: 'RefundCredit' }>): Outcome {
    const { refund, amount, paidOn, reference, today } = command;
    const content = `${amount} ${paidOn} ${reference}`;
    const known = this.refunds.get(refund);
    if (known !== undefined) return known === content ? 'nothing' : 'IdempotencyKeyReused';
    if (paidOn > today) return 'PaidOnInFuture';
    if (amount > this.credit) return 'CreditTooLow';
    this.refunds.set(refund, content);
    this.credit -= amount;
    this.refunded += amount;
    return 'done';
  }
}

const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
