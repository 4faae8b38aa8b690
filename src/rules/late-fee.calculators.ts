import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsOptional, ValidateNested } from 'class-validator';
import { fieldMessages } from '../http/field-messages.js';
import type { FieldError } from '../http/problem.js';
import { requestInvalid } from '../http/validation.js';
import { IsDay, IsYuan } from '../http/validators.js';
import { toDay, type Day } from '../kernel/calendar.js';
import { fromYuan, least, shareOf, toPercent, toYuan, type Fen, type Ppm } from '../kernel/money.js';
import type { AnyCalculator, Calculator, Law } from './calculators.types.js';
import { daysLate, lateFeeOfParts, toParts } from './late-fee.js';
import { LATE_FEE, LATE_FEE_CAP } from './retirement.topics.loader.js';
import { noTableProblem } from './rules.problems.js';
import { NATIONAL, type Dated } from './table.js';
import { WhyAnswer } from './why.dto.js';
import { because, type Why } from './why.js';

const PAYMENTS_MAX = 1_000;

export class PartPaymentRequest {
  @ApiProperty({ example: '4000.00' })
  @IsYuan({ positive: true })
  amount!: string;

  @ApiProperty({ example: '2025-08-10' })
  @IsDay()
  paidOn!: string;
}

export class LateFeeRequest {
  @ApiProperty({ example: '10000.00', description: 'What was due and not paid' })
  @IsYuan({ positive: true })
  principal!: string;

  @ApiProperty({ example: '2025-07-31', description: 'Last day on which it could be paid in time' })
  @IsDay()
  dueOn!: string;

  @ApiProperty({ example: '2025-08-31', description: 'Day on which all of it, or the rest of it, is paid' })
  @IsDay()
  paidOn!: string;

  @ApiPropertyOptional({ type: [PartPaymentRequest], description: 'Parts of the principal paid before' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(PAYMENTS_MAX)
  @ValidateNested({ each: true })
  @Type(() => PartPaymentRequest)
  payments?: readonly PartPaymentRequest[] | null;
}

export class LateFeeAnswer {
  @ApiProperty({ example: 31, description: 'Days from the day after dueOn to paidOn' })
  days!: number;
  @ApiProperty({ example: '155.00' })
  lateFee!: string;
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

/** What a payment after its day costs on top, also where parts were paid earlier. */
export const lateFeeCalculator: Calculator<LateFeeRequest, LateFeeAnswer> = {
  name: 'late-fee',
  summary: 'The late fee on contributions paid after they were due',
  refusals: ['policy-missing'],
  request: LateFeeRequest,
  answer: LateFeeAnswer,
  calculate: (body, law) => {
    const [principal, dueOn, paidOn] = [fromYuan(body.principal), toDay(body.dueOn), toDay(body.paidOn)];
    const payments = (body.payments ?? []).map((each) => ({
      amount: fromYuan(each.amount),
      paidOn: toDay(each.paidOn),
    }));
    checkPayments(principal, paidOn, payments, law);
    const parts = toParts(principal, payments, paidOn).map((part) => {
      const rate = rateOn(part.paidOn, law);
      return { ...part, rate, daily: rate.values.daily };
    });
    const fee = lateFeeOfParts(dueOn, parts);
    const steps = parts.map(({ rate, ...part }) => because(rate, partFormula(dueOn, part)));
    const owed = capped(fee, principal, paidOn, law);
    const added: Why = because(
      rateOn(paidOn, law),
      `added up and rounded once = ${toYuan(fee)} (fen-half-up)`,
    );
    return {
      days: daysLate(dueOn, paidOn),
      lateFee: toYuan(owed.fee),
      why: [...steps, added, ...owed.why],
    };
  },
};

const partFormula = (
  dueOn: Day,
  { amount, paidOn, daily }: Readonly<{ amount: Fen; paidOn: Day; daily: Ppm }>,
): string => `${toYuan(amount)} paid on ${paidOn}: x ${toPercent(daily)}% x ${daysLate(dueOn, paidOn)} days`;

/** No part is paid after the last day, and all parts together are no more than the principal. */
const checkPayments = (
  principal: Fen,
  paidOn: Day,
  payments: readonly Readonly<{ amount: Fen; paidOn: Day }>[],
  { say }: Law,
): void => {
  const errors: FieldError[] = [];
  const note = (field: string): void =>
    void errors.push({ field, code: 'out-of-range', message: say(fieldMessages['out-of-range']) });
  let paid = 0n;
  for (const [i, payment] of payments.entries()) {
    paid += payment.amount;
    if (paid > principal) note(`payments[${i}].amount`);
    if (payment.paidOn > paidOn) note(`payments[${i}].paidOn`);
  }
  if (errors.length > 0) throw requestInvalid(errors);
};

const rateOn = (day: Day, { tables, say }: Law): Dated<Readonly<{ daily: Ppm }>> => {
  const found = tables.find(LATE_FEE, NATIONAL, day);
  if (found.ok) return found.value;
  throw noTableProblem(found.error, 'paidOn', say);
};

/** Held at a share of the principal where the rules have a cap; they have none unless someone enters it. */
const capped = (
  fee: Fen,
  principal: Fen,
  on: Day,
  { tables }: Law,
): Readonly<{ fee: Fen; why: readonly Why[] }> => {
  const found = tables.find(LATE_FEE_CAP, NATIONAL, on);
  if (!found.ok) return { fee, why: [] };
  const { ofPrincipal } = found.value.values;
  const cap = shareOf(principal, ofPrincipal, 'fen-half-up');
  const held = least(fee, cap);
  const formula = `at most ${toYuan(principal)} x ${toPercent(ofPrincipal)}% = ${toYuan(cap)}: ${toYuan(held)}`;
  return { fee: held, why: [because(found.value, formula)] };
};

export const LATE_FEE_CALCULATORS: readonly AnyCalculator[] = [lateFeeCalculator];
