import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { normaliseNumber, parseSsn, SSN_PROBLEMS } from '../kernel/ssn.js';
import { parseUscc, USCC_PROBLEMS } from '../kernel/uscc.js';
import type { Calculator } from './calculators.types.js';
import { explainCode, explainNumber } from './explain-codes.js';
import { WhyAnswer } from './why.dto.js';

const SSN_KINDS = ['citizen', 'hk', 'macau', 'taiwan', 'permanent-resident', 'foreign'] as const;

export class IdentifierRequest {
  @ApiProperty({
    example: '11010519491231002X',
    description: 'As written: 15 or 18 characters, full-width, spaces',
  })
  @IsString()
  number!: string;
}

export class IdentifierAnswer {
  @ApiProperty()
  valid!: boolean;
  @ApiProperty({ description: 'Half-width, upper case, no spaces; of a valid number its 18-character form' })
  normalized!: string;
  @ApiPropertyOptional({ enum: SSN_KINDS })
  kind?: string;
  @ApiPropertyOptional({ description: 'Given with 15 digits and made into 18' })
  upgraded?: boolean;
  @ApiPropertyOptional({ example: '1949-12-31' })
  birthDate?: string;
  @ApiPropertyOptional({ enum: ['male', 'female'] })
  sex?: string;
  @ApiProperty({ enum: SSN_PROBLEMS, isArray: true })
  problems!: readonly string[];
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

export class CreditCodeRequest {
  @ApiProperty({ example: '91350100M000100Y43' })
  @IsString()
  code!: string;
}

export class CreditCodeAnswer {
  @ApiProperty()
  valid!: boolean;
  @ApiProperty({ example: '91350100M000100Y43' })
  normalized!: string;
  @ApiProperty({ enum: USCC_PROBLEMS, isArray: true })
  problems!: readonly string[];
  @ApiProperty({ type: [WhyAnswer] })
  why!: readonly WhyAnswer[];
}

export const identifierCalculator: Calculator<IdentifierRequest, IdentifierAnswer> = {
  name: 'identifier',
  summary: 'Whether a social security number is well formed, and what it says',
  refusals: [],
  request: IdentifierRequest,
  answer: IdentifierAnswer,
  calculate: ({ number }, { today }) => {
    const parsed = parseSsn(number, today);
    if (!parsed.ok) {
      const normalized = normaliseNumber(number);
      return { valid: false, normalized, problems: parsed.error, why: explainNumber(number) };
    }
    const { ssn, kind, upgraded, birthDate, sex } = parsed.value;
    return {
      valid: true,
      kind,
      normalized: ssn,
      upgraded,
      ...(birthDate && { birthDate }),
      ...(sex && { sex }),
      problems: [],
      why: explainNumber(number, parsed.value),
    };
  },
};

export const creditCodeCalculator: Calculator<CreditCodeRequest, CreditCodeAnswer> = {
  name: 'credit-code',
  summary: 'Whether a unified social credit code is well formed',
  refusals: [],
  request: CreditCodeRequest,
  answer: CreditCodeAnswer,
  calculate: ({ code }) => {
    const parsed = parseUscc(code);
    const problems = parsed.ok ? [] : parsed.error;
    return { valid: parsed.ok, normalized: normaliseNumber(code), problems, why: explainCode(code) };
  },
};
