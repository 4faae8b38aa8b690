import { replaying, type Decider } from '../kernel/decider.js';
import { addMonths, toMonth, type Month } from '../kernel/calendar.js';
import { fromYuan, toPercent, toYuan, type Ppm } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { byInsurance, estimateOf, type SideLine } from '../rules/undeclared.js';
import { subtractAmounts, toAmounts } from './amounts.js';
import type { Amounts, EmployerEvent, EstimateLine, EstimateSettled, MonthEstimated } from './events.js';

/**
 * A month that was not declared (未按规定申报): assessed at a factor of the month before, and settled when the declaration
 * comes. It stands in the employer's stream alone: persons get nothing credited by an estimate. Pure.
 */
export type EstimateCommand =
  | Readonly<{
      type: 'Estimate';
      uscc: string;
      month: Month;
      factor: Ppm;
      source: string;
      /** Whether a file of this month was handed in of which a row stands or may come to stand. */
      isDeclared: boolean;
      /** What was declared for the month before: estimated person by person, then summed by insurance. */
      lastMonth: Readonly<{ of: readonly string[]; persons: number; estimated: readonly SideLine[] }>;
    }>
  | Readonly<{ type: 'Settle'; month: string; submission: string; declared: Amounts }>;

export type EstimateFailure =
  | Readonly<{ type: 'EmployerNotFound' }>
  | Readonly<{ type: 'MonthDeclared' }>
  | Readonly<{ type: 'NoLastMonth' }>;

/** `settled`: its declaration came. `undeclared`: that declaration was withdrawn, so that the month may be estimated anew. */
type Estimate = Readonly<{
  estimated: MonthEstimated['data'];
  state: 'open' | 'settled' | 'undeclared';
  settledBy?: string;
  /** How often the month was estimated. */
  times: number;
}>;
export type EstimateState = Readonly<{
  isRegistered: boolean;
  estimates: ReadonlyMap<string, Estimate>;
  /** Submissions that were withdrawn: they declare nothing. */
  withdrawn: ReadonlySet<string>;
}>;
const NOTHING: EstimateState = { isRegistered: false, estimates: new Map(), withdrawn: new Set() };

const evolve = (state: EstimateState, event: EmployerEvent): EstimateState => {
  switch (event.type) {
    case 'EmployerRegistered':
      return { ...state, isRegistered: true };
    case 'MonthEstimated':
      return withEstimate(state, event.data.month, (before) => ({
        estimated: event.data,
        state: 'open',
        times: (before?.times ?? 0) + 1,
      }));
    case 'EstimateSettled': {
      const { month, submission } = event.data;
      return withEstimate(
        state,
        month,
        (before) => before && { ...before, state: 'settled', settledBy: submission },
      );
    }
    case 'BillWithdrawn': {
      const { month, bill } = event.data;
      const withdrawn = new Set(state.withdrawn).add(bill);
      return withEstimate({ ...state, withdrawn }, month, (before) =>
        before?.state === 'settled' && before.settledBy === bill
          ? { ...before, state: 'undeclared' }
          : before,
      );
    }
    case 'BillIssued':
    case 'BillExtended':
    case 'MoneyReceived':
    case 'CreditUsed':
    case 'BillChanged':
    case 'CreditRefunded':
    case 'CreditMoved':
    case 'PersonsCredited':
      return state;
  }
};

const withEstimate = (
  state: EstimateState,
  month: string,
  change: (before: Estimate | undefined) => Estimate | undefined,
): EstimateState => {
  const after = change(state.estimates.get(month));
  return after ? { ...state, estimates: new Map(state.estimates).set(month, after) } : state;
};

type Decision = Result<readonly (MonthEstimated | EstimateSettled)[], EstimateFailure>;

const estimate = (
  command: Extract<EstimateCommand, { type: 'Estimate' }>,
  state: EstimateState,
): Decision => {
  const { uscc, month, factor, source, isDeclared, lastMonth } = command;
  if (!state.isRegistered) return err({ type: 'EmployerNotFound' });
  const known = state.estimates.get(month);
  if (known?.state === 'settled' || isDeclared) return err({ type: 'MonthDeclared' });
  if (known?.state === 'open') return ok([]);
  const before = addMonths(month, -1);
  // Where the month before was not declared either, what was assessed for it is its estimate.
  const standing = state.estimates.get(before);
  const estimated =
    lastMonth.persons > 0
      ? byInsurance(lastMonth.estimated)
      : standing?.state === 'open'
        ? estimateOf(standing.estimated.lines.map(toSides), factor)
        : [];
  if (estimated.length === 0) return err({ type: 'NoLastMonth' });
  const persons = lastMonth.persons > 0 ? lastMonth.persons : (standing?.estimated.persons ?? 0);
  const data: MonthEstimated['data'] = {
    uscc,
    month,
    of: lastMonth.of,
    lastMonth: before,
    factor: toPercent(factor),
    source,
    rounding: 'fen-half-up',
    persons,
    lines: estimated.map(toLine),
    amounts: toAmounts(
      estimated.map(toLine).map(({ insurance, employerPart, employeePart }) => ({
        insurance,
        employer: employerPart,
        employee: employeePart,
      })),
    ),
    valueOn: `${month}-01`,
  };
  return ok([{ type: 'MonthEstimated', data }]);
};

/** The estimate goes back whole, since what was declared is assessed person by person; the difference says what changed. */
const settle = (
  { month, submission, declared }: Extract<EstimateCommand, { type: 'Settle' }>,
  state: EstimateState,
): Decision => {
  const known = state.estimates.get(month);
  if (known?.state !== 'open' || state.withdrawn.has(submission)) return ok([]);
  const { uscc, lines, amounts, valueOn } = known.estimated;
  const difference = subtractAmounts(declared, amounts);
  return ok([
    { type: 'EstimateSettled', data: { uscc, month, submission, lines, declared, difference, valueOn } },
  ]);
};

/** The acts on `employer-<USCC>` that are about months not declared. */
export const estimating: Decider<EstimateCommand, EmployerEvent, EstimateState, EstimateFailure> = {
  initial: NOTHING,
  replay: replaying<EmployerEvent, EstimateState>(NOTHING, evolve),
  decide: (command, state) => {
    switch (command.type) {
      case 'Estimate':
        return estimate(command, state);
      case 'Settle':
        return settle(command, state);
    }
  },
};

export const findEstimate = (state: EstimateState, month: string): Estimate | undefined =>
  state.estimates.get(toMonth(month));

const toSides = ({ insurance, employerPart, employeePart }: EstimateLine): SideLine => ({
  insurance,
  employerPart: fromYuan(employerPart),
  employeePart: fromYuan(employeePart),
});
const toLine = ({ insurance, employerPart, employeePart }: SideLine): EstimateLine => ({
  insurance,
  employerPart: toYuan(employerPart),
  employeePart: toYuan(employeePart),
});
