import { err, ok, type Result } from '../kernel/result.js';

/** The yearly interest run over all persons (年度计息): one at a time. What was begun and ended stands in one stream. Pure. */
export type InterestRunStarted = Readonly<{
  type: 'InterestRunStarted';
  data: Readonly<{
    run: string;
    year: number;
    /** Percent text. */
    rate: string;
    method: 'month-product' | 'annual';
    source: string;
    provisional: boolean;
    earnsFrom: 'paid' | 'owed';
  }>;
}>;
export type InterestRunFinished = Readonly<{ type: 'InterestRunFinished'; data: Readonly<{ run: string }> }>;
/** Stands in the run's own stream after each page of persons; counts and amount are of the run so far. */
export type InterestRunAdvanced = Readonly<{
  type: 'InterestRunAdvanced';
  data: Readonly<{
    run: string;
    /** The last person done; persons are taken in the order of their ids. Absent before the first page. */
    through?: string;
    total: number;
    credited: number;
    unchanged: number;
    failed: number;
    /** Interest posted, signed yuan text. */
    amount: string;
  }>;
}>;
export type InterestRunEvent = InterestRunStarted | InterestRunFinished;

export const INTEREST_RUNS = 'interest-run-register';
export const interestRunStreamOf = (run: string): string => `interest-run-${run}`;

export type InterestRun = InterestRunStarted['data'] & Readonly<{ isFinished: boolean }>;
export type InterestRuns = ReadonlyMap<string, InterestRun>;
export type InterestRunCommand =
  (InterestRunStarted['data'] & Readonly<{ type: 'Start' }>) | Readonly<{ type: 'Finish'; run: string }>;
export type InterestRunFailure =
  Readonly<{ type: 'InterestRunInProgress'; run: string }> | Readonly<{ type: 'InterestRunNotFound' }>;

export const unfinishedOf = (runs: InterestRuns): InterestRun | undefined =>
  [...runs.values()].find(({ isFinished }) => !isFinished);

const decide = (
  command: InterestRunCommand,
  runs: InterestRuns,
): Result<readonly InterestRunEvent[], InterestRunFailure> => {
  switch (command.type) {
    case 'Start': {
      const { type: _, ...data } = command;
      if (runs.has(data.run)) return ok([]);
      const other = unfinishedOf(runs);
      return other
        ? err({ type: 'InterestRunInProgress', run: other.run })
        : ok([{ type: 'InterestRunStarted', data }]);
    }
    case 'Finish': {
      const known = runs.get(command.run);
      if (!known) return err({ type: 'InterestRunNotFound' });
      return ok(known.isFinished ? [] : [{ type: 'InterestRunFinished', data: { run: command.run } }]);
    }
  }
};

const replay = (events: Iterable<InterestRunEvent>, from: InterestRuns = new Map()): InterestRuns => {
  const runs = new Map(from);
  for (const event of events) {
    const { run } = event.data;
    const known = runs.get(run);
    switch (event.type) {
      case 'InterestRunStarted':
        runs.set(run, { ...event.data, isFinished: false });
        break;
      case 'InterestRunFinished':
        if (known) runs.set(run, { ...known, isFinished: true });
        break;
    }
  }
  return runs;
};

const initial: InterestRuns = new Map();
export const interestRuns = { initial, replay, decide };
