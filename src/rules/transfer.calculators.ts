import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, ValidateNested } from 'class-validator';
import { fieldMessages } from '../http/field-messages.js';
import { requestInvalid } from '../http/validation.js';
import { IsDay, IsYuan } from '../http/validators.js';
import { toDay, yearOf, type Day } from '../kernel/calendar.js';
import { fromYuan, toPercent, toYuan } from '../kernel/money.js';
import type { AnyCalculator, Calculator, Law } from './calculators.types.js';
import { getNationalTable } from './region-table.problems.js';
import { transfer, type TransferRules, type YearPart } from './transfer.js';
import { TRANSFER_POOLED } from './transfer.topics.loader.js';
import { WhyAnswer } from './why.dto.js';
import { because } from './why.js';
import { toYearAmounts, YearAmountsRequest } from './year-amounts.dto.js';

export class TransferRequest {
  @ApiProperty({
    example: '48211.05',
    description:
      'Balance of the pension account; of the time before 1998 only what the person paid, with interest',
  })
  @IsYuan()
  account!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 2019: '60000.00', 2020: '64000.00' },
    description: 'Wages that contributions were paid on (缴费工资), by year; a short year with its months',
  })
  @IsObject()
  @ValidateNested()
  @Type(() => YearAmountsRequest)
  yearlyWages!: YearAmountsRequest;

  @ApiPropertyOptional({
    type: String,
    example: '2026-03-01',
    description: 'Day of the move; today if left out',
  })
  @IsOptional()
  @IsDay()
  on?: string | null;
}

export class TransferAnswer {
  @ApiProperty({ example: '14880.00' })
  pooledPart!: string;
  @ApiProperty({ example: '48211.05' })
  account!: string;
  @ApiProperty({ example: '63091.05' })
  total!: string;
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

/** What moves with a person who goes on paying in another region. */
export const transferCalculator: Calculator<TransferRequest, TransferAnswer> = {
  name: 'transfer',
  summary: 'What moves with a person to the pension insurance of another region',
  refusals: ['policy-missing'],
  request: TransferRequest,
  answer: TransferAnswer,
  calculate: (body, law) => {
    const on = body.on ? toDay(body.on) : law.today;
    const wages = toYearAmounts(body.yearlyWages);
    checkYears([...wages.keys()], on, law);
    const table = getNationalTable(TRANSFER_POOLED, on, law);
    const account = fromYuan(body.account);
    const { years, pooledPart, total } = transfer(account, wages, table.values);
    return {
      pooledPart: toYuan(pooledPart),
      account: toYuan(account),
      total: toYuan(total),
      why: [
        ...years.map((each) => toWords(each, table.values)),
        `pooled ${toYuan(pooledPart)} + account ${toYuan(account)} = ${toYuan(total)}`,
      ].map((formula) => because(table, formula)),
    };
  },
};

/** Wages of a year to come cannot have been paid on: every such year is named. */
const checkYears = (years: readonly number[], on: Day, { say }: Law): void => {
  const message = say(fieldMessages['out-of-range']);
  const late = years.filter((year) => year > yearOf(on));
  if (late.length > 0)
    throw requestInvalid(
      late.map((year) => ({ field: `yearlyWages[${year}]`, code: 'out-of-range', message })),
    );
};

const toWords = ({ year, wages, part }: YearPart, { share, since, rounding }: TransferRules): string =>
  year < since
    ? `${year}: ${toYuan(wages)} gives nothing, for only wages from ${since} on count`
    : `${year}: ${toYuan(wages)} x ${toPercent(share)}% = ${toYuan(part)} (${rounding})`;

export const TRANSFER_CALCULATORS: readonly AnyCalculator[] = [transferCalculator];
