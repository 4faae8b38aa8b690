import type { Decider } from '../kernel/decider.js';
import { addMonths, toMonth, type Month } from '../kernel/calendar.js';
import { add, fromYuan, subtract, sum, toPercent, toYuan, type Ppm } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { byInsurance, estimateOf, type SideLine } from '../rules/undeclared.js';
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

export type EstimateState = Readonly<{
  isRegistered: boolean;
  estimates: ReadonlyMap<string, Readonly<{ estimated: MonthEstimated['data']; isSettled: boolean }>>;
}>;

const evolve = (state: EstimateState, event: EmployerEvent): EstimateState => {
  switch (event.type) {
    case 'EmployerRegistered':
      return { ...state, isRegistered: true };
    case 'MonthEstimated': {
      const entry = { estimated: event.data, isSettled: false };
      return { ...state, estimates: new Map([...state.estimates, [event.data.month, entry]]) };
    }
    case 'EstimateSettled': {
      const before = state.estimates.get(event.data.month);
      if (!before) return state;
      return {
        ...state,
        estimates: new Map([...state.estimates, [event.data.month, { ...before, isSettled: true }]]),
      };
    }
  }
};

type Decision = Result<readonly (MonthEstimated | EstimateSettled)[], EstimateFailure>;

const estimate = (
  command: Extract<EstimateCommand, { type: 'Estimate' }>,
  state: EstimateState,
): Decision => {
  const { uscc, month, factor, source, isDeclared, lastMonth } = command;
  if (!state.isRegistered) return err({ type: 'EmployerNotFound' });
  const known = state.estimates.get(month);
  if (known?.isSettled || isDeclared) return err({ type: 'MonthDeclared' });
  if (known) return ok([]);
  const before = addMonths(month, -1);
  // Where the month before was not declared either, what was assessed for it is its estimate.
  const standing = state.estimates.get(before);
  const estimated =
    lastMonth.persons > 0
      ? byInsurance(lastMonth.estimated)
      : standing && !standing.isSettled
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
    amounts: amountsOf(estimated),
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
  if (!known || known.isSettled) return ok([]);
  const { uscc, lines, amounts, valueOn } = known.estimated;
  const difference = less(declared, amounts);
  return ok([
    { type: 'EstimateSettled', data: { uscc, month, submission, lines, declared, difference, valueOn } },
  ]);
};

/** The acts on `employer-<USCC>` that are about months not declared. */
export const estimating: Decider<EstimateCommand, EmployerEvent, EstimateState, EstimateFailure> = {
  initial: { isRegistered: false, estimates: new Map() },
  replay: (events, from = { isRegistered: false, estimates: new Map() }) => {
    let state = from;
    for (const event of events) state = evolve(state, event);
    return state;
  },
  decide: (command, state) => {
    switch (command.type) {
      case 'Estimate':
        return estimate(command, state);
      case 'Settle':
        return settle(command, state);
    }
  },
};

export const findEstimate = (state: EstimateState, month: string): MonthEstimated['data'] | undefined =>
  state.estimates.get(toMonth(month))?.estimated;

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

const amountsOf = (lines: readonly SideLine[]): Amounts => {
  const employer = sum(lines.map(({ employerPart }) => employerPart));
  const employee = sum(lines.map(({ employeePart }) => employeePart));
  const whole = lines.map((line) => [line.insurance, toYuan(add(line.employerPart, line.employeePart))]);
  return {
    employer: toYuan(employer),
    employee: toYuan(employee),
    total: toYuan(add(employer, employee)),
    byInsurance: Object.fromEntries(whole) as Amounts['byInsurance'],
  };
};

const less = (a: Amounts, b: Amounts): Amounts => {
  const minus = (one = '0.00', other = '0.00'): string => toYuan(subtract(fromYuan(one), fromYuan(other)));
  const insurances = [...new Set([...Object.keys(a.byInsurance), ...Object.keys(b.byInsurance)])].sort();
  return {
    employer: minus(a.employer, b.employer),
    employee: minus(a.employee, b.employee),
    total: minus(a.total, b.total),
    byInsurance: Object.fromEntries(
      insurances.map((name) => [name, minus(a.byInsurance[name], b.byInsurance[name])]),
    ),
  };
};
