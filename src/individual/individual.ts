import type { Month } from '../kernel/calendar.js';
import type { Decider } from '../kernel/decider.js';
import { ZERO } from '../kernel/money.js';
import type { Result } from '../kernel/result.js';
import {
  applyContribution,
  decideAssess,
  decidePay,
  decideReverse,
  type Assess,
  type AssessFailure,
  type ContributionDraft,
  type ContributionState,
  type Pay,
  type PayFailure,
  type Reverse,
  type ReverseFailure,
} from './contribution.js';
import type { IndividualEvent } from './events.js';
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

/** The person (参保人): one stream, one state, one decider, joined from its acts. */
export type Individual = RegistrationState & ContributionState & PayoutState;
export type IndividualCommand = RegistrationCommand | Assess | Pay | Reverse | PayoutCommand;
export type IndividualFailure =
  RegistrationFailure | AssessFailure | PayFailure | ReverseFailure | PayoutFailure;

export const streamOf = (id: string): string => `individual-${id}`;

const initial: Individual = {
  registration: undefined,
  coverage: new Map(),
  months: new Map(),
  reversals: new Map(),
  settlements: new Map(),
  balances: { pension: ZERO, medical: ZERO },
};

const replay = (events: Iterable<IndividualEvent>, from: Individual = initial): Individual => {
  const draft: RegistrationDraft & ContributionDraft & PayoutDraft = {
    registration: from.registration,
    coverage: new Map(from.coverage),
    months: new Map(from.months),
    reversals: new Map(from.reversals),
    settlements: new Map(from.settlements),
    balances: { ...from.balances },
  };
  for (const event of events) apply(draft, event);
  return draft;
};

const apply = (draft: RegistrationDraft & ContributionDraft & PayoutDraft, event: IndividualEvent): void => {
  switch (event.type) {
    case 'IndividualRegistered':
    case 'CoverageStarted':
      return applyRegistration(draft, event);
    case 'ContributionAssessed':
    case 'ContributionPaid':
    case 'ContributionReversed':
      return applyContribution(draft, event);
    case 'CardSettled':
    case 'CardSettlementReversed':
      return applyPayout(draft, event);
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
    case 'Assess':
      return decideAssess(command, state);
    case 'Pay':
      return decidePay(command, state);
    case 'Reverse':
      return decideReverse(command, state);
    case 'Settle':
    case 'ReverseSettlement':
      return decidePayout(command, state);
  }
};

export type Act<Command, Failure> = Decider<Command, IndividualEvent, Individual, Failure>;
export const individual: Act<IndividualCommand, IndividualFailure> = { initial, replay, decide };
/** The same person seen by one act: the failures of that act alone. */
export const registering: Act<RegistrationCommand, RegistrationFailure> = {
  initial,
  replay,
  decide: decideRegistration,
};
export const assessing: Act<Assess, AssessFailure> = { initial, replay, decide: decideAssess };
export const paying: Act<Pay, PayFailure> = { initial, replay, decide: decidePay };
export const reversing: Act<Reverse, ReverseFailure> = { initial, replay, decide: decideReverse };
export const settling: Act<PayoutCommand, PayoutFailure> = { initial, replay, decide: decidePayout };

/**
 * As much of a state as judging contributions from a month on needs: older months and what was settled or reversed are
 * left out. For a cache of many persons; never fold a whole life on it.
 */
export const recentOf = (state: Individual, from: Month): Individual => ({
  ...state,
  months: new Map([...state.months].filter(([month]) => month >= from)),
  reversals: initial.reversals,
  settlements: initial.settlements,
});
