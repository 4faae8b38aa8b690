import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addAmounts, NO_AMOUNTS, toAmounts } from './amounts.js';
import type { Amounts, JudgedRow, SubmissionEvent, Verdict } from './events.js';
import {
  judgedCount,
  submission,
  type Received,
  type SubmissionCommand,
  type SubmissionState,
} from './submission.js';

const RUN = 2;
const CHUNK = 3;
const receivedOf = (rowsTotal: number, kind: Received['kind'], atomic: boolean): Received => ({
  submission: 's',
  uscc: 'E',
  region: 'shanghai',
  month: '2025-07',
  kind,
  ...(atomic && { atomic: true as const }),
  injuryRate: '0.26',
  fileSha256: 'aa',
  format: { kind: 'csv', encoding: 'utf-8', header: [] },
  rowsTotal,
  chunks: Math.ceil(rowsTotal / CHUNK),
  dueOn: '2025-08-15',
});

/** What was done so far, told apart from how the decider keeps it. */
type Model = {
  received?: Received;
  stored: number;
  verdicts: Verdict[];
  sums: Amounts;
  phase: 'none' | 'received' | 'posting' | 'assessed' | 'withdrawn' | 'closed';
  moves: string[];
};
const PHASES: readonly Model['phase'][] = ['none', 'received', 'posting', 'assessed', 'withdrawn', 'closed'];

/** What somebody wants to do; which command that is follows from where the submission stands. */
type Wish = Readonly<{
  act: 'receive' | 'other' | 'store' | 'judge' | 'finish' | 'withdraw' | 'close' | 'move';
  /** How many chunks or runs before the next one: sent again. */
  back: number;
  verdict: Verdict;
}>;
const wishes = fc.array(
  fc.record<Wish>({
    act: fc.constantFrom<Wish['act'][]>(
      ...(['receive', 'store', 'store', 'judge', 'judge', 'judge', 'judge', 'finish', 'finish'] as const),
      ...(['receive', 'other', 'withdraw', 'close', 'move'] as const),
    ),
    back: fc.constantFrom(0, 0, 0, 1),
    verdict: fc.constantFrom<Verdict[]>('accepted', 'duplicate', 'rejected'),
  }),
  { minLength: 12, maxLength: 60 },
);

const runOf = (from: number, count: number, verdict: Verdict): readonly JudgedRow[] =>
  Array.from({ length: count }, (_unused, i) => ({ line: from + i + 2, verdict, problems: [] }));
const amountsOf = (rows: readonly JudgedRow[]): Amounts =>
  rows[0]?.verdict === 'accepted'
    ? toAmounts([{ insurance: 'pension', employer: `${rows.length}.00`, employee: '0.50' }])
    : NO_AMOUNTS;

/** The command that a well-behaved caller would send, or none: what the decider asserts is the caller's to keep. */
const commandOf = (
  { act, back, verdict }: Wish,
  model: Model,
  data: Received,
): SubmissionCommand | undefined => {
  const total = data.rowsTotal;
  switch (act) {
    case 'receive':
      return { type: 'Receive', received: data };
    case 'other':
      return { type: 'Receive', received: { ...data, fileSha256: 'bb' } };
    case 'store': {
      const chunk = model.stored / CHUNK - back;
      const isEnd = model.stored >= total;
      const at = isEnd ? data.chunks - 1 : Math.max(Math.floor(chunk), 0);
      return { type: 'StoreRows', chunk: at, rows: Math.min(CHUNK, total - at * CHUNK), sealed: 'x' };
    }
    case 'judge': {
      if (model.stored < total) return undefined;
      const from = Math.max(model.verdicts.length - back * RUN, 0);
      const rows = runOf(from, Math.min(RUN, total - from), verdict);
      return rows.length === 0 || from % RUN !== 0
        ? undefined
        : { type: 'Judge', from, rows, amounts: amountsOf(rows) };
    }
    case 'finish':
      return model.verdicts.length === total && model.stored === total ? { type: 'Finish' } : undefined;
    case 'withdraw':
      return { type: 'Withdraw', reason: 'wrong' };
    case 'close':
      return model.phase === 'withdrawn' || model.phase === 'closed' ? { type: 'Close' } : undefined;
    case 'move':
      return { type: 'MoveRow', correction: `c${back}`, line: 2, from: 'a', to: 'b' };
  }
};

const take = (model: Model, event: SubmissionEvent): void => {
  switch (event.type) {
    case 'SubmissionReceived':
      model.received = event.data;
      model.phase = 'received';
      return;
    case 'SubmissionRowsStored':
      model.stored = Math.min(model.stored + CHUNK, model.received?.rowsTotal ?? 0);
      if (model.stored === model.received?.rowsTotal) model.phase = 'posting';
      return;
    case 'SubmissionRowsJudged':
      model.verdicts.push(...event.data.rows.map(({ verdict }) => verdict));
      model.sums = addAmounts(model.sums, event.data.amounts);
      return;
    case 'SubmissionAssessed':
      expect(event.data).toMatchObject({ amounts: model.sums, ...countsOf(model) });
      model.phase = 'assessed';
      return;
    case 'SubmissionWithdrawn':
      model.phase = 'withdrawn';
      return;
    case 'SubmissionClosed':
      expect(event.data.persons).toBe(countsOf(model).accepted);
      model.phase = 'closed';
      return;
    case 'RowMoved':
      model.moves.push(event.data.correction);
  }
};
const countsOf = ({ verdicts }: Model): Readonly<Record<Verdict, number>> => {
  const count = (wanted: Verdict): number => verdicts.filter((verdict) => verdict === wanted).length;
  return { accepted: count('accepted'), duplicate: count('duplicate'), rejected: count('rejected') };
};

const phaseOf = (state: SubmissionState | undefined): Model['phase'] => {
  if (!state) return 'none';
  if (state.closed) return 'closed';
  if (state.withdrawn) return 'withdrawn';
  if (state.assessed) return 'assessed';
  return state.chunksStored === state.received.chunks ? 'posting' : 'received';
};

const expectLike = (state: SubmissionState | undefined, model: Model): void => {
  expect(phaseOf(state)).toBe(model.phase);
  if (!state) return;
  expect(state.judged).toEqual(countsOf(model));
  expect(state.amounts).toEqual(model.sums);
  expect(state.rowsStored).toBe(model.stored);
  expect([...state.moves]).toEqual(model.moves);
  const pending = state.received.rowsTotal - judgedCount(state);
  expect(pending).toBeGreaterThanOrEqual(0);
  if (state.assessed) expect(pending).toBe(0);
};

describe('a submission', () => {
  it('of whom whatever is wanted goes forward only, and its counts and sums add up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom<Received['kind'][]>('normal', 'normal', 'back', 'base-change'),
        fc.boolean(),
        wishes,
        (rowsTotal, kind, atomic, wanted) => {
          const data = receivedOf(rowsTotal, kind, atomic);
          const model: Model = { stored: 0, verdicts: [], sums: NO_AMOUNTS, phase: 'none', moves: [] };
          const events: SubmissionEvent[] = [];
          let state = submission.initial;
          for (const wish of wanted) {
            const command = commandOf(wish, model, data);
            if (!command) continue;
            const decision = submission.decide(command, state);
            const before = model.phase;
            if (!decision.ok) continue;
            if (command.type === 'Withdraw') expect(kind).not.toBe('base-change');
            if (before === 'withdrawn' || before === 'closed')
              expect(decision.value.map(({ type }) => type)).toEqual(
                decision.value.length === 0 ? [] : ['SubmissionClosed'],
              );
            events.push(...decision.value);
            state = submission.replay(decision.value, state);
            for (const event of decision.value) take(model, event);
            expect(PHASES.indexOf(model.phase)).toBeGreaterThanOrEqual(PHASES.indexOf(before));
            expectLike(state, model);
            expect(submission.decide(command, state)).toEqual({ ok: true, value: [] });
          }
          expect(submission.replay(events)).toEqual(state);
        },
      ),
      { numRuns: 500 },
    );
  });
});
