import { shareOf, type Fen, type Ppm } from '../kernel/money.js';

/** What both sides owe for one insurance. */
export type SideLine = Readonly<{ insurance: string; employerPart: Fen; employeePart: Fen }>;

/**
 * A month that an employer did not declare is assessed at a factor (110 %) of the month before, each side of each
 * insurance of each person by itself, half a fen up, until the declaration comes. Social Insurance Law art. 62,
 * Order 259 art. 10. The law names no rounding: fen half up is our choice.
 */
export const estimateOf = (lastMonth: readonly SideLine[], factor: Ppm): readonly SideLine[] =>
  lastMonth.map(({ insurance, employerPart, employeePart }) => ({
    insurance,
    employerPart: shareOf(employerPart, factor, 'fen-half-up'),
    employeePart: shareOf(employeePart, factor, 'fen-half-up'),
  }));

/** Lines summed by insurance, in the order of their names. */
export const byInsurance = (lines: readonly SideLine[]): readonly SideLine[] => {
  const sums = new Map<string, { insurance: string; employerPart: bigint; employeePart: bigint }>();
  for (const { insurance, employerPart, employeePart } of lines) {
    const known = sums.get(insurance) ?? { insurance, employerPart: 0n, employeePart: 0n };
    known.employerPart += employerPart;
    known.employeePart += employeePart;
    sums.set(insurance, known);
  }
  return ([...sums.values()] as SideLine[]).sort((a, b) => (a.insurance < b.insurance ? -1 : 1));
};
