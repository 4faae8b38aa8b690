import { err, ok, type Result } from '../kernel/result.js';
import { slipOf, standingLines, type ContributionState, type Slip } from './contribution.js';
import type { Charge, ContributionLine, ContributionPaid, IndividualEvent, SlipPayment } from './events.js';
import { creditedBy, isNothing, paidBy } from './payment.js';
import { startsFor, type RegistrationState } from './registration.js';
import { chargeOf, withPaid, type PartsText } from './slip-amounts.js';

/**
 * A month that was assessed for the wrong person comes to the right one as it stood: the same amounts, claimed by the same
 * bills, and credited by the same payments on the same days. Pure.
 */
export type MoveIn = Readonly<{
  type: 'MoveIn';
  correction: string;
  month: string;
  /** As it stood for the wrong person before it was taken back. */
  slip: Slip;
}>;
export type MoveInFailure = Readonly<{ type: 'IndividualNotFound' }> | Readonly<{ type: 'MonthTaken' }>;

export const decideMoveIn = (
  { correction, month, slip }: MoveIn,
  state: RegistrationState & ContributionState,
): Result<readonly IndividualEvent[], MoveInFailure> => {
  if (!state.registration) return err({ type: 'IndividualNotFound' });
  const latest = state.months.get(month);
  if (slipOf(latest, ({ moved }) => moved === correction)) return ok([]);
  if (latest && standingLines(latest).length > 0) return err({ type: 'MonthTaken' });
  const lines = standingLines(slip);
  const { submission, line, employer, region, wage, employment, table } = slip;
  const charges = slip.charges.map(({ bill, lines: claimed }) => ({
    bill,
    lines: claimed.filter(stands(slip)).map(({ insurance, ...parts }) => ({ insurance, ...claimOf(parts) })),
  }));
  const moved = { correction, charges };
  const data = { submission, line, employer, region, month, wage, employment, table, lines, moved };
  const insurances = lines.map(({ insurance }) => insurance);
  return ok([
    ...startsFor(state, insurances, employer, month),
    { type: 'ContributionAssessed', data },
    ...creditsOf(slip, month),
  ]);
};

const stands =
  ({ reversed }: Slip) =>
  ({ insurance }: Readonly<{ insurance: string }>): boolean =>
    !reversed.includes(insurance);
const claimOf = ({ employerPart, employeePart, toAccount }: PartsText): PartsText => ({
  employerPart,
  employeePart,
  toAccount,
});

/**
 * Payment by payment what had been credited and was not given back. The month counts for what it had counted for, by the
 * last money that came for it.
 */
const creditsOf = (slip: Slip, month: string): readonly ContributionPaid[] => {
  const credits: Readonly<{ payment: SlipPayment; lines: readonly ContributionLine[] }>[] = [];
  let charges: readonly Charge[] = slip.charges.map(({ bill, lines }) =>
    chargeOf(
      bill,
      lines.map(({ insurance, credited }) => ({ insurance, ...credited })),
    ),
  );
  for (const payment of slip.payments) {
    const lines = creditedBy({ ...slip, charges }, payment.bill, payment.covered);
    charges = withPaid(charges, payment.bill, lines);
    if (!lines.every(isNothing)) credits.push({ payment, lines });
  }
  const lastOf = (insurance: string): number => {
    const last = credits.findLastIndex(({ lines }) =>
      lines.some((line) => line.insurance === insurance && !isNothing(line)),
    );
    return last < 0 ? credits.length - 1 : last;
  };
  return credits.map(({ payment, lines }, index) => {
    const complete = slip.counted.filter((insurance) => lastOf(insurance) === index);
    return paidBy(slip, { ...payment, month }, lines, complete);
  });
};
