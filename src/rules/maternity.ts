import { quotientOf, type Fen, type Rounding } from '../kernel/money.js';

export const DELIVERIES = ['normal', 'difficult', 'miscarriage-early', 'miscarriage-late'] as const;
/** How it went: difficult (难产); a miscarriage before four full months, or from then on. */
export type Delivery = (typeof DELIVERIES)[number];

/** Days of leave by law; `furtherBaby` for each beyond the first. */
export type LeaveDays = Readonly<{
  birth: number;
  difficult: number;
  furtherBaby: number;
  miscarriageEarly: number;
  miscarriageLate: number;
}>;

/** National days of leave (产假). Special Rules on the Labour Protection of Female Employees art. 7. */
export const leaveDays = (delivery: Delivery, babies: number, days: LeaveDays): number => {
  const birth = days.birth + days.furtherBaby * (babies - 1);
  switch (delivery) {
    case 'normal':
      return birth;
    case 'difficult':
      return birth + days.difficult;
    case 'miscarriage-early':
      return days.miscarriageEarly;
    case 'miscarriage-late':
      return days.miscarriageLate;
  }
};

/**
 * Maternity allowance (生育津贴): the employer's mean monthly base of last year, by `divisor` days (in hundredths) a
 * month, for each day; rounded once. Social Insurance Law art. 56.
 */
export const maternityAllowance = (meanBase: Fen, days: number, divisor: bigint, rounding: Rounding): Fen =>
  quotientOf(meanBase * BigInt(days) * 100n, divisor, rounding);
