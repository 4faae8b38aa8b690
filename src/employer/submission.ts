import assert from 'node:assert';
import { replaying, type Decider } from '../kernel/decider.js';
import { err, ok, type Result } from '../kernel/result.js';
import { addAmounts, NO_AMOUNTS } from './amounts.js';
import type { Amounts, JudgedRow, SubmissionEvent, SubmissionReceived, Verdict } from './events.js';

export type Received = SubmissionReceived['data'];

export type SubmissionCommand =
  | Readonly<{ type: 'Receive'; received: Received }>
  | Readonly<{ type: 'StoreRows'; chunk: number; rows: number; sealed: string }>
  /** Verdicts on the rows from the `from`-th on, counted from nought. */
  | Readonly<{ type: 'Judge'; from: number; rows: readonly JudgedRow[]; amounts: Amounts }>
  | Readonly<{ type: 'Finish' }>
  /** Decided by the employer's account first, which knows whether money came. */
  | Readonly<{ type: 'Withdraw'; reason: string }>
  /** Everything that was assessed is taken back. */
  | Readonly<{ type: 'Close' }>
  | Readonly<{ type: 'MoveRow'; correction: string; line: number; from: string; to: string }>;

export type SubmissionFailure =
  | Readonly<{ type: 'SubmissionNotFound' }>
  | Readonly<{ type: 'IdempotencyKeyReused'; differs: readonly string[] }>
  /** Not every row is judged yet. */
  | Readonly<{ type: 'SubmissionNotAssessed' }>
  | Readonly<{ type: 'SubmissionWithdrawn' }>
  /** A base change and a difference are taken back by another one. */
  | Readonly<{ type: 'NotWithdrawable' }>;

export type SubmissionState = Readonly<{
  received: Received;
  chunksStored: number;
  rowsStored: number;
  judged: Readonly<Record<Verdict, number>>;
  amounts: Amounts;
  assessed: boolean;
  withdrawn?: Readonly<{ reason: string }>;
  /** What a withdrawn submission had assessed is taken back. */
  closed: boolean;
  /** Corrections that moved a line. */
  moves: ReadonlySet<string>;
  /** To whom a line went last. */
  moved: ReadonlyMap<number, string>;
}>;

type Decision = Result<readonly SubmissionEvent[], SubmissionFailure>;
type CommandOf<Type extends SubmissionCommand['type']> = Extract<SubmissionCommand, { type: Type }>;

export const submissionStreamOf = (id: string): string => `submission-${id}`;

export const judgedCount = ({ judged }: SubmissionState): number =>
  judged.accepted + judged.duplicate + judged.rejected;

export const isWhollyStored = ({ chunksStored, received: { chunks } }: SubmissionState): boolean =>
  chunksStored === chunks;

export const countVerdicts = (rows: readonly JudgedRow[]): Readonly<Record<Verdict, number>> => {
  const counts = { accepted: 0, duplicate: 0, rejected: 0 };
  for (const { verdict } of rows) counts[verdict] += 1;
  return counts;
};

/** The persons whose months a run of rows assessed. */
export const personsOf = (rows: readonly JudgedRow[]): readonly string[] =>
  rows.flatMap(({ verdict, individual }) => (verdict === 'accepted' && individual ? [individual] : []));

const received = (data: Received): SubmissionState => ({
  received: data,
  chunksStored: 0,
  rowsStored: 0,
  judged: { accepted: 0, duplicate: 0, rejected: 0 },
  amounts: NO_AMOUNTS,
  assessed: false,
  closed: false,
  moves: new Set(),
  moved: new Map(),
});

/** A submission just received as it stands when all its rows are stored: what follows in the stream goes on from here. */
export const storedWhole = (state: SubmissionState): SubmissionState => ({
  ...state,
  chunksStored: state.received.chunks,
  rowsStored: state.received.rowsTotal,
});

const evolve = (before: SubmissionState | undefined, event: SubmissionEvent): SubmissionState => {
  if (event.type === 'SubmissionReceived') return received(event.data);
  assert(before, 'a submission begins by being received');
  switch (event.type) {
    case 'SubmissionRowsStored':
      return {
        ...before,
        chunksStored: before.chunksStored + 1,
        rowsStored: before.rowsStored + event.data.rows,
      };
    case 'SubmissionRowsJudged': {
      const counts = countVerdicts(event.data.rows);
      const judged = {
        accepted: before.judged.accepted + counts.accepted,
        duplicate: before.judged.duplicate + counts.duplicate,
        rejected: before.judged.rejected + counts.rejected,
      };
      return { ...before, judged, amounts: addAmounts(before.amounts, event.data.amounts) };
    }
    case 'SubmissionAssessed':
      return { ...before, assessed: true };
    case 'SubmissionWithdrawn':
      return { ...before, withdrawn: { reason: event.data.reason } };
    case 'SubmissionClosed':
      return { ...before, closed: true };
    case 'RowMoved': {
      const { correction, line, to } = event.data;
      const [moves, moved] = [new Set(before.moves).add(correction), new Map(before.moved).set(line, to)];
      return { ...before, moves, moved };
    }
  }
};

/** What one key stands for: all that the sender says. The rest follows from it. */
const CONTENT = ['month', 'kind', 'atomic', 'evidence', 'fileSha256'] as const;

const receive = ({ received: given }: CommandOf<'Receive'>, state: SubmissionState | undefined): Decision => {
  if (!state) return ok([{ type: 'SubmissionReceived', data: given }]);
  const differs = CONTENT.filter((field) => state.received[field] !== given[field]);
  return differs.length > 0 ? err({ type: 'IdempotencyKeyReused', differs }) : ok([]);
};

const storeRows = ({ chunk, rows, sealed }: CommandOf<'StoreRows'>, state: SubmissionState): Decision => {
  if (chunk < state.chunksStored) return ok([]);
  if (state.withdrawn) return err({ type: 'SubmissionWithdrawn' });
  assert(chunk === state.chunksStored && chunk < state.received.chunks, 'chunks come in order');
  return ok([
    { type: 'SubmissionRowsStored', data: { submission: state.received.submission, chunk, rows, sealed } },
  ]);
};

const judge = ({ from, rows, amounts }: CommandOf<'Judge'>, state: SubmissionState): Decision => {
  const done = judgedCount(state);
  if (from + rows.length <= done) return ok([]);
  if (state.withdrawn) return err({ type: 'SubmissionWithdrawn' });
  assert(
    from === done && state.rowsStored === state.received.rowsTotal,
    'runs of rows are judged in order, once stored',
  );
  return ok([
    { type: 'SubmissionRowsJudged', data: { submission: state.received.submission, rows, amounts } },
  ]);
};

const finish = (state: SubmissionState): Decision => {
  if (state.assessed) return ok([]);
  if (state.withdrawn) return err({ type: 'SubmissionWithdrawn' });
  const { submission, uscc, month, rowsTotal } = state.received;
  assert(judgedCount(state) === rowsTotal, 'every row is judged before the submission is assessed');
  const data = { submission, uscc, month, ...state.judged, amounts: state.amounts };
  return ok([{ type: 'SubmissionAssessed', data }]);
};

const withdraw = ({ reason }: CommandOf<'Withdraw'>, state: SubmissionState): Decision => {
  if (state.withdrawn) return ok([]);
  const { submission, uscc, month, kind } = state.received;
  if (kind === 'base-change' || kind === 'difference') return err({ type: 'NotWithdrawable' });
  const withdrawn = { type: 'SubmissionWithdrawn', data: { submission, uscc, month, reason } } as const;
  // Before its rows are whole nothing was assessed: there is nothing to take back.
  const isClosed = !isWhollyStored(state);
  return ok(isClosed ? [withdrawn, closed(submission, 0)] : [withdrawn]);
};

const closed = (submission: string, persons: number): SubmissionEvent => ({
  type: 'SubmissionClosed',
  data: { submission, persons },
});

const close = (state: SubmissionState): Decision => {
  if (state.closed) return ok([]);
  assert(state.withdrawn, 'a submission is withdrawn before it is closed');
  return ok([closed(state.received.submission, state.judged.accepted)]);
};

const moveRow = (
  { correction, line, from, to }: CommandOf<'MoveRow'>,
  { received: { submission }, moves, withdrawn, assessed }: SubmissionState,
): Decision => {
  if (moves.has(correction)) return ok([]);
  if (withdrawn) return err({ type: 'SubmissionWithdrawn' });
  if (!assessed) return err({ type: 'SubmissionNotAssessed' });
  return ok([{ type: 'RowMoved', data: { submission, line, correction, from, to } }]);
};

/**
 * The decider of `submission-<id>`: one employer's file for one month, received, judged row by row, then assessed or
 * withdrawn. What is paid of it is decided in the employer's account (account.ts).
 */
export const submission: Decider<
  SubmissionCommand,
  SubmissionEvent,
  SubmissionState | undefined,
  SubmissionFailure
> = {
  initial: undefined,
  replay: replaying<SubmissionEvent, SubmissionState | undefined>(undefined, evolve),
  decide: (command, state) => {
    if (command.type === 'Receive') return receive(command, state);
    if (!state) return err({ type: 'SubmissionNotFound' });
    switch (command.type) {
      case 'StoreRows':
        return storeRows(command, state);
      case 'Judge':
        return judge(command, state);
      case 'Finish':
        return finish(state);
      case 'Withdraw':
        return withdraw(command, state);
      case 'Close':
        return close(state);
      case 'MoveRow':
        return moveRow(command, state);
    }
  },
};
