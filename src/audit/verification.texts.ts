import type { LogFault } from './faults.js';
import type { Verification } from './verification.js';

type AsText<F extends LogFault = LogFault> = Omit<F, 'revision' | 'position'> &
  Readonly<{ revision: string; position: string }>;

/** Revisions and positions are decimal text outside. */
export const toRunAnswer = <R extends Readonly<{ fault?: LogFault }>>({
  fault,
  ...rest
}: R): Omit<R, 'fault'> & Readonly<{ fault?: AsText }> =>
  fault
    ? {
        ...rest,
        fault: { ...fault, revision: fault.revision.toString(), position: fault.position.toString() },
      }
    : rest;

/** The outcome in a line. */
export const toVerificationLine = (verification: Verification): string => {
  const { events, head, fault } = verification;
  return fault
    ? `verify: ${events} events fit, then ${toFaultText(fault)}`
    : `verify: ${events} events, chain whole; ${toCoverageText(verification)}; head ${head.root}`;
};

const toFaultText = ({ kind, check, stream, revision, position }: LogFault): string =>
  `${kind} (${check}) at revision ${revision} of ${stream} (position ${position})`;

const toCoverageText = ({ checkpoints, covered, unverified }: Verification): string => {
  if (unverified > 0) return `${toCount(unverified)}, no signature checked for want of a key`;
  return checkpoints === 0 ? 'no checkpoint' : `${toCount(checkpoints)} signed, ${covered} events under them`;
};
const toCount = (checkpoints: number): string => `${checkpoints} checkpoint${checkpoints === 1 ? '' : 's'}`;
