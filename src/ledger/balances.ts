import { addMonths, type Month } from '../kernel/calendar.js';

/** One insurance of one person: months paid, and those between the first and the last paid that are not. */
export type MonthsPaid = Readonly<{ insurance: string; paid: number; gaps: readonly Month[] }>;

/** Months that are missing between the first and the last of a list in order. */
export const gapsOf = (months: readonly Month[]): readonly Month[] => {
  const paid = new Set(months);
  const [first, last] = [months[0], months.at(-1)];
  const gaps: Month[] = [];
  if (first === undefined || last === undefined) return gaps;
  for (let month = first; month < last; month = addMonths(month, 1)) if (!paid.has(month)) gaps.push(month);
  return gaps;
};

/** Paid months by insurance, the insurances in the order of their names. A month paid twice counts once. */
export const monthsPaid = (
  paid: readonly Readonly<{ insurance: string; month: Month }>[],
): readonly MonthsPaid[] => {
  const byInsurance = new Map<string, Set<Month>>();
  for (const { insurance, month } of paid) {
    const months = byInsurance.get(insurance) ?? new Set();
    byInsurance.set(insurance, months.add(month));
  }
  return [...byInsurance]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([insurance, months]) => ({ insurance, paid: months.size, gaps: gapsOf([...months].sort()) }));
};
