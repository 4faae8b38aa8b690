import assert from 'node:assert';
import { yearOf, type Month } from '../kernel/calendar.js';
import type { Decider } from '../kernel/decider.js';
import { ZERO } from '../kernel/money.js';
import { ok, type Result } from '../kernel/result.js';
import { decideAdjust, type Adjust } from './adjustment.js';
import { decideRebase, type Rebase, type RebaseFailure } from './base-change.js';
import { applyClosing, closeOf, type ClosingDraft, type ClosingState } from './closing.js';
import {
  applyContribution,
  decideAssess,
  type Assess,
  type AssessFailure,
  type ContributionDraft,
  type ContributionState,
} from './contribution.js';
import type { IndividualEvent } from './events.js';
import {
  applyInterest,
  decideInterest,
  type CreditInterest,
  type InterestDraft,
  type InterestFailure,
  type InterestState,
} from './interest.js';
import {
  decideLeave,
  decideStop,
  type Leave,
  type LeaveFailure,
  type StopCoverage,
  type StopFailure,
} from './leaving.js';
import { decideMoveIn, type MoveIn, type MoveInFailure } from './moving.js';
import { decidePay, type Pay, type PayFailure } from './payment.js';
import { accountSince, EMPTY_ACCOUNT } from './pension-account.js';
import {
  applyPayout,
  decidePayout,
  type PayoutCommand,
  type PayoutDraft,
  type PayoutFailure,
  type PayoutState,
} from './payout.js';
import {
  applyRegistration,
  decideRegistration,
  type RegistrationCommand,
  type RegistrationDraft,
  type RegistrationFailure,
  type RegistrationState,
} from './registration.js';
import {
  decideReverse,
  decideTakeBack,
  type Reverse,
  type ReverseFailure,
  type TakeBack,
} from './reversal.js';
import { applyChange } from './slip-change.js';

/** The person (参保人): one stream, one state, one decider, joined from its acts. */
export type Individual = RegistrationState & ContributionState & PayoutState & InterestState & ClosingState;
export type IndividualCommand =
  | RegistrationCommand
  | Leave
  | StopCoverage
  | Assess
  | Pay
  | Reverse
  | TakeBack
  | Adjust
  | Rebase
  | MoveIn
  | PayoutCommand
  | CreditInterest;
export type IndividualFailure =
  | RegistrationFailure
  | LeaveFailure
  | StopFailure
  | AssessFailure
  | PayFailure
  | ReverseFailure
  | RebaseFailure
  | MoveInFailure
  | PayoutFailure
  | InterestFailure;
type Draft = RegistrationDraft & ContributionDraft & PayoutDraft & InterestDraft & ClosingDraft;

export const streamOf = (id: string): string => `individual-${id}`;

const initial: Individual = {
  registration: undefined,
  coverage: new Map(),
  months: new Map(),
  reversals: new Map(),
  settlements: new Map(),
  balances: { pension: ZERO, medical: ZERO },
  pension: EMPTY_ACCOUNT,
  interest: new Map(),
  monthsPaid: new Map(),
  closed: undefined,
  isQuiet: false,
  knownFrom: undefined,
};

const replay = (events: Iterable<IndividualEvent>, from: Individual = initial): Individual => {
  const draft: Draft = {
    ...from,
    coverage: new Map(from.coverage),
    months: new Map(from.months),
    reversals: new Map(from.reversals),
    settlements: new Map(from.settlements),
    balances: { ...from.balances },
    pension: { ...from.pension, credits: new Map(from.pension.credits) },
    interest: new Map(from.interest),
    monthsPaid: new Map(from.monthsPaid),
  };
  for (const event of events) apply(draft, event);
  return draft;
};

const apply = (draft: Draft, event: IndividualEvent): void => {
  draft.isQuiet &&= event.type === 'InterestCredited';
  switch (event.type) {
    case 'IndividualRegistered':
    case 'CoverageStarted':
    case 'CoverageStopped':
      return applyRegistration(draft, event);
    case 'ContributionAssessed':
    case 'ContributionPaid':
    case 'ContributionReversed':
      return applyContribution(draft, event);
    case 'ContributionAdjusted':
      return applyChange(draft, event);
    case 'CardSettled':
    case 'CardSettlementReversed':
      return applyPayout(draft, event);
    case 'InterestCredited':
      return applyInterest(draft, event);
    case 'YearClosed':
      return applyClosing(draft, event);
  }
};

/**
 * Whether a state knows enough to decide a command. One that begins with a close knows the months after it, and no
 * earlier slip, reversal or settlement: whoever asks for more reads the whole life first. A settlement can be decided
 * on either where its route was not taken before (src/individual/settlement.handlers.ts).
 */
export const reaches = (
  { knownFrom, settlements, pension }: Individual,
  command: IndividualCommand,
): boolean => {
  if (knownFrom === undefined) return true;
  switch (command.type) {
    case 'Register':
    case 'StartCoverage':
    case 'Leave':
    case 'StopCoverage':
    case 'Settle':
      return true;
    case 'Assess':
    case 'Pay':
    case 'TakeBack':
    case 'Rebase':
      return command.month >= knownFrom;
    case 'Reverse':
    case 'Adjust':
    case 'MoveIn':
      return false;
    case 'ReverseSettlement':
      return settlements.has(command.settlement);
    case 'CreditInterest':
      return command.year >= pension.year;
  }
};

const decide = (
  command: IndividualCommand,
  state: Individual,
): Result<readonly IndividualEvent[], IndividualFailure> => {
  switch (command.type) {
    case 'Register':
    case 'StartCoverage':
      return decideRegistration(command, state);
    case 'Leave':
      return decideLeave(command, state);
    case 'StopCoverage':
      return decideStop(command, state);
    case 'Assess':
      return decideAssess(command, state);
    case 'Pay':
      return decidePay(command, state);
    case 'Reverse':
      return decideReverse(command, state);
    case 'TakeBack':
      return decideTakeBack(command, state);
    case 'Adjust':
      return decideAdjust(command, state);
    case 'Rebase':
      return decideRebase(command, state);
    case 'MoveIn':
      return decideMoveIn(command, state);
    case 'Settle':
    case 'ReverseSettlement':
      return decidePayout(command, state);
    case 'CreditInterest':
      return decideCrediting(command, state);
  }
};

/** The year's interest, then its close on what stands with it. */
const decideCrediting = (
  command: CreditInterest,
  state: Individual,
): Result<readonly IndividualEvent[], InterestFailure> => {
  const credited = decideInterest(command, state);
  if (!credited.ok) return credited;
  return ok([...credited.value, ...closeOf(command, replay(credited.value, state))]);
};

export type Act<Command, Failure> = Decider<Command, IndividualEvent, Individual, Failure>;
/** The same person seen by one act: the failures of that act alone. A state that does not reach is a bug of the caller. */
const act = <C extends IndividualCommand, X>(decideAct: Act<C, X>['decide']): Act<C, X> => ({
  initial,
  replay,
  decide: (command, state) => {
    assert(reaches(state, command), `the life before the close is read for ${command.type}`);
    return decideAct(command, state);
  },
});
export const individual: Act<IndividualCommand, IndividualFailure> = act(decide);
export const registering: Act<RegistrationCommand, RegistrationFailure> = act(decideRegistration);
export const assessing: Act<Assess, AssessFailure> = act(decideAssess);
export const paying: Act<Pay, PayFailure> = act(decidePay);
export const reversing: Act<Reverse, ReverseFailure> = act(decideReverse);
export const takingBack: Act<TakeBack, never> = act(decideTakeBack);
export const rebasing: Act<Rebase, RebaseFailure> = act(decideRebase);
export const movingIn: Act<MoveIn, MoveInFailure> = act(decideMoveIn);
export const leaving: Act<Leave, LeaveFailure> = act(decideLeave);
export const stopping: Act<StopCoverage, StopFailure> = act(decideStop);
export const adjusting: Act<Adjust, never> = act(decideAdjust);
export const settling: Act<PayoutCommand, PayoutFailure> = act(decidePayout);
export const crediting: Act<CreditInterest, InterestFailure> = act(decideCrediting);

/**
 * As much of a state as judging contributions from a month on needs: older months and what was settled or reversed are
 * left out. For a cache of many persons; never fold a whole life on it.
 */
export const recentOf = (state: Individual, from: Month): Individual => {
  const { knownFrom, interest, pension } = state;
  const year = Math.max(yearOf(from), pension.year);
  return {
    ...state,
    months: new Map([...state.months].filter(([month]) => month >= from)),
    reversals: initial.reversals,
    settlements: initial.settlements,
    pension: accountSince(pension, interest, year),
    interest: new Map([...interest].filter(([of]) => of >= year)),
    knownFrom: knownFrom !== undefined && knownFrom > from ? knownFrom : from,
  };
};
