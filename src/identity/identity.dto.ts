import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { FreshnessAnswer } from '../projection/read-models.dto.js';

export class LocateRequest {
  @ApiProperty({
    example: '11010519491231002X',
    description: '18 or 15 digits, a residence permit, a foreign document',
  })
  @IsString()
  @MaxLength(64)
  number!: string;

  @ApiPropertyOptional({ example: '张三', description: 'Compared with the name recorded' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  name?: string | null;
}

export class LocateAnswer {
  @ApiProperty({ description: 'Names the person in every other path' })
  id!: string;
  @ApiProperty({ enum: ['current', 'upgraded', 'alias'] })
  via!: 'current' | 'upgraded' | 'alias';
  @ApiPropertyOptional({ description: 'Present when a name was sent' })
  nameMatches?: boolean;
}

export class InsuranceCoverageAnswer {
  @ApiProperty({ example: 'pension' })
  insurance!: string;
  @ApiProperty({
    enum: ['paying', 'paused', 'ended'],
    description: 'Today; `ended` from the day after `until`',
  })
  state!: 'paying' | 'paused' | 'ended';
  @ApiProperty({ description: "The employer's unified social credit code" })
  employer!: string;
  @ApiProperty({ example: '2025-07-01', description: 'First day of cover' })
  since!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '2025-08-31',
    description: 'Last day of cover; null while it is open',
  })
  until!: string | null;
}

export class IdentityAnswer {
  @ApiProperty()
  id!: string;
  @ApiProperty({ example: '张*' })
  name!: string;
  @ApiProperty({ example: '110105********002X' })
  number!: string;
  @ApiProperty({ enum: ['citizen', 'hk', 'macau', 'taiwan', 'permanent-resident', 'foreign'] })
  kind!: string;
  @ApiProperty({ example: 'shanghai' })
  region!: string;
  @ApiPropertyOptional({ enum: ['male', 'female'] })
  sex?: string;
  @ApiProperty({ example: '2025-07-15T02:00:00.000Z' })
  registeredAt!: string;
  @ApiProperty({ type: [InsuranceCoverageAnswer] })
  coverage!: readonly InsuranceCoverageAnswer[];
  @ApiProperty({ type: FreshnessAnswer })
  freshness!: FreshnessAnswer;
}
