import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { fieldMessages } from '../http/field-messages.js';
import { requestInvalid } from '../http/validation.js';
import { IsDay, IsYuan } from '../http/validators.js';
import { toDay, type Day } from '../kernel/calendar.js';
import { fromYuan, toPercent, toYuan, ZERO, type Fen } from '../kernel/money.js';
import type { AnyCalculator, Calculator, Law } from './calculators.types.js';
import { hospitalShare, KINDS, LEVELS, type HospitalRules, type Kind, type Level } from './hospital.js';
import { HOSPITAL_SHARE, INSURED_AS } from './medical.topics.loader.js';
import { checkRegion } from './region-table.problems.js';
import { noTableProblem } from './rules.problems.js';
import type { Dated } from './table.js';
import { WhyAnswer } from './why.dto.js';
import { because } from './why.js';

export class HospitalShareRequest {
  @ApiProperty({ example: 'beijing' })
  @IsString()
  region!: string;

  @ApiProperty({ enum: LEVELS, description: 'Level of the institution' })
  @IsIn(LEVELS)
  level!: Level;

  @ApiProperty({ example: '32000.00', description: 'Amount in policy scope (政策范围内费用)' })
  @IsYuan()
  inScope!: string;

  @ApiProperty({ enum: INSURED_AS })
  @IsIn(INSURED_AS)
  employment!: (typeof INSURED_AS)[number];

  @ApiPropertyOptional({
    type: String,
    example: '1800.00',
    description: "This year's amounts in scope of the same kind before this one; nought if left out",
  })
  @IsOptional()
  @IsYuan()
  usedThisYear?: string | null;

  @ApiPropertyOptional({ enum: KINDS, default: 'inpatient' })
  @IsOptional()
  @IsIn(KINDS)
  kind?: Kind | null;

  @ApiPropertyOptional({
    type: Number,
    example: 2,
    description: 'Which stay of the year; if left out the first when nothing was used, else the second',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(366)
  stay?: number | null;

  @ApiPropertyOptional({
    type: String,
    example: '2026-03-01',
    description: 'Day of settlement; today if left out',
  })
  @IsOptional()
  @IsDay()
  on?: string | null;
}

export class HospitalShareAnswer {
  @ApiProperty({ example: '26195.00' })
  fund!: string;
  @ApiProperty({ example: '5805.00', description: 'With the deductible' })
  person!: string;
  @ApiProperty({ example: '1300.00', description: 'Part of `person` that is deductible (起付线)' })
  deductible!: string;
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

/** How the fund and the person share an amount in scope. */
export const hospitalShareCalculator: Calculator<HospitalShareRequest, HospitalShareAnswer> = {
  name: 'hospital-share',
  summary: 'What the medical fund pays of an amount in scope, and what the person pays',
  refusals: ['region-unknown', 'policy-missing'],
  counts: ['stay'],
  request: HospitalShareRequest,
  answer: HospitalShareAnswer,
  calculate: (body, law) => {
    const kind = body.kind ?? 'inpatient';
    checkStay(body, kind, law);
    const table = rulesFor(body, kind, law);
    const [inScope, used] = [fromYuan(body.inScope), fromYuan(body.usedThisYear ?? '0')];
    const stay = kind === 'outpatient' ? 1 : (body.stay ?? (used > 0n ? 2 : 1));
    const share = hospitalShare(inScope, used, stay, table.values);
    const { deductible, slices, fund, person } = share;
    const { per, rounding } = table.values;
    const beyond = (inScope - deductible - slices.reduce((all, { from, to }) => all + to - from, 0n)) as Fen;
    return {
      fund: toYuan(fund),
      person: toYuan(person),
      deductible: toYuan(deductible),
      why: [
        `${toYuan(used)} used this year; deductible per ${per}${per === 'stay' ? `, stay ${stay}` : ''}: ${toYuan(deductible)} of ${toYuan(inScope)}`,
        ...slices.map(
          (slice) =>
            `from ${toYuan(slice.from)} to ${toYuan(slice.to)} of the year: ${toYuan((slice.to - slice.from) as Fen)} x ${toPercent(slice.rate)}% = ${toYuan(slice.fund)} (${rounding})`,
        ),
        ...(beyond > ZERO ? [`beyond the last band the fund pays nothing of ${toYuan(beyond)}`] : []),
        `${toYuan(inScope)} - ${toYuan(fund)} of the fund = ${toYuan(person)} of the person`,
      ].map((formula) => because(table, formula)),
    };
  },
};

/** Stays are counted in hospital only. */
const checkStay = ({ stay }: HospitalShareRequest, kind: Kind, { say }: Law): void => {
  if (kind !== 'outpatient' || stay == null) return;
  const message = say(fieldMessages['not-allowed']);
  throw requestInvalid([{ field: 'stay', code: 'not-allowed', message }]);
};

/** The region's rules for this kind, person and level; a refusal says what the region, or which region, does have. */
const rulesFor = (body: HospitalShareRequest, kind: Kind, law: Law): Dated<HospitalRules> => {
  const { region, level, employment } = body;
  const on: Day = body.on ? toDay(body.on) : law.today;
  checkRegion(region, on, law);
  const { book, tables, say } = law;
  const found = tables.find(HOSPITAL_SHARE, region, on, { kind, employment });
  if (!found.ok) {
    const has = (known: string, as: string): boolean =>
      tables.all(HOSPITAL_SHARE, known, { kind, employment: as }).length > 0;
    if (found.error.known.length > 0) throw noTableProblem(found.error, 'on', say);
    const employments = INSURED_AS.filter((as) => has(region, as));
    if (employments.length > 0) throw noTableProblem(found.error, 'employment', say, { employments });
    const regions = book.regions().filter((known) => INSURED_AS.some((as) => has(known, as)));
    throw noTableProblem(found.error, 'region', say, { regions });
  }
  const { levels, ...rules } = found.value.values;
  const bands = levels.find((each) => each.level === level)?.bands;
  if (bands) return { ...found.value, values: { ...rules, bands } };
  const noTable = { type: 'NoTable', topic: HOSPITAL_SHARE.name, region, at: on, known: [] } as const;
  throw noTableProblem(noTable, 'level', say, { levels: levels.map((each) => each.level) });
};

export const MEDICAL_CALCULATORS: readonly AnyCalculator[] = [hospitalShareCalculator];
