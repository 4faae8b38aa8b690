import { addMonths, monthsBetween, type Month } from '../kernel/calendar.js';

/** By post, not by sex alone: women leave at 55 from management and technical posts, at 50 from others. */
export const RETIREMENT_CATEGORIES = ['men', 'women-55', 'women-50'] as const;
export type RetirementCategory = (typeof RETIREMENT_CATEGORIES)[number];

/** One category of the decision of 2024-09-13; all counts in months but `oldAge` in years. */
export type RetirementAge = Readonly<{
  oldAge: number;
  /** Birth month of the first who wait longer. */
  firstBirth: Month;
  /** Birth months for each further month of delay. */
  step: number;
  cap: number;
}>;
/** Elastic retirement: months later by agreement for those who reach their age at `from` or after. */
export type Elastic = Readonly<{ from: Month; later: number }>;

/** Months by which the age is later than the old one: `floor(k / step) + 1`, at most `cap`; none before `firstBirth`. */
export const delayMonths = (birth: Month, { firstBirth, step, cap }: RetirementAge): number => {
  const born = monthsBetween(firstBirth, birth);
  return born < 0 ? 0 : Math.min(cap, Math.floor(born / step) + 1);
};

/** The month in which the statutory age is reached. */
export const retirementMonth = (birth: Month, age: RetirementAge): Month =>
  addMonths(birth, age.oldAge * 12 + delayMonths(birth, age));

/** The last month of work: the statutory one, and the elastic months for those who reached it when these were law. */
export const lastMonthOfWork = (birth: Month, age: RetirementAge, elastic: readonly Elastic[]): Month => {
  const reached = retirementMonth(birth, age);
  const inForce = elastic.findLast(({ from }) => from <= reached);
  return addMonths(reached, inForce?.later ?? 0);
};

/** The month in which the old age, as it was before any delay, is reached. */
export const oldAgeMonth = (birth: Month, { oldAge }: RetirementAge): Month => addMonths(birth, oldAge * 12);

/**
 * Elastic retirement (弹性退休) about a statutory month: up to `earlier` months before it, never below the old age, and up
 * to `later` after it.
 */
export const elasticLimits = (
  birth: Month,
  age: RetirementAge,
  { earlier, later }: Readonly<{ earlier: number; later: number }>,
): Readonly<{ earliest: Month; latest: Month }> => {
  const reached = retirementMonth(birth, age);
  const [old, early] = [oldAgeMonth(birth, age), addMonths(reached, -earlier)];
  return { earliest: early < old ? old : early, latest: addMonths(reached, later) };
};
