import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsYuan } from '../http/validators.js';
import { fromYuan, type Fen } from '../kernel/money.js';

const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'] as const;

/** Yuan by month of the year, `{"01": "800.00"}`; months without any are left out. */
export class MonthAmountsRequest {
  [month: string]: string | null | undefined;
}
for (const month of MONTHS) {
  ApiPropertyOptional({ type: String, example: '800.00' })(MonthAmountsRequest.prototype, month);
  IsOptional()(MonthAmountsRequest.prototype, month);
  IsYuan()(MonthAmountsRequest.prototype, month);
}

/** By month number, in order. */
export const toMonthAmounts = (amounts: MonthAmountsRequest | null | undefined): ReadonlyMap<number, Fen> =>
  new Map(
    MONTHS.flatMap((month): [number, Fen][] => {
      const amount = amounts?.[month];
      return typeof amount === 'string' ? [[Number(month), fromYuan(amount)]] : [];
    }),
  );
