import { err, ok, type Result } from '../kernel/result.js';
import type { ContributionLine, CoverageStarted, CoverageStopped, RowChange } from './events.js';
import { applyRegistration, coverageOn, type Coverage, type RegistrationState } from './registration.js';

/** Leaving an employer (减员): its cover of a person ends on a last day. Pure. */
export type Leave = Readonly<{
  type: 'Leave';
  submission: string;
  line: number;
  employer: string;
  /** The last day of cover. */
  until: string;
  reason: string;
  nameDigest: string;
}>;
/** Of some insurances only, asked by whoever keeps the cover. */
export type StopCoverage = Readonly<{
  type: 'StopCoverage';
  insurances: readonly string[];
  employer: string;
  until: string;
  reason: string;
}>;
export type LeaveFailure =
  | Readonly<{ type: 'IndividualNotFound' }>
  | Readonly<{ type: 'NameMismatch' }>
  /** This employer covers nothing on that day. */
  | Readonly<{ type: 'NotCovered' }>
  /** Another row, or the agency, said the same before. */
  | Readonly<{ type: 'Unchanged'; lines: readonly ContributionLine[] }>;
export type StopFailure = Readonly<{ type: 'IndividualNotFound' }>;

export const decideLeave = (
  { submission, line, employer, until, reason, nameDigest }: Leave,
  state: RegistrationState,
): Result<readonly CoverageStopped[], LeaveFailure> => {
  if (!state.registration) return err({ type: 'IndividualNotFound' });
  if (state.registration.nameDigest !== nameDigest) return err({ type: 'NameMismatch' });
  const by = { submission, line };
  const stops = stopsOf(state, [...state.coverage.keys()], { employer, until, reason, by });
  if (stops.length > 0) return ok(stops);
  const ended = endedOn(state, employer, until);
  if (ended.length === 0) return err({ type: 'NotCovered' });
  return ended.some((cover) => isBy(cover, by)) ? ok([]) : err({ type: 'Unchanged', lines: [] });
};

/** Nothing for insurances that the employer does not cover on that day. */
export const decideStop = (
  { insurances, employer, until, reason }: StopCoverage,
  state: RegistrationState,
): Result<readonly CoverageStopped[], StopFailure> =>
  state.registration
    ? ok(stopsOf(state, insurances, { employer, until, reason }))
    : err({ type: 'IndividualNotFound' });

/** What ends with a row that pays the last month of somebody who leaves: all that is covered then, also since this row. */
export const leaveOf = (
  { registration, coverage }: RegistrationState,
  starts: readonly CoverageStarted[],
  {
    submission,
    line,
    employer,
    change,
  }: Readonly<{
    submission: string;
    line: number;
    employer: string;
    change?: RowChange;
  }>,
): readonly CoverageStopped[] => {
  if (change?.kind !== 'leave') return [];
  const draft = { registration, coverage: new Map(coverage) };
  for (const start of starts) applyRegistration(draft, start);
  const { on: until, reason } = change;
  const by = { submission, line };
  return stopsOf(draft, [...draft.coverage.keys()], { employer, until, reason, by });
};

type Stop = Omit<CoverageStopped['data'], 'insurances'>;
const stopsOf = (
  { coverage }: RegistrationState,
  insurances: readonly string[],
  stop: Stop,
): readonly CoverageStopped[] => {
  const { employer, until } = stop;
  const covered = insurances.filter((insurance) => {
    const cover = coverageOn(coverage.get(insurance), until);
    return cover?.employer === employer && cover.until !== until;
  });
  return covered.length === 0 ? [] : [{ type: 'CoverageStopped', data: { ...stop, insurances: covered } }];
};

const endedOn = ({ coverage }: RegistrationState, employer: string, until: string): readonly Coverage[] =>
  [...coverage.values()].flat().filter((cover) => cover.employer === employer && cover.until === until);

const isBy = ({ by }: Coverage, row: Readonly<{ submission: string; line: number }>): boolean =>
  by?.submission === row.submission && by.line === row.line;
