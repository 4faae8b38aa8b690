import assert from 'node:assert';
import type { Decider } from '../kernel/decider.js';
import { toDay, type Day } from '../kernel/calendar.js';
import { add, fromYuan, toYuan, ZERO, type Fen, type Ppm } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { lateFee } from '../rules/late-fee.js';
import { addAmounts, NO_AMOUNTS } from './amounts.js';
import type {
  Amounts,
  JudgedRow,
  PaymentReceived,
  SubmissionEvent,
  SubmissionReceived,
  Verdict,
} from './events.js';

export type Received = SubmissionReceived['data'];
export type Payment = PaymentReceived['data'];

export type SubmissionCommand =
  | Readonly<{ type: 'Receive'; received: Received }>
  | Readonly<{ type: 'StoreRows'; chunk: number; rows: number; sealed: string }>
  /** Verdicts on the rows from the `from`-th on, counted from nought. */
  | Readonly<{ type: 'Judge'; from: number; rows: readonly JudgedRow[]; amounts: Amounts }>
  | Readonly<{ type: 'Finish' }>
  | Readonly<{
      type: 'ReceivePayment';
      payment: string;
      amount: Fen;
      paidOn: Day;
      reference: string;
      today: Day;
      lateFeeDaily: Ppm;
    }>
  | Readonly<{ type: 'FinishPayment' }>;

export type SubmissionFailure =
  | Readonly<{ type: 'SubmissionNotFound' }>
  | Readonly<{ type: 'IdempotencyKeyReused'; differs: readonly string[] }>
  | Readonly<{ type: 'SubmissionNotAssessed' }>
  | Readonly<{ type: 'SubmissionAlreadyPaid' }>
  | Readonly<{ type: 'NothingOwed' }>
  | Readonly<{ type: 'PaidOnInFuture' }>
  | Readonly<{
      type: 'AmountDiffers';
      expected: Readonly<{ amount: string; principal: string; lateFee: string }>;
    }>;

export type SubmissionState = Readonly<{
  received: Received;
  chunksStored: number;
  rowsStored: number;
  judged: Readonly<Record<Verdict, number>>;
  amounts: Amounts;
  assessed: boolean;
  payment?: Payment;
  /** Every person has been credited. */
  paid: boolean;
}>;

type Decision = Result<readonly SubmissionEvent[], SubmissionFailure>;
type CommandOf<Type extends SubmissionCommand['type']> = Extract<SubmissionCommand, { type: Type }>;

export const submissionStreamOf = (id: string): string => `submission-${id}`;

export const judgedCount = ({ judged }: SubmissionState): number =>
  judged.accepted + judged.duplicate + judged.rejected;

export const countVerdicts = (rows: readonly JudgedRow[]): Readonly<Record<Verdict, number>> => {
  const counts = { accepted: 0, duplicate: 0, rejected: 0 };
  for (const { verdict } of rows) counts[verdict] += 1;
  return counts;
};

const received = (data: Received): SubmissionState => ({
  received: data,
  chunksStored: 0,
  rowsStored: 0,
  judged: { accepted: 0, duplicate: 0, rejected: 0 },
  amounts: NO_AMOUNTS,
  assessed: false,
  paid: false,
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
    case 'PaymentReceived':
      return { ...before, payment: event.data };
    case 'SubmissionPaid':
      return { ...before, paid: true };
  }
};

/** A key names one month and one file; the rest follows from them. */
const receive = ({ received: given }: CommandOf<'Receive'>, state: SubmissionState | undefined): Decision => {
  if (!state) return ok([{ type: 'SubmissionReceived', data: given }]);
  const differs = (['month', 'fileSha256'] as const).filter(
    (field) => state.received[field] !== given[field],
  );
  return differs.length > 0 ? err({ type: 'IdempotencyKeyReused', differs }) : ok([]);
};

const storeRows = ({ chunk, rows, sealed }: CommandOf<'StoreRows'>, state: SubmissionState): Decision => {
  if (chunk < state.chunksStored) return ok([]);
  assert(chunk === state.chunksStored && chunk < state.received.chunks, 'chunks come in order');
  return ok([
    { type: 'SubmissionRowsStored', data: { submission: state.received.submission, chunk, rows, sealed } },
  ]);
};

const judge = ({ from, rows, amounts }: CommandOf<'Judge'>, state: SubmissionState): Decision => {
  const done = judgedCount(state);
  if (from + rows.length <= done) return ok([]);
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
  const { submission, uscc, month, rowsTotal } = state.received;
  assert(judgedCount(state) === rowsTotal, 'every row is judged before the submission is assessed');
  const data = { submission, uscc, month, ...state.judged, amounts: state.amounts };
  return ok([{ type: 'SubmissionAssessed', data }]);
};

/** What is owed on a day: the principal, and the late fee since the due day. */
const owedOn = (
  { received: { dueOn }, amounts }: Pick<SubmissionState, 'received' | 'amounts'>,
  day: Day,
  daily: Ppm,
): Readonly<{ principal: Fen; lateFee: Fen; amount: Fen }> => {
  const principal = fromYuan(amounts.total);
  const { fee } = lateFee(principal, toDay(dueOn), day, daily);
  return { principal, lateFee: fee, amount: add(principal, fee) };
};

const isSamePayment = (known: Payment, { amount, paidOn, reference }: CommandOf<'ReceivePayment'>): boolean =>
  known.amount === toYuan(amount) && known.paidOn === paidOn && known.reference === reference;

const receivePayment = (command: CommandOf<'ReceivePayment'>, state: SubmissionState): Decision => {
  const { payment, amount, paidOn, reference, today } = command;
  if (state.payment) {
    if (state.payment.payment !== payment) return err({ type: 'SubmissionAlreadyPaid' });
    if (isSamePayment(state.payment, command)) return ok([]);
    return err({ type: 'IdempotencyKeyReused', differs: ['amount', 'paidOn', 'reference'] });
  }
  if (!state.assessed) return err({ type: 'SubmissionNotAssessed' });
  if (paidOn > today) return err({ type: 'PaidOnInFuture' });
  const owed = owedOn(state, paidOn, command.lateFeeDaily);
  if (owed.principal === ZERO) return err({ type: 'NothingOwed' });
  const [principal, fee] = [toYuan(owed.principal), toYuan(owed.lateFee)];
  if (amount !== owed.amount)
    return err({ type: 'AmountDiffers', expected: { amount: toYuan(owed.amount), principal, lateFee: fee } });
  const { submission, uscc, month } = state.received;
  const data = {
    submission,
    payment,
    uscc,
    month,
    amount: toYuan(amount),
    principal,
    lateFee: fee,
    paidOn,
    reference,
  };
  return ok([{ type: 'PaymentReceived', data }]);
};

const finishPayment = (state: SubmissionState): Decision => {
  if (state.paid) return ok([]);
  assert(state.payment, 'a payment is received before it is allocated');
  const { submission, payment, paidOn } = state.payment;
  return ok([
    { type: 'SubmissionPaid', data: { submission, payment, paidOn, persons: state.judged.accepted } },
  ]);
};

/** The decider of `submission-<id>`: one employer's file for one month, from its bytes to its payment. */
export const submission: Decider<
  SubmissionCommand,
  SubmissionEvent,
  SubmissionState | undefined,
  SubmissionFailure
> = {
  initial: undefined,
  replay: (events, from) => {
    let state = from;
    for (const event of events) state = evolve(state, event);
    return state;
  },
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
      case 'ReceivePayment':
        return receivePayment(command, state);
      case 'FinishPayment':
        return finishPayment(state);
    }
  },
};
