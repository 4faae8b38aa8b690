import { account, type AccountCommand, type AccountState, type Bill } from '../../src/employer/account.js';
import type { AccountEvent, BillLine, EmployerEvent, PaymentTarget } from '../../src/employer/events.js';
import { toDay, toMonth } from '../../src/kernel/calendar.js';
import { fromYuan, ppm, toYuan, type Fen } from '../../src/kernel/money.js';

/** What is asked of an employer's account, every part as in most cases; every part can be given otherwise. */
export const USCC = '91310000MA1FL1MQ0N';
export const TODAY = toDay('2025-09-30');
const order = {
  sides: ['employee', 'employer'],
  insurances: ['pension', 'medical', 'unemployment', 'injury'],
} as const;
/** 0.05 % a day. */
export const daily = ppm(500n);
const common = { uscc: USCC, today: TODAY };
const paying = { ...common, order, lateFeeDaily: daily };

/** 100.00 of pension by the employee, 200.00 by the employer; one is asked for 300.00 in all. */
const PENSION: readonly BillLine[] = [{ insurance: 'pension', employer: '200.00', employee: '100.00' }];
export const registered: EmployerEvent = {
  type: 'EmployerRegistered',
  data: { uscc: USCC, name: 'Moonlight', region: 'shanghai', injuryRate: '0.16' },
};
type Command<Type extends AccountCommand['type']> = Extract<AccountCommand, { type: Type }>;

export const issue = (over: Partial<Command<'IssueBill'>> = {}): AccountCommand => ({
  type: 'IssueBill',
  bill: 'b1',
  kind: 'normal',
  region: 'shanghai',
  month: toMonth('2025-07'),
  dueOn: toDay('2025-07-31'),
  lines: PENSION,
  ...paying,
  ...over,
});
export const extend = (over: Partial<Command<'ExtendBill'>> = {}): AccountCommand => ({
  type: 'ExtendBill',
  bill: 'b1',
  kind: 'difference',
  region: 'shanghai',
  month: toMonth('2025-07'),
  dueOn: toDay('2025-07-31'),
  extension: 'x1',
  lines: PENSION,
  ...common,
  ...over,
});
export const onBill = (bill: string): PaymentTarget => ({ kind: 'bill', bill });
export const pay = (amount: string, over: Partial<Command<'ReceiveMoney'>> = {}): AccountCommand => ({
  type: 'ReceiveMoney',
  payment: `p-${amount}`,
  amount: fromYuan(amount),
  paidOn: toDay('2025-07-31'),
  reference: `bank ${amount}`,
  target: onBill('b1'),
  ...paying,
  ...over,
});
export const useCredit = (payment = 'u1', today = TODAY): AccountCommand => ({
  type: 'UseCredit',
  payment,
  ...paying,
  today,
});
export const withdraw = (bill = 'b1'): AccountCommand => ({
  type: 'WithdrawBill',
  bill,
  month: toMonth('2025-07'),
  reason: 'a wrong file',
  ...common,
});
type Less = readonly [insurance: string, side: 'employer' | 'employee', less: string, given: string];
export const change = (name: string, cells: readonly Less[], bill = 'b1'): AccountCommand => ({
  type: 'ChangeBills',
  change: name,
  cause: 'reversal',
  bills: [
    {
      bill,
      month: toMonth('2025-07'),
      cells: cells.map(([insurance, side, less, given]) => ({ insurance, side, less, given })),
    },
  ],
  ...common,
});
export const refund = (amount: string, over: Partial<Command<'RefundCredit'>> = {}): AccountCommand => ({
  type: 'RefundCredit',
  refund: 'r1',
  amount: fromYuan(amount),
  paidOn: toDay('2025-09-30'),
  reference: 'out 1',
  ...common,
  ...over,
});
export const finish = (covering: string): AccountCommand => ({
  type: 'FinishCovering',
  uscc: USCC,
  covering,
  persons: 3,
});

/** The state after these commands, each of which must be taken. */
export const after = (...commands: readonly AccountCommand[]): AccountState =>
  commands.reduce(
    (state, command) => {
      const decision = account.decide(command, state);
      if (!decision.ok) throw new Error(`${command.type}: ${decision.error.type}`);
      return account.replay(decision.value, state);
    },
    account.replay([registered]),
  );
export const eventsOf = (command: AccountCommand, state: AccountState): readonly EmployerEvent[] => {
  const decision = account.decide(command, state);
  if (!decision.ok) throw new Error(decision.error.type);
  return decision.value;
};
export const billOf = (state: AccountState, name = 'b1'): Bill => {
  const bill = state.bills.get(name);
  if (!bill) throw new Error(`no bill ${name}`);
  return bill;
};
export const allocationsOf = (events: readonly EmployerEvent[]) =>
  (events as readonly AccountEvent[]).flatMap((event) =>
    event.type === 'MoneyReceived' || event.type === 'CreditUsed' ? event.data.allocations : [],
  );
export const yuan = (amount: Fen): string => toYuan(amount);
