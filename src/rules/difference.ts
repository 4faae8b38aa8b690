import { subtract, sum, ZERO, type Fen, type Ppm } from '../kernel/money.js';
import { ok, type Result } from '../kernel/result.js';
import { assess, type AssessedLine, type AssessFailure } from './assess.js';
import type { Policy } from './policy.js';

/** What stands for a person and month: the wage it was reckoned from and the lines that were not taken back. */
export type Standing = Readonly<{
  wage: Fen;
  /** The employer's own work-injury rate when the file came in; absent: the region's default. */
  injuryRate?: Ppm;
  lines: readonly AssessedLine[];
}>;
/** What one insurance of a month costs otherwise, signed: positive is owed, negative goes back. */
export type DifferenceLine = Readonly<{
  insurance: string;
  baseBefore: Fen;
  baseAfter: Fen;
  employerPart: Fen;
  employeePart: Fen;
  toAccount: Fen;
}>;
export type Difference = Readonly<{ table: string; lines: readonly DifferenceLine[] }>;
/** Owed and to be refunded apart, both positive: what one insurance owes does not hide what another gets back. */
export type DifferenceTotals = Readonly<{ owed: Fen; refund: Fen }>;

/**
 * What stands against the rules now in force, for the insurances that stand: a table published late (补差). No line where
 * nothing changed. The wage stays, and each amount is reckoned anew whole and rounded as the table says; the difference
 * itself is never rounded.
 */
export const difference = (policy: Policy, standing: Standing): Result<Difference, AssessFailure> => {
  const { wage, injuryRate, lines } = standing;
  const insurances = lines.map(({ insurance }) => insurance);
  const assessed = assess(policy, { wage, insurances, ...(injuryRate !== undefined && { injuryRate }) });
  if (!assessed.ok) return assessed;
  return ok({ table: policy.table, lines: differenceOf(lines, assessed.value.lines) });
};

/** Line by line, what `after` is more than `before`, for the insurances of both. */
export const differenceOf = (
  before: readonly AssessedLine[],
  after: readonly AssessedLine[],
): readonly DifferenceLine[] =>
  before.flatMap((old) => {
    const now = after.find(({ insurance }) => insurance === old.insurance);
    if (!now) return [];
    const line: DifferenceLine = {
      insurance: old.insurance,
      baseBefore: old.base,
      baseAfter: now.base,
      employerPart: subtract(now.employerPart, old.employerPart),
      employeePart: subtract(now.employeePart, old.employeePart),
      toAccount: subtract(now.toAccount, old.toAccount),
    };
    return isNothing(line) ? [] : [line];
  });

const isNothing = ({
  baseBefore,
  baseAfter,
  employerPart,
  employeePart,
  toAccount,
}: DifferenceLine): boolean =>
  baseBefore === baseAfter && employerPart === ZERO && employeePart === ZERO && toAccount === ZERO;

/** Sums of both sides, of amounts that are owed and of amounts that go back. */
export const totalsOf = (
  lines: readonly Readonly<{ employerPart: Fen; employeePart: Fen }>[],
): DifferenceTotals => {
  const amounts = lines.flatMap(({ employerPart, employeePart }) => [employerPart, employeePart]);
  const owed = sum(amounts.filter((amount) => amount > ZERO));
  return { owed, refund: subtract(owed, sum(amounts)) };
};
