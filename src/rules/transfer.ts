import { shareOf, sum, ZERO, type Fen, type Ppm, type Rounding } from '../kernel/money.js';

/** 统筹基金转移: a share of the paid-on wages of each year since `since`. */
export type TransferRules = Readonly<{ share: Ppm; since: number; rounding: Rounding }>;
export type YearPart = Readonly<{ year: number; wages: Fen; part: Fen }>;
export type Transfer = Readonly<{ years: readonly YearPart[]; pooledPart: Fen; total: Fen }>;

/**
 * What goes with a person to another region: the pooled part of each year, rounded year by year as the information
 * sheet lists them, and the account as it stands. Years before the first give nothing. 国办发〔2009〕66号 art. 4.
 */
export const transfer = (
  account: Fen,
  wages: ReadonlyMap<number, Fen>,
  { share, since, rounding }: TransferRules,
): Transfer => {
  const years = [...wages].map(([year, paid]) => ({
    year,
    wages: paid,
    part: year < since ? ZERO : shareOf(paid, share, rounding),
  }));
  const pooledPart = sum(years.map(({ part }) => part));
  return { years, pooledPart, total: sum([pooledPart, account]) };
};
