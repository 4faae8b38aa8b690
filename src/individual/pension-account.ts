import { add, sum, ZERO, type Fen } from '../kernel/money.js';

/**
 * The pension account by month of value: what interest is reckoned on. `opening` is the balance at the start of `year`;
 * `credits` are the contributions valued since, less what was taken back, keyed `<month of value>/<month it earns from>`.
 * Interest is not among the credits. A whole life begins with year nought and nothing.
 */
export type PensionAccount = Readonly<{ year: number; opening: Fen; credits: ReadonlyMap<string, Fen> }>;
export type PensionDraft = { year: number; opening: Fen; credits: Map<string, Fen> };
export const EMPTY_ACCOUNT: PensionAccount = { year: 0, opening: ZERO, credits: new Map() };

type InterestByYear = ReadonlyMap<number, Readonly<{ amount: Fen }>>;

export const startOf = (year: number): string => `${year.toString().padStart(4, '0')}-01`;
export const valuedIn = (key: string): string => key.slice(0, 7);
export const earnsIn = (key: string): string => key.slice(8);

/** Writes a change of value on a day, for a month owed, into a draft that belongs to the caller. */
export const move = (
  draft: PensionDraft,
  change: Fen,
  { valueOn, month }: Readonly<{ valueOn: string; month: string }>,
): void => {
  const valued = valueOn.slice(0, 7);
  if (valued < startOf(draft.year)) {
    draft.opening = add(draft.opening, change);
    return;
  }
  const key = `${valued}/${earningFrom(valued, month)}`;
  const amount = add(draft.credits.get(key) ?? ZERO, change);
  if (amount === ZERO) draft.credits.delete(key);
  else draft.credits.set(key, amount);
};

/** The month owed where it lies in the year of value and not after it; the years before that are closed. */
const earningFrom = (valued: string, month: string): string => {
  const first = `${valued.slice(0, 4)}-01`;
  return month > valued ? valued : month < first ? first : month;
};

/** Balance at the start of a year that is not before the account's own: contributions valued and interest credited before. */
export const openingOf = (
  { year, opening, credits }: PensionAccount,
  interest: InterestByYear,
  at: number,
): Fen => {
  const before = [...credits].flatMap(([key, amount]) => (valuedIn(key) < startOf(at) ? [amount] : []));
  const earned = [...interest].flatMap(([of, { amount }]) => (of >= year && of < at ? [amount] : []));
  return sum([opening, ...before, ...earned]);
};

/** What moved in a year, by month 1 to 12. */
export const movedIn = (
  { credits }: PensionAccount,
  year: number,
  earnsFrom: 'paid' | 'owed',
): ReadonlyMap<number, Fen> => {
  const moved = new Map<number, Fen>();
  for (const [key, amount] of credits) {
    if (Number(key.slice(0, 4)) !== year) continue;
    const month = Number((earnsFrom === 'paid' ? valuedIn(key) : earnsIn(key)).slice(5));
    moved.set(month, add(moved.get(month) ?? ZERO, amount));
  }
  return moved;
};

/** The same account told from the start of a later year on. */
export const accountSince = (
  account: PensionAccount,
  interest: InterestByYear,
  year: number,
): PensionAccount =>
  year <= account.year
    ? account
    : {
        year,
        opening: openingOf(account, interest, year),
        credits: new Map([...account.credits].filter(([key]) => valuedIn(key) >= startOf(year))),
      };
