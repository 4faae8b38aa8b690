import { err } from '../kernel/result.js';
import { slipOf, standingLines, type Assess, type AssessFailure, type Slip } from './contribution.js';
import type { Rebase, RebaseFailure } from './base-change.js';
import type { ContributionLine, SlipChange } from './events.js';
import { assessing, leaving, rebasing, type Act, type Individual } from './individual.js';
import type { Leave, LeaveFailure } from './leaving.js';
import { minus, partsOf, toPartsText } from './slip-amounts.js';

/**
 * A row of an employer's file, on the person it names: a month declared, another wage for one that stands, or somebody who
 * leaves. One act, so that a run of rows is one batch. Pure.
 */
export type RowCommand = Assess | Rebase | Leave | Unreckoned;
/** The rules have no answer to a base change, or it names other insurances than those that stand. */
export type Unreckoned = Readonly<{
  type: 'Unreckoned';
  problem: 'policy-missing' | 'insurance-unknown' | 'not-assessed';
}>;
export type RowFailure = AssessFailure | RebaseFailure | LeaveFailure | Unreckoned;

const { initial, replay } = assessing;
export const judging: Act<RowCommand, RowFailure> = {
  initial,
  replay,
  decide: (command, state) => {
    switch (command.type) {
      case 'Assess':
        return decideDeclared(command, state);
      case 'Rebase':
        return rebasing.decide(command, state);
      case 'Leave':
        return leaving.decide(command, state);
      case 'Unreckoned':
        return err(command);
    }
  },
};

/** Whoever leaves with a month that was declared before leaves all the same. */
const decideDeclared = (command: Assess, state: Individual): ReturnType<(typeof judging)['decide']> => {
  const { submission, line, employer, nameDigest, change } = command;
  const assessed = assessing.decide(command, state);
  if (assessed.ok || change?.kind !== 'leave') return assessed;
  if (assessed.error.type !== 'MonthStands' || !assessed.error.same) return assessed;
  const { on: until, reason } = change;
  const left = leaving.decide(
    { type: 'Leave', submission, line, employer, until, reason, nameDigest },
    state,
  );
  return left.ok && left.value.length > 0 ? left : assessed;
};

/** The slip that a row made, also when it was taken back since. */
export const slipOfRow = (
  latest: Slip | undefined,
  { submission, line }: Readonly<{ submission: string; line: number }>,
): Slip | undefined => slipOf(latest, (slip) => slip.submission === submission && slip.line === line);

/** What a row claimed: what stands of its slip, or stood, less what later changes made of it. */
export const claimedAtFirst = ({ lines, changes }: Slip): readonly ContributionLine[] => {
  const effects = changes.flatMap(({ bills }) => bills);
  return effects.length === 0
    ? lines
    : lines.map((line) => ({
        ...line,
        ...toPartsText(
          effects
            .filter(({ insurance }) => insurance === line.insurance)
            .reduce((left, effect) => minus(left, partsOf(effect)), partsOf(line)),
        ),
      }));
};

/** A change by its name, with the slip it changed, also when that was taken back since. */
export const changeOfRow = (
  latest: Slip | undefined,
  adjustment: string,
): Readonly<{ slip: Slip; change: SlipChange }> | undefined => {
  for (let slip = latest; slip; slip = slip.earlier) {
    const change = slip.changes.find((each) => each.adjustment === adjustment);
    if (change) return { slip, change };
  }
  return undefined;
};

/** What stands of a month, and nothing when it was taken back. */
export const standingIn = (latest: Slip | undefined): readonly ContributionLine[] =>
  latest ? standingLines(latest) : [];
