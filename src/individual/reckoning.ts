import { add, fromYuan, toYuan, ZERO, type Fen, type Ppm } from '../kernel/money.js';
import { toMonth, type Month } from '../kernel/calendar.js';
import type { Result } from '../kernel/result.js';
import { assess } from '../rules/assess.js';
import { totalsOf } from '../rules/difference.js';
import type { Employment, NoPolicy, Policy } from '../rules/policy.js';
import type { AdjustedMonth } from './adjustment.js';
import { standingLines, type ContributionState, type Slip } from './contribution.js';
import type { ContributionAdjusted } from './events.js';

/** Which months of which region, both ends included. */
export type Range = Readonly<{ region: string; monthFrom: Month; monthTo: Month }>;
export type StandingSlip = Readonly<{ month: Month; slip: Slip }>;
/** Outside facts: what is in force, the employer's own rate when the file came in, how a posting is named. */
export type Facts = Readonly<{
  inForce: (month: Month, employment: Employment) => Result<Policy, NoPolicy>;
  injuryRateOf: (submission: string) => Ppm | undefined;
  nameOf: (month: Month, slip: Slip) => string;
  /** The bill on which is claimed what is more. */
  billOf: (month: Month, slip: Slip) => string;
}>;
export type Reckoned = Readonly<{ months: readonly AdjustedMonth[]; withoutRules: number }>;

export const isInRange = (
  { region, monthFrom, monthTo }: Range,
  where: Readonly<{ region: string; month: string }>,
): boolean => where.region === region && where.month >= monthFrom && where.month <= monthTo;

/** Slips of the range of which anything stands. A month that was reversed whole has none. */
export const slipsIn = ({ months }: ContributionState, range: Range): readonly StandingSlip[] =>
  [...months]
    .filter(
      ([month, slip]) => isInRange(range, { region: slip.region, month }) && standingLines(slip).length > 0,
    )
    .map(([month, slip]) => ({ month: toMonth(month), slip }));

/** What each slip costs by the rules now in force. Where they have no answer it is counted and left alone. */
export const reckon = (
  slips: readonly StandingSlip[],
  { inForce, injuryRateOf, nameOf, billOf }: Facts,
): Reckoned => {
  const months = slips.flatMap(({ month, slip }): AdjustedMonth[] => {
    const policy = inForce(month, slip.employment === 'flexible' ? 'flexible' : 'employee');
    if (!policy.ok) return [];
    const injuryRate = injuryRateOf(declaredBy(slip));
    const assessed = assess(policy.value, {
      wage: fromYuan(slip.wage),
      insurances: standingLines(slip).map(({ insurance }) => insurance),
      ...(injuryRate !== undefined && { injuryRate }),
    });
    if (!assessed.ok) return [];
    const { submission, line, wage } = slip;
    const { table, lines } = assessed.value;
    const named = { adjustment: nameOf(month, slip), bill: billOf(month, slip) };
    return [{ ...named, month, submission, line, wage, table, lines }];
  });
  return { months, withoutRules: slips.length - months.length };
};

/** The submission that declared the wage that stands, by whose employer's own rate it is reckoned. */
export const declaredBy = ({ submission, changes }: Slip): string =>
  changes.findLast(({ declared }) => declared !== undefined)?.declared ?? submission;

type Sums = { owed: Fen; refund: Fen };
export type SumsText = Readonly<{ owed: string; refund: string }>;
/** Owed and refunded apart, yuan text; `withoutRules`: months for which the rules have no answer. */
export type AdjustmentTotals = Readonly<{
  persons: number;
  months: number;
  owed: string;
  refund: string;
  byInsurance: Readonly<Record<string, SumsText>>;
  bySide: Readonly<{ employer: SumsText; employee: SumsText }>;
  withoutRules: number;
}>;

/** Adds up differences person by person; it holds sums only, so that it does not grow with them. */
export class DifferenceSums {
  private persons = 0;
  private months = 0;
  private withoutRules = 0;
  private readonly whole = noSums();
  private readonly sides = { employer: noSums(), employee: noSums() };
  private readonly insurances = new Map<string, Sums>();

  add(adjusted: readonly ContributionAdjusted[], withoutRules: number): void {
    this.withoutRules += withoutRules;
    if (adjusted.length === 0) return;
    this.persons += 1;
    this.months += adjusted.length;
    for (const { insurance, employerPart, employeePart } of adjusted.flatMap(({ data }) => data.lines)) {
      const [employer, employee] = [fromYuan(employerPart), fromYuan(employeePart)];
      const of = this.insurances.get(insurance) ?? noSums();
      this.insurances.set(insurance, of);
      for (const sums of [this.whole, of]) addTo(sums, employer, employee);
      addTo(this.sides.employer, employer, ZERO);
      addTo(this.sides.employee, ZERO, employee);
    }
  }

  totals(): AdjustmentTotals {
    const { persons, months, withoutRules, sides } = this;
    const byInsurance = Object.fromEntries(
      [...this.insurances].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, sums]) => [name, toText(sums)]),
    );
    const bySide = { employer: toText(sides.employer), employee: toText(sides.employee) };
    return { persons, months, ...toText(this.whole), byInsurance, bySide, withoutRules };
  }
}

const noSums = (): Sums => ({ owed: ZERO, refund: ZERO });
const addTo = (sums: Sums, employerPart: Fen, employeePart: Fen): void => {
  const { owed, refund } = totalsOf([{ employerPart, employeePart }]);
  sums.owed = add(sums.owed, owed);
  sums.refund = add(sums.refund, refund);
};
const toText = ({ owed, refund }: Sums): SumsText => ({ owed: toYuan(owed), refund: toYuan(refund) });
