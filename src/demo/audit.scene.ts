import type { BalancesAnswer, HistoryEvent } from '../cli/answers.js';
import { allOf } from '../cli/submission.client.js';
import { toHistoryText } from '../cli/history.text.js';
import { toBalancesText, toTable } from '../cli/tables.js';
import { add, fromYuan, subtract, toYuan, ZERO } from '../kernel/money.js';
import { DemoFailure, expectSame, indent, type Stage } from './stage.js';

/** `minPosition` is the last write: the answer includes it or does not come. */
export const showBalances = async (
  { client, say, scene }: Stage,
  id: string,
  minPosition: string | undefined,
): Promise<BalancesAnswer> => {
  scene(
    'What that person has',
    'Asked for with the position of the last write, so the answer cannot be older.',
  );
  const extras = minPosition ? { minPosition } : {};
  const { value } = await client.get<BalancesAnswer>(`/v1/individuals/${id}/balances`, extras);
  say(indent(toBalancesText(value)));
  return value;
};

/** Every event with what it moved and why; the last balances of the replay must be those just shown. */
export const showHistory = async (
  { client, say, scene }: Stage,
  id: string,
  { accounts }: BalancesAnswer,
): Promise<void> => {
  scene(
    'How it came about',
    'The person’s events replayed from the first: what each moved, by which rule, from which source.',
  );
  const events = await allOf<HistoryEvent>(client, `/v1/audit/individuals/${id}/history`);
  say(indent(toHistoryText(events)));
  if (events.length === 0) throw new DemoFailure('the history is empty');
  const replayed = new Map(
    events.flatMap(({ effects }) => effects.map(({ account, balance }) => [account, balance])),
  );
  for (const { account, balance } of accounts)
    expectSame(
      `balance of ${account} after the replay`,
      balance,
      replayed.get(account) ?? replayed.get(`account:${account}`),
    );
};

type TrialBalance = Readonly<{
  accounts: readonly Readonly<{ account: string; debit: string; credit: string }>[];
  total: string;
}>;
/** `unpaid` is what was handed in and not paid: it must stand in the book as owed, and nothing else. */
export const showTrialBalance = async (
  { client, say, scene }: Stage,
  minPosition: string | undefined,
  unpaid: string,
): Promise<void> => {
  scene(
    'The trial balance',
    'Every event that moves money is an entry that sums to nought, so the whole book must.',
  );
  const { value } = await client.get<TrialBalance>(
    '/v1/audit/trial-balance',
    minPosition ? { minPosition } : {},
  );
  const rows = value.accounts.map(({ account, debit, credit }) => [account, debit, credit]);
  say(indent(toTable(['account', 'debit', 'credit'], rows, [1, 2])));
  expectSame('total of the trial balance', '0.00', value.total);
  say(`  total ${value.total}`);
  const owed = value.accounts
    .filter(({ account }) => account.startsWith('receivable:'))
    .reduce((sum, { debit, credit }) => add(sum, subtract(fromYuan(debit), fromYuan(credit))), ZERO);
  expectSame('what is owed', unpaid, toYuan(owed));
  say(`  The receivables come to ${unpaid}: what the other employer handed in and has not paid.`);
};
