import { err, ok, type Result } from '../kernel/result.js';
import type { CoverageStarted, CoverageStopped, IndividualRegistered, RowChange } from './events.js';
import type { Failure } from './failures.js';

/** Registration (参保登记) and who covers whom. Pure: no clock, no store, no Nest. */
export type RegistrationEvent = IndividualRegistered | CoverageStarted | CoverageStopped;

/** A person as registered: sealed identity beside the digests that compare it. */
export type Identity = Omit<IndividualRegistered['data'], 'submission'>;

export type RegistrationCommand =
  | Readonly<{ type: 'Register'; identity: Identity }>
  | Readonly<{ type: 'StartCoverage'; insurances: readonly string[]; employer: string; from: string }>;

/** `differs` names what differs of name and region; empty when it is within the sealed details. */
export type RegistrationFailure = Extract<Failure, { type: 'IndividualConflict' | 'IndividualNotFound' }>;

/** The envelope is kept closed: deciding compares digests; closing the books carries it forward. */
export type Registration = IndividualRegistered['data'];
/** An employer took over an insurance on a day (`YYYY-MM-DD`), until a last day or until another takes over. */
export type Coverage = Readonly<{
  employer: string;
  from: string;
  until?: string;
  /** The row that said until when. */
  by?: Readonly<{ submission: string; line: number }>;
}>;
export type RegistrationState = Readonly<{
  registration: Registration | undefined;
  /** Per insurance, in order of `from`. */
  coverage: ReadonlyMap<string, readonly Coverage[]>;
}>;
export type RegistrationDraft = {
  registration: Registration | undefined;
  coverage: Map<string, readonly Coverage[]>;
};

/** Writes an event into a draft that belongs to the caller. */
export const applyRegistration = (draft: RegistrationDraft, event: RegistrationEvent): void => {
  switch (event.type) {
    case 'IndividualRegistered': {
      draft.registration = event.data;
      return;
    }
    case 'CoverageStarted': {
      const { employer, from } = event.data;
      for (const insurance of event.data.insurances) {
        const others = draft.coverage.get(insurance) ?? [];
        draft.coverage.set(insurance, inOrder(others, { employer, from }));
      }
      return;
    }
    case 'CoverageStopped': {
      const { employer, until, by } = event.data;
      for (const insurance of event.data.insurances) {
        const starts = draft.coverage.get(insurance) ?? [];
        const ending = coverageOn(starts, until);
        if (ending?.employer !== employer) continue;
        const ended = starts.map((start) =>
          start === ending ? { ...start, until, ...(by && { by }) } : start,
        );
        draft.coverage.set(insurance, ended);
      }
      return;
    }
  }
};

export const decideRegistration = (
  command: RegistrationCommand,
  state: RegistrationState,
): Result<readonly RegistrationEvent[], RegistrationFailure> => {
  switch (command.type) {
    case 'Register':
      return register(command.identity, state.registration);
    case 'StartCoverage': {
      if (!state.registration) return err({ type: 'IndividualNotFound' });
      const { insurances, employer, from } = command;
      return ok(startsOf(state, insurances, employer, from, from));
    }
  }
};

const register = (
  identity: Identity,
  known: Registration | undefined,
): Result<readonly RegistrationEvent[], RegistrationFailure> => {
  if (!known) return ok([{ type: 'IndividualRegistered', data: identity }]);
  if (known.contentDigest === identity.contentDigest) return ok([]);
  const differs = [
    ...(known.nameDigest === identity.nameDigest ? [] : ['name']),
    ...(known.region === identity.region ? [] : ['region']),
  ];
  return err({ type: 'IndividualConflict', differs });
};

/**
 * What must start so that an employer covers these insurances in a span of days: nothing for those it covers on one of
 * them already. An employer that left and comes back starts anew; one that pays for a month before its start starts earlier.
 */
const startsOf = (
  { coverage }: RegistrationState,
  insurances: readonly string[],
  employer: string,
  from: string,
  by: string,
): readonly CoverageStarted[] => {
  const missing = insurances.filter((insurance) => !covers(coverage.get(insurance), employer, from, by));
  return missing.length === 0
    ? []
    : [{ type: 'CoverageStarted', data: { employer, insurances: missing, from } }];
};

/** What a month that is paid starts: from its first day, or from the day on which somebody joins. */
export const startsFor = (
  state: RegistrationState,
  insurances: readonly string[],
  employer: string,
  month: string,
  change?: RowChange,
): readonly CoverageStarted[] => {
  const [first, last] = [`${month}-01`, `${month}-31`];
  if (change?.kind === 'join') return startsOf(state, insurances, employer, change.on, change.on);
  // Who left before the month began and is paid for it all the same is covered to the day of leaving, and no longer.
  const from = change && change.on < first ? change.on : first;
  return startsOf(state, insurances, employer, from, last);
};

const covers = (starts: readonly Coverage[] = [], employer: string, from: string, by: string): boolean =>
  starts.some((start, index) => {
    const next = starts[index + 1];
    const isTakenOver = next !== undefined && next.from <= from;
    const hasEnded = start.until !== undefined && start.until < from;
    return start.employer === employer && start.from <= by && !isTakenOver && !hasEnded;
  });

/** Who covers on a day: the last to have started, if it did not stop before. */
export const coverageOn = (starts: readonly Coverage[] | undefined, day: string): Coverage | undefined => {
  const last = starts?.findLast(({ from }) => from <= day);
  return last?.until !== undefined && last.until < day ? undefined : last;
};

const inOrder = (starts: readonly Coverage[], start: Coverage): readonly Coverage[] => {
  const place = starts.findLastIndex(({ from }) => from <= start.from) + 1;
  return starts.toSpliced(place, 0, start);
};

/**
 * A name in the form in which it is compared: full-width letters become half-width (NFKC), white space is trimmed and
 * collapsed, the dots that stand inside names of minorities become one (U+00B7).
 */
export const normaliseName = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[•‧・∙⋅]/g, '·')
    .replace(/\s+/g, ' ')
    .trim();
