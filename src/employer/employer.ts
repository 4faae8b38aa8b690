import { err, ok } from '../kernel/result.js';
import type { Decider } from '../kernel/decider.js';
import type { EmployerEvent, EmployerRegistered } from './events.js';

export type Employer = EmployerRegistered['data'];

/** `ownRate`: the rate was given; else it is the region's default of the day and says nothing against the one recorded. */
type EmployerCommand = Readonly<{ type: 'Register'; employer: Employer; ownRate: boolean }>;

export type EmployerFailure = Readonly<{ type: 'EmployerConflict'; differs: readonly string[] }>;

/** `undefined`: not registered yet. */
type EmployerState = Employer | undefined;

const differences = (known: Employer, given: Employer, ownRate: boolean): readonly string[] => {
  const fields = ownRate ? (['name', 'region', 'injuryRate'] as const) : (['name', 'region'] as const);
  return fields.filter((field) => known[field] !== given[field]);
};

/** The decider of `employer-<USCC>`. */
export const employer: Decider<EmployerCommand, EmployerEvent, EmployerState, EmployerFailure> = {
  initial: undefined,
  replay: (events, from) => {
    let state = from;
    for (const event of events) if (event.type === 'EmployerRegistered') state = event.data;
    return state;
  },
  decide: (command, state) => {
    if (!state) return ok([{ type: 'EmployerRegistered', data: command.employer }]);
    const differs = differences(state, command.employer, command.ownRate);
    return differs.length > 0 ? err({ type: 'EmployerConflict', differs }) : ok([]);
  },
};

export const employerStreamOf = (uscc: string): string => `employer-${uscc}`;
