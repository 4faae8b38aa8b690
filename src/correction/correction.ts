import { replaying, type Decider } from '../kernel/decider.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { CorrectionEvent, CorrectionPosted, CorrectionRequest, CorrectionRequested } from './events.js';

/**
 * Two people for every correction (双人复核): one asks, another approves. Pure. What is approved is carried out by
 * correction.process.ts, step by step, so that it can be resumed.
 */
export type CorrectionCommand =
  | Readonly<{
      type: 'Request';
      correction: string;
      request: CorrectionRequest;
      reason: string;
      evidence: string;
      by: string;
    }>
  | Readonly<{ type: 'Approve'; by: string }>
  | Readonly<{ type: 'Reject'; by: string; reason: string }>
  | Readonly<{ type: 'Post'; posted: Omit<CorrectionPosted['data'], 'correction'> }>
  | Readonly<{ type: 'Finish' }>
  | Readonly<{ type: 'Fail'; code: string }>;

export type CorrectionFailure =
  | Readonly<{ type: 'CorrectionNotFound' }>
  /** Who asked cannot approve or reject. */
  | Readonly<{ type: 'SamePerson' }>
  /** It was approved or rejected before, the other way. */
  | Readonly<{ type: 'CorrectionDecided'; state: CorrectionState['state'] }>
  | Readonly<{ type: 'IdempotencyKeyReused'; differs: readonly string[] }>;

export type CorrectionState = Readonly<{
  requested: CorrectionRequested['data'];
  state: 'requested' | 'approved' | 'rejected' | 'done' | 'failed';
  /** Who approved or rejected. */
  decidedBy?: string;
  posted?: CorrectionPosted['data'];
  code?: string;
}>;
type Decision = Result<readonly CorrectionEvent[], CorrectionFailure>;
type CommandOf<Type extends CorrectionCommand['type']> = Extract<CorrectionCommand, { type: Type }>;

export const correctionStreamOf = (correction: string): string => `correction-${correction}`;

const evolve = (before: CorrectionState | undefined, event: CorrectionEvent): CorrectionState | undefined => {
  if (event.type === 'CorrectionRequested') return { requested: event.data, state: 'requested' };
  if (!before) return undefined;
  switch (event.type) {
    case 'CorrectionApproved':
      return { ...before, state: 'approved', decidedBy: event.data.approvedBy };
    case 'CorrectionRejected':
      return { ...before, state: 'rejected', decidedBy: event.data.rejectedBy };
    case 'CorrectionPosted':
      return { ...before, posted: event.data };
    case 'CorrectionDone':
      return { ...before, state: 'done' };
    case 'CorrectionFailed':
      return { ...before, state: 'failed', code: event.data.code };
  }
};

/** The same again asks for nothing new; who sent it first is who asked. */
const request = (command: CommandOf<'Request'>, state: CorrectionState | undefined): Decision => {
  const { correction, request: asked, reason, evidence, by } = command;
  const data = { correction, request: asked, reason, evidence, requestedBy: by };
  if (!state) return ok([{ type: 'CorrectionRequested', data }]);
  const known = state.requested;
  const differs = [
    ...(isSame(known.request, asked) ? [] : ['request']),
    ...(['reason', 'evidence'] as const).filter((field) => known[field] !== command[field]),
  ];
  return differs.length === 0 ? ok([]) : err({ type: 'IdempotencyKeyReused', differs });
};

const isSame = (a: CorrectionRequest, b: CorrectionRequest): boolean => {
  const [some, others] = [Object.entries(a), new Map(Object.entries(b))];
  return some.length === others.size && some.every(([name, value]) => others.get(name) === value);
};

/** Approving what is approved is once, whoever does it again. */
const approve = ({ by }: CommandOf<'Approve'>, { requested, state }: CorrectionState): Decision => {
  if (by === requested.requestedBy) return err({ type: 'SamePerson' });
  switch (state) {
    case 'requested':
      return ok([{ type: 'CorrectionApproved', data: { correction: requested.correction, approvedBy: by } }]);
    case 'approved':
    case 'done':
    case 'failed':
      return ok([]);
    case 'rejected':
      return err({ type: 'CorrectionDecided', state });
  }
};

const reject = ({ by, reason }: CommandOf<'Reject'>, { requested, state }: CorrectionState): Decision => {
  if (by === requested.requestedBy) return err({ type: 'SamePerson' });
  switch (state) {
    case 'requested':
      return ok([
        { type: 'CorrectionRejected', data: { correction: requested.correction, rejectedBy: by, reason } },
      ]);
    case 'rejected':
      return ok([]);
    case 'approved':
    case 'done':
    case 'failed':
      return err({ type: 'CorrectionDecided', state });
  }
};

/** Steps of what was approved, each once; a step that comes late finds it done. */
const carryOut = (
  command: CommandOf<'Post'> | CommandOf<'Finish'> | CommandOf<'Fail'>,
  { requested: { correction }, state, posted }: CorrectionState,
): Decision => {
  if (state !== 'approved') return ok([]);
  switch (command.type) {
    case 'Post':
      return posted ? ok([]) : ok([{ type: 'CorrectionPosted', data: { correction, ...command.posted } }]);
    case 'Finish':
      return ok([{ type: 'CorrectionDone', data: { correction } }]);
    case 'Fail':
      return ok([{ type: 'CorrectionFailed', data: { correction, code: command.code } }]);
  }
};

/** The decider of `correction-<id>`. */
export const correction: Decider<
  CorrectionCommand,
  CorrectionEvent,
  CorrectionState | undefined,
  CorrectionFailure
> = {
  initial: undefined,
  replay: replaying<CorrectionEvent, CorrectionState | undefined>(undefined, evolve),
  decide: (command, state) => {
    if (command.type === 'Request') return request(command, state);
    if (!state) return err({ type: 'CorrectionNotFound' });
    switch (command.type) {
      case 'Approve':
        return approve(command, state);
      case 'Reject':
        return reject(command, state);
      case 'Post':
      case 'Finish':
      case 'Fail':
        return carryOut(command, state);
    }
  },
};
