import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
} from 'class-validator';
import { IsDay, IsInstant, IsYuan } from '../http/validators.js';

/* The nearest decorator is the one that names a bad field: the plainest check stands last. */

/** An insurance by its code: `pension`, `medical`, or a region's own. */
const INSURANCE = /^[a-z][a-z-]{0,31}$/;
/** Visible ASCII, so that it can stand on a receipt and in a name. */
const CODE = /^[\x21-\x7e]{1,64}$/;
const SSN = {
  example: '11010519491231002X',
  description: '18 or 15 digits, a residence permit, a foreign document',
};

export class RegisterRequest {
  @ApiProperty(SSN)
  @MaxLength(64)
  @IsString()
  ssn!: string;

  @ApiProperty({ example: '张三' })
  @Matches(/\S/, { message: 'required' })
  @MaxLength(100)
  @IsString()
  name!: string;

  @ApiProperty({ example: 'shanghai' })
  @MaxLength(64)
  @IsString()
  region!: string;

  @ApiPropertyOptional({
    example: 'citizen-card',
    description: 'Document seen: lower-case words joined by hyphens',
  })
  @IsOptional()
  @Matches(/^[a-z][a-z-]{0,31}$/)
  documentType?: string | null;

  @ApiPropertyOptional({ example: '13800000000' })
  @IsOptional()
  @Matches(/^[+\d][\d -]{4,23}$/)
  phone?: string | null;
}

export class RegisterAnswer {
  @ApiProperty({ description: 'Names the person in every other path' })
  id!: string;
  @ApiProperty({ example: 'shanghai' })
  region!: string;
  @ApiPropertyOptional({ enum: ['male', 'female'] })
  sex?: string;
  @ApiPropertyOptional({ example: '1949-12-31' })
  birthDate?: string;
  @ApiProperty({ example: '0' })
  revision!: string;
}

export class CoverageRequest {
  @ApiProperty({ type: [String], example: ['pension', 'medical'] })
  @ArrayMinSize(1)
  @ArrayMaxSize(32)
  @Matches(INSURANCE, { each: true })
  @IsArray()
  insurance!: string[];

  @ApiProperty({ example: '91350100M000100Y43', description: "The employer's unified social credit code" })
  @MaxLength(64)
  @IsString()
  employer!: string;

  @ApiPropertyOptional({ example: '2025-07-01', description: 'First day of cover; or give `until`' })
  @IsOptional()
  @IsDay()
  from?: string | null;

  @ApiPropertyOptional({ example: '2025-12-31', description: 'Last day of cover; or give `from`' })
  @IsOptional()
  @IsDay()
  until?: string | null;

  @ApiPropertyOptional({ example: 'contract ended', description: 'Required with `until`, and only there' })
  @IsOptional()
  @Length(1, 200)
  @IsString()
  reason?: string | null;
}

export class CoverageAnswer {
  @ApiProperty()
  id!: string;
}

export class SettlementRequest {
  @ApiPropertyOptional({ ...SSN, description: 'The person by number; or give `id`' })
  @IsOptional()
  @MaxLength(64)
  @IsString()
  ssn?: string | null;

  @ApiPropertyOptional({ description: 'The person by id; or give `ssn`' })
  @IsOptional()
  @Matches(/^[a-z2-7]{26}$/)
  id?: string | null;

  @ApiProperty({ example: 'P31010100123' })
  @Matches(CODE)
  institution!: string;

  @ApiProperty({ example: '20251124-000001', description: 'Unique within the institution' })
  @Matches(CODE)
  institutionSerial!: string;

  @ApiProperty({ enum: ['pharmacy', 'outpatient', 'inpatient'] })
  @IsIn(['pharmacy', 'outpatient', 'inpatient'])
  kind!: 'pharmacy' | 'outpatient' | 'inpatient';

  @ApiProperty({ example: '2025-11-24T06:56:20Z' })
  @IsInstant()
  occurredAt!: string;

  @ApiProperty({ example: '86.50', description: 'Own expense and in scope together' })
  @IsYuan({ positive: true })
  total!: string;

  @ApiProperty({ example: '6.50', description: 'Outside the catalogue: wholly the person’s' })
  @IsYuan()
  ownExpense!: string;

  @ApiProperty({ example: '80.00' })
  @IsYuan()
  inScope!: string;

  @ApiProperty({ example: '0.00', description: 'No more than what is in scope' })
  @IsYuan()
  fundPaid!: string;

  @ApiPropertyOptional({ example: '50.00', description: 'The most that the account may pay' })
  @IsOptional()
  @IsYuan()
  accountMax?: string | null;
}

export class SettlementAnswer {
  @ApiProperty({ format: 'uuid' })
  settlementId!: string;
  @ApiProperty({ example: '86.50' })
  accountPaid!: string;
  @ApiProperty({ example: '0.00' })
  cashPaid!: string;
  @ApiProperty({ example: '0.00' })
  fundPaid!: string;
  @ApiProperty({ example: '295.36' })
  balanceBefore!: string;
  @ApiProperty({ example: '208.86' })
  balanceAfter!: string;
  @ApiProperty({ description: 'Text for a till, 32 columns; a Chinese character counts two' })
  receipt!: string;
}

export class ReverseSettlementRequest {
  @ApiProperty({ example: 'P31010100123' })
  @Matches(CODE)
  institution!: string;

  @ApiProperty({ example: '20251124-000002', description: "The reversal's own serial" })
  @Matches(CODE)
  institutionSerial!: string;

  @ApiProperty({ example: 'goods returned' })
  @Length(1, 200)
  @IsString()
  reason!: string;
}

export class ReverseSettlementAnswer {
  @ApiProperty({ format: 'uuid' })
  settlementId!: string;
  @ApiProperty({ example: '86.50' })
  accountReturned!: string;
  @ApiProperty({ example: '0.00' })
  fundReturned!: string;
  @ApiProperty({ example: '295.36' })
  balanceAfter!: string;
}

export class ReverseMessageRequest {
  @ApiProperty({ example: 'P31010100123' })
  @Matches(CODE)
  institution!: string;

  @ApiProperty({
    example: '20251124-000001',
    description: 'Serial of the message to take back, even if it never came',
  })
  @Matches(CODE)
  originalSerial!: string;
}

export class ReverseMessageAnswer {
  @ApiProperty({ format: 'uuid' })
  settlementId!: string;
  @ApiProperty({ enum: ['reversed', 'voided'] })
  outcome!: 'reversed' | 'voided';
}
