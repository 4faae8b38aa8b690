import type { Fen } from '../kernel/money.js';

/** From `after` months paid on, each full `every` months give `add` more months; up to where the next stretch begins. */
export type Stretch = Readonly<{ after: number; every: number; add: number }>;
/** Whoever has paid `from` months or more may draw at most `most`. */
export type Cap = Readonly<{ from: number; most: number }>;
/** Up to and with the month `to` of drawing, `monthly` is paid. */
export type Phase = Readonly<{ to: number; monthly: Fen }>;

export type Drawing = Readonly<{
  /** By the region's steps. */
  stepped: number;
  /** The statutory maximum for what was paid; nought below the first step of the law. */
  cap: number;
  /** With the months of an earlier spell that were not drawn, held at the maximum of all. */
  months: number;
}>;
export type PhaseAmount = Readonly<{ from: number; to: number; monthly: Fen }>;

/** Months for what was paid, by a region's stretches, which stand in order. */
export const steppedMonths = (paid: number, stretches: readonly Stretch[]): number =>
  stretches.reduce((months, { after, every, add }, i) => {
    const end = Math.min(paid, stretches[i + 1]?.after ?? paid);
    return months + Math.floor(Math.max(0, end - after) / every) * add;
  }, 0);

/**
 * For how many months unemployment benefit is drawn (领取期限): the region's steps within the statutory maxima, and what
 * was left of an earlier spell (合并计算), in all at most `total`. Social Insurance Law art. 46.
 */
export const drawingMonths = (
  paid: number,
  carriedOver: number,
  stretches: readonly Stretch[],
  { caps, total }: Readonly<{ caps: readonly Cap[]; total: number }>,
): Drawing => {
  const stepped = steppedMonths(paid, stretches);
  const cap = caps.findLast(({ from }) => from <= paid)?.most ?? 0;
  return { stepped, cap, months: Math.min(total, Math.min(stepped, cap) + carriedOver) };
};

/** What each of these months pays, phase by phase. */
export const phaseAmounts = (months: number, phases: readonly Phase[]): readonly PhaseAmount[] =>
  phases
    .map(({ to, monthly }, i) => ({ from: (phases[i - 1]?.to ?? 0) + 1, to: Math.min(to, months), monthly }))
    .filter(({ from, to }) => from <= to);
