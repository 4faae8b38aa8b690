import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsObject, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { fieldMessages } from '../http/field-messages.js';
import { requestInvalid } from '../http/validation.js';
import { IsYuan } from '../http/validators.js';
import { toDay } from '../kernel/calendar.js';
import { fromYuan, sum, toPercent, toYuan, type Fen, type Ppm } from '../kernel/money.js';
import type { AnyCalculator, Calculator, Law } from './calculators.types.js';
import {
  annualInterest,
  monthProductInterest,
  monthsCounted,
  overdrawnMonths,
  products,
  type Interest,
  type MonthAmounts,
} from './interest.js';
import { INTEREST_METHOD, INTEREST_RATE } from './interest.topics.loader.js';
import { MonthAmountsRequest, toMonthAmounts } from './month-amounts.dto.js';
import { noTableProblem } from './rules.problems.js';
import { NATIONAL, type Dated, type Topic } from './table.js';
import { WhyAnswer } from './why.dto.js';
import { because, type Why } from './why.js';

const METHODS = ['month-product', 'annual'] as const;

export class InterestRequest {
  @ApiProperty({ example: 2024, description: 'Calendar year' })
  @IsInt()
  @Min(1900)
  @Max(2099)
  year!: number;

  @ApiProperty({ example: '50000.00', description: 'Balance carried over from the year before' })
  @IsYuan()
  opening!: string;

  @ApiProperty({ type: MonthAmountsRequest, description: 'What was credited, by month of the year' })
  @IsObject()
  @ValidateNested()
  @Type(() => MonthAmountsRequest)
  credits!: MonthAmountsRequest;

  @ApiPropertyOptional({
    type: MonthAmountsRequest,
    description: 'What was paid out of the account, by month of the year; month-product method only',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MonthAmountsRequest)
  payments?: MonthAmountsRequest | null;

  @ApiPropertyOptional({ enum: METHODS, default: 'month-product' })
  @IsOptional()
  @IsIn(METHODS)
  method?: (typeof METHODS)[number] | null;
}

export class InterestAnswer {
  @ApiProperty({ example: '2.62', description: 'Rate of the year in percent (记账利率)' })
  rate!: string;
  @ApiProperty({ example: '1310.00', description: 'On the opening balance, less what payments took of it' })
  onOpening!: string;
  @ApiProperty({ example: '136.24' })
  onCredits!: string;
  @ApiProperty({ example: '1446.24', description: 'onOpening + onCredits' })
  interest!: string;
  @ApiProperty({ example: '61046.24' })
  closing!: string;
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

/** A year's interest of a pension account. */
export const interestCalculator: Calculator<InterestRequest, InterestAnswer> = {
  name: 'interest',
  summary: "A year's interest of a pension account",
  refusals: ['policy-missing'],
  counts: ['year'],
  request: InterestRequest,
  answer: InterestAnswer,
  calculate: (body, law) => {
    const account = toAccount(body);
    const method = body.method ?? 'month-product';
    checkPayments(account, method, law);
    const [rateTable, methodTable] = [of(INTEREST_RATE, body.year, law), of(INTEREST_METHOD, body.year, law)];
    const { rate } = rateTable.values;
    const { annualFactor: factor, rounding } = methodTable.values;
    const interest =
      method === 'annual'
        ? annualInterest({ ...account, rate, factor, rounding })
        : monthProductInterest({ ...account, rate, rounding });
    const onCredits =
      method === 'annual'
        ? `${listed(account.credits)} in twelve equal months x ${toPercent(rate)}% x ${factor.text} / 2`
        : `(${productsListed(account.credits)}) x ${toPercent(rate)}% / 12`;
    return {
      rate: toPercent(rate),
      ...toAnswer(interest),
      why: [
        because(rateTable, `${body.year}: ${toPercent(rate)}%`),
        because(
          methodTable,
          `opening: ${openingFormula(account, rate)} = ${toYuan(interest.onOpening)} (${rounding})`,
        ),
        because(
          methodTable,
          `credits, ${method}: ${onCredits} = ${toYuan(interest.onCredits)} (${rounding})`,
        ),
        because(methodTable, closingFormula(account, interest)),
      ] satisfies readonly Why[],
    };
  },
};

type Account = Readonly<{ opening: Fen; credits: MonthAmounts; payments: MonthAmounts }>;
const toAccount = ({ opening, credits, payments }: InterestRequest): Account => ({
  opening: fromYuan(opening),
  credits: toMonthAmounts(credits),
  payments: toMonthAmounts(payments),
});

/** The annual method knows no payments, and no account pays out what it does not hold. */
const checkPayments = (
  { opening, credits, payments }: Account,
  method: (typeof METHODS)[number],
  { say }: Law,
): void => {
  if (method === 'annual' && payments.size > 0)
    throw requestInvalid([
      { field: 'payments', code: 'not-allowed', message: say(fieldMessages['not-allowed']) },
    ]);
  const overdrawn = overdrawnMonths(opening, credits, payments).map((month) => ({
    field: `payments[${month.toString().padStart(2, '0')}]`,
    code: 'out-of-range',
    message: say(fieldMessages['out-of-range']),
  }));
  if (overdrawn.length > 0) throw requestInvalid(overdrawn);
};

const of = <V>(topic: Topic<V>, year: number, { tables, say }: Law): Dated<V> => {
  const found = tables.find(topic, NATIONAL, toDay(`${year}-01-01`));
  if (found.ok) return found.value;
  throw noTableProblem(found.error, 'year', say);
};

const toAnswer = ({
  onOpening,
  onCredits,
  interest,
  closing,
}: Interest): Omit<InterestAnswer, 'rate' | 'why'> => ({
  onOpening: toYuan(onOpening),
  onCredits: toYuan(onCredits),
  interest: toYuan(interest),
  closing: toYuan(closing),
});

const listed = (amounts: MonthAmounts): string => toYuan(sum(amounts.values()));
const productsListed = (amounts: MonthAmounts): string =>
  [...amounts].map(([month, amount]) => `${toYuan(amount)} x ${monthsCounted(month)}`).join(' + ') ||
  toYuan(products(amounts));

const openingFormula = ({ opening, payments }: Account, rate: Ppm): string => {
  const whole = `${toYuan(opening)} x ${toPercent(rate)}%`;
  return payments.size === 0 ? whole : `${whole} - (${productsListed(payments)}) x ${toPercent(rate)}% / 12`;
};

const closingFormula = ({ opening, credits, payments }: Account, { interest, closing }: Interest): string => {
  const paid = payments.size === 0 ? '' : ` - ${listed(payments)} paid out`;
  return `closing: ${toYuan(opening)} + ${listed(credits)} credited${paid} + ${toYuan(interest)} interest = ${toYuan(closing)}`;
};

export const INTEREST_CALCULATORS: readonly AnyCalculator[] = [interestCalculator];
