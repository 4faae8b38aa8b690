import {
  fen,
  least,
  shareOf,
  subtract,
  sum,
  ZERO,
  type Fen,
  type Ppm,
  type Rounding,
} from '../kernel/money.js';

export const KINDS = ['outpatient', 'inpatient'] as const;
export type Kind = (typeof KINDS)[number];
export const LEVELS = ['community', 'primary', 'secondary', 'tertiary'] as const;
export type Level = (typeof LEVELS)[number];

/** A deductible (起付线) is met once a year, or anew by each stay. */
export const DEDUCTIBLE_PER = ['year', 'stay'] as const;
/** From the `from`th stay of the year on; where it is met once a year there is one, of the first. */
export type Deductible = Readonly<{ from: number; amount: Fen }>;
/** Of what lies above the band before and up to `to` the fund pays this share; the last may have no end. */
export type Band = Readonly<{ to?: Fen | undefined; fund: Ppm }>;
export type HospitalRules = Readonly<{
  per: (typeof DEDUCTIBLE_PER)[number];
  deductibles: readonly Deductible[];
  bands: readonly Band[];
  rounding: Rounding;
}>;

/** A part of the amount that lies in one band, `from` to `to` counted over the year. */
export type Slice = Readonly<{ from: Fen; to: Fen; rate: Ppm; fund: Fen }>;
export type HospitalShare = Readonly<{ deductible: Fen; slices: readonly Slice[]; fund: Fen; person: Fen }>;

/**
 * Who pays what of an amount in scope (政策范围内费用). The year's amounts in scope are laid end to end, those `used`
 * before and then this one: its deductible comes first, the rest falls into the bands where it lies, each slice rounded by
 * itself. Beyond the last band the fund pays nothing.
 */
export const hospitalShare = (
  inScope: Fen,
  used: Fen,
  stay: number,
  { per, deductibles, bands, rounding }: HospitalRules,
): HospitalShare => {
  const whole = deductibles.findLast(({ from }) => from <= stay)?.amount ?? ZERO;
  const open = per === 'year' ? subtract(whole, least(used, whole)) : whole;
  const deductible = least(open, inScope);
  const [start, end] = [fen(used + deductible), fen(used + inScope)];
  const slices = bands.flatMap(({ to, fund: rate }, i): readonly Slice[] => {
    const floor = bands[i - 1]?.to ?? ZERO;
    const from = floor > start ? floor : start;
    const until = to === undefined ? end : least(to, end);
    if (until <= from) return [];
    return [{ from, to: until, rate, fund: shareOf(subtract(until, from), rate, rounding) }];
  });
  const fund = sum(slices.map((slice) => slice.fund));
  return { deductible, slices, fund, person: subtract(inScope, fund) };
};
