import {
  add,
  fen,
  negate,
  fromYuan,
  toPercent,
  toYuan,
  ZERO,
  type Fen,
  type Ppm,
  type Rounding,
} from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import {
  annualInterest,
  monthProductInterest,
  type Fraction,
  type Interest,
  type MonthAmounts,
} from '../rules/interest.js';
import type { Balances } from './contribution.js';
import type { InterestCredited } from './events.js';
import type { Failure } from './failures.js';
import { movedIn, openingOf, type PensionAccount, type PensionDraft } from './pension-account.js';
import type { RegistrationState } from './registration.js';

/** A year's interest on the pension account (记账利息), and its restatement by a later rate. Pure. */
export type CreditInterest = Readonly<{
  type: 'CreditInterest';
  run: string;
  /** A calendar year that is over. */
  year: number;
  rate: Ppm;
  method: 'month-product' | 'annual';
  /** Of the annual method. */
  factor: Fraction;
  rounding: Rounding;
  source: string;
  provisional: boolean;
  earnsFrom: EarnsFrom;
}>;
/**
 * From which month a contribution earns: `paid`, the month in which the money came; `owed`, the month it was owed for,
 * within the year in which it came. The law is in doubt about back payments.
 */
export type EarnsFrom = 'paid' | 'owed';

export type InterestFailure = Extract<Failure, { type: 'IndividualNotFound' }>;

/**
 * Interest of a year as credited so far, by the last run: `amount` is all of it, restatements included, and `posted` what
 * that run added.
 */
export type YearInterest = Readonly<{
  run: string;
  rate: string;
  provisional: boolean;
  amount: Fen;
  posted: Fen;
}>;
export type InterestState = Readonly<{
  pension: PensionAccount;
  /** By year, from the first that is known on. */
  interest: ReadonlyMap<number, YearInterest>;
  balances: Balances;
}>;
export type InterestDraft = {
  pension: PensionDraft;
  interest: Map<number, YearInterest>;
  balances: { pension: Fen; medical: Fen };
};

/** Writes an event into a draft that belongs to the caller. */
export const applyInterest = (draft: InterestDraft, { data }: InterestCredited): void => {
  const { run, year, rate, provisional } = data;
  const change = fromYuan(data.amount);
  draft.balances.pension = add(draft.balances.pension, change);
  const { pension } = draft;
  if (year < pension.year) {
    pension.opening = add(pension.opening, change);
    return;
  }
  const before = draft.interest.get(year)?.amount ?? ZERO;
  draft.interest.set(year, { run, rate, provisional, amount: add(before, change), posted: change });
};

/**
 * Credits what is due for the year and was not credited yet, so that a later rate, or money that came to light since,
 * gives the difference alone. `opening`, `onOpening` and `onCredits` are those of the whole year, `amount` is posted.
 */
export const decideInterest = (
  command: CreditInterest,
  state: RegistrationState & InterestState,
): Result<readonly InterestCredited[], InterestFailure> => {
  if (!state.registration) return err({ type: 'IndividualNotFound' });
  const { run, year, source, provisional, earnsFrom } = command;
  const known = state.interest.get(year);
  if (known?.run === run) return ok([]);
  const { opening, method, due } = interestOf(command, state);
  const rate = toPercent(command.rate);
  const amount = fen(due.interest - (known?.amount ?? ZERO));
  // A final rate that is the provisional one changes no amount, and is still a fact of its own.
  const says = known ? known.rate !== rate || known.provisional !== provisional : false;
  if (amount === ZERO && !(says && known?.amount !== ZERO)) return ok([]);
  return ok([
    {
      type: 'InterestCredited',
      data: {
        run,
        account: 'pension',
        year,
        rate,
        method,
        source,
        provisional,
        earnsFrom,
        opening: toYuan(opening),
        onOpening: toYuan(due.onOpening),
        onCredits: toYuan(due.onCredits),
        amount: toYuan(amount),
        valueOn: `${year}-12-31`,
        ...(known && { restates: known.run }),
      },
    },
  ]);
};

type Due = Readonly<{ opening: Fen; method: CreditInterest['method']; due: Interest }>;

/** The annual method knows no money taken back: an account with such a month is reckoned by month products. */
const interestOf = (command: CreditInterest, { pension, interest }: InterestState): Due => {
  const { year, rate, rounding, factor, earnsFrom } = command;
  const opening = openingOf(pension, interest, year);
  const [credits, payments] = inAndOut(movedIn(pension, year, earnsFrom));
  if (command.method === 'annual' && payments.size === 0 && opening >= ZERO)
    return { opening, method: 'annual', due: annualInterest({ opening, credits, rate, factor, rounding }) };
  const due = monthProductInterest({ opening, credits, payments, rate, rounding });
  return { opening, method: 'month-product', due };
};

/** What came in a month less what was taken back in it; a month on the whole taken back is a payment. */
const inAndOut = (moved: MonthAmounts): readonly [MonthAmounts, MonthAmounts] => {
  const months = [...moved];
  return [
    new Map(months.filter(([, amount]) => amount > ZERO)),
    new Map(
      months.filter(([, amount]) => amount < ZERO).map(([month, amount]) => [month, negate(amount)] as const),
    ),
  ];
};
