import type { ContributionLine } from '../individual/events.js';
import { add, fromYuan, sum, toYuan } from '../kernel/money.js';
import type { Amounts, JudgedRow } from './events.js';

export const NO_AMOUNTS: Amounts = { employer: '0.00', employee: '0.00', total: '0.00', byInsurance: {} };

const addYuan = (a: string, b: string): string => toYuan(add(fromYuan(a), fromYuan(b)));

export const addAmounts = (a: Amounts, b: Amounts): Amounts => {
  const byInsurance: Record<string, string> = { ...a.byInsurance };
  for (const [insurance, amount] of Object.entries(b.byInsurance))
    byInsurance[insurance] = addYuan(byInsurance[insurance] ?? '0.00', amount);
  return {
    employer: addYuan(a.employer, b.employer),
    employee: addYuan(a.employee, b.employee),
    total: addYuan(a.total, b.total),
    byInsurance,
  };
};

/** Both sides' parts of one person's month. */
export const amountsOfRow = (lines: readonly ContributionLine[]): NonNullable<JudgedRow['amounts']> => {
  const employer = sum(lines.map((line) => fromYuan(line.employerPart)));
  const employee = sum(lines.map((line) => fromYuan(line.employeePart)));
  return { employer: toYuan(employer), employee: toYuan(employee), total: toYuan(add(employer, employee)) };
};

/** Sums over the lines of many persons; `byInsurance` holds both sides' parts together. */
export const amountsOf = (lines: readonly ContributionLine[]): Amounts => {
  const insurances = [...new Set(lines.map(({ insurance }) => insurance))].sort();
  const byInsurance = Object.fromEntries(
    insurances.map((insurance) => [
      insurance,
      amountsOfRow(lines.filter((line) => line.insurance === insurance)).total,
    ]),
  );
  return { ...amountsOfRow(lines), byInsurance };
};
