import assert from 'node:assert';
import type { Metadata } from '../event-store/metadata.js';
import { toDay } from '../kernel/calendar.js';
import { add, fromYuan, negate, sum, ZERO, type Fen } from '../kernel/money.js';
import { changed, extended, paid, principalOf, toBill, type Bill } from './bill.js';
import { toBillRecord, toCellRecords, type KnownBill } from './bill.rows.js';
import type {
  BillCellRecord,
  BillRecord,
  CoveringRecord,
  EmployerAccountRecord,
  EntryRecord,
  PaymentRecord,
} from './account.rows.js';
import type {
  AccountEvent,
  BillChanged,
  BillLine,
  ChangedCell,
  CreditUsed,
  MoneyReceived,
} from './events.js';

/** Where an event stands in the log. */
export type At = Readonly<{ position: bigint; metadata: Pick<Metadata, 'bookedOn' | 'recordedAt'> }>;
/** A line of the account; what is not named is nought. */
type Line = Readonly<{
  valueOn: string;
  bill?: string;
  month?: string;
  reference: string;
  claimed?: Fen;
  principal?: Fen;
  lateFee?: Fen;
  credit?: Fen;
  received?: Fen;
}>;

/** Bills that a batch is about, so that their rows can be read at once. */
export const billsOf = (event: AccountEvent): readonly string[] => {
  switch (event.type) {
    case 'BillIssued':
    case 'BillExtended':
    case 'BillWithdrawn':
      return [event.data.bill];
    case 'MoneyReceived':
    case 'CreditUsed':
      return event.data.allocations.map(({ bill }) => bill);
    case 'BillChanged':
      return event.data.bills.map(({ bill }) => bill);
    case 'CreditRefunded':
    case 'CreditMoved':
    case 'PersonsCredited':
      return [];
  }
};

/** What a batch does to the accounts of employers: bills as they stand after it, what is added, and its lines. */
export class AccountFold {
  readonly payments: PaymentRecord[] = [];
  readonly entries: EntryRecord[] = [];
  private readonly sums = new Map<string, EmployerAccountRecord>();
  private readonly coverings = new Map<string, CoveringRecord>();

  /** `bills`: those of the batch that are there already. */
  constructor(private readonly bills: Map<string, KnownBill>) {}

  billRows(): readonly BillRecord[] {
    return [...this.bills.values()].map(toBillRecord);
  }
  cellRows(): readonly BillCellRecord[] {
    return [...this.bills.values()].flatMap(toCellRecords);
  }
  accountRows(): readonly EmployerAccountRecord[] {
    return [...this.sums.values()];
  }
  coveringRows(): readonly CoveringRecord[] {
    return [...this.coverings.values()];
  }

  take(event: AccountEvent, at: At): void {
    const lines = this.linesOf(event, at);
    const { uscc } = event.data;
    const { position, metadata } = at;
    lines.forEach((line, seq) => {
      const { valueOn, bill, month, reference } = line;
      this.entries.push({
        uscc,
        value_on: valueOn,
        position,
        seq: BigInt(seq),
        type: event.type,
        bill: bill ?? null,
        month: month ?? null,
        reference,
        claimed_fen: line.claimed ?? ZERO,
        principal_fen: line.principal ?? ZERO,
        late_fee_fen: line.lateFee ?? ZERO,
        credit_fen: line.credit ?? ZERO,
        received_fen: line.received ?? ZERO,
        booked_on: metadata.bookedOn,
        recorded_at: metadata.recordedAt,
      });
      this.add(uscc, line);
    });
  }

  /** Changes bills, payments and coverings, and gives the lines of the account. */
  private linesOf(event: AccountEvent, at: At): readonly Line[] {
    switch (event.type) {
      case 'BillIssued': {
        const { data } = event;
        this.bills.set(data.bill, { uscc: data.uscc, isWithdrawn: false, bill: toBill(data) });
        return [claim(data, data.issuedOn, data.bill)];
      }
      case 'BillExtended': {
        const { data } = event;
        const { month } = this.change(data.bill, (bill) => extended(bill, data.extension, data.lines));
        return [claim({ ...data, month }, at.metadata.bookedOn, data.extension)];
      }
      case 'BillWithdrawn':
        return this.withdraw(event.data.bill, event.data.valueOn);
      case 'MoneyReceived':
        return this.receive(event.data, at);
      case 'CreditUsed':
        return this.use(event.data, at);
      case 'BillChanged':
        return this.lessen(event.data, at);
      case 'CreditRefunded': {
        const { paidOn: valueOn, refund: reference } = event.data;
        const out = negate(fromYuan(event.data.amount));
        return [{ valueOn, reference, received: out, credit: out }];
      }
      case 'CreditMoved':
        // No bill became less by it and the credit is what it was: the account has no line of it.
        return [];
      case 'PersonsCredited':
        this.setCovering(event.data.uscc, event.data.covering, 0n, at.position);
        return [];
    }
  }

  private change(name: string, to: (bill: Bill) => Bill): Bill {
    const known = this.bills.get(name);
    assert(known, 'a bill that is paid or changed was issued');
    const bill = to(known.bill);
    this.bills.set(name, { ...known, bill });
    return bill;
  }

  /** A submission can be withdrawn before it has a bill. */
  private withdraw(name: string, valueOn: string): readonly Line[] {
    const known = this.bills.get(name);
    if (!known) return [];
    this.bills.set(name, { ...known, isWithdrawn: true });
    const { month, cells } = known.bill;
    const claimed = negate(sum([...cells.values()].map(({ amount }) => amount)));
    return [{ valueOn, bill: name, month, reference: name, claimed }];
  }

  private receive(data: MoneyReceived['data'], at: At): readonly Line[] {
    const { payment: reference, paidOn: valueOn } = data;
    const unapplied = fromYuan(data.unapplied);
    const target = JSON.stringify(data.target);
    this.payments.push({
      ...toPayment(data, at),
      kind: 'money',
      reference: data.reference,
      target,
      unapplied_fen: unapplied,
    });
    const lines = this.allocate(data, at).map((line) => ({
      ...line,
      received: add(line.principal, line.lateFee),
    }));
    if (unapplied === ZERO) return lines;
    return [...lines, { valueOn, reference, credit: unapplied, received: unapplied }];
  }

  private use(data: CreditUsed['data'], at: At): readonly Line[] {
    this.payments.push({
      ...toPayment(data, at),
      kind: 'credit',
      reference: null,
      target: null,
      unapplied_fen: ZERO,
    });
    return this.allocate(data, at).map((line) => ({
      ...line,
      credit: negate(add(line.principal, line.lateFee)),
    }));
  }

  private allocate(
    { uscc, payment, allocations, ...data }: CreditUsed['data'],
    at: At,
  ): readonly Allocated[] {
    const paidOn = toDay(data.paidOn);
    this.cover(uscc, payment, allocations, at);
    return allocations.map((allocation) => {
      const { bill, month, lateFee } = allocation;
      this.change(bill, (before) => paid(before, { payment, paidOn, allocation }));
      const amounts = { principal: principalOf(allocation), lateFee: fromYuan(lateFee) };
      return { valueOn: paidOn, bill, month, reference: payment, ...amounts };
    });
  }

  private lessen({ uscc, change, valueOn, bills }: BillChanged['data'], at: At): readonly Line[] {
    this.cover(uscc, change, bills, at);
    return bills.map(({ bill, month, cells }) => {
      this.change(bill, (before) => changed(before, cells));
      const claimed = negate(sumOf(cells, 'less'));
      const credit = add(sumOf(cells, 'given'), sumOf(cells, 'released'));
      return { valueOn, bill, month, reference: change, claimed, principal: negate(credit), credit };
    });
  }

  private cover(
    uscc: string,
    covering: string,
    parts: readonly Readonly<{ covered: readonly unknown[] }>[],
    { position }: At,
  ): void {
    if (parts.some(({ covered }) => covered.length > 0)) this.setCovering(uscc, covering, 1n, position);
  }

  private setCovering(uscc: string, covering: string, pending: bigint, position: bigint): void {
    this.coverings.set(`${uscc} ${covering}`, { uscc, covering, pending, position });
  }

  private add(uscc: string, { claimed = ZERO, principal = ZERO, lateFee = ZERO, ...line }: Line): void {
    const { credit = ZERO, received = ZERO } = line;
    const before = this.sums.get(uscc);
    this.sums.set(uscc, {
      uscc,
      credit_fen: (before?.credit_fen ?? 0n) + credit,
      billed_fen: (before?.billed_fen ?? 0n) + claimed,
      principal_fen: (before?.principal_fen ?? 0n) + principal,
      late_fee_fen: (before?.late_fee_fen ?? 0n) + lateFee,
      received_fen: (before?.received_fen ?? 0n) + (received > ZERO ? received : ZERO),
      refunded_fen: (before?.refunded_fen ?? 0n) - (received < ZERO ? received : ZERO),
    });
  }
}

type Allocated = Line & Readonly<{ principal: Fen; lateFee: Fen }>;

const claim = (
  { bill, month, lines }: Readonly<{ bill: string; month: string; lines: readonly BillLine[] }>,
  valueOn: string,
  reference: string,
): Line => {
  const claimed = sum(lines.flatMap(({ employer, employee }) => [fromYuan(employer), fromYuan(employee)]));
  return { valueOn, bill, month, reference, claimed };
};

const sumOf = (cells: readonly ChangedCell[], part: 'less' | 'given' | 'released'): Fen =>
  sum(cells.map((cell) => fromYuan(cell[part])));

const toPayment = (data: CreditUsed['data'], { position, metadata }: At) => ({
  uscc: data.uscc,
  payment: data.payment,
  amount_fen: fromYuan(data.amount),
  paid_on: data.paidOn,
  allocations: JSON.stringify(data.allocations),
  principal_fen: sum(data.allocations.map(principalOf)),
  late_fee_fen: sum(data.allocations.map(({ lateFee }) => fromYuan(lateFee))),
  position,
  booked_on: metadata.bookedOn,
  recorded_at: metadata.recordedAt,
});
