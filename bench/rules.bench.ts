import { toMonth } from '../src/kernel/calendar.js';
import { clamp, fen, type Fen } from '../src/kernel/money.js';
import { assess } from '../src/rules/assess.js';
import { YamlRuleBook } from '../src/rules/rules.loader.js';
import { compare, secondsOf, type Line } from './measure.js';

const PEOPLE = 100_000;
const MONTH = toMonth('2025-07');

/** Wages from far below the floor to far above the ceiling, no two alike. */
const wages: readonly Fen[] = Array.from({ length: PEOPLE }, (_, i) =>
  fen(BigInt(200_000 + ((i * 7919) % 4_800_000))),
);

/**
 * The amounts of a region's month worked out anew: the policy is looked up for each row, as the assessment of a
 * submission does. Raw: the same base times the same rates with one rounding each, and nothing built of it.
 */
export const rulesLine = async (): Promise<Line> => {
  const book = YamlRuleBook.load();
  const policy = book.inForce('shanghai', MONTH, 'employee');
  if (!policy.ok) throw new Error('the region has no rules for the month');
  const { insurances } = policy.value;
  let owed = 0n;
  const raw = async (): Promise<number> => {
    owed = 0n;
    const seconds = await secondsOf(() => {
      for (const wage of wages)
        for (const { floor, ceiling, employer, employee, toAccount } of insurances) {
          const base = clamp(wage, floor, ceiling);
          for (const rate of [employer, employee, toAccount]) owed += (base * rate + 500_000n) / 1_000_000n;
        }
    });
    return PEOPLE / seconds;
  };
  const ours = async (): Promise<number> => {
    let total = 0n;
    const seconds = await secondsOf(() => {
      for (const wage of wages) {
        const inForce = book.inForce('shanghai', MONTH, 'employee');
        const assessed = inForce.ok ? assess(inForce.value, { wage }) : inForce;
        if (!assessed.ok) throw new Error('a row could not be assessed');
        for (const { employerPart, employeePart, toAccount } of assessed.value.lines)
          total += employerPart + employeePart + toAccount;
      }
    });
    if (total !== owed) throw new Error(`the amounts differ: ${total} and ${owed}`);
    return PEOPLE / seconds;
  };
  return compare(`assessing a region of ${PEOPLE} people`, 'rows/s', 'in seconds', {
    raw,
    ours,
    note: 'raw: the bare multiplication; four insurances a row',
  });
};
