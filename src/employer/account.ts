import type { Decider } from '../kernel/decider.js';
import { fromYuan, subtract, sum, toYuan, ZERO, type Fen } from '../kernel/money.js';
import type { Day } from '../kernel/calendar.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { AccountCommand, AccountFailure } from './account-commands.js';
import {
  NO_ACCOUNT,
  replayAccount,
  findPayment,
  type AccountState,
  type KnownPayment,
} from './account-state.js';
import { openBills, spread } from './allocation.js';
import type { Bill } from './bill.js';
import { changeOf, merged } from './bill-change.js';
import type {
  AccountEvent,
  BillChanged,
  BillIssued,
  BillLine,
  CreditUsed,
  EmployerEvent,
  PaymentTarget,
} from './events.js';

export type { AccountCommand, AccountFailure } from './account-commands.js';
export { findPayment, type AccountState, type Covering, type KnownPayment } from './account-state.js';
export { openBills } from './allocation.js';
export {
  cellKey,
  lateFeeOn,
  outstandingOf,
  stateOfBill,
  toCell,
  type Bill,
  type BillState,
  type Cell,
} from './bill.js';

type Decision = Result<readonly AccountEvent[], AccountFailure>;
type CommandOf<Type extends AccountCommand['type']> = Extract<AccountCommand, { type: Type }>;

const toIssued = (
  { uscc, bill, kind, region, month, dueOn, today }: CommandOf<'IssueBill' | 'ExtendBill'>,
  lines: readonly BillLine[],
): BillIssued => ({
  type: 'BillIssued',
  data: { uscc, bill, kind, region, month, dueOn, issuedOn: today, lines },
});

/** The use of credit that pays a bill as it is issued is named by the bill. */
export const creditNameOf = (bill: string): string => `${bill}-credit`;

const issue = (command: CommandOf<'IssueBill'>, state: AccountState): Decision => {
  const { bill, today } = command;
  if (state.withdrawn.has(bill) || state.bills.has(bill)) return ok([]);
  const issued = toIssued(command, command.lines);
  const after = replayAccount([issued], state);
  const used = useOf(
    command,
    creditNameOf(bill),
    openBills(after, { kind: 'bill', bill }),
    state.credit,
    today,
  );
  return ok(used ? [issued, used] : [issued]);
};

/** Pays bills from credit; nothing when nothing of it is needed. */
const useOf = (
  { uscc, order, lateFeeDaily }: CommandOf<'IssueBill' | 'UseCredit'>,
  payment: string,
  bills: readonly Bill[],
  credit: Fen,
  paidOn: Day,
): CreditUsed | undefined => {
  const { allocations, unapplied } = spread(credit, bills, { payment, paidOn, order, lateFeeDaily });
  if (allocations.length === 0) return undefined;
  const amount = toYuan(subtract(credit, unapplied));
  return { type: 'CreditUsed', data: { uscc, payment, amount, paidOn, allocations } };
};

const extend = (command: CommandOf<'ExtendBill'>, { bills, withdrawn }: AccountState): Decision => {
  const { uscc, bill, extension, lines } = command;
  const known = bills.get(bill);
  if (withdrawn.has(bill) || known?.extensions.includes(extension)) return ok([]);
  const grown = { type: 'BillExtended', data: { uscc, bill, extension, lines } } as const;
  return ok(known ? [grown] : [toIssued(command, []), grown]);
};

const withdraw = (command: CommandOf<'WithdrawBill'>, { bills, withdrawn }: AccountState): Decision => {
  const { uscc, bill, month, reason, today } = command;
  if (withdrawn.has(bill)) return ok([]);
  const known = bills.get(bill);
  if (known?.kind === 'base-change' || known?.kind === 'difference') return err({ type: 'NotWithdrawable' });
  if (known?.lastPayment) return err({ type: 'SubmissionPartPaid' });
  return ok([{ type: 'BillWithdrawn', data: { uscc, bill, month, reason, valueOn: today } }]);
};

const receive = (command: CommandOf<'ReceiveMoney'>, state: AccountState): Decision => {
  const { uscc, payment, amount, paidOn, reference, target, today, order, lateFeeDaily } = command;
  const known = findPayment(state, command);
  if (known) return repeated(known, command);
  if (paidOn > today) return err({ type: 'PaidOnInFuture' });
  const bills = openBills(state, target);
  if (target.kind === 'bill' && bills.length === 0) return unpayable(target.bill, state);
  const spent = spread(amount, bills, { payment, paidOn, order, lateFeeDaily });
  const unapplied = toYuan(spent.unapplied);
  const { allocations } = spent;
  const data = { uscc, payment, amount: toYuan(amount), paidOn, reference, target, allocations, unapplied };
  return ok([{ type: 'MoneyReceived', data }]);
};

/** The same line of the bank is once, whatever it was sent as; a name that stands for another payment is refused. */
const repeated = (known: KnownPayment, given: CommandOf<'ReceiveMoney'>): Decision => {
  if (known.payment !== given.payment) return ok([]);
  const fields = ['amount', 'paidOn', 'reference'] as const;
  const differs: string[] = fields.filter((field) => known[field] !== given[field]);
  if (!isSameTarget(known.target, given.target)) differs.push('target');
  return differs.length > 0 ? err({ type: 'IdempotencyKeyReused', differs }) : ok([]);
};
const isSameTarget = (known: PaymentTarget | undefined, given: PaymentTarget): boolean => {
  switch (given.kind) {
    case 'bill':
      return known?.kind === 'bill' && known.bill === given.bill;
    case 'month':
      return known?.kind === 'month' && known.month === given.month;
    case 'account':
      return known?.kind === 'account';
  }
};

/** Why a bill that was named takes no money. One that asks for nothing has nothing left to pay either. */
const unpayable = (bill: string, { bills, withdrawn }: AccountState): Decision => {
  if (withdrawn.has(bill)) return err({ type: 'SubmissionWithdrawn' });
  return err({ type: bills.has(bill) ? 'SubmissionAlreadyPaid' : 'SubmissionNotAssessed' });
};

/** Where nothing is open the credit stays, and nothing is recorded. */
const useCredit = (command: CommandOf<'UseCredit'>, state: AccountState): Decision => {
  const { payment, today } = command;
  const known = state.payments.get(payment);
  if (known) return known.target ? err({ type: 'IdempotencyKeyReused', differs: ['target'] }) : ok([]);
  if (state.credit <= ZERO) return err({ type: 'NoCredit' });
  const used = useOf(command, payment, openBills(state, { kind: 'account' }), state.credit, today);
  return ok(used ? [used] : []);
};

/**
 * A bill that was withdrawn was taken back whole: nothing of it is left to change. One that is not issued yet cannot be changed
 * yet: whoever tells it tells it again.
 */
const changeBills = (command: CommandOf<'ChangeBills'>, state: AccountState): Decision => {
  const { uscc, change, cause, today } = command;
  if (state.changes.has(change)) return ok([]);
  const asked = merged(command.bills).filter(({ bill }) => !state.withdrawn.has(bill));
  const bills: BillChanged['data']['bills'][number][] = [];
  for (const each of asked) {
    const bill = state.bills.get(each.bill);
    if (!bill) return err({ type: 'SubmissionNotAssessed' });
    bills.push(changeOf(bill, each.cells));
  }
  if (bills.length === 0) return ok([]);
  const back = bills.flatMap(({ cells }) => cells.flatMap(({ given, released }) => [given, released]));
  const credit = toYuan(sum(back.map(fromYuan)));
  return ok([{ type: 'BillChanged', data: { uscc, change, cause, valueOn: today, bills, credit } }]);
};

const refund = (command: CommandOf<'RefundCredit'>, { refunds, credit }: AccountState): Decision => {
  const { uscc, refund: name, amount, paidOn, reference, today } = command;
  const known = refunds.get(name);
  if (known) {
    const fields = ['amount', 'paidOn', 'reference'] as const;
    const differs = fields.filter((field) => known[field] !== command[field]);
    return differs.length > 0 ? err({ type: 'IdempotencyKeyReused', differs }) : ok([]);
  }
  if (paidOn > today) return err({ type: 'PaidOnInFuture' });
  if (amount > credit) return err({ type: 'CreditTooLow', credit: toYuan(credit) });
  const data = { uscc, refund: name, amount: toYuan(amount), paidOn, reference };
  return ok([{ type: 'CreditRefunded', data }]);
};

/** No bill becomes less by it, so the account never had it as credit: there is nothing to be too low. */
const move = (command: CommandOf<'MoveCredit'>, { moves }: AccountState): Decision => {
  const { uscc, correction, month, amount, today } = command;
  if (moves.has(correction) || amount <= ZERO) return ok([]);
  const data = { uscc, correction, month, amount: toYuan(amount), valueOn: today };
  return ok([{ type: 'CreditMoved', data }]);
};

const finish = (command: CommandOf<'FinishCovering'>, { coverings }: AccountState): Decision => {
  const { uscc, covering, persons } = command;
  if (!coverings.some((each) => each.covering === covering)) return ok([]);
  return ok([{ type: 'PersonsCredited', data: { uscc, covering, persons } }]);
};

const decide = (command: AccountCommand, state: AccountState): Decision => {
  if (state.uscc === undefined) return err({ type: 'EmployerNotFound' });
  switch (command.type) {
    case 'IssueBill':
      return issue(command, state);
    case 'ExtendBill':
      return extend(command, state);
    case 'WithdrawBill':
      return withdraw(command, state);
    case 'ReceiveMoney':
      return receive(command, state);
    case 'UseCredit':
      return useCredit(command, state);
    case 'ChangeBills':
      return changeBills(command, state);
    case 'RefundCredit':
      return refund(command, state);
    case 'MoveCredit':
      return move(command, state);
    case 'FinishCovering':
      return finish(command, state);
  }
};

/**
 * The account of an employer (单位往来账): bills, the money that came for them, late fees, and the credit that is left. All
 * that is decided about money stands in `employer-<USCC>`, so that two who pay, withdraw or correct at once are one after
 * the other. Pure.
 */
export const account: Decider<AccountCommand, EmployerEvent, AccountState, AccountFailure> = {
  initial: NO_ACCOUNT,
  replay: replayAccount,
  decide,
};
