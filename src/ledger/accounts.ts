import { negate, type Fen } from '../kernel/money.js';
import type { Posting } from './postings.js';

/** The personal accounts (个人账户) that the API names. */
export const PERSONAL_ACCOUNTS = ['pension', 'medical'] as const;
export type PersonalAccount = (typeof PERSONAL_ACCOUNTS)[number];

const PREFIX = 'account:';

/**
 * What a posting changes on a personal account: the account's short name and the change as the person sees it, money in
 * is positive. That is the posting negated, since in the book a person's money is a credit. Undefined for other accounts.
 */
export const findPersonalChange = ({
  account,
  amount,
}: Pick<Posting, 'account' | 'amount'>): Readonly<{ account: string; delta: Fen }> | undefined =>
  account.startsWith(PREFIX) ? { account: account.slice(PREFIX.length), delta: negate(amount) } : undefined;
