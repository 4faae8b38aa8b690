import { addMonths, toMonth } from '../kernel/calendar.js';
import { fromYuan, toYuan } from '../kernel/money.js';
import { count, type ContributionDraft, type ContributionState, type Slip } from './contribution.js';
import type { CarriedSlip, YearClosed } from './events.js';
import type { CreditInterest, InterestDraft, InterestState } from './interest.js';
import { accountSince, earnsIn, openingOf, valuedIn } from './pension-account.js';
import type { RegistrationDraft, RegistrationState } from './registration.js';

/**
 * Closing the books of a year (年度结转). The close carries forward all that an everyday command asks, so that a stream
 * is read from its last close on; what concerns older months reads the whole life. Pure.
 */
export type ClosingState = Readonly<{
  /** The last year closed. */
  closed: number | undefined;
  /** Nothing but interest was recorded since the last close. */
  isQuiet: boolean;
  /**
   * The first month that the state knows of; undefined when it was folded from the first event on. A state that begins
   * with a close knows no earlier slip, reversal or settlement: see `reaches` in individual.ts.
   */
  knownFrom: string | undefined;
}>;
export type ClosingDraft = { -readonly [K in keyof ClosingState]: ClosingState[K] };

type State = RegistrationState & ContributionState & InterestState & ClosingState;
type Draft = RegistrationDraft & ContributionDraft & InterestDraft & ClosingDraft;

/** Writes an event into a draft that belongs to the caller. Where the life before it was not read it is what is known. */
export const applyClosing = (draft: Draft, { data }: YearClosed): void => {
  if (draft.registration === undefined) restore(draft, data);
  draft.closed = data.year;
  draft.isQuiet = true;
};

/**
 * The close of a year, after its interest. None for a year that is closed, nor for a life in which nothing has happened
 * since the last close or nothing that could be carried: streams do not grow for nothing.
 */
export const closeOf = ({ run, year }: CreditInterest, state: State): readonly YearClosed[] => {
  const { registration, closed, isQuiet } = state;
  if (!registration || isQuiet || (closed !== undefined && closed >= year)) return [];
  const through = `${year}-12`;
  if (closed === undefined && !hasPast(state, through)) return [];
  return [
    { type: 'YearClosed', data: { run, year, through, carried: carriedOf(state, registration, year) } },
  ];
};

const hasPast = ({ months, monthsPaid, pension }: State, through: string): boolean =>
  monthsPaid.size > 0 || pension.credits.size > 0 || [...months.keys()].some((month) => month <= through);

type Carried = YearClosed['data']['carried'];
type Registered = Carried['registration'];

const carriedOf = (state: State, registration: Registered, year: number): Carried => {
  const { coverage, balances, months, interest } = state;
  const pension = accountSince(state.pension, interest, year);
  const open = [...months].filter(([month]) => month > `${year}-12`);
  const upTo = new Map(state.monthsPaid);
  for (const [, { counted }] of open)
    for (const insurance of counted) upTo.set(insurance, (upTo.get(insurance) ?? 0) - 1);
  return {
    registration,
    coverage: Object.fromEntries(coverage),
    balances: { pension: toYuan(balances.pension), medical: toYuan(balances.medical) },
    opening: toYuan(pension.opening),
    openingNext: toYuan(openingOf(pension, interest, year + 1)),
    credits: [...pension.credits].map(([key, amount]) => ({
      valued: valuedIn(key),
      earns: earnsIn(key),
      amount: toYuan(amount),
    })),
    interest: [...interest].flatMap(([of, { amount, posted, ...rest }]) =>
      of >= year ? [{ year: of, ...rest, amount: toYuan(amount), posted: toYuan(posted) }] : [],
    ),
    slips: open.map(([month, slip]) => ({ month, ...toCarried(slip) })),
    monthsPaid: Object.fromEntries([...upTo].filter(([, count]) => count !== 0)),
  };
};

const restore = (draft: Draft, { year, through, carried }: YearClosed['data']): void => {
  draft.registration = carried.registration;
  draft.coverage = new Map(Object.entries(carried.coverage));
  draft.balances = {
    pension: fromYuan(carried.balances.pension),
    medical: fromYuan(carried.balances.medical),
  };
  draft.pension = {
    year,
    opening: fromYuan(carried.opening),
    credits: new Map(
      carried.credits.map(({ valued, earns, amount }) => [`${valued}/${earns}`, fromYuan(amount)]),
    ),
  };
  draft.interest = new Map(
    carried.interest.map(({ year: of, amount, posted, ...rest }) => [
      of,
      { ...rest, amount: fromYuan(amount), posted: fromYuan(posted) },
    ]),
  );
  draft.monthsPaid = new Map(Object.entries(carried.monthsPaid));
  draft.months = new Map();
  for (const { month, ...slip } of carried.slips) {
    const open = fromCarried(slip);
    draft.months.set(month, open);
    count(draft, open.counted, 1);
  }
  draft.knownFrom = addMonths(toMonth(through), 1);
};

const toCarried = ({ earlier, ...rest }: Slip): CarriedSlip => ({
  ...rest,
  ...(earlier && { earlier: toCarried(earlier) }),
});
const fromCarried = ({ earlier, ...rest }: CarriedSlip): Slip => ({
  ...rest,
  earlier: earlier && fromCarried(earlier),
});
