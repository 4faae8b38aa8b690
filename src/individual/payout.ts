import { add, fromYuan, least, subtract, toYuan, ZERO, type Fen } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { Balances, ContributionDraft } from './contribution.js';
import type { CardSettled, CardSettlementReversed } from './events.js';
import type { Failure } from './failures.js';
import type { RegistrationState } from './registration.js';

/** Settlements of the card (医保结算), which spend the medical account. Pure. */
export type PayoutEvent = CardSettled | CardSettlementReversed;

/** What an institution claims. `accountMax` bounds what the account may pay; absent: all of the person's share. */
export type Settle = Readonly<{
  type: 'Settle';
  settlement: string;
  institution: string;
  institutionSerial: string;
  kind: string;
  occurredAt: string;
  valueOn: string;
  total: Fen;
  ownExpense: Fen;
  inScope: Fen;
  fundPaid: Fen;
  accountMax?: Fen;
}>;
export type ReverseSettlement = Readonly<{
  type: 'ReverseSettlement';
  settlement: string;
  institution: string;
  institutionSerial: string;
  reason: string;
  valueOn: string;
}>;
export type PayoutCommand = Settle | ReverseSettlement;

export type PayoutFailure = Extract<
  Failure,
  {
    type:
      | 'IndividualNotFound'
      | 'SettlementConflict'
      | 'SettlementNotFound'
      | 'SettlementAlreadyReversed'
      | 'AmountsDoNotAddUp';
  }
>;

/** A settlement as recorded, with the medical account just before and after it: the first answer, kept. */
export type SettlementRecord = Readonly<{
  settled: CardSettled['data'];
  balanceBefore: Fen;
  balanceAfter: Fen;
  reversal: Readonly<{ institutionSerial: string; reason: string; balanceAfter: Fen }> | undefined;
}>;
export type PayoutState = Readonly<{
  settlements: ReadonlyMap<string, SettlementRecord>;
  balances: Balances;
}>;
export type PayoutDraft = {
  settlements: Map<string, SettlementRecord>;
  balances: ContributionDraft['balances'];
};

/** Writes an event into a draft that belongs to the caller. */
export const applyPayout = (draft: PayoutDraft, event: PayoutEvent): void => {
  const { settlement, accountPaid } = event.data;
  const balanceBefore = draft.balances.medical;
  switch (event.type) {
    case 'CardSettled': {
      const balanceAfter = subtract(balanceBefore, fromYuan(accountPaid));
      draft.balances.medical = balanceAfter;
      const record = { settled: event.data, balanceBefore, balanceAfter, reversal: undefined };
      draft.settlements.set(settlement, record);
      return;
    }
    case 'CardSettlementReversed': {
      const { institutionSerial, reason } = event.data;
      const balanceAfter = add(balanceBefore, fromYuan(accountPaid));
      draft.balances.medical = balanceAfter;
      const known = draft.settlements.get(settlement);
      const reversal = { institutionSerial, reason, balanceAfter };
      if (known) draft.settlements.set(settlement, { ...known, reversal });
      return;
    }
  }
};

type State = RegistrationState & PayoutState;
type Decision = Result<readonly PayoutEvent[], PayoutFailure>;

export const decidePayout = (command: PayoutCommand, state: State): Decision => {
  if (!state.registration) return err({ type: 'IndividualNotFound' });
  const known = state.settlements.get(command.settlement);
  switch (command.type) {
    case 'Settle':
      return known ? repeated(command, known) : settle(command, state.balances.medical);
    case 'ReverseSettlement':
      return reverse(command, known);
  }
};

/** The account pays the person's share as far as it reaches, the rest is cash; it never falls below nought here. */
const settle = (command: Settle, balance: Fen): Decision => {
  const fields = faultyFields(command);
  if (fields.length > 0) return err({ type: 'AmountsDoNotAddUp', fields });
  const share = subtract(command.total, command.fundPaid);
  const available = balance < ZERO ? ZERO : balance;
  const accountPaid = least(least(share, available), command.accountMax ?? share);
  return ok([{ type: 'CardSettled', data: toData(command, accountPaid, subtract(share, accountPaid)) }]);
};

const toData = (command: Settle, accountPaid: Fen, cashPaid: Fen): CardSettled['data'] => ({
  settlement: command.settlement,
  institution: command.institution,
  institutionSerial: command.institutionSerial,
  kind: command.kind,
  occurredAt: command.occurredAt,
  valueOn: command.valueOn,
  total: toYuan(command.total),
  ownExpense: toYuan(command.ownExpense),
  inScope: toYuan(command.inScope),
  fundPaid: toYuan(command.fundPaid),
  accountPaid: toYuan(accountPaid),
  cashPaid: toYuan(cashPaid),
  ...(command.accountMax === undefined ? {} : { accountMax: toYuan(command.accountMax) }),
});

/** The most that yuan text holds: thirteen digits before the point (src/kernel/money.ts). */
const AMOUNT_MAX = 10n ** 15n - 1n;
/** total = ownExpense + inScope, the fund pays no more than what is in scope, and nothing is below nought. */
const faultyFields = (command: Settle): readonly string[] => {
  const amounts = ['total', 'ownExpense', 'inScope', 'fundPaid', 'accountMax'] as const;
  const beyond = amounts.filter((field) => {
    const amount = command[field] ?? ZERO;
    return amount < ZERO || amount > AMOUNT_MAX;
  });
  if (beyond.length > 0) return beyond;
  const { total, ownExpense, inScope, fundPaid } = command;
  const faulty = new Set<string>();
  if (total !== add(ownExpense, inScope))
    for (const field of ['total', 'ownExpense', 'inScope']) faulty.add(field);
  if (fundPaid > inScope) for (const field of ['inScope', 'fundPaid']) faulty.add(field);
  return [...faulty];
};

/** A settlement that came twice. What the account paid follows from the claim and is no part of the comparison. */
const repeated = (command: Settle, { settled }: SettlementRecord): Decision => {
  const said = toData(command, fromYuan(settled.accountPaid), fromYuan(settled.cashPaid));
  const fields = [
    'institution',
    'institutionSerial',
    'kind',
    'occurredAt',
    'total',
    'ownExpense',
    'inScope',
    'fundPaid',
    'accountMax',
  ] as const;
  const differs = fields.filter((field) => said[field] !== settled[field]);
  return differs.length === 0 ? ok([]) : err({ type: 'SettlementConflict', differs });
};

/** A full mirror of what was posted, once; the balance is what it is now and what comes back. */
const reverse = (command: ReverseSettlement, known: SettlementRecord | undefined): Decision => {
  const { settlement, institution, institutionSerial, reason, valueOn } = command;
  if (!known || known.settled.institution !== institution) return err({ type: 'SettlementNotFound' });
  if (known.reversal) {
    const isRepeat =
      known.reversal.institutionSerial === institutionSerial && known.reversal.reason === reason;
    return isRepeat ? ok([]) : err({ type: 'SettlementAlreadyReversed' });
  }
  const { fundPaid, accountPaid } = known.settled;
  const data = { settlement, institution, institutionSerial, reason, valueOn, fundPaid, accountPaid };
  return ok([{ type: 'CardSettlementReversed', data }]);
};
