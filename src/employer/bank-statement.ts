import assert from 'node:assert';
import { replaying, type Decider } from '../kernel/decider.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { BankField, BankNoteCode, BankProblem } from './bank-line.js';

/** A statement of the bank or of the tax collection, matched line by line to what employers owe (到账核对). Pure. */
export type BankStatementReceived = Readonly<{
  type: 'BankStatementReceived';
  data: Readonly<{
    statement: string;
    /** SHA-256 of the file's bytes, lower-case hex. */
    fileSha256: string;
    format: Readonly<{
      kind: 'csv' | 'json';
      encoding: 'utf-8' | 'gb18030';
      delimiter?: ',' | '\t' | ';';
    }>;
    linesTotal: number;
    chunks: number;
  }>;
}>;
/** Lines as written, sealed: they name payers. An envelope of JSON `[[line, date, amount, reference, uscc, payer, remark], …]`. */
export type BankStatementLinesStored = Readonly<{
  type: 'BankStatementLinesStored';
  data: Readonly<{ statement: string; chunk: number; lines: number; sealed: string }>;
}>;
/**
 * `matched`: it paid something; `credit`: nothing was open, it is the employer's credit; `duplicate`: the same line of the
 * bank came before; `unmatched`: whose it is cannot be told, nothing is booked.
 */
export type BankVerdict = 'matched' | 'credit' | 'duplicate' | 'unmatched';
export type BankLine = Readonly<{
  line: number;
  verdict: BankVerdict;
  /** Of an unmatched line: all that is wrong. */
  problems?: readonly BankProblem[];
  note?: Readonly<{ code: BankNoteCode; field: BankField }>;
  uscc?: string;
  /** In the employer's account; of a duplicate that of the line that came first. */
  payment?: string;
  amount?: string;
  /** Principal and late fee by bill. */
  allocations?: readonly Readonly<{ bill: string; month: string; principal: string; lateFee: string }>[];
  /** What became credit. */
  unapplied?: string;
}>;
/** Verdicts on a run of lines, appended after the employers' accounts hold what was booked. */
export type BankLinesMatched = Readonly<{
  type: 'BankLinesMatched';
  data: Readonly<{ statement: string; lines: readonly BankLine[] }>;
}>;
export type BankStatementEvent = BankStatementReceived | BankStatementLinesStored | BankLinesMatched;

export type BankStatementCommand =
  | Readonly<{ type: 'Receive'; received: BankStatementReceived['data'] }>
  | Readonly<{ type: 'StoreLines'; chunk: number; lines: number; sealed: string }>
  /** Verdicts on the lines from the `from`-th on, counted from nought. */
  | Readonly<{ type: 'Match'; from: number; lines: readonly BankLine[] }>;
export type BankStatementFailure =
  | Readonly<{ type: 'BankStatementNotFound' }>
  | Readonly<{ type: 'IdempotencyKeyReused'; differs: readonly string[] }>;

export type BankStatementState = Readonly<{
  received: BankStatementReceived['data'];
  chunksStored: number;
  counts: Readonly<Record<BankVerdict, number>>;
}>;

export const bankStatementStreamOf = (id: string): string => `bank-statement-${id}`;
export const isStoredWhole = ({ received, chunksStored }: BankStatementState): boolean =>
  chunksStored === received.chunks;
export const matchedCount = ({ counts }: BankStatementState): number =>
  counts.matched + counts.credit + counts.duplicate + counts.unmatched;
export const isMatchedWhole = (state: BankStatementState): boolean =>
  matchedCount(state) === state.received.linesTotal;

const NONE = { matched: 0, credit: 0, duplicate: 0, unmatched: 0 } as const;
export const countLines = (
  lines: readonly BankLine[],
  before: BankStatementState['counts'] = NONE,
): BankStatementState['counts'] => {
  const counts = { ...before };
  for (const { verdict } of lines) counts[verdict] += 1;
  return counts;
};

const evolve = (before: BankStatementState | undefined, event: BankStatementEvent): BankStatementState => {
  if (event.type === 'BankStatementReceived') return { received: event.data, chunksStored: 0, counts: NONE };
  assert(before, 'a statement begins by being received');
  switch (event.type) {
    case 'BankStatementLinesStored':
      return { ...before, chunksStored: before.chunksStored + 1 };
    case 'BankLinesMatched':
      return { ...before, counts: countLines(event.data.lines, before.counts) };
  }
};

type Decision = Result<readonly BankStatementEvent[], BankStatementFailure>;
type CommandOf<Type extends BankStatementCommand['type']> = Extract<BankStatementCommand, { type: Type }>;

const receive = ({ received }: CommandOf<'Receive'>, state: BankStatementState | undefined): Decision => {
  if (!state) return ok([{ type: 'BankStatementReceived', data: received }]);
  return state.received.fileSha256 === received.fileSha256
    ? ok([])
    : err({ type: 'IdempotencyKeyReused', differs: ['file'] });
};

const storeLines = (
  { chunk, lines, sealed }: CommandOf<'StoreLines'>,
  { received: { statement, chunks }, chunksStored }: BankStatementState,
): Decision => {
  if (chunk < chunksStored) return ok([]);
  assert(chunk === chunksStored && chunk < chunks, 'chunks come in order');
  return ok([{ type: 'BankStatementLinesStored', data: { statement, chunk, lines, sealed } }]);
};

const match = ({ from, lines }: CommandOf<'Match'>, state: BankStatementState): Decision => {
  const done = matchedCount(state);
  if (from + lines.length <= done) return ok([]);
  assert(from === done && isStoredWhole(state), 'runs of lines are matched in order, once all are stored');
  return ok([{ type: 'BankLinesMatched', data: { statement: state.received.statement, lines } }]);
};

/** The decider of `bank-statement-<id>`. */
export const bankStatement: Decider<
  BankStatementCommand,
  BankStatementEvent,
  BankStatementState | undefined,
  BankStatementFailure
> = {
  initial: undefined,
  replay: replaying<BankStatementEvent, BankStatementState | undefined>(undefined, evolve),
  decide: (command, state) => {
    if (command.type === 'Receive') return receive(command, state);
    if (!state) return err({ type: 'BankStatementNotFound' });
    switch (command.type) {
      case 'StoreLines':
        return storeLines(command, state);
      case 'Match':
        return match(command, state);
    }
  },
};
