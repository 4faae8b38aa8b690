import assert from 'node:assert';
import { fen, type Fen, type Rounding } from '../kernel/money.js';

const FEN_IN: Readonly<Record<Rounding, bigint>> = {
  'fen-half-up': 1n,
  'jiao-up': 10n,
  'yuan-half-up': 100n,
};

/** An amount in fen times a factor, divided by what need be no power of ten; rounded once, as the table says. */
export const divided = (amount: Fen, factor: bigint, divisor: bigint, rounding: Rounding): Fen => {
  assert(amount >= 0n && factor >= 0n && divisor > 0n, 'only what is not negative is divided');
  const [product, unit] = [amount * factor, divisor * FEN_IN[rounding]];
  switch (rounding) {
    case 'fen-half-up':
    case 'yuan-half-up':
      return fen(((2n * product + unit) / (2n * unit)) * FEN_IN[rounding]);
    case 'jiao-up':
      return fen(((product + unit - 1n) / unit) * FEN_IN[rounding]);
  }
};
