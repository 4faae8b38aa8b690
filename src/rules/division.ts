import { quotientOf, type Fen, type Rounding } from '../kernel/money.js';

/** An amount in fen times a factor, divided by what need be no power of ten; rounded once, as the table says. */
export const divided = (amount: Fen, factor: bigint, divisor: bigint, rounding: Rounding): Fen =>
  quotientOf(amount * factor, divisor, rounding);
