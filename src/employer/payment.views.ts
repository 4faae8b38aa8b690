import { toYuan } from '../kernel/money.js';
import { principalOf } from './bill.js';
import type { PaymentDone } from './employer.messages.js';
import type { Allocation } from './events.js';
import type { AllocatedBill, PaymentAnswer } from './payment.dto.js';

export const toPaymentAnswer = (done: PaymentDone): PaymentAnswer => ({
  payment: done.payment,
  allocated: toYuan(done.allocated),
  lateFee: toYuan(done.lateFee),
  unapplied: toYuan(done.unapplied),
  state: done.state ?? null,
  allocations: done.allocations.map(toAllocatedBill),
});

const toAllocatedBill = ({ bill, month, cells, covered, lateFee }: Allocation): AllocatedBill => ({
  submission: bill,
  month,
  allocated: toYuan(principalOf({ cells })),
  lateFee,
  cells: cells.map(({ insurance, side, amount }) => ({
    insurance,
    side,
    amount,
    covered: covered.some((cell) => cell.insurance === insurance && cell.side === side),
  })),
});
