import { IsOptional } from 'class-validator';
import { IsYuan } from '../http/validators.js';
import { fromYuan, type Fen } from '../kernel/money.js';

/** The years of the calendar that the system reads (src/kernel/calendar.ts). */
const YEARS = Array.from({ length: 200 }, (_, i) => String(1900 + i));

/** Yuan by year, `{"2019": "60000.00"}`; years without any are left out. */
export class YearAmountsRequest {
  [year: string]: string | null | undefined;
}
for (const year of YEARS) {
  IsOptional()(YearAmountsRequest.prototype, year);
  IsYuan()(YearAmountsRequest.prototype, year);
}

/** By year, in order. */
export const toYearAmounts = (amounts: YearAmountsRequest): ReadonlyMap<number, Fen> =>
  new Map(
    YEARS.flatMap((year): [number, Fen][] => {
      const amount = amounts[year];
      return typeof amount === 'string' ? [[Number(year), fromYuan(amount)]] : [];
    }),
  );
